// worker.hpp: one pinned thread and the cells that wait for it.
//
//   Before   workers.cpp starts it; turns wake cells into it.
//   After    turn.cpp; sleeper.hpp when there is nothing.
//   Called   its own thread, unless a line says otherwise.
//   Holds    the run-next slot, the ring, the cells at home here, timers, sleeper, context.
//   Rules    D1  A cell woken in a turn runs next here, its message in the cache, and inherits what
//                is left of the quantum; then it goes to the ring.
//            D2  A sleeper is woken at the first cell that a turn puts into the ring, and before
//                the next turn if what was put is still there.
//            D3  A worker that is long in one turn is robbed of its run-next, and its timers are
//                fired for it (watchdog.hpp).
#pragma once

#include <troupe/actors/engine/context.hpp>
#include <troupe/actors/engine/scheduling/alarm_clock.hpp>
#include <troupe/actors/engine/scheduling/cell_queue.hpp>
#include <troupe/actors/engine/scheduling/run_queue.hpp>
#include <troupe/actors/engine/scheduling/sleeper.hpp>
#include <troupe/actors/engine/turn.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace troupe::detail {

class workers;

class worker {
public:
  /// What nobody `can_rob` from it is not kept back: no run-next, no chains.
  worker(workers& all, std::size_t index, core& system, bool can_rob);

  /// The thread's whole life.
  void run();
  /// Takes a cell that was woken on this thread.
  void wake(cell& c) noexcept;
  /// The same, but not to run next: it waits where others may take it.
  void put(cell& c) noexcept;
  void arm(clock_entry& e, time_point when) noexcept { clock_.set(e, when); }

  /// @thread any
  [[nodiscard]] run_queue<cell>& ring() noexcept { return ring_; }
  /// The cells that only this worker may run.
  [[nodiscard]] cell_queue& homed() noexcept { return homed_; }
  [[nodiscard]] sleeper& bed() noexcept { return sleeper_; }
  [[nodiscard]] context& state() noexcept { return context_; }
  [[nodiscard]] std::size_t number() const noexcept { return index_; }
  /// Its thread's, as the kernel counts them. @thread any
  [[nodiscard]] int thread_id() const noexcept {
    return thread_id_.load(std::memory_order_relaxed);
  }

  /// D3: publishes its chain of messages, and takes the cell that was to run next; null: there is
  /// none, or the worker is just at it.
  /// @thread the watchdog
  [[nodiscard]] cell* rob() noexcept;
  void fire_timers(time_point now) noexcept { clock_.fire(now); }
  /// After the thread has ended: all that was left here, as a list by run_link.
  [[nodiscard]] cell* take_rest() noexcept;

private:
  [[nodiscard]] cell* take() noexcept;
  [[nodiscard]] cell* take_next() noexcept;
  [[nodiscard]] bool others_wait() noexcept;
  [[nodiscard]] cell* take_waiting() noexcept;
  [[nodiscard]] cell* take_injected() noexcept;
  [[nodiscard]] cell* search();
  [[nodiscard]] cell* look_at_reactor() noexcept;
  void found();
  [[nodiscard]] cell* steal() noexcept;
  void run_quantum(cell& first);
  /// @pre inside the hold
  cell* replace_next(cell* c) noexcept {
    cell* const before = next_.load(std::memory_order_relaxed);
    next_.store(c, std::memory_order_relaxed);
    return before;
  }
  void park();
  void fire_due() noexcept;

  workers& all_;
  const std::size_t index_;
  const bool keeps_next_;
  std::atomic<int> thread_id_{0};
  context context_;
  std::atomic<cell*> next_{nullptr};  // run-next; changed inside the hold
  unsigned budget_ = quantum;
  std::uint64_t polled_at_ = 0;  // in turns
  std::size_t victim_;
  bool searching_ = false;
  bool put_some_ = false;
  bool homed_first_ = false;  // they and the ring take turns
  cell_queue homed_;
  run_queue<cell> ring_;
  alarm_clock clock_;
  sleeper sleeper_;
};

}  // namespace troupe::detail
