// run_until_signal.cpp: main of a service: until it is told to end.
#include <troupe/actors/io/run_until_signal.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace troupe::io {
namespace {

// What a signal handler can reach is global; signals are the process's own.
std::atomic<int> bell{-1};
std::atomic<bool> told{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

constexpr std::array numbers{SIGTERM, SIGINT};

extern "C" void troupe_io_on_signal(int number) {
  const int before = errno;
  // relaxed: nothing but the flag itself is handed over; the bell is a system call.
  if (told.exchange(true, std::memory_order_relaxed)) ::_exit(128 + number);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto bytes =
      ::write(bell.load(std::memory_order_relaxed), &one, sizeof one);
  errno = before;
}

/// The handlers are in place as long as it lives.
class listening {
public:
  listening() {
    const int fd = ::eventfd(0, EFD_CLOEXEC);
    if (fd < 0) throw failed("eventfd");
    int none = -1;
    if (!bell.compare_exchange_strong(none, fd, std::memory_order_relaxed)) {
      ::close(fd);
      throw std::logic_error("troupe: run_until_signal: another thread of this process waits");
    }
    told.store(false, std::memory_order_relaxed);
    struct sigaction action{};
    action.sa_handler = &troupe_io_on_signal;
    action.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &action, &before_[i]);
  }
  listening(const listening&) = delete;
  listening& operator=(const listening&) = delete;
  ~listening() {
    for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &before_[i], nullptr);
    ::close(bell.exchange(-1, std::memory_order_relaxed));
  }

  void wait() const {
    std::uint64_t rings = 0;
    while (::read(bell.load(std::memory_order_relaxed), &rings, sizeof rings) < 0)
      if (errno != EINTR) throw failed("read");
  }

private:
  static std::system_error failed(const char* what) {
    return {errno, std::generic_category(), std::string("troupe: run_until_signal: ") + what};
  }

  std::array<struct sigaction, numbers.size()> before_{};
};

}  // namespace

int run_until_signal(actor_system& sys, duration deadline) {
  const listening ears;
  ears.wait();
  const shutdown_report report = sys.shutdown(deadline);
  if (report.clean()) return exit_clean;
  std::fprintf(stderr, "troupe: shutdown waited in vain for %s\n", report.to_string().c_str());
  if (!report.workers_left) return exit_stuck;
  std::fflush(nullptr);
  ::_exit(exit_stuck);
}

}  // namespace troupe::io
