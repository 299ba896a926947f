// alarm_clock.hpp: which cells want to be told that time has passed.
//
//   Before   alarms.cpp sets one entry per actor, in the actor's turn.
//   After    the actor gets command_time.
//   Called   set: the thread whose clock it is; fire also by one that helps it out; clear: any.
//   Holds    under a mutex a wheel of entries, which are parts of their cells' extras.
//   Rules    W1  An entry is in one clock at most, and out of it before its cell is freed.
//   Cost     set, clear: a mutex, or two if the actor was on another worker; no memory.
#pragma once

#include <troupe/actors/engine/scheduling/timer_wheel.hpp>

#include <atomic>
#include <mutex>

namespace troupe::detail {

class cell;
class alarm_clock;

/// An actor's entry. `in` is changed in the actor's turns only, the rest under the clock's mutex.
struct clock_entry : wheel_entry {
  cell* who = nullptr;
  alarm_clock* in = nullptr;  ///< where it is, or was last; null: nowhere yet
};

class alarm_clock {
public:
  /// Tells the cell at `when`, and not at the time that was set before. @thread in its turn
  void set(clock_entry& e, time_point when) noexcept;
  /// Takes the entry out, wherever it is. @thread in its cell's turn
  static void clear(clock_entry& e) noexcept;

  /// The earliest time, or one before it; time_point::max() if there is none.
  /// @cost one load @thread any, but only those who set see their own at once
  [[nodiscard]] time_point next() const noexcept {
    return time_point(duration(next_.load(std::memory_order_relaxed)));
  }

  /// Tells every cell whose time has come.
  void fire(time_point now) noexcept;

private:
  void remove(clock_entry& e) noexcept;
  /// For next(), which takes no part in any order: who needs more takes the mutex.
  void publish_next() noexcept {
    next_.store(wheel_.next().time_since_epoch().count(), std::memory_order_relaxed);
  }

  std::mutex mutex_;
  timer_wheel wheel_;
  std::atomic<duration::rep> next_{time_point::max().time_since_epoch().count()};
};

}  // namespace troupe::detail
