// timer.hpp: messages that an actor sends itself when time has passed.
//
//   Before   self().after(d, m), self().every(d, m) in a handler.
//   After    engine/timers.cpp puts m into the actor's own mailbox.
//   Called   in the owner's turns.
//   Cost     one allocation when a timer is set, none afterwards; setting and cancelling are O(1)
//            but for cancelling what is next: amortized O(log n). A tick of every: a copy of m.
#pragma once

#include <troupe/actors/detail/refuse.hpp>
#include <troupe/actors/detail/timer.hpp>

#include <type_traits>
#include <utility>

namespace troupe {

/// One timer of an actor, to be cancelled by it. A value: it may be copied, and outlive both.
class timer_id {
public:
  /// No timer.
  timer_id() noexcept = default;

  /// After it the message does not come any more, even if it waits in the mailbox already. Of a
  /// timer that is over, or of another actor's: nothing happens. @thread the owner's turn
  void cancel() const noexcept { detail::cancel_timer(key_); }

private:
  template <class Self>
  friend class timekeeper;
  explicit timer_id(detail::timer_key key) noexcept : key_(key) {}

  detail::timer_key key_{};
};

/// Sets timers. `Self` knows its cell, and how it handles a message that was told.
///
/// Time is monotonic: setting the wall clock changes nothing. A timer never comes too early; it
/// comes late when the actor, or its worker, is busy. Those of the same time come in the order of
/// their setting. The timers of an actor end with it, and while it has one it is not ended for want
/// of references.
template <class Self>
class timekeeper {
  template <bool Repeats, class Message, class Written>
  [[nodiscard]] static consteval detail::why judge() {
    if (Repeats && !std::is_copy_constructible_v<Message>) return detail::why::tick_not_copyable;
    if (constexpr auto w = detail::judge_message<Written, Message>(); w != detail::why::fine)
      return w;
    return Self::template judge_<Message>();
  }

public:
  /// Sends `m` to this actor once `d` has passed, through its own mailbox, in line with what has
  /// come before. Its place is reserved now: it is never refused.
  /// @throws std::bad_alloc, and what copying the message throws
  template <class T>
  timer_id after(duration d, T&& m) const {
    return keep<false>(d, std::forward<T>(m));
  }

  /// Sends a copy of `m` at each `d` from now on: the nth at n times `d`, however late those before
  /// were. One at a time is in the mailbox; those that come due meanwhile are left out, and
  /// counted.
  /// @throws std::invalid_argument if `d` is not positive, std::bad_alloc, and what copying the
  ///   message throws; a copy that throws at a tick ends the actor like a handler that throws
  template <class T>
  timer_id every(duration d, T&& m) const {
    return keep<true>(d, std::forward<T>(m));
  }

private:
  template <class M>
  static constexpr detail::timer_ops once = detail::timer_ops_like<M>(
      *Self::template entry_<M>().tell, &detail::run_once<M, Self::template handle_<M>>);
  template <class M>
  static constexpr detail::timer_ops again = detail::timer_ops_like<M>(
      *Self::template entry_<M>().tell, &detail::run_again<M, Self::template handle_<M>>);

  template <bool Repeats, class T>
  timer_id keep(duration d, T&& m) const {
    using message = std::decay_t<T>;
    detail::cell& owner = *static_cast<const Self&>(*this).cell_();
    if constexpr (constexpr auto w = judge<Repeats, message, T>(); w != detail::why::fine) {
      detail::refuse<w, Self, message>();
    } else if constexpr (Repeats) {
      detail::check_period(d);
      return timer_id(detail::make_timer(owner, again<message>, message(std::forward<T>(m)), d, d));
    } else {
      return timer_id(
          detail::make_timer(owner, once<message>, message(std::forward<T>(m)), d, duration{}));
    }
    return {};
  }
};

}  // namespace troupe
