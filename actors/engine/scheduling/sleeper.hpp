// sleeper.hpp: how a worker sleeps.
//
//   Before   worker.cpp has nothing to do.
//   After    a wake-up, a time, or a socket of actors/io ends the sleep.
//   Called   sleep: its worker. The rest: any thread.
//   Holds    the worker's asio::io_context, its reactor, and an eventfd that is registered there;
//            where that is refused, a pipe.
//   Rules    W1  A wake() before sleep() ends that sleep at once.
//            W2  Only the worker takes the bell; whoever polls for it leaves it as it was.
#pragma once

#include <troupe/actors/message.hpp>

#include <atomic>
#include <memory>

namespace asio {
class io_context;
}

namespace troupe::detail {

class sleeper {
public:
  /// @throws std::system_error: no descriptors left
  sleeper();
  sleeper(const sleeper&) = delete;
  sleeper& operator=(const sleeper&) = delete;
  ~sleeper();

  /// Whether eventfd(2) was not refused.
  [[nodiscard]] bool has_eventfd() const noexcept;

  /// This thread is its worker.
  void own() noexcept;
  /// Blocks until wake(), at the latest until `deadline` (rounded up to a millisecond).
  /// May return early.
  void sleep(time_point deadline) noexcept;
  /// @cost one exchange; the first since the last sleep one system call
  void wake() noexcept;

  /// Where sockets and timers of I/O register. Who has an operation under way there says so: a
  /// busy worker looks at its reactor only then.
  [[nodiscard]] asio::io_context& io() noexcept;
  void expect_one() noexcept { guests_.fetch_add(1, std::memory_order_relaxed); }
  void expect_one_less() noexcept { guests_.fetch_sub(1, std::memory_order_relaxed); }
  /// Runs what is ready, some of it, without waiting: for the worker between its turns, and for one
  /// that does not return from its turn. @cost a load; if something is expected, system calls
  void poll() noexcept {
    if (guests_.load(std::memory_order_relaxed) != 0) run_ready();
  }
  /// Runs one thing that is ready: for a worker that has nothing else to do. @returns whether there
  /// was one
  [[nodiscard]] bool poll_one() noexcept {
    return guests_.load(std::memory_order_relaxed) != 0 && run_one_ready();
  }
  /// Its worker has ended: runs what is ready. With `for_good` operations that are still under way
  /// are destroyed, and later ones too; sockets may be closed as long as this lives.
  void close(bool for_good) noexcept;

private:
  struct reactor;
  void run_ready() noexcept;
  [[nodiscard]] bool run_one_ready() noexcept;

  std::atomic<int> guests_{0};
  std::unique_ptr<reactor> reactor_;
};

}  // namespace troupe::detail
