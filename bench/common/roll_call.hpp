// roll_call.hpp: an ordinary thread waits until the last of many short lives has ended.
//
//   Called   expect, wait: the waiting thread. one_ended: any thread, from destructors.
#pragma once

#include <atomic>
#include <cstdint>
#include <semaphore>

namespace bench {

/// Counts lives down; not a std::latch, because it is used again after the warm-up.
class roll_call {
public:
  /// The next wait() returns after `count` calls of one_ended(). Nobody may be counting now.
  void expect(std::uint64_t count) { left_.store(count, std::memory_order_relaxed); }

  void one_ended() noexcept {
    // Relaxed: only the number matters; what the waiter needs travels with the semaphore.
    if (left_.fetch_sub(1, std::memory_order_relaxed) == 1) all_ended_.release();
  }

  void wait() { all_ended_.acquire(); }

private:
  std::atomic<std::uint64_t> left_{0};
  std::binary_semaphore all_ended_{0};
};

}  // namespace bench
