// stop_signals.hpp: SIGTERM and SIGINT, for the main function of a service.
//
//   Before   io::run_until_signal and, a floor above, run().      After   they shut down.
//   Called   an ordinary thread, one at a time in a process: signals are the process's. ring: any.
#pragma once

#include <array>
#include <csignal>
#include <memory>
#include <string_view>

namespace troupe::detail {

/// What a waiting thread is woken by.
class bell {
public:
  /// @throws std::system_error
  bell();
  bell(const bell&) = delete;
  bell& operator=(const bell&) = delete;
  ~bell();
  /// Async-signal-safe.
  void ring() const noexcept;
  /// Returns when it was rung, at once if that was since the last wait. @throws std::system_error
  void wait() const;

private:
  int fd_;
};

/// The two signals are ours as long as it lives; what they did before is put back. The first rings,
/// the second ends the process at once with 128 and its number.
class stop_signals {
public:
  /// @param who for the text of an error
  /// @throws std::logic_error: somebody else in this process waits for them; std::system_error
  explicit stop_signals(std::string_view who);
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;
  ~stop_signals();

  /// May outlive this object.
  [[nodiscard]] const std::shared_ptr<const bell>& rings() const noexcept { return bell_; }
  /// The first one; 0: none has come.
  [[nodiscard]] static int first() noexcept;

private:
  std::shared_ptr<const bell> bell_;
  std::array<struct sigaction, 2> before_{};
};

}  // namespace troupe::detail
