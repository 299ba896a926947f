// lock.hpp: one at a time: lock and rlock.
//
//   Before   threads and actors that share something that is no actor.
//   After    detail/lock_body.hpp, an actor, says whose turn it is.
//   Called   lock: ordinary threads, and actors with a thread of their own. lock::ref: actors.
//   Holds    a handle to the actor; it ends when the last handle, hold or ref is gone.
//   Cost     acquire and release, if nobody else is there: two exchanges, two compare-exchanges, no
//            allocation. A coroutine's: a visit of a worker each. See docs/decisions/0020.
#pragma once

#include <troupe/actors/classic/detail/callable.hpp>
#include <troupe/actors/classic/detail/lock_body.hpp>
#include <troupe/actors/system.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace troupe::classic {

/// A lock that is held; released when this goes. If what goes with it is the actor that holds it,
/// the next holder gets it with `owner_died()`.
class [[nodiscard("a hold that is not kept is released at once")]] lock_hold {
public:
  lock_hold() noexcept = default;
  lock_hold(lock_hold&& other) noexcept
      : lock_(std::move(other.lock_)),
        token_(std::exchange(other.token_, 0)),
        owner_died_(other.owner_died_) {}
  lock_hold& operator=(lock_hold&& other) noexcept {
    lock_hold old(std::move(other));
    std::swap(lock_, old.lock_);
    std::swap(token_, old.token_);
    std::swap(owner_died_, old.owner_died_);
    return *this;
  }
  ~lock_hold();

  /// Whether there is one: not after release(), keep() or a move.
  [[nodiscard]] explicit operator bool() const noexcept { return token_ != 0; }
  /// Whether the one before ended while it held the lock: what it guards may be half changed.
  [[nodiscard]] bool owner_died() const noexcept { return owner_died_; }
  /// Names this ownership: higher than every one before it. Holds of an rlock that its owner takes
  /// again share it.
  [[nodiscard]] std::uint64_t token() const noexcept { return token_; }

  /// Releases it before its end. @returns not_held if there is none, or it was released by others;
  ///   of an rlock not_owner on another thread than its owner's, and nothing has changed. (The end
  ///   of this object releases it wherever that is.)
  wait_errc release();
  /// Lets go of this object, not of the lock: that stays held until somebody calls its release(),
  /// or the owner of an rlock does. Nobody's end releases it.
  void keep() noexcept;

  // For the library.
  lock_hold(detail::handle of, std::uint64_t token, bool owner_died) noexcept
      : lock_(std::move(of)), token_(token), owner_died_(owner_died) {}
  [[nodiscard]] const detail::handle& handle_() const noexcept { return lock_; }
  void note_death_() noexcept { owner_died_ = true; }

private:
  detail::handle lock_;
  std::uint64_t token_ = 0;
  bool owner_died_ = false;
};

namespace detail {

/// Releases a hold whose object goes. @thread any
void let_go_of(const handle& lock, std::uint64_t token, release_by why) noexcept;
[[nodiscard]] handle make_lock(actor_system& sys, lock_kind kind, std::string name, bool fair,
                               std::shared_ptr<void> value = nullptr);
/// @throws wait_failed if there is none
[[nodiscard]] lock_hold held_or_throw(result<lock_hold, wait_errc> got);

}  // namespace detail

struct lock_options {
  std::string name{};  ///< a label for reports; need not be unique
  /// Those who wait always come first. Each hand-over to a thread that sleeps then costs a context
  /// switch; without it a running thread may take a free lock before those who have waited less
  /// than a millisecond.
  bool fair = false;
};

