// atomics.hpp: std::atomic, std::mutex and the fence, each operation a scheduling point.
//
//   Before   shipped lock-free headers, instantiated with model::atomics.   After   point.hpp.
//   Called   on a virtual thread; elsewhere the operations just happen.
//   Holds    plain values: the explorer runs one virtual thread at a time.
//   Rules    A1  Every operation names its memory order, and the order must fit the operation.
//            A2  An operation on a destroyed object fails the execution.
//   Blind    Orders are not modelled: every interleaving is sequentially consistent. A weak
//            compare-exchange never fails without a reason.
#pragma once

#include "point.hpp"

#include <atomic>
#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>

namespace model {

namespace detail {

/// One operation: a point before it; behind it, if asked for, another.
class step {
public:
  step(const life_mark& life, const void* object, const char* what, condition until = {}) noexcept
      : object_(object), what_(what) {
    point({object, what}, until);
    life.require(what);
  }
  step(const step&) = delete;
  step& operator=(const step&) = delete;
  ~step() { point_after(); }

  void write(const std::string& text) const { note(object_, {what_, text}); }

private:
  const void* object_;
  const char* what_;
};

[[nodiscard]] constexpr bool fits_load(std::memory_order order) noexcept {
  return order != std::memory_order_release && order != std::memory_order_acq_rel;
}
[[nodiscard]] constexpr bool fits_store(std::memory_order order) noexcept {
  return order == std::memory_order_relaxed || order == std::memory_order_release ||
         order == std::memory_order_seq_cst;
}
inline void require_order(bool fits) noexcept {
  if (!fits) fail("a memory order that this operation cannot have");
}

}  // namespace detail

/// Stands in for std::atomic<T>. Orders have no default: the house names them.
/// @thread any virtual thread; outside of an execution, one OS thread.
template <class T>
class atomic {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  using value_type = T;
  static constexpr bool is_always_lock_free = true;

  constexpr atomic() noexcept = default;
  constexpr atomic(T value) noexcept : value_(value) {}
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  [[nodiscard]] bool is_lock_free() const noexcept { return true; }

  [[nodiscard]] T load(std::memory_order order) const noexcept {
    detail::require_order(detail::fits_load(order));
    const detail::step now(life_, this, "load");
    if (detail::tracing()) now.write(detail::joined({" = ", detail::value_text(value_)}));
    return value_;
  }

  void store(T desired, std::memory_order order) noexcept {
    detail::require_order(detail::fits_store(order));
    const detail::step now(life_, this, "store");
    if (detail::tracing()) now.write(detail::joined({"(", detail::value_text(desired), ")"}));
    value_ = desired;
  }

  T exchange(T desired, std::memory_order) noexcept {
    return replace("exchange", desired, desired);
  }

  /// One order: a failed exchange loads with that order, without its release part.
  bool compare_exchange_strong(T& expected, T desired, std::memory_order) noexcept {
    return compare_exchange(expected, desired);
  }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order,
                               std::memory_order failed) noexcept {
    detail::require_order(detail::fits_load(failed));
    return compare_exchange(expected, desired);
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order) noexcept {
    return compare_exchange(expected, desired);
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order,
                             std::memory_order failed) noexcept {
    detail::require_order(detail::fits_load(failed));
    return compare_exchange(expected, desired);
  }

