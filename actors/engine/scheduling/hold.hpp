// hold.hpp: a lock that costs its owner nothing and its thief a system call.
//
//   Before   worker.cpp keeps cells and messages back under it.
//   After    watchdog.cpp robs a worker that does not return from its turn.
//   Called   enter, leave: the owner. rob: one thief at a time.
//   Holds    who is inside: the owner, or a thief.
//   Rules    H1  The owner says that it is inside, then looks for a thief; a thief says that it is
//                there, then looks for the owner. One of the two sees the other.
//            H2  A thief that finds the owner inside gives up; an owner that finds a thief steps
//                aside.
//   Source   Dekker's algorithm; the fences as in userspace RCU, by membarrier(2).
#pragma once

#include <troupe/actors/detail/atomics.hpp>

#include <atomic>

namespace troupe::detail {

/// The two fences of H1: a heavy one makes every running thread of the process pass a full fence,
/// so that light ones need only stop the compiler.
struct asymmetric_fences {
  /// Asks the kernel for membarrier(2). @returns false: it is refused, and nobody can be robbed
  [[nodiscard]] static bool prepare() noexcept;

  static void light() noexcept { std::atomic_signal_fence(std::memory_order_seq_cst); }
  /// @returns false: the kernel has changed its mind, nothing is fenced
  [[nodiscard]] static bool heavy() noexcept;
  /// Lets others run while one waits for a thief.
  static void pause() noexcept;
};

template <class Atomics = real_atomics, class Fences = asymmetric_fences>
class basic_hold {
public:
  basic_hold() = default;
  basic_hold(const basic_hold&) = delete;
  basic_hold& operator=(const basic_hold&) = delete;

  /// @cost two stores, one load; waits while a thief is inside
  void enter() noexcept {
    while (!try_enter()) step_aside();
  }
  void leave() noexcept { inside_.store(false, std::memory_order_release); }  // (3) to (4)

  /// In a forked process: the thief that may have been there is not.
  void forget_thief() noexcept { robbed_.store(false, std::memory_order_relaxed); }

  /// Calls `take()` while the owner is kept out. @returns false: it is inside, nothing done
  template <class Take>
  bool rob(Take take) noexcept {
    robbed_.store(true, std::memory_order_relaxed);
    // (2) the fence; (4) acquire: what the owner has put.
    const bool may = Fences::heavy() && !inside_.load(std::memory_order_acquire);
    if (may) take();
    robbed_.store(false, std::memory_order_release);
    return may;
  }

private:
  [[nodiscard]] bool try_enter() noexcept {
    inside_.store(true, std::memory_order_relaxed);
    Fences::light();  // (1) with (2): H1
    // acquire: what the last thief took is gone.
    return !robbed_.load(std::memory_order_acquire);
  }
  [[gnu::cold]] void step_aside() noexcept {
    leave();
    while (robbed_.load(std::memory_order_relaxed)) Fences::pause();
  }

  typename Atomics::template atomic<bool> inside_{false};
  typename Atomics::template atomic<bool> robbed_{false};
};

using hold = basic_hold<>;

}  // namespace troupe::detail
