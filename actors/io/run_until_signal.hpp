// run_until_signal.hpp: main of a service: until it is told to end.
//
//   Before   main has built a system and spawned its actors.
//   After    SIGTERM or SIGINT; then main returns what this gives.
//   Called   an ordinary thread, once at a time in a process: signals are the process's.
#pragma once

#include <troupe/actors/system.hpp>

#include <chrono>

namespace troupe::io {

/// What run_until_signal gives, for main to return. A second signal gives 128 + its number.
inline constexpr int exit_clean = 0;
inline constexpr int exit_stuck = 1;

/// Waits for SIGTERM or SIGINT, then shuts the system down. What did not end by the deadline is
/// named on stderr. A second signal, at any time after the first, ends the process at once.
/// @returns exit_clean: all has ended in time; exit_stuck: something was killed at the deadline, or
///   is left. Does not return if a worker is stuck: what it uses must not be destroyed, so the
///   process ends with exit_stuck, without destructors
/// @throws std::logic_error: somebody waits already; std::system_error
[[nodiscard("this is the exit code: return it from main")]] int run_until_signal(
    actor_system& sys, duration deadline = std::chrono::seconds(5));

}  // namespace troupe::io
