// log.hpp: where the lines go that a system writes for people.
//
//   Before   a failure, the first dead letters.      After   a person reads them.
//   Called   write: any thread, several at once.
//   Holds    nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace troupe {

/// How much a line matters.
enum class log_level : std::uint8_t {
  info,
  warning,  ///< something was lost, as dead letters are
  error     ///< an actor has failed, or something did not end as it should
};

/// The name of a level: "info", "warning", "error".
[[nodiscard]] std::string_view to_string(log_level level) noexcept;

/// Takes the lines of a system: name one in `system_options::sink` to have them in the log of your
/// program. Several systems may share one; each keeps it until nothing of it is left.
class log_sink {
public:
  log_sink() = default;
  log_sink(const log_sink&) = delete;
  log_sink& operator=(const log_sink&) = delete;
  virtual ~log_sink() = default;

  /// For people: "stderr", the name of a file.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Writes one line, which has no end of line. It may be called in a turn: where it blocks, it
  /// holds a worker. What it throws ends there: the line is lost, and counted in
  /// `system_counters::lines_lost`; the first loss of a system is told on stderr.
  /// @thread any, several at once
  virtual void write(log_level level, std::string_view text) = 0;
};

/// The sink of systems whose options name none: through spdlog to stderr, each line begins with
/// `troupe: `. It holds no lock of its own.
[[nodiscard]] std::shared_ptr<log_sink> stderr_log();

}  // namespace troupe
