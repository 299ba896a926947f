// futex.cpp: a thread sleeps until a word changes.
#include <troupe/actors/engine/scheduling/futex.hpp>

#include <climits>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::detail {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

void sleep_while(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                 time_point deadline) noexcept {
  timespec until{};
  const bool bounded = deadline != time_point::max();
  if (bounded) {
    const auto since = deadline.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
    until.tv_sec = seconds.count();
    until.tv_nsec = (since - seconds).count();
  }
  // An absolute time on CLOCK_MONOTONIC, which is steady_clock here.
  syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, value, bounded ? &until : nullptr, nullptr,
          FUTEX_BITSET_MATCH_ANY);
}

void wake_waiter(const std::atomic<std::uint32_t>& word) noexcept {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace troupe::detail
