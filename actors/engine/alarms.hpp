// alarms.hpp: an actor's own pending times.
//
//   Before   runtime.hpp, requests.cpp, timers; turn.cpp when time has passed.
//   After    who set an alarm; the scheduler, which keeps one entry per actor.
//   Called   in the owner's turns.
//   Rules    P2  The actor's entry in a clock is never later than its first alarm that is not due.
//                It may be earlier: what it was set for has been cleared.
#pragma once

#include <troupe/actors/detail/alarm.hpp>
#include <troupe/actors/engine/cell.hpp>

namespace troupe::detail {

/// How many alarms ring before the actor's messages, and others, have their turn.
inline constexpr unsigned alarms_per_turn = 128;

/// P2: makes the actor's entry earlier.
void arm(cell& c, time_point when) noexcept;

/// set_alarm() of runtime.hpp, for the asks: most of them find no other alarm, and an entry that is
/// early enough.
inline void put_alarm(cell& owner, alarm& a, time_point when) noexcept {
  a.when = when;
  owner.extras->alarms.insert(a);
  if (when < owner.extras->armed) [[unlikely]]
    arm(owner, when);
}

/// Lets those ring whose time has come, in the order of their times; what they set is due next time
/// at the earliest. With `only`, no other one: the others stay due, until this is called without.
/// Throws what they throw.
void ring_due(cell& c, alarm* only = nullptr);

/// The actor stops: none will ring any more.
void forget_alarms(cell& c) noexcept;

}  // namespace troupe::detail
