// gather.hpp: waiting for several at once.
//
//   Before   users write `co_await when_all(a, b)`.
//   After    each operand runs in a branch of its own, a small coroutine.
//   Called   in turns of an actor.
//   Cost     one allocation for each operand's branch.
//   Rules    G1  The co_await returns when every branch has ended or is destroyed; nothing of them
//                is left.
#pragma once

#include <troupe/actors/detail/branch.hpp>
#include <troupe/actors/detail/hazard.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace troupe {
namespace detail {

/// Waits for operands of different types.
template <bool Any, class... Ops>
class joint_of_several : public joint {
  using slots = std::tuple<branch_result<typename Ops::value_type>...>;

public:
  explicit joint_of_several(std::tuple<Ops...>& ops) noexcept : joint(Any), ops_(ops) {}

  bool await_ready() const noexcept { return sizeof...(Ops) == 0; }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> h) {
    bind(h);
    return [this]<std::size_t... I>(std::index_sequence<I...>) {
      branches_ = {run_branch(std::move(std::get<I>(ops_)), std::get<I>(got_))...};
      return start(branches_.data(), branches_.size());
    }(std::index_sequence_for<Ops...>{});
  }
  auto await_resume() {
    const std::size_t winner = finish(branches_.data(), branches_.size());
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      if constexpr (Any) {
        using variant = std::variant<kept<typename Ops::value_type>...>;
        using function = variant (*)(slots&);
        static constexpr function take[] = {
            [](slots& all) { return variant(std::in_place_index<I>, std::get<I>(all).take()); }...};
        return take[winner](got_);
      } else {
        (void)winner;
        return std::tuple<kept<typename Ops::value_type>...>{std::get<I>(got_).take()...};
      }
    }(std::index_sequence_for<Ops...>{});
  }

private:
  std::tuple<Ops...>& ops_;
  slots got_;
  std::array<branch, sizeof...(Ops)> branches_;
};

/// Waits for operands of one type.
template <bool Any, class Op>
class joint_of_many : public joint {
  using value = typename Op::value_type;

public:
  explicit joint_of_many(std::vector<Op>& ops) noexcept : joint(Any), ops_(ops) {}

  bool await_ready() const {
    if (Any && ops_.empty()) refuse_none();
    return ops_.empty();
  }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> h) {
    bind(h);
    got_ = std::vector<branch_result<value>>(ops_.size());
    branches_.reserve(ops_.size());
    for (std::size_t i = 0; i < ops_.size(); ++i)
      branches_.push_back(run_branch(std::move(ops_[i]), got_[i]));
    return start(branches_.data(), branches_.size());
  }
  auto await_resume() {
    const std::size_t winner = finish(branches_.data(), branches_.size());
    if constexpr (Any && std::is_void_v<value>) {
      (void)got_[winner].take();
      return winner;
    } else if constexpr (Any) {
      return std::pair<std::size_t, value>(winner, got_[winner].take());
    } else if constexpr (std::is_void_v<value>) {
      for (auto& one : got_) (void)one.take();
    } else {
      std::vector<value> all;
      all.reserve(got_.size());
      for (auto& one : got_) all.push_back(one.take());
      return all;
    }
  }

private:
  std::vector<Op>& ops_;
  std::vector<branch_result<value>> got_;
  std::vector<branch> branches_;
};

/// What can be an operand.
template <class T>
concept operand = std::is_move_constructible_v<T> && T::is_awaited_in_turns &&
                  requires { typename T::value_type; };

}  // namespace detail

/// Several operations that have not begun yet.
template <bool Any, class... Ops>
class [[nodiscard("what is gathered begins when it is awaited: co_await it")]] gathering {
public:
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = (Ops::is_hazard || ...);

  explicit gathering(Ops... ops) : ops_(std::move(ops)...) {}
  [[nodiscard]] auto operator co_await() && noexcept {
    detail::refuse_hazard<is_hazard>();
    return detail::joint_of_several<Any, Ops...>(ops_);
  }
  [[nodiscard]] auto operator co_await() & noexcept {
    return detail::joint_of_several<Any, Ops...>(ops_);
  }

private:
  std::tuple<Ops...> ops_;
};

template <bool Any, class Op>
class [[nodiscard("what is gathered begins when it is awaited: co_await it")]] gathering_of_many {
public:
  static constexpr bool is_awaited_in_turns = true;

  explicit gathering_of_many(std::vector<Op> ops) noexcept : ops_(std::move(ops)) {}
  [[nodiscard]] auto operator co_await() && noexcept {
    return detail::joint_of_many<Any, Op>(ops_);
  }
  [[nodiscard]] auto operator co_await() & noexcept { return detail::joint_of_many<Any, Op>(ops_); }

private:
  std::vector<Op> ops_;
};

/// Starts all, in their order, and ends when each has ended: requests, tasks, sleep, send,
/// blocking.
/// @returns a tuple of what they give (void: std::monostate); for a vector a vector (void: void)
/// @throws at the co_await the first exception, in the order of the operands
/// @note name the tuple, then take it apart: `auto both = co_await when_all(a, b); auto& [x, y] =
/// both;`
template <detail::operand... Ops>
[[nodiscard]] auto when_all(Ops... ops) {
  static_assert(sizeof...(Ops) > 0, "troupe: when_all() of nothing");
  return gathering<false, Ops...>(std::move(ops)...);
}
template <detail::operand Op>
[[nodiscard]] auto when_all(std::vector<Op> ops) noexcept {
  return gathering_of_many<false, Op>(std::move(ops));
}

/// Starts them in their order; the first that ends, in whatever way, is the result. The others are
/// cancelled: a request that has not been handled never is, a reply that comes is late, a sleep is
/// over; a function that `blocking` has begun runs on, unheard. One that ends at once keeps those
/// behind it from being started.
/// @returns a variant of what they give, at the winner's index (void: std::monostate); for a vector
///   the pair of index and value (void: the index)
/// @throws at the co_await what the winner throws
template <detail::operand... Ops>
[[nodiscard]] auto when_any(Ops... ops) {
  static_assert(sizeof...(Ops) > 0, "troupe: when_any() of nothing would wait for ever");
  return gathering<true, Ops...>(std::move(ops)...);
}
template <detail::operand Op>
[[nodiscard]] auto when_any(std::vector<Op> ops) noexcept {
  return gathering_of_many<true, Op>(std::move(ops));
}

}  // namespace troupe
