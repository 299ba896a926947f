// thread.hpp: a function on a thread of its own, as an actor.
//
//   Before   users with a function that runs for long, or blocks.
//   After    an actor with own_thread runs it; join() waits for its end.
//   Called   any thread, one at a time; join not in turns.
//   Holds    the function until start(), then the actor that runs it.
#pragma once

#include <troupe/actors/classic/detail/action.hpp>
#include <troupe/actors/classic/event.hpp>
#include <troupe/actors/system.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace troupe::classic {

namespace detail {

struct thread_state;

}  // namespace detail

/// One of the threads that run: what enumerate() and current() give.
struct thread_info {
  std::string name{};
  long ident = 0;  ///< the kernel's number
  bool daemon = false;
};

struct thread_options {
  std::string name{};  ///< empty: "thread-1", "thread-2" …
  /// Nobody waits for it: neither this object's end, nor the end of the system longer than its
  /// deadline.
  bool daemon = false;
};

/// A thread: start() begins `f(args...)`, join() waits for its end, so does the end of this object
/// unless it is a daemon. An exception that leaves f is logged, and ends the thread, nothing else.
///
///     classic::thread t(sys, [](int n) { work(n); }, 3);
///     t.start();
///     t.join();
///
/// When to use: code that is written for a thread of its own. When not: an actor, or blocking(f).
class thread {
public:
  template <class F, class... Args>
  thread(actor_system& sys, F f, Args... args)
      : thread(sys, thread_options{}, std::move(f), std::move(args)...) {}
  template <class F, class... Args>
  thread(actor_system& sys, thread_options o, F f, Args... args)
      : state_(make(sys, std::move(o),
                    [f = std::move(f), args = std::make_tuple(std::move(args)...)]() mutable {
                      std::apply(f, args);
                    })) {}
  thread(thread&&) noexcept = default;
  thread& operator=(thread&&) = delete;
  ~thread();

  /// @throws wait_failed(started_before), std::system_error: no thread can be had, system_closed
  void start();
  /// Waits until f has returned. @returns ok, timeout, negative_timeout, closed
  /// @throws wait_failed(not_started, self_join), ask_failed(would_block_worker) in a turn
  wait_errc join(wait_time t = forever);
  [[nodiscard]] bool is_alive() const noexcept;
  [[nodiscard]] const std::string& name() const noexcept;
  /// The kernel's number; 0 before it runs.
  [[nodiscard]] long ident() const noexcept;
  [[nodiscard]] bool daemon() const noexcept;

private:
  [[nodiscard]] static std::shared_ptr<detail::thread_state> make(actor_system& sys,
                                                                  thread_options o,
                                                                  detail::action f);

  std::shared_ptr<detail::thread_state> state_;
};

/// Those that were started and have not ended, in the order of their start. @thread any
[[nodiscard]] std::vector<thread_info> enumerate(actor_system& sys);
[[nodiscard]] std::size_t active_count(actor_system& sys);
/// The one that this runs on; of a thread that is none of these the kernel's name and number.
[[nodiscard]] thread_info current_thread();

}  // namespace troupe::classic
