// timer.hpp: a message that an actor sends itself when its time has come.
//
//   Before   timer.hpp of the floor above makes one.
//   After    engine/timers.cpp sets its alarm, and puts it into the mailbox; its run calls the
//            handler.
//   Called   in the owner's turns.
//   Holds    the message, and the envelope that takes it through the mailbox: in one piece of
//            memory.
//   Rules    S1  A timer's memory is freed once: by its last run, or by who ends it; while it is in
//                line by the run that finds it over.
#pragma once

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/detail/alarm.hpp>
#include <troupe/actors/detail/runtime.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace troupe::detail {

struct timer;

/// What can be done with a timer.
struct timer_ops : envelope_ops {
  void (*empty)(timer&) noexcept;  ///< destroys the message
};
extern const alarm_ops timer_alarm_ops;

/// The part that does not know the message.
struct timer : envelope, alarm {
  explicit timer(const timer_ops& how) noexcept : alarm(timer_alarm_ops), does_with_it(&how) {
    ops = &how;
    flags = reserved | detached;
  }

  const timer_ops* does_with_it;
  duration period{};      ///< zero: it comes once
  std::size_t place = 0;  ///< among those of its actor
  bool in_line = false;   ///< in the mailbox, or put aside
  bool is_over = false;   ///< cancelled, or its actor stops: the message is gone
};

template <class M>
struct timer_of : timer {
  timer_of(const timer_ops& how, M&& m) noexcept : timer(how), message(std::move(m)) {}
  M message;
};

/// How a timer is found again, if it is still there.
struct timer_key {
  cell* owner = nullptr;
  std::uint64_t owner_id = 0;
  std::size_t place = 0;
  std::uint64_t number = 0;
};

/// Lets the running actor's timer begin: it comes after `first`, then after each `period`, if that
/// is not zero. In an actor that stops it never does.
/// @throws std::bad_alloc: the timer is gone
timer_key start_timer(cell& owner, timer& t, duration first, duration period);
/// Nothing happens if it is over, or belongs to another actor than the running one.
void cancel_timer(const timer_key& key) noexcept;
/// @throws std::invalid_argument, for a period that is not positive
void check_period(duration d);
/// A timer is out of the mailbox. @returns false: it is over, and gone
[[nodiscard]] bool begin_tick(cell& owner, timer& t) noexcept;

inline void free_timer(timer& t) noexcept { deallocate(static_cast<envelope*>(&t)); }

/// Calls `Handle(cell&, M&)` for a timer that comes once.
template <class M, void (*Handle)(cell&, M&)>
void run_once(cell& c, envelope& e) {
  auto& t = static_cast<timer_of<M>&>(e);
  if (!begin_tick(c, t)) return;
  struct ends {
    timer_of<M>& t;
    ~ends() {
      t.message.~M();
      free_timer(t);
    }
  } const at_the_end{t};
  Handle(c, t.message);
}

/// The same for one that comes again: with a copy, since the handler may cancel it.
template <class M, void (*Handle)(cell&, M&)>
void run_again(cell& c, envelope& e) {
  auto& t = static_cast<timer_of<M>&>(e);
  if (!begin_tick(c, t)) return;
  M m(t.message);
  Handle(c, m);
}

template <class M>
void empty_timer(timer& t) noexcept {
  static_cast<timer_of<M>&>(t).message.~M();
}

template <class M>
void drop_timer(cell*, envelope& e, dead_reason) noexcept {
  auto& t = static_cast<timer_of<M>&>(e);
  if (!t.is_over) t.message.~M();
  free_timer(t);
}

/// A timer's message is treated as `how` says, but for how it is run.
template <class M>
[[nodiscard]] consteval timer_ops timer_ops_like(const envelope_ops& how,
                                                 void (*run)(cell&, envelope&)) {
  timer_ops ops{how, &empty_timer<M>};
  ops.run = run;
  ops.drop = &drop_timer<M>;
  return ops;
}

/// @throws std::bad_alloc, and then `m` is gone
template <class M>
timer_key make_timer(cell& owner, const timer_ops& ops, M&& m, duration first, duration period) {
  void* const memory = allocate(sizeof(timer_of<M>), alignof(timer_of<M>));
  if (memory == nullptr) throw std::bad_alloc();
  return start_timer(owner, *::new (memory) timer_of<M>(ops, std::forward<M>(m)), first, period);
}

}  // namespace troupe::detail
