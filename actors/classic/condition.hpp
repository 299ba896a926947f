// condition.hpp: waiting until somebody else has changed what a lock guards.
//
//   Before   lock.hpp: a hold.
//   After    detail/lock_body.hpp moves those who wait to its own line.
//   Called   condition: ordinary threads. condition::ref: in actors.
//   Holds    a handle to the lock's actor, and a line of those who wait.
#pragma once

#include <troupe/actors/classic/lock.hpp>
#include <troupe/actors/task.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>

namespace troupe::classic {

/// A condition of a lock:
///
///     auto held = l.acquire();
///     ready.wait_for(held, [&] { return !jobs.empty(); });
///
/// wait() gives the lock up and takes it again, in one step of the lock's actor: no notification
/// between the two is lost, and nobody wakes without one. Those who are notified stand in the
/// lock's line; nobody is woken only to find it taken.
/// @note `held` stays the same hold throughout; of an rlock held several times all is given up
class condition {
public:
  class ref;

  template <detail::lock_kind Kind>
  explicit condition(const basic_lock<Kind>& of)
      : lock_(of.handle_()), line_(std::make_shared<detail::line>()) {}
  template <detail::lock_kind Kind>
  explicit condition(const typename basic_lock<Kind>::ref& of)
      : lock_(of.handle_()), line_(std::make_shared<detail::line>()) {}

  /// Waits until it is notified; then, or when the time is over, until it has the lock again.
  /// @returns ok: notified; timeout; not_held, not_owner: `held` is no hold of this lock, nothing
  ///   was waited for; closed: the lock is gone
  [[nodiscard]] wait_errc wait(lock_hold& held, wait_time t = forever) {
    return detail::call<detail::await_op>(lock_, t, line_, &held);
  }
  /// Waits until `holds()`, which is called with the lock held, on this thread.
  /// @returns ok: it holds; else as wait()
  template <class Predicate>
  [[nodiscard]] wait_errc wait_for(lock_hold& held, Predicate holds, wait_time t = forever) {
    if (t.is_negative()) return wait_errc::negative_timeout;
    if (const wait_errc fits = check(held); fits != wait_errc::ok) return fits;
    const auto until = deadline_of(t);
    while (!holds()) {
      const wait_errc end = wait(held, time_left(t, until));
      if (end == wait_errc::timeout) return holds() ? wait_errc::ok : end;
      if (end != wait_errc::ok) return end;
    }
    return wait_errc::ok;
  }
  /// Wakes the `count` that have waited longest, or as many as there are.
  /// @returns ok; not_held, not_owner: `held` is no hold of this lock, nobody was woken
  wait_errc notify(const lock_hold& held, std::size_t count = 1) {
    return detail::call<detail::notify_op>(lock_, forever, line_, held, count);
  }
  wait_errc notify_all(const lock_hold& held) { return notify(held, everybody); }

private:
  friend class ref;
  static constexpr std::size_t everybody = std::numeric_limits<std::size_t>::max();

  [[nodiscard]] wait_errc check(const lock_hold& held) const noexcept {
    if (!held) return wait_errc::not_held;
    return held.handle_().get() == lock_.get() ? wait_errc::ok : wait_errc::not_owner;
  }
  [[nodiscard]] time_point deadline_of(wait_time t) const noexcept {
    return t.is_forever() ? time_point::max()
                          : troupe::detail::deadline_in(*lock_.get(), t.lasts());
  }
  [[nodiscard]] wait_time time_left(wait_time t, time_point until) const noexcept {
    if (t.is_forever()) return forever;
    return std::max(until - time_in(*lock_.get()), duration::zero());
  }

  detail::handle lock_;
  std::shared_ptr<detail::line> line_;
};

/// What an actor holds of a condition. `held` stays where it is while it waits.
class condition::ref {
public:
  ref(const condition& of) noexcept : lock_(of.lock_), line_(of.line_) {}

  [[nodiscard]] auto wait(lock_hold& held, wait_time t = forever) const {
    return detail::awaited<detail::await_op, std::shared_ptr<detail::line>, lock_hold*>(
        lock_, t, line_, &held);
  }
  /// As that of the condition; `holds()` is called in this actor's turns.
  template <class Predicate>
  [[nodiscard]] task<wait_errc> wait_for(lock_hold& held, Predicate holds,
                                         wait_time t = forever) const {
    return wait_until(*this, held, std::move(holds), t);
  }
  [[nodiscard]] auto notify(const lock_hold& held, std::size_t count = 1) const {
    return detail::awaited<detail::notify_op, std::shared_ptr<detail::line>, detail::hold_view,
                           std::size_t>(lock_, forever, line_, held, count);
  }
  [[nodiscard]] auto notify_all(const lock_hold& held) const {
    return notify(held, condition::everybody);
  }

private:
  template <class Predicate>
  static task<wait_errc> wait_until(ref of, lock_hold& held, Predicate holds, wait_time t) {
    if (t.is_negative()) co_return wait_errc::negative_timeout;
    if (!held) co_return wait_errc::not_held;
    if (held.handle_().get() != of.lock_.get()) co_return wait_errc::not_owner;
    const time_point until = t.is_forever()
                                 ? time_point::max()
                                 : troupe::detail::deadline_in(*of.lock_.get(), t.lasts());
    while (!holds()) {
      const wait_time left =
          t.is_forever() ? t : wait_time(std::max(until - time_in(*of.lock_.get()), duration{}));
      auto waits = of.wait(held, left);
      const wait_errc end = co_await waits;
      if (end == wait_errc::timeout) co_return holds() ? wait_errc::ok : end;
      if (end != wait_errc::ok) co_return end;
    }
    co_return wait_errc::ok;
  }

  detail::handle lock_;
  std::shared_ptr<detail::line> line_;
};

}  // namespace troupe::classic
