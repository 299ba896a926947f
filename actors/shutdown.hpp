// shutdown.hpp: how a system ends, and whom it waited for.
//
//   Before   actor_system::shutdown walks the stages.      After   the report goes to the caller.
//   Called   steps: by the thread that shuts down, one after the other.
//   Holds    what did not end.
#pragma once

#include <troupe/actors/message.hpp>
#include <troupe/actors/ref.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// An actor that did not end, or a step that did not finish in time.
struct culprit {
  actor_id who{};
  std::string what{};      ///< the actor's class and label, or the step's name
  std::string handling{};  ///< the message type it was handling; empty if it was not running
  duration running{};      ///< how long it had been in that turn, at least
};

/// What shutdown saw.
struct shutdown_report {
  std::vector<culprit> stuck{};
  std::size_t killed = 0;  ///< actors that had not ended at the deadline, and were killed
  /// A worker, the thread of an actor with `own_thread`, or one that runs what `blocking` was
  /// given, could not be joined: its memory stays on purpose.
  bool workers_left = false;

  [[nodiscard]] bool clean() const noexcept {
    return stuck.empty() && killed == 0 && !workers_left;
  }
  /// A line for people per culprit; "clean" if there is none.
  [[nodiscard]] std::string to_string() const;
};

/// The order in which a system's parts end. Actors, workers and log are the core's own; upper
/// floors register steps at the others.
enum class shutdown_stage : std::uint8_t { listeners, trees, actors, timers, pool, reactors };

/// Something above the core that has to end with the system. Registered by reference: it outlives
/// its registration.
class shutdown_step {
public:
  shutdown_step(const shutdown_step&) = delete;
  shutdown_step& operator=(const shutdown_step&) = delete;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// Ends it. Adds to `report` whom it waited for in vain. Must not throw; returns by `deadline`.
  virtual void stop(time_point deadline, shutdown_report& report) noexcept = 0;

protected:
  shutdown_step() = default;
  ~shutdown_step() = default;
};

}  // namespace troupe
