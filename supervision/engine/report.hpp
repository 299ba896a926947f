// report.hpp: what supervisors have to say, in words.
//
//   Before   list_guardian.cpp, family_guardian.cpp.      After   people read it.
#pragma once

#include <troupe/supervision/engine/child.hpp>
#include <troupe/supervision/policy/intensity.hpp>

#include <stdexcept>
#include <string>

namespace troupe::detail {

/// What a supervisor fails with when a child is abandoned whose spec says to escalate that.
class child_abandoned : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// `supervisor "front" #12`
[[nodiscard]] std::string describe_supervisor(const cell& c);
/// One line: which child, how often.
[[nodiscard]] std::string gave_up_text(const child& c, const restart_window& window);
/// The same in the log, and a line for each of its last ends: when, why, its last messages.
void log_gave_up(const cell& by, const child& c, const restart_window& window, time_point now);
[[nodiscard]] supervision_error no_such_child(const std::string& me, const child_name& which);

/// A9: with the defaults filled in.
[[nodiscard]] child_spec normalised(const child_spec& spec, const backoff_policy& otherwise);

}  // namespace troupe::detail
