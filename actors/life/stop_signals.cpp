// stop_signals.cpp: SIGTERM and SIGINT, for the main function of a service.
#include <troupe/actors/life/stop_signals.hpp>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace troupe::detail {
namespace {

// What a signal handler can reach is global; signals are the process's own.
std::atomic<const bell*> rung{nullptr};
std::atomic<int> first_signal{0};
static_assert(std::atomic<const bell*>::is_always_lock_free &&
              std::atomic<int>::is_always_lock_free);

constexpr std::array numbers{SIGTERM, SIGINT};

extern "C" void troupe_on_stop_signal(int number) {
  const int before = errno;
  int none = 0;
  // relaxed: nothing but the number itself is handed over; the bell is a system call.
  if (!first_signal.compare_exchange_strong(none, number, std::memory_order_relaxed))
    ::_exit(128 + number);
  if (const bell* const b = rung.load(std::memory_order_acquire)) b->ring();
  errno = before;
}

std::system_error failed(const char* what) {
  return {errno, std::generic_category(), std::string("troupe: waiting for a signal: ") + what};
}

}  // namespace

bell::bell() : fd_(::eventfd(0, EFD_CLOEXEC)) {
  if (fd_ < 0) throw failed("eventfd");
}
bell::~bell() { ::close(fd_); }

void bell::ring() const noexcept {
  const std::uint64_t one = 1;
  while (::write(fd_, &one, sizeof one) < 0 && errno == EINTR) {}
}

void bell::wait() const {
  std::uint64_t rings = 0;
  while (::read(fd_, &rings, sizeof rings) < 0)
    if (errno != EINTR) throw failed("read");
}

stop_signals::stop_signals(std::string_view who) : bell_(std::make_shared<const bell>()) {
  const bell* none = nullptr;
  if (!rung.compare_exchange_strong(none, bell_.get(), std::memory_order_acq_rel))
    throw std::logic_error("troupe: " + std::string(who) +
                           ": another thread of this process waits for SIGTERM and SIGINT");
  first_signal.store(0, std::memory_order_relaxed);
  struct sigaction action{};
  action.sa_handler = &troupe_on_stop_signal;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &action, &before_[i]);
}

stop_signals::~stop_signals() {
  for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &before_[i], nullptr);
  rung.store(nullptr, std::memory_order_release);
}

int stop_signals::first() noexcept { return first_signal.load(std::memory_order_relaxed); }

}  // namespace troupe::detail
