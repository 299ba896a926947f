// timer_queue.hpp: which cells want to be told that time has passed.
//
//   Before   requests.cpp arms, one entry per actor at a time.
//   After    the scheduler sends command_time.
//   Called   by the thread whose queue it is.
//   Holds    a binary heap of times and cells; a cell that is gone meanwhile is noticed by its id.
#pragma once

#include <troupe/actors/engine/cell.hpp>

#include <algorithm>
#include <vector>

namespace troupe::detail {

class timer_queue {
public:
  /// @throws std::bad_alloc
  void add(cell& c, time_point when) {
    entries_.push_back({when, &c, c.id});
    std::push_heap(entries_.begin(), entries_.end(), later);
  }

  /// The earliest time; time_point::max() if there is none.
  [[nodiscard]] time_point next() const noexcept {
    return entries_.empty() ? time_point::max() : entries_.front().when;
  }

  /// Tells every cell whose time has come. @cost one heap operation each
  void fire(time_point now) noexcept {
    while (!entries_.empty() && entries_.front().when <= now) {
      std::pop_heap(entries_.begin(), entries_.end(), later);
      const entry due = entries_.back();
      entries_.pop_back();
      if (!acquire(*due.who, due.id)) continue;
      send_command(*due.who, command_time);
      release(*due.who);
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
  struct entry {
    time_point when;
    cell* who;
    std::uint64_t id;
  };
  static bool later(const entry& a, const entry& b) noexcept { return a.when > b.when; }

  std::vector<entry> entries_;
};

}  // namespace troupe::detail
