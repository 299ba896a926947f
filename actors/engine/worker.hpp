// worker.hpp: one pinned thread and the cells that wait for it.
//
//   Before   workers.cpp starts it; turns wake cells into it.
//   After    turn.cpp; sleeper.hpp when there is nothing.
//   Called   its own thread, unless a line says otherwise.
//   Holds    the run-next slot, the ring, its timers, its sleeper, its context.
//   Rules    D1  A cell woken in a turn runs next on this worker, where its message is in the
//                cache, and inherits
//                what is left of the quantum; then it goes to the ring, so that two that wake each
//                other cannot keep the others waiting.
//            D2  After a turn that put cells into the ring, a sleeper is woken if one is wanted.
#pragma once

#include <troupe/actors/engine/context.hpp>
#include <troupe/actors/engine/run_queue.hpp>
#include <troupe/actors/engine/sleeper.hpp>
#include <troupe/actors/engine/timer_queue.hpp>
#include <troupe/actors/engine/turn.hpp>

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

  /// After the thread has ended: all that was left here, as a list by run_link.
  [[nodiscard]] cell* take_rest() noexcept;

private:
  [[nodiscard]] cell* take() noexcept;
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
  cell* next_ = nullptr;
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