/// A lock, as an actor: those who wait get it in the order in which they came, who holds it and who
/// waits can be seen in snapshot(), and an actor that ends while it holds it releases it.
///
///     classic::lock print(sys);
///     { auto held = print.acquire(); ... }              // a thread: blocks
///     auto held = co_await print_ref.acquire(1s);       // an actor, with a lock::ref
///
/// When to use: something outside of actors that only one may use at a time, shared by threads and
/// actors. When not: state that can live in an actor; a few instructions under contention: with(f)
/// runs them where the lock is. A thread that is pre-empted while it holds it delays the others,
/// and there is no priority inheritance, as with a mutex.
/// @thread any ordinary one; in a turn each operation throws ask_failed(would_block_worker)
template <detail::lock_kind Kind>
class basic_lock {
public:
  using hold = lock_hold;
  class ref;

  /// @throws std::bad_alloc, system_closed
  explicit basic_lock(actor_system& sys, lock_options o = {})
      : body_(detail::make_lock(sys, Kind, std::move(o.name), o.fair)) {}

  /// Waits until it is free. @throws wait_failed(closed, deadlock)
  [[nodiscard]] hold acquire() {
    return detail::held_or_throw(detail::call<detail::acquire_op>(body_, forever));
  }
  /// @returns the hold, or timeout, negative_timeout, closed, deadlock
  [[nodiscard]] result<hold, wait_errc> acquire(wait_time t) {
    return detail::call<detail::acquire_op>(body_, t);
  }
  /// The same without waiting.
  [[nodiscard]] result<hold, wait_errc> try_acquire() {
    return detail::call<detail::acquire_op>(body_, duration::zero());
  }
  /// Releases what was kept: a lock by anybody, an rlock by its owner.
  /// @returns not_held or not_owner, and nothing has changed
  wait_errc release() { return detail::call<detail::release_op>(body_, forever, std::uint64_t{0}); }
  /// Whether somebody holds it; false once it has ended with its system.
  [[nodiscard]] bool locked() const { return detail::call<detail::locked_op>(body_, forever); }

  /// Runs `f()` under the lock, on whichever thread has the lock's turn: under contention several
  /// callers' functions run one after another, with their data in one cache. Faster than acquire
  /// and release there.
  /// @pre f is short and waits for nothing: asks and blocking calls in it throw
  ///   ask_failed(would_block_worker)
  /// @returns what f returns; throws what f throws
  template <class F>
  decltype(auto) with(F f) {
    return detail::call<detail::plain_call<F>>(body_, forever, f).get();
  }

  // For the library.
  [[nodiscard]] const detail::handle& handle_() const noexcept { return body_; }

private:
  detail::handle body_;
};

/// What an actor holds of a lock: every operation is awaited and blocks nobody. Inside an actor
/// the owner of an rlock is the actor: its handlers share it, as they share its state.
template <detail::lock_kind Kind>
class basic_lock<Kind>::ref {
public:
  ref(const basic_lock& of) noexcept : body_(of.handle_()) {}

  /// `auto held = co_await print_.acquire(1s);` @returns the hold, or why there is none
  [[nodiscard]] auto acquire(wait_time t = forever) const {
    return detail::awaited<detail::acquire_op>(body_, t);
  }
  [[nodiscard]] auto try_acquire() const { return acquire(duration::zero()); }
  [[nodiscard]] auto release() const {
    return detail::awaited<detail::release_op, std::uint64_t>(body_, forever, 0);
  }
  [[nodiscard]] auto locked() const { return detail::awaited<detail::locked_op>(body_, forever); }
  /// Runs `f(args...)` under the lock, wherever the lock's turn is: it works on its arguments and
  /// captures nothing. `co_await` gives what it returns, or throws what it throws.
  template <class F, class... Args>
  [[nodiscard]] auto with(F f, Args... args) const {
    return detail::awaited<detail::owning_call<void, F, Args...>, F, Args...>(
        body_, forever, std::move(f), std::move(args)...);
  }

  // For the library.
  [[nodiscard]] const detail::handle& handle_() const noexcept { return body_; }

private:
  detail::handle body_;
};

using lock = basic_lock<detail::lock_kind::plain>;
/// A lock that its owner may acquire again; it is released as often as it was acquired.
using rlock = basic_lock<detail::lock_kind::reentrant>;

}  // namespace troupe::classic
