// timer_queue.hpp: which cells want to be told that time has passed.
//
//   Before   requests.cpp arms, one entry per actor at a time.
//   After    the scheduler sends command_time.
//   Called   by the thread whose queue it is; fire also by one that helps it out.
//   Holds    under a mutex a binary heap of times and cells; a cell that is gone meanwhile is
//            noticed
//            by its id.
#pragma once

#include <troupe/actors/engine/cell.hpp>

#include <algorithm>
#include <mutex>
#include <new>
#include <optional>
#include <vector>

namespace troupe::detail {

class timer_queue {
public:
  /// @returns false: there is no memory, nothing done
  [[nodiscard]] bool add(cell& c, time_point when) noexcept {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= sweep_at_) sweep();
    try {
      entries_.push_back({when, &c, c.id});
    } catch (const std::bad_alloc&) {
      return false;
    }
    std::push_heap(entries_.begin(), entries_.end(), later);
    return true;
  }

  /// The earliest time; time_point::max() if there is none.
  [[nodiscard]] time_point next() const noexcept {
    const std::lock_guard lock(mutex_);
    return entries_.empty() ? time_point::max() : entries_.front().when;
  }

  /// Tells every cell whose time has come. @cost one heap operation each
  void fire(time_point now) noexcept {
    while (const auto due = take_due(now)) {
      if (!acquire(*due->who, due->id)) continue;
      send_command(*due->who, command_time);
      release(*due->who);
    }
  }

private:
  struct entry {
    time_point when;
    cell* who;
    std::uint64_t id;
  };

  [[nodiscard]] std::optional<entry> take_due(time_point now) noexcept {
    const std::lock_guard lock(mutex_);
    if (entries_.empty() || entries_.front().when > now) return std::nullopt;
    std::pop_heap(entries_.begin(), entries_.end(), later);
    const entry due = entries_.back();
    entries_.pop_back();
    return due;
  }

  /// Entries of actors that are gone would stay until their time: thrown out when the heap has
  /// doubled, so that each costs a look or two in its life. Only looked at: to acquire the cell
  /// could make this thread the last to let go of it, under the mutex.
  void sweep() noexcept {
    std::erase_if(entries_, [](const entry& e) {
      return e.who->reach.load(std::memory_order_acquire) == reach_freed;
    });
    std::make_heap(entries_.begin(), entries_.end(), later);
    sweep_at_ = std::max(sweep_at_min, 2 * entries_.size());
  }

  static bool later(const entry& a, const entry& b) noexcept { return a.when > b.when; }

  static constexpr std::size_t sweep_at_min = 1024;

  mutable std::mutex mutex_;
  std::vector<entry> entries_;
  std::size_t sweep_at_ = sweep_at_min;
};

}  // namespace troupe::detail
