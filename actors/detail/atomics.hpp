// atomics.hpp: which atomics the lock-free files are built on.
//
//   Before   mailbox.hpp, run_queue.hpp, idle.hpp take it as a parameter.
//   Holds    nothing. Model tests pass their own, so that they drive the shipped code.
#pragma once

#include <atomic>

namespace troupe::detail {

/// The real ones.
struct real_atomics {
  template <class T>
  using atomic = std::atomic<T>;

  static void fence(std::memory_order order) noexcept { std::atomic_thread_fence(order); }
};

}  // namespace troupe::detail
