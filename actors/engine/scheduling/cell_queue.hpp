// cell_queue.hpp: cells that wait for whoever may run them, in the order in which they came.
//
//   Before   workers.cpp: woken from outside, or bound to one worker.      After   worker.cpp.
//   Called   any thread.
//   Holds    under a mutex a list linked by run_link.
#pragma once

#include <troupe/actors/engine/cell.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <span>
#include <utility>

namespace troupe::detail {

class cell_queue {
public:
  /// Puts `c` at the end, and calls `then()` before anybody else comes in.
  /// @returns false: it is closed, nothing done
  template <class Then>
  bool push(cell& c, Then then) noexcept {
    cell* const one = &c;
    return push(std::span(&one, 1), then);
  }
  /// The same for several.
  template <class Then>
  bool push(std::span<cell* const> cells, Then then) noexcept {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    for (cell* const c : cells) {
      c->run_link = nullptr;
      (last_ != nullptr ? last_->run_link : first_) = c;
      last_ = c;
    }
    size_.fetch_add(cells.size(), std::memory_order_relaxed);
    then();
    return true;
  }

  /// The oldest, or null. Of those behind it a share of one in `shares`, at most `most`, is given
  /// to `others(cell&)`.
  template <class Others>
  [[nodiscard]] cell* take(std::size_t shares, std::size_t most, Others others) noexcept {
    if (size() == 0) return nullptr;
    const std::lock_guard lock(mutex_);
    cell* const first = pop();
    for (std::size_t more = std::min(size() / shares, most); more > 0; --more) others(*pop());
    return first;
  }
  [[nodiscard]] cell* take() noexcept {
    return take(1, 0, [](cell&) {});
  }

  /// How many wait: a recent value.
  [[nodiscard]] std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

  /// From now on it takes none. @returns those that were there, as a list by run_link
  [[nodiscard]] cell* close() noexcept {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    last_ = nullptr;
    size_.store(0, std::memory_order_relaxed);
    return std::exchange(first_, nullptr);
  }

private:
  [[nodiscard]] cell* pop() noexcept {
    cell* const c = first_;
    if (c == nullptr) return nullptr;
    first_ = c->run_link;
    if (first_ == nullptr) last_ = nullptr;
    size_.fetch_sub(1, std::memory_order_relaxed);
    return c;
  }

  std::mutex mutex_;
  cell* first_ = nullptr;
  cell* last_ = nullptr;
  std::atomic<std::size_t> size_{0};
  bool closed_ = false;
};

}  // namespace troupe::detail
