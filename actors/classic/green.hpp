// green.hpp: functions that run at once and wait without a thread: the manner of gevent.
//
//   Before   spawn() makes an actor of each.
//   After    workers run them; detail/task_hub.hpp tells who waits for their ends.
//   Called   spawn, kill: any thread. join and value: ordinary threads. co_await: in actors.
//   Holds    a greenlet: the actor, and its result.
#pragma once

#include <troupe/actors/await.hpp>
#include <troupe/actors/classic/future.hpp>
#include <troupe/actors/classic/semaphore.hpp>
#include <troupe/actors/system.hpp>
#include <troupe/actors/task.hpp>

#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace troupe::classic::green {

namespace detail {

using troupe::classic::detail::any_task;
using troupe::classic::detail::finish_op;
using troupe::classic::detail::handle;
using troupe::classic::detail::task_of;
using troupe::classic::detail::task_ptr;

/// The hub of all greenlets of a system.
[[nodiscard]] handle hub_of(actor_system& sys);
/// @throws wait_failed(closed)
void begin(const handle& hub, any_task t);
/// It has ended. @thread in a turn
void end(const handle& hub, any_task t) noexcept;

/// Nothing runs it but its actor.
template <class R>
struct green_task final : task_of<R> {
  void run() noexcept override {}
};

template <class F, class... Args>
using given_by = typename troupe::detail::given_by<std::invoke_result_t<F, Args...>>::type;

/// One greenlet.
template <class F, class... Args>
class green_actor : public actor<green_actor<F, Args...>> {
  using result_type = given_by<F, Args...>;

public:
  green_actor(handle hub, task_ptr<task_of<result_type>> t, std::optional<semaphore::ref> limit,
              F f, Args... args)
      : hub_(std::move(hub)),
        task_(std::move(t)),
        limit_(std::move(limit)),
        function_(std::move(f)),
        args_(std::move(args)...) {}
  ~green_actor() {
    if (!task_) return;  // else it was ended
    task_->thrown = std::make_exception_ptr(wait_failed(wait_errc::killed, "a greenlet"));
    finish();
  }

  task<> on_start() {
    if (limit_) {
      const wait_errc got = co_await limit_->acquire();
      if (got != wait_errc::ok) throw wait_failed(got, "the pool of a greenlet");
      has_permit_ = true;
    }
    auto body = std::apply(function_, std::move(args_));
    co_await run(std::move(body));
    finish();
    this->self().stop();
  }

private:
  task<> run(task<result_type> body) {
    try {
      if constexpr (std::is_void_v<result_type>) {
        co_await body;
        task_->value.emplace();
      } else {
        task_->value.emplace(co_await body);
      }
    } catch (...) {
      task_->thrown = std::current_exception();
    }
  }
  void finish() noexcept {
    if (has_permit_) static_cast<void>(give_back());
    end(hub_, any_task(std::move(task_)));
  }
  [[nodiscard]] bool give_back() noexcept {
    return troupe::classic::detail::post<troupe::classic::detail::permits_op>(limit_->handle_(),
                                                                              std::ptrdiff_t{1});
  }

  handle hub_;
  task_ptr<task_of<result_type>> task_;  ///< null: it has told its result
  std::optional<semaphore::ref> limit_;
  bool has_permit_ = false;
  F function_;
  std::tuple<Args...> args_;
};

}  // namespace detail

/// A function that runs, or has run. Copies mean the same one.
template <class R>
class greenlet {
public:
  using value_type = R;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;

  greenlet() noexcept = default;

