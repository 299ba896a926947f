// semaphore.hpp: at most so many at a time.
//
//   Before   threads and actors that share what there is a number of.
//   After    detail/gates.hpp, an actor, counts.
//   Called   semaphore: ordinary threads. semaphore::ref: in actors.
//   Holds    a handle to the actor.
#pragma once

#include <troupe/actors/classic/detail/gates.hpp>
#include <troupe/actors/system.hpp>

#include <cstddef>
#include <utility>

namespace troupe::classic {

namespace detail {

[[nodiscard]] handle make_semaphore(actor_system& sys, std::size_t value, bool bounded, options o);
/// @throws wait_failed unless it is ok
inline void throw_unless_ok(wait_errc end, std::string_view operation) {
  if (end != wait_errc::ok) throw wait_failed(end, operation);
}

}  // namespace detail

/// `value` permits: acquire() takes one or waits, release(k) gives k back and wakes exactly k of
/// those who wait, in their order. Who releases need not have acquired. A permit is not given back
/// by the end of who has it.
///
/// When to use: at most n connections, n downloads at once. When not: one at a time is a lock.
template <bool Bounded>
class basic_semaphore {
public:
  class ref;

  explicit basic_semaphore(actor_system& sys, std::size_t value = 1, options o = {})
      : body_(detail::make_semaphore(sys, value, Bounded, std::move(o))) {}

  /// Waits for a permit. @throws wait_failed(closed)
  void acquire() {
    detail::throw_unless_ok(detail::call<detail::permit_op>(body_, forever),
                            detail::permit_op::name);
  }
  /// @returns ok, timeout, negative_timeout, closed
  [[nodiscard]] wait_errc acquire(wait_time t) { return detail::call<detail::permit_op>(body_, t); }
  [[nodiscard]] bool try_acquire() { return acquire(duration::zero()) == wait_errc::ok; }
  /// @returns ok; bad_count: `count` is less than 1; too_many: above the initial
  ///   value of a bounded one, or above 2^63 - 1. Then nothing has changed
  wait_errc release(std::ptrdiff_t count = 1) {
    return detail::call<detail::permits_op>(body_, forever, count);
  }
  /// The permits that are there now.
  [[nodiscard]] std::size_t value() const { return detail::call<detail::value_op>(body_, forever); }

  // For the library.
  [[nodiscard]] const detail::handle& handle_() const noexcept { return body_; }

private:
  detail::handle body_;
};

/// What an actor holds of a semaphore.
template <bool Bounded>
class basic_semaphore<Bounded>::ref {
public:
  ref(const basic_semaphore& of) noexcept : body_(of.handle_()) {}

  /// @returns ok, timeout, negative_timeout, closed
  [[nodiscard]] auto acquire(wait_time t = forever) const {
    return detail::awaited<detail::permit_op>(body_, t);
  }
  [[nodiscard]] auto release(std::ptrdiff_t count = 1) const {
    return detail::awaited<detail::permits_op, std::ptrdiff_t>(body_, forever, count);
  }
  [[nodiscard]] auto value() const { return detail::awaited<detail::value_op>(body_, forever); }

  // For the library.
  [[nodiscard]] const detail::handle& handle_() const noexcept { return body_; }

private:
  detail::handle body_;
};

using semaphore = basic_semaphore<false>;
/// One that refuses to be released above its initial value: a release too many is a bug.
using bounded_semaphore = basic_semaphore<true>;

}  // namespace troupe::classic
