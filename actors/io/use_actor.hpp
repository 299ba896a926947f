// use_actor.hpp: operations of Asio's, awaited in an actor.
//
//   Before   users write `co_await socket.async_read_some(buffer, use_actor)` in a task.
//   After    the operation begins; its results resume the coroutine in a turn of its actor.
//   Called   in turns of an actor.
//   Holds    an operation holds what it was given, until it is awaited.
//   Cost     Asio's own, one allocation and one message.
#pragma once

#include <troupe/actors/io/detail/awaiting.hpp>

#include <asio/async_result.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace troupe::io {

/// How an operation ends: what it gives, or an exception of its error.
struct use_actor_t {
  template <class... Results>
  using outcome = detail::outcome_thrown<Results...>;
};
/// The same, with the error as a value: `troupe::result<T, asio::error_code>`.
struct use_actor_result_t {
  template <class... Results>
  using outcome = detail::outcome_as_result<Results...>;
};

/// The completion token for coroutines of actors: `auto n = co_await s.async_read_some(b,
/// use_actor)`. Lazy: the operation begins when it is awaited. It gives what its handler would be
/// given without the error: nothing, a value, or a tuple of values; an error is thrown as
/// std::system_error.
///
/// While it waits the actor handles other messages. When the actor stops, or when_any gives it up,
/// the operation is cancelled, and what it uses (its coroutine, the object) stays until it is back.
/// @note a socket that is awaited is closed, not destroyed: `s.close()` ends the wait with an
/// error.
///   Names are resolved on a thread of Asio's and cannot be cancelled: an end waits for them
inline constexpr use_actor_t use_actor{};
/// The same for those who expect errors: `auto n = co_await s.async_read_some(b, use_actor_result);
/// if (!n) … n.error()`.
inline constexpr use_actor_result_t use_actor_result{};

/// An operation of Asio's that has not begun yet.
template <class Outcome, class Initiation, class... Args>
class [[nodiscard("an operation begins when it is awaited: co_await it")]] operation {
public:
  using value_type = typename Outcome::value_type;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;

  template <class I, class... As>
  explicit operation(std::in_place_t, I&& initiation, As&&... args)
      : initiation_(std::forward<I>(initiation)), args_(std::forward<As>(args)...) {}

  [[nodiscard]] auto operator co_await() && noexcept { return awaiter(); }
  [[nodiscard]] auto operator co_await() & noexcept { return awaiter(); }

private:
  auto awaiter() noexcept {
    return detail::awaiting<Outcome, Initiation, Args...>(initiation_, args_);
  }

  Initiation initiation_;
  std::tuple<Args...> args_;
};

namespace detail {

template <class T>
concept token = std::is_same_v<T, use_actor_t> || std::is_same_v<T, use_actor_result_t>;

}  // namespace detail
}  // namespace troupe::io

/// How Asio begins an operation with one of our tokens: not at all, yet.
template <troupe::io::detail::token Token, class... Results>
class asio::async_result<Token, void(Results...)> {
public:
  template <class Initiation, class... Args>
  static auto initiate(Initiation&& initiation, const Token&, Args&&... args) {
    using outcome = typename Token::template outcome<std::decay_t<Results>...>;
    return troupe::io::operation<outcome, std::decay_t<Initiation>, std::decay_t<Args>...>(
        std::in_place, std::forward<Initiation>(initiation), std::forward<Args>(args)...);
  }
};
