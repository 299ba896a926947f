// await.hpp: what a coroutine of an actor waits for, besides replies and messages.
//
//   Before   users write `co_await sleep(10ms)` in a task.
//   After    the actor handles other messages until it goes on.
//   Called   in turns of an actor.
#pragma once

#include <troupe/actors/detail/alarm.hpp>
#include <troupe/actors/detail/job.hpp>
#include <troupe/actors/request.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace troupe {
namespace detail {

class sleeping : public suspension, private alarm {
public:
  explicit sleeping(duration d) noexcept : alarm(ops), lasts_(d) {}
  ~sleeping() {
    if (is_set()) clear_alarm(owner(), *this);
  }

  bool await_ready() const noexcept { return lasts_ <= duration::zero(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> h) {
    bind(h);
    wait_.begin(owner());
    set_alarm(owner(), *this, deadline_in(owner(), lasts_));
  }
  void await_resume() noexcept { wait_.end(); }

private:
  static void rings(cell&, alarm& a) { static_cast<sleeping&>(a).resume(); }
  static constexpr alarm_ops ops{&rings, nullptr};

  duration lasts_;
  counted_wait wait_;
};

}  // namespace detail

/// A wait that has not begun yet.
class [[nodiscard("a sleep begins when it is awaited: co_await it")]] sleep_operation {
public:
  using value_type = void;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;

  explicit sleep_operation(duration d) noexcept : lasts_(d) {}
  [[nodiscard]] auto operator co_await() const noexcept { return detail::sleeping(lasts_); }

private:
  duration lasts_;
};

/// Waits `d`, rounded up: `co_await troupe::sleep(10ms)`. Not at all if `d` is not positive.
[[nodiscard]] inline sleep_operation sleep(duration d) noexcept { return sleep_operation(d); }

/// A request during which nothing else is handled.
template <class M, bool Try, bool Hazard>
class [[nodiscard("an ask is sent when it is awaited: co_await it")]] exclusive_request {
public:
  using value_type = typename request<M, Try, Hazard>::value_type;
  static constexpr bool is_awaited_in_turns = true;

  explicit exclusive_request(request<M, Try, Hazard> r) noexcept : request_(std::move(r)) {}
  [[nodiscard]] auto operator co_await() && noexcept {
    detail::refuse_hazard<Hazard>();
    return request_.awaiter_(true);
  }
  [[nodiscard]] auto operator co_await() & noexcept { return request_.awaiter_(true); }

private:
  request<M, Try, Hazard> request_;
};

/// Awaits a request while the actor does nothing else: `co_await exclusive(log.ask<append>(x))`. No
/// message is handled, no other coroutine goes on, no timer fires, until it is answered or late;
/// all that waits, in its order. Kill and the system's shutdown are obeyed.
///
/// When to use: state must not change between the question and what is done with the answer. When
/// not: where looking again after the co_await will do; an actor that waits serves nobody. Two
/// that ask each other exclusively wait until the deadline.
template <class M, bool Try, bool Hazard>
[[nodiscard]] auto exclusive(request<M, Try, Hazard> r) noexcept {
  return exclusive_request<M, Try, Hazard>(std::move(r));
}

/// A call that has not begun yet.
template <class F, class... Args>
class [[nodiscard("a blocking call begins when it is awaited: co_await it")]] blocking_operation {
public:
  using value_type = std::invoke_result_t<F, Args...>;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;

  explicit blocking_operation(F f, Args... args) : f_(std::move(f)), args_(std::move(args)...) {}
  [[nodiscard]] auto operator co_await() && noexcept { return awaiter(); }
  [[nodiscard]] auto operator co_await() & noexcept { return awaiter(); }

private:
  auto awaiter() noexcept { return detail::blocking_call<F, Args...>(f_, args_); }

  [[no_unique_address]] F f_;
  std::tuple<Args...> args_;
};

/// Calls `f(args...)` on a thread that may block, and waits for what it gives: reading a file, a
/// library that sleeps. What it throws is thrown by the co_await. The call owns what it works on
/// and knows nothing of the actor, which may end meanwhile: then the result is dropped.
/// @throws std::system_error at the co_await if no thread can be had
/// @cost one allocation, a lock, a wake-up; threads are kept for a while, system_options says how
///   many there may be
template <class F, class... Args>
[[nodiscard]] auto blocking(F f, Args... args) {
  constexpr bool keeps_nothing = std::is_pointer_v<F> || std::is_empty_v<F>;
  static_assert(keeps_nothing,
                "troupe: blocking(f) runs on another thread and may outlive the actor: capture "
                "nothing, pass values: blocking([](T x) { ... }, x)");
  static_assert(std::is_invocable_v<F, Args...>,
                "troupe: blocking(f, args...): f does not take these arguments (see Args)");
  return blocking_operation<F, Args...>(std::move(f), std::move(args)...);
}

}  // namespace troupe
