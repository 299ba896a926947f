// worker.hpp: one pinned thread and the cells that wait for it.
//
//   Before   workers.cpp starts it; turns wake cells into it.
//   After    turn.cpp; sleeper.hpp when there is nothing.
//   Called   its own thread, unless a line says otherwise.
//   Holds    the run-next slot, the ring, its timers, its sleeper, its context.
//   Rules    D1  A cell woken in a turn runs next here, its message in the cache, and inherits what
//                is left of the quantum; then it goes to the ring.
//            D2  A sleeper is woken at the first cell that a turn puts into the ring, and after it.
//            D3  A worker that is long in one turn loses its run-next to others, and its timers
//                are fired for it (watchdog.hpp).
#pragma once

#include <troupe/actors/engine/context.hpp>
#include <troupe/actors/engine/run_queue.hpp>
#include <troupe/actors/engine/sleeper.hpp>
#include <troupe/actors/engine/timer_queue.hpp>
#include <troupe/actors/engine/turn.hpp>

#include <atomic>
#include <cstddef>

namespace troupe::detail {

class workers;

class worker {
public:
  worker(workers& all, std::size_t index, core& system);

  /// The thread's whole life.
  void run();
  /// Takes a cell that was woken on this thread.
  void wake(cell& c) noexcept;
  [[nodiscard]] bool arm(cell& c, time_point when) noexcept { return timers_.add(c, when); }

  /// @thread any
  [[nodiscard]] run_queue<cell>& ring() noexcept { return ring_; }
  [[nodiscard]] sleeper& bed() noexcept { return sleeper_; }
  [[nodiscard]] context& state() noexcept { return context_; }

  /// D3. @thread any
  [[nodiscard]] cell* take_next() noexcept {
    return next_.load(std::memory_order_relaxed) == nullptr
               ? nullptr
               : next_.exchange(nullptr, std::memory_order_acq_rel);
  }
  void fire_timers(time_point now) noexcept { timers_.fire(now); }
  /// After the thread has ended: all that was left here, as a list by run_link.
  [[nodiscard]] cell* take_rest() noexcept;

private:
  [[nodiscard]] cell* take() noexcept;
  [[nodiscard]] cell* take_injected() noexcept;
  [[nodiscard]] cell* search();
  void found();
  [[nodiscard]] cell* steal() noexcept;
  void run_cell(cell& c);
  void put(cell& c) noexcept;
  void park();
  void poll() noexcept;

  workers& all_;
  const std::size_t index_;
  context context_;
  std::atomic<cell*> next_{nullptr};  // run-next: put by this worker, taken by it or for others
  unsigned budget_ = quantum;
  unsigned tick_ = 0;
  std::size_t victim_;
  bool searching_ = false;
  bool put_some_ = false;
  bool in_turn_ = false;
  run_queue<cell> ring_;
  timer_queue timers_;
  sleeper sleeper_;
};

}  // namespace troupe::detail
