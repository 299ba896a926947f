// timer.hpp: a function that is called once, later.
//
//   Before   start().      After   an actor waits; a thread that may block calls the function.
//   Called   any thread; the functions of a timer one at a time.
//   Holds    the function, until it has been called or everybody has let go.
#pragma once

#include <troupe/actors/classic/detail/action.hpp>
#include <troupe/actors/system.hpp>

#include <memory>
#include <utility>

namespace troupe::classic {

namespace detail {
struct timer_state;
}

/// Calls `f()` once, `interval` after start(), on a thread that may block. Timers of one system
/// that are due at the same time begin in the order in which they were started.
///
///     classic::timer t(sys, 30s, [] { std::puts("too late"); });
///     t.start();
///     t.cancel();
///
/// When to use: from threads. When not: in an actor `self().after(d, message)` is less.
/// @note its end does not cancel it
class timer {
public:
  template <class F>
  timer(actor_system& sys, duration interval, F f)
      : state_(make(sys, interval, detail::action(std::move(f)))) {}

  /// @throws wait_failed(started_before, negative_timeout), std::bad_alloc, system_closed
  void start();
  /// After it the function is not called. @returns false: it has begun, or was called
  bool cancel() noexcept;
  /// Whether it was started and neither cancelled nor called yet.
  [[nodiscard]] bool is_pending() const noexcept;

private:
  [[nodiscard]] static std::shared_ptr<detail::timer_state> make(actor_system& sys,
                                                                 duration interval,
                                                                 detail::action f);

  std::shared_ptr<detail::timer_state> state_;
};

}  // namespace troupe::classic
