// backoff.hpp: how long a supervisor waits before it restarts a child.
//
//   Before   child_spec::backoff, supervisor_spec::backoff.
//   After    policy/delay.hpp computes each wait.
//   Holds    plain numbers.
#pragma once

#include <troupe/actors/message.hpp>

#include <chrono>
#include <optional>
#include <variant>

namespace troupe {

/// A child is restarted at once, as in Erlang/OTP.
struct no_backoff {};

/// The same wait before each restart.
struct fixed {
  duration delay = std::chrono::seconds(1);
};

/// `min`, twice that, four times … up to `max`, each lengthened by up to `jitter` times itself, so
/// that what fails together does not come back together. After Akka's restartWithBackoff.
struct exponential {
  duration min = std::chrono::milliseconds(100);
  duration max = std::chrono::seconds(30);
  double jitter = 0.2;  ///< applied after the cap: a wait may exceed `max` by that part
  /// A child that has run so long begins with `min` again; unless said (min + max) / 2.
  std::optional<duration> reset_after{};
};

/// What a child waits for before it is restarted.
/// @note every attempt counts when it is made: who backs off for long needs a fitting intensity
using backoff_policy = std::variant<no_backoff, fixed, exponential>;

}  // namespace troupe