  T fetch_add(T by, std::memory_order) noexcept
    requires std::is_integral_v<T>
  {
    const detail::step now(life_, this, "fetch_add");
    return change(now, by, wrapped(bits(value_) + bits(by)));
  }
  T fetch_sub(T by, std::memory_order) noexcept
    requires std::is_integral_v<T>
  {
    const detail::step now(life_, this, "fetch_sub");
    return change(now, by, wrapped(bits(value_) - bits(by)));
  }
  T fetch_add(std::ptrdiff_t by, std::memory_order) noexcept
    requires std::is_pointer_v<T>
  {
    const detail::step now(life_, this, "fetch_add");
    return change(now, by, value_ + by);
  }
  T fetch_sub(std::ptrdiff_t by, std::memory_order) noexcept
    requires std::is_pointer_v<T>
  {
    const detail::step now(life_, this, "fetch_sub");
    return change(now, by, value_ - by);
  }
  T fetch_and(T with, std::memory_order) noexcept
    requires std::is_integral_v<T>
  {
    const detail::step now(life_, this, "fetch_and");
    return change(now, with, static_cast<T>(value_ & with));
  }
  T fetch_or(T with, std::memory_order) noexcept
    requires std::is_integral_v<T>
  {
    const detail::step now(life_, this, "fetch_or");
    return change(now, with, static_cast<T>(value_ | with));
  }
  T fetch_xor(T with, std::memory_order) noexcept
    requires std::is_integral_v<T>
  {
    const detail::step now(life_, this, "fetch_xor");
    return change(now, with, static_cast<T>(value_ ^ with));
  }

private:
  static constexpr auto bits(T value) noexcept { return static_cast<std::uint64_t>(value); }
  static constexpr T wrapped(std::uint64_t value) noexcept { return static_cast<T>(value); }

  T replace(const char* what, T shown, T desired) noexcept {
    const detail::step now(life_, this, what);
    return change(now, shown, desired);
  }

  template <class Argument>
  T change(const detail::step& now, Argument argument, T desired) noexcept {
    const T before = value_;
    if (detail::tracing()) {
      now.write(
          detail::joined({"(", detail::value_text(argument), ") = ", detail::value_text(before)}));
    }
    value_ = desired;
    return before;
  }

  bool compare_exchange(T& expected, T desired) noexcept {
    const detail::step now(life_, this, "compare_exchange");
    const bool same = std::memcmp(&value_, &expected, sizeof(T)) == 0;
    if (detail::tracing()) {
      now.write(detail::joined({"(", detail::value_text(expected), ", ",
                                detail::value_text(desired), same ? ") succeeds" : ") fails, sees ",
                                same ? "" : detail::value_text(value_)}));
    }
    if (same) {
      value_ = desired;
    } else {
      expected = value_;
    }
    return same;
  }

  T value_{};
  detail::life_mark life_;
};

/// Stands in for std::mutex. Waiting threads are disabled, so a cycle of them is a deadlock found.
class mutex {
public:
  mutex() noexcept = default;
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;

  void lock() noexcept {
    const detail::step now(life_, this, "lock", {&mutex::is_free, this});
    take(now, "");
  }
  [[nodiscard]] bool try_lock() noexcept {
    const detail::step now(life_, this, "try_lock");
    if (!held_) {
      take(now, " succeeds");
      return true;
    }
    if (detail::tracing()) now.write(" fails");
    return false;
  }
  void unlock() noexcept {
    const detail::step now(life_, this, "unlock");
    if (!held_ || owner_ != detail::this_thread()) {
      detail::fail("unlock by a thread that does not hold the mutex");
    }
    if (detail::tracing()) now.write("");
    held_ = false;
  }

private:
  static bool is_free(const void* self) { return !static_cast<const mutex*>(self)->held_; }
  void take(const detail::step& now, const char* text) noexcept {
    if (detail::tracing()) now.write(text);
    held_ = true;
    owner_ = detail::this_thread();
  }

  detail::life_mark life_;
  bool held_ = false;
  unsigned owner_ = detail::no_thread;
};

/// Stands in for std::atomic_thread_fence: a point at which others may run.
inline void fence(std::memory_order) noexcept {
  detail::point({nullptr, "fence"});
  if (detail::tracing()) detail::note(nullptr, {"fence"});
  detail::point_after();
}

/// What shipped lock-free headers take instead of their real atomics.
struct atomics {
  template <class T>
  using atomic = model::atomic<T>;
  using mutex = model::mutex;
  static void fence(std::memory_order order) noexcept { model::fence(order); }
};

}  // namespace model
