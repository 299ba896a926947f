// sleeper.hpp: how a worker sleeps.
//
//   Before   worker.cpp has nothing to do.
//   After    a wake-up, a time, or later a socket ends the sleep.
//   Called   sleep: its worker. wake: any thread.
//   Holds    the worker's asio::io_context, and an eventfd that is registered there.
//   Rules    W1  A wake() before sleep() ends that sleep at once.
#pragma once

#include <troupe/actors/message.hpp>

#include <memory>

namespace troupe::detail {

class sleeper {
public:
  /// @throws std::system_error: no descriptors left
  sleeper();
  sleeper(const sleeper&) = delete;
  sleeper& operator=(const sleeper&) = delete;
  ~sleeper();

  /// Blocks until wake(), at the latest until `deadline` (rounded up to a millisecond).
  /// May return early.
  void sleep(time_point deadline) noexcept;
  /// @cost one exchange; the first since the last sleep one system call
  void wake() noexcept;

private:
  struct reactor;
  std::unique_ptr<reactor> reactor_;
};

}  // namespace troupe::detail
