// futex.cpp: two threads that sleep on a word each, and wake each other.
#include <linux/futex.h>

#include "../../common/cross_core.hpp"
#include "../../common/two_cpus.hpp"
#include "../../common/workload.hpp"
#include "rows.hpp"

#include <atomic>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace bench {
namespace {

using cross_core::ball;

/// A place for one ball, and the word its owner sleeps on.
class hand {
public:
  void give(const ball& b) {
    ball_ = b;
    full_.store(1, std::memory_order_release);  // release: the ball, with take()
    syscall(SYS_futex, word(), FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }
  ball take() {
    while (full_.load(std::memory_order_acquire) == 0)  // acquire: with give()
      syscall(SYS_futex, word(), FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
    full_.store(0, std::memory_order_relaxed);  // the giver waits for its own ball meanwhile
    return ball_;
  }

private:
  std::uint32_t* word() { return reinterpret_cast<std::uint32_t*>(&full_); }
  static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

  alignas(64) std::atomic<std::uint32_t> full_{0};
  ball ball_{};
};

/// Takes so many balls, and returns each but the one whose last flight it was: that goes to `end`.
void play(hand& mine, hand& other, hand& end, std::uint64_t balls) {
  for (; balls > 0; --balls) {
    const ball b = cross_core::landed(mine.take());
    if (b.left > 0)
      other.give(cross_core::returned(b));
    else
      end.give(b);
  }
}

}  // namespace

double futex(const order& o) {
  const auto cpus = two_cpus();
  // As on the side of actors, the thread that asks sleeps until all is over.
  const auto run = [&](std::uint64_t flights) {
    hand server, returner, end;
    std::jthread one([&] {
      pin_this_thread(cpus[0]);
      returner.give(cross_core::served(flights));
      play(server, returner, end, flights / 2);
    });
    std::jthread two([&] {
      pin_this_thread(cpus[1]);
      play(returner, server, end, flights / 2);
    });
    return end.take();
  };
  run(even(warm_up(o.work)));
  return cross_core::parked_round_trip(o.work, run);
}

}  // namespace bench