  /// Waits until it has ended. @returns what it gave; throws what it threw, wait_failed(killed,
  ///   timeout, negative_timeout, closed), ask_failed(would_block_worker) in a turn
  decltype(auto) value(wait_time t = forever) const { return result_.result(t); }
  /// Waits until it has ended. @returns ok, timeout, negative_timeout, closed
  wait_errc join(wait_time t = forever) const { return result_.wait_until_done(t); }
  [[nodiscard]] bool ready() const noexcept { return result_.done(); }
  /// Whether it has ended without an exception.
  [[nodiscard]] bool successful() const { return ready() && result_.exception() == nullptr; }
  /// Ends it where it waits.
  void kill() const noexcept { troupe::detail::request_kill(actor_.get(), actor_.incarnation()); }
  [[nodiscard]] const future<R>& as_future() const noexcept { return result_; }

  [[nodiscard]] auto operator co_await() const { return result_.operator co_await(); }

  // For the library.
  greenlet(troupe::detail::handle a, future<R> f) noexcept
      : actor_(std::move(a)), result_(std::move(f)) {}

private:
  troupe::detail::handle actor_;
  future<R> result_;
};

namespace detail {

template <class F, class... Args>
auto spawn(actor_system& sys, std::optional<semaphore::ref> limit, F f, Args... args) {
  constexpr bool keeps_nothing = std::is_pointer_v<F> || std::is_empty_v<F>;
  static_assert(keeps_nothing,
                "troupe: what a greenlet's function captures may be gone when it goes on: capture "
                "nothing, pass values: spawn(sys, [](T x) -> task<> { ... }, x)");
  using result_type = given_by<F, Args...>;
  task_ptr<task_of<result_type>> t(new green_task<result_type>);
  handle hub = hub_of(sys);
  future<result_type> result(hub, t);
  begin(hub, any_task(task_ptr<task_of<result_type>>(t)));
  auto made = sys.spawn<green_actor<F, Args...>>(std::move(hub), std::move(t), std::move(limit),
                                                 std::move(f), std::move(args)...);
  return greenlet<result_type>(handle(made.cell_(), made.incarnation_()), std::move(result));
}

}  // namespace detail

/// Runs the coroutine `f(args...)`, a `task<R>`, as an actor of its own: awaiting a sleep, a reply
/// or a socket gives the core to others. @throws std::bad_alloc, system_closed, wait_failed(closed)
template <class F, class... Args>
[[nodiscard]] auto spawn(actor_system& sys, F f, Args... args) {
  return detail::spawn(sys, std::nullopt, std::move(f), std::move(args)...);
}

using troupe::sleep;

/// Waits for all of them, or until the time is over. @returns whether all have ended
/// @throws wait_failed(negative_timeout)
template <class R>
bool joinall(actor_system& sys, const std::vector<greenlet<R>>& all, wait_time t = forever) {
  if (t.is_negative()) throw wait_failed(wait_errc::negative_timeout, "joinall()");
  const time_point until = t.is_forever() ? time_point::max() : sys.now() + t.lasts();
  bool ended = true;
  for (const auto& one : all) {
    const wait_time left =
        t.is_forever() ? t : wait_time(std::max(until - sys.now(), duration::zero()));
    ended = one.join(left) == wait_errc::ok && ended;
  }
  return ended;
}

/// Runs at most `n` greenlets at once; the others wait for their turn, in order.
class pool {
public:
  pool(actor_system& sys, std::size_t n) : sys_(sys), permits_(sys, n) {}

  template <class F, class... Args>
  [[nodiscard]] auto spawn(F f, Args... args) {
    return detail::spawn(sys_, semaphore::ref(permits_), std::move(f), std::move(args)...);
  }
  /// One for each element. @returns their values, in order; throws what the first that failed threw
  template <class F, class Range>
  [[nodiscard]] auto map(F f, const Range& range) {
    using element = std::remove_cvref_t<decltype(*std::begin(range))>;
    using result_type = detail::given_by<F, element>;
    std::vector<greenlet<result_type>> all;
    for (const auto& one : range) all.push_back(spawn(f, element(one)));
    std::vector<result_type> values;
    for (const auto& one : all) values.push_back(one.value());
    return values;
  }

private:
  actor_system& sys_;
  semaphore permits_;
};

}  // namespace troupe::classic::green
