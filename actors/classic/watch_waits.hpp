// watch_waits.hpp: what happens when holders of locks wait for one another.
//
//   Before   main, perhaps.      After   detail/circles.cpp looks, while somebody waits for long.
//   Called   any ordinary thread.
#pragma once

#include <troupe/actors/message.hpp>

namespace troupe {
class actor_system;
}

namespace troupe::classic {

struct watch_options {
  /// Time between two looks. A circle is found at the second that sees it. The looks begin when
  /// somebody waits for a lock and end when nobody does.
  duration look_every = std::chrono::seconds(1);
  /// Whoever was the last to wait gets `deadlock`; else the circle is reported only.
  bool deadlock_is_error = false;
};

/// How waits for lock, rlock and guarded are watched in `sys`; without it as the defaults say. A
/// circle of threads or actors that each hold a lock and wait for the next one's is reported in one
/// line of the log, with their names.
/// @note an actor in it may have another handler that would release its lock
/// @throws wait_failed(negative_timeout) unless look_every is positive
void watch_waits(actor_system& sys, watch_options o);

}  // namespace troupe::classic
