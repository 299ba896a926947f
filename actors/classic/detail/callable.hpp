// callable.hpp: a function of the user's that an adapter's turn runs.
//
//   Before   lock.with(f), guarded.with(f).      After   lock_body runs it under the lock.
//   Holds    a pointer to the function while its caller waits; or the function itself.
#pragma once

#include <troupe/actors/classic/detail/lock_body.hpp>

#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace troupe::classic::detail {

/// What a function gave, or threw.
template <class R>
class called {
  using stored = std::conditional_t<
      std::is_void_v<R>, std::monostate,
      std::conditional_t<std::is_reference_v<R>, std::remove_reference_t<R>*, R>>;

public:
  called(wait_errc why) noexcept : refused_(why) {}
  called() noexcept = default;

  template <class F>
  void run(F&& f) noexcept {
    try {
      if constexpr (std::is_void_v<R>) {
        std::forward<F>(f)();
        value_.emplace();
      } else if constexpr (std::is_reference_v<R>) {
        value_.emplace(&std::forward<F>(f)());
      } else {
        value_.emplace(std::forward<F>(f)());
      }
    } catch (...) {
      thrown_ = std::current_exception();
    }
  }
  /// @throws what the function threw; wait_failed if it was not called
  R get() {
    if (thrown_ != nullptr) std::rethrow_exception(std::move(thrown_));
    if (!value_) throw wait_failed(refused_, "with() of a lock");
    if constexpr (std::is_reference_v<R>)
      return **value_;
    else if constexpr (!std::is_void_v<R>)
      return *std::move(value_);
  }
  void refuse(wait_errc why) noexcept { refused_ = why; }

private:
  std::optional<stored> value_;
  std::exception_ptr thrown_;
  wait_errc refused_ = wait_errc::closed;
};

/// `f(args...)` under a lock, without its value: `Args` are what the turn gives.
template <class F, class... Args>
struct call_op : acquire_op {
  using result_type = std::invoke_result_t<F&, Args...>;
  using value_type = called<result_type>;
  static constexpr std::string_view name = "with() of a lock";

  explicit call_op(F& f) noexcept : function(f) { call = &run; }
  [[nodiscard]] static value_type refused(wait_errc why) noexcept { return why; }
  [[nodiscard]] value_type take(const handle&) noexcept {
    given.refuse(outcome_of(*this));
    return std::move(given);
  }
  void discard(const handle&) const noexcept {}

  static void run(acquire_op& op, void* value) noexcept {
    auto& that = static_cast<call_op&>(op);
    if constexpr (sizeof...(Args) == 0)
      that.given.run([&]() -> result_type { return that.function(); });
    else
      that.given.run([&]() -> result_type {
        return that.function((*static_cast<std::remove_reference_t<Args>*>(value))...);
      });
  }

  F& function;
  value_type given;
};

template <class F>
using plain_call = call_op<F>;

template <class Value, class F, class... Args>
struct called_with {
  using type = std::invoke_result_t<F&, Value&, Args...>;
};
template <class F, class... Args>
struct called_with<void, F, Args...> {
  using type = std::invoke_result_t<F&, Args...>;
};

/// The same for a coroutine: it keeps function and arguments, and gives the value itself. `Value`
/// is what the turn gives first; void: nothing.
template <class Value, class F, class... Args>
struct owning_call : acquire_op {
  static_assert(std::is_pointer_v<F> || std::is_empty_v<F>,
                "troupe: with(f) runs where the lock is, beside other handlers of this actor: "
                "capture nothing, pass values: with([](T x) { ... }, x)");
  using result_type = typename called_with<Value, F, Args...>::type;
  static_assert(!std::is_reference_v<result_type>,
                "troupe: with(f) of an actor gives a value: what is guarded stays there");
  using value_type = result_type;
  static constexpr std::string_view name = "with() of a lock";

  explicit owning_call(F f, Args... a) : function(std::move(f)), args(std::move(a)...) {
    call = &run;
  }
  [[nodiscard]] static value_type refused(wait_errc why) { throw wait_failed(why, name); }
  [[nodiscard]] value_type take(const handle&) {
    given.refuse(outcome_of(*this));
    return given.get();
  }
  void discard(const handle&) const noexcept {}

  static void run(acquire_op& op, void* value) noexcept {
    auto& that = static_cast<owning_call&>(op);
    that.given.run([&]() -> result_type {
      if constexpr (std::is_void_v<Value>)
        return std::apply(that.function, std::move(that.args));
      else
        return std::apply(
            [&](Args&... a) -> result_type {
              return that.function(*static_cast<Value*>(value), std::move(a)...);
            },
            that.args);
    });
  }

  [[no_unique_address]] F function;
  std::tuple<Args...> args;
  called<result_type> given;
};

}  // namespace troupe::classic::detail
