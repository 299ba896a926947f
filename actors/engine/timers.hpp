// timers.hpp: the timers of one actor.
//
//   Before   detail/timer.hpp; life.cpp when the actor stops.
//   After    alarms.hpp rings; the actor's own mailbox.
//   Called   in the owner's turns.
#pragma once

namespace troupe::detail {

class cell;

/// The actor stops: its timers are over. Destroys their messages.
void end_timers(cell& c) noexcept;

}  // namespace troupe::detail
