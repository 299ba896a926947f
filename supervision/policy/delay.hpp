// delay.hpp: the wait before a restart, from the number of restarts so far.
//
//   Before   a supervisor whose child has ended.      After   it sets an alarm.
//   Called   any thread.
//   Rules    K1  delay(n) = min(max, min * 2^n) * (1 + u * jitter): the jitter comes after the cap.
//            K2  What overflows is max.
//            K3  Who has run for reset_after begins again with n = 0.
//   Source   Akka, BackoffSupervisor.calculateDelay and RestartSupervisor (its behaviour).
#pragma once

#include <troupe/supervision/backoff.hpp>

namespace troupe::detail {

/// @param restarts how many there were since the count began @param u in [0, 1), drawn at random
/// @pre the policy was checked: no negative time, min <= max
[[nodiscard]] duration delay_before(const backoff_policy& how, unsigned restarts,
                                    double u) noexcept;

/// How long a child has to run for its count to begin again; duration::max(): it never does.
[[nodiscard]] duration resets_after(const backoff_policy& how) noexcept;

}  // namespace troupe::detail
