// actor.hpp: the base of every actor class, and what an actor may do.
//
//   Before   users derive: class x : public troupe::actor<x>.
//   After    spawn.hpp puts the object into a cell; turn.cpp calls its handlers, one at a time.
//   Called   self(): in the actor's own turns, not in its constructor.
#pragma once

#include <troupe/actors/address.hpp>
#include <troupe/actors/inbox.hpp>
#include <troupe/actors/life/watch.hpp>
#include <troupe/actors/spawn.hpp>
#include <troupe/actors/timer.hpp>

#include <utility>

namespace troupe {

class actor_system;

/// What self() gives: this actor as others see it, and what only it may do. Not counted and not to
/// be kept: store a `ref` or an `address` made from it, and never one's own.
template <class A>
class self_ref : public target<self_ref<A>>,
                 public detail::identified<self_ref<A>>,
                 public spawner<self_ref<A>>,
                 public timekeeper<self_ref<A>>,
                 public watcher<self_ref<A>> {
public:
  /// Ends this actor when the running handler returns; what is still queued becomes dead letters.
  void stop(exit_reason why = exit_kind::normal) const noexcept {
    detail::stop_self(*cell_ptr_, std::move(why));
  }
  /// From the next message on only these are handled, the others put aside in their order, until
  /// all(). What coroutines of this actor wait for goes on.
  /// @throws std::bad_alloc
  template <class... Ms>
  void only() const {
    static_assert(sizeof...(Ms) > 0, "troupe: only<Ms...>() names the messages that are handled");
    static constexpr detail::message_tag wanted[] = {&detail::tag_of<Ms>...};
    constexpr bool all_handled = ((detail::judge_handler<A, Ms>() == detail::why::fine) && ...);
    if constexpr (all_handled)
      detail::want_only(*cell_ptr_, wanted);
    else
      (detail::refuse<detail::judge_handler<A, Ms>(), self_ref<A>, Ms>(), ...);
  }
  /// From the next message on all are handled again, those put aside first.
  void all() const noexcept { detail::want_all(*cell_ptr_); }

  /// The system it lives in.
  [[nodiscard]] actor_system& system() const noexcept { return detail::system_of(*cell_ptr_); }

  /// A counted reference to itself, to be given to others.
  operator ref<A>() const noexcept { return ref<A>(detail::handle(cell_ptr_, incarnation_())); }

  // For the library.
  explicit self_ref(detail::cell& c) noexcept : cell_ptr_(&c) {}
  [[nodiscard]] detail::cell* cell_() const noexcept { return cell_ptr_; }
  [[nodiscard]] std::uint32_t incarnation_() const noexcept {
    return detail::incarnation_of(*cell_ptr_);
  }
  template <class M>
  [[nodiscard]] static consteval detail::why judge_() {
    return detail::judge_handler<A, M>();
  }
  template <class M>
  [[nodiscard]] static constexpr detail::protocol_entry entry_() noexcept {
    return detail::entry_for<A, M>();
  }
  template <class M>
  static void handle_(detail::cell& c, M& m) {
    detail::handle_told<A>(c, m);
  }

private:
  friend spawner<self_ref<A>>;
  [[nodiscard]] detail::core& spawn_core() const noexcept { return detail::core_of(*cell_ptr_); }
  [[nodiscard]] detail::cell* spawn_parent() const noexcept { return cell_ptr_; }

  detail::cell* cell_ptr_;
};

/// The base of an actor class. Handlers are public members `R on(M)`, one per message; they run one
/// at a time, each in a turn of a worker, and whatever one did is visible to the next. `on_start()`
/// runs before the first message, `on_stop(reason)` after the last; not if on_start threw or the
/// actor was killed. `on_start` may be a coroutine, task<>: messages wait for its end; and it may
/// return a start_result, to end the actor where there is nothing to do.
///
/// When to use: state that must be changed by one at a time, a part that may fail alone, a stage of
/// a pipeline. When not: a value, a pure function, an algorithm that shares memory in tight steps.
/// @note a plain object too: `account a{100}; a.on(deposit{5});` is a unit test.
template <class A>
class actor {
public:
  actor(const actor&) = delete;
  actor& operator=(const actor&) = delete;

protected:
  actor() noexcept = default;
  ~actor() = default;

  /// This actor, from inside. @pre not in the constructor; the actor was spawned
  [[nodiscard]] self_ref<A> self() const noexcept {
    return self_ref<A>(detail::own_cell(static_cast<const A*>(this)));
  }

  void on_start() {}
  void on_stop(const exit_reason&) {}

private:
  friend handler_access;
};

}  // namespace troupe
