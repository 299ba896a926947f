// watch.hpp: watches and links between actors.
//
//   Before   self().watch(w), self().link(w) in a handler.
//   After    engine/ends/watches.cpp keeps them; the end of w sends a down.
//   Called   in the watcher's turns.
//   Cost     watch: one allocation, one lock of one of 64 shards; its down: one push, no memory.
//            cancel: one lock. An actor that nobody watches: one atomic operation at its end.
#pragma once

#include <troupe/actors/detail/refuse.hpp>
#include <troupe/actors/detail/watch.hpp>

#include <type_traits>
#include <utility>

namespace troupe {

/// An actor that was watched, or linked to, has ended. It comes once for each watch, behind every
/// message that the actor has sent to the watcher; so nothing more comes from that incarnation.
struct down {
  actor_id who{};
  exit_reason reason{};  ///< `gone`: it had ended when it was asked for
};

/// A watch or a link of an actor, to be cancelled by it. A value: it may be copied, and outlive
/// both.
class monitor {
public:
  /// No watch.
  monitor() noexcept = default;

  /// After it nothing of this watch is delivered, even if its down waits in the mailbox already; a
  /// link is undone in both directions. Of one that is over, or of another actor's: nothing
  /// happens. @thread the watcher's turn
  void cancel() const noexcept { detail::cancel_watch(key_); }
  /// Whom it watches.
  [[nodiscard]] actor_id who() const noexcept { return who_; }

private:
  template <class Self>
  friend class watcher;
  monitor(detail::watch_key key, actor_id who) noexcept : key_(key), who_(who) {}

  detail::watch_key key_{};
  actor_id who_{};
};

/// Watches and links. `Self` knows its cell, and how it handles a message that was told.
///
/// A handle means the actor that it meant when it was made: one that has ended meanwhile is
/// reported as `gone`. Watches and links end with the watcher; they keep nobody alive.
template <class Self>
class watcher {
public:
  /// From now on this actor's end comes as a `down`, once. @pre a handler on(down)
  /// @throws std::bad_alloc; std::logic_error for itself, and in on_stop
  template <class Handle>
  monitor watch(const Handle& whom) const {
    if constexpr (constexpr auto w = Self::template judge_<down>(); w == detail::why::fine) {
      const auto& now = held(whom);
      const detail::watched is = meant_by(now, whom.id());
      return {detail::make_watch<detail::watch_block>(owner(), is, as_down<Self>,
                                                      detail::watch_kind::message),
              is.who};
    } else {
      detail::refuse<w, Self, down>();
      return {};
    }
  }

  /// The same, but the end comes as `m`. @throws what copying the message throws, too
  template <class Handle, class T>
  monitor watch(const Handle& whom, T&& m) const {
    using message = std::decay_t<T>;
    if constexpr (constexpr auto w = judge<message, T>(); w == detail::why::fine) {
      const auto& now = held(whom);
      const detail::watched is = meant_by(now, whom.id());
      return {detail::make_watch<detail::watch_of<message>>(owner(), is, as_message<Self, message>,
                                                            message(std::forward<T>(m))),
              is.who};
    } else {
      detail::refuse<w, Self, message>();
      return {};
    }
  }

  /// From now on each of the two ends when the other ends abnormally: before its next message,
  /// with its on_stop, for a reason that is equal to the other's. See exit_reason::is_clean. Each
  /// call makes a link of its own.
  /// @throws std::bad_alloc; std::logic_error for itself, and in on_stop
  template <class Handle>
  monitor link(const Handle& whom) const {
    const auto& now = held(whom);
    const detail::watched is = meant_by(now, whom.id());
    return {detail::begin_link(owner(), is), is.who};
  }

  /// With true this actor does not end with those it is linked to: their ends, clean ones too,
  /// come as `down`. A kill of this actor itself cannot be trapped. @pre a handler on(down)
  /// @throws std::bad_alloc
  void trap_exits(bool traps) const {
    if constexpr (constexpr auto w = Self::template judge_<down>(); w == detail::why::fine)
      detail::set_trap(owner(), traps ? &as_down<Self> : nullptr);
    else
      detail::refuse<w, Self, down>();
  }

private:
  template <class S>
  static constexpr detail::watch_ops as_down = detail::watch_ops_like(
      *S::template entry_<down>().tell, &detail::run_down<down, S::template handle_<down>>,
      &detail::free_watch);
  template <class S, class M>
  static constexpr detail::watch_ops as_message = detail::watch_ops_like(
      *S::template entry_<M>().tell, &detail::run_watch<M, S::template handle_<M>>,
      &detail::free_watch_of<M>);

  template <class Message, class Written>
  [[nodiscard]] static consteval detail::why judge() {
    if (constexpr auto w = detail::judge_message<Written, Message>(); w != detail::why::fine)
      return w;
    return Self::template judge_<Message>();
  }

  /// A weak reference is locked meanwhile.
  template <class Handle>
  [[nodiscard]] static decltype(auto) held(const Handle& h) noexcept {
    if constexpr (requires { h.lock(); })
      return h.lock();
    else
      return (h);
  }
  template <class Handle>
  [[nodiscard]] static detail::watched meant_by(const Handle& h, actor_id who) noexcept {
    return {h.cell_(), h.incarnation_(), who};
  }
  [[nodiscard]] detail::cell& owner() const noexcept {
    return *static_cast<const Self&>(*this).cell_();
  }
};

}  // namespace troupe
