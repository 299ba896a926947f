// guarded.hpp: a value behind a lock, reached only by functions that run there.
//
//   Before   threads and actors that share a value.
//   After    detail/lock_body.hpp runs their functions, one at a time.
//   Called   guarded: any thread but inside turns. guarded::ref: in actors.
//   Holds    the value, as long as the actor behind it lives.
#pragma once

#include <troupe/actors/classic/lock.hpp>

#include <memory>
#include <string>
#include <utility>

namespace troupe::classic {

/// A value that only one function at a time can touch:
///
///     classic::guarded<std::map<std::string, int>> stock(sys);
///     stock.with([](auto& s) { ++s["nails"]; });
///
/// The function runs where the value is: the caller that finds nobody there runs it itself, under
/// contention one caller runs those of several. So it is faster than a mutex when many contend.
/// @pre the functions are short and wait for nothing: asks and blocking calls in them throw
///   ask_failed(would_block_worker)
template <class T>
class guarded {
public:
  class ref;

  /// Builds the value from `args`. @throws what that throws, std::bad_alloc, system_closed
  template <class... Args>
  explicit guarded(actor_system& sys, Args&&... args)
      : guarded(sys, options{}, std::make_shared<T>(std::forward<Args>(args)...)) {}
  template <class... Args>
  guarded(actor_system& sys, options o, Args&&... args)
      : guarded(sys, std::move(o), std::make_shared<T>(std::forward<Args>(args)...)) {}

  /// Runs `f(T&)` there. @returns what it returns; throws what it throws
  template <class F>
  decltype(auto) with(F f) {
    using op = detail::call_op<F, T&>;
    return detail::call<op>(body_, forever, f).get();
  }

  // For the library.
  [[nodiscard]] const detail::handle& handle_() const noexcept { return body_; }

private:
  guarded(actor_system& sys, options o, std::shared_ptr<T> value)
      : body_(detail::make_lock(sys, detail::lock_kind::plain, std::move(o.name), false,
                                std::move(value))) {}

  detail::handle body_;
};

/// What an actor holds of it.
template <class T>
class guarded<T>::ref {
public:
  ref(const guarded& of) noexcept : body_(of.handle_()) {}

  /// Runs `f(T&, args...)` there; it captures nothing. `co_await` gives what it returns, or throws
  /// what it throws.
  template <class F, class... Args>
  [[nodiscard]] auto with(F f, Args... args) const {
    return detail::awaited<detail::owning_call<T, F, Args...>, F, Args...>(
        body_, forever, std::move(f), std::move(args)...);
  }

private:
  detail::handle body_;
};

}  // namespace troupe::classic
