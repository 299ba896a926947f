// run_queue.hpp: the cells that wait for one worker.
//
//   Before   worker.cpp puts what was woken.      After   worker.cpp pops, other workers steal.
//   Called   push, pop: the owner. steal_from, take_half, size: any worker.
//   Holds    up to `Capacity` pointers, first in, first out. Owns none.
//   Rules    Q1  Every element put is taken exactly once, by the owner or one thief.
//            Q2  A slot is written only by the owner, and only when no claim on its old element can
//                succeed.
//   Source   the bounded ring of Go's scheduler (proc.go, runqput and runqgrab).
#pragma once

#include <troupe/actors/detail/atomics.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe::detail {

/// | operation  | who    | effect                                             |
/// |------------|--------|----------------------------------------------------|
/// | push       | owner  | false: full, nothing done                          |
/// | pop        | owner  | oldest, or null                                    |
/// | steal_from | thief  | moves half of the victim to the thief's own ring    |
/// | take_half  | any    | takes the older half out                           |
///
/// `head_` and `tail_` count up for ever, so an index is never seen twice while a claim is being
/// made.
template <class T, std::size_t Capacity = 256, class Atomics = real_atomics>
class run_queue {
  static_assert(Capacity >= 2 && (Capacity & (Capacity - 1)) == 0, "a power of two");

public:
  using batch = std::array<T*, Capacity / 2>;

  [[nodiscard]] bool push(T* element) noexcept {
    const auto tail = tail_.load(std::memory_order_relaxed);
    // (1) acquire, with (3): a slot freed by a claim may be written again.
    const auto head = head_.load(std::memory_order_acquire);
    if (tail - head >= Capacity) return false;
    slot(tail).store(element, std::memory_order_relaxed);
    tail_.store(tail + 1,
                std::memory_order_release);  // (2) the element, and what it points to, to (4)
    return true;
  }

  [[nodiscard]] T* pop() noexcept {
    auto head = head_.load(std::memory_order_acquire);
    for (;;) {
      if (head == tail_.load(std::memory_order_relaxed)) return nullptr;
      T* const element = slot(head).load(std::memory_order_relaxed);
      // (3) release: the read of the slot comes before it can be written again.
      if (head_.compare_exchange_weak(head, head + 1, std::memory_order_acq_rel,
                                      std::memory_order_acquire))
        return element;
    }
  }

  /// Takes the older half (rounded up) of `victim` to the end of this queue, which must be empty
  /// and whose owner calls.
  /// @returns one of them to run at once; null if there was nothing.
  [[nodiscard]] T* steal_from(run_queue& victim) noexcept {
    batch taken;
    const auto count = victim.take_half(taken);
    if (count == 0) return nullptr;
    for (std::size_t i = 0; i + 1 < count; ++i) (void)push(taken[i]);
    return taken[count - 1];
  }

  /// Takes the older half (rounded up) out.
  /// @returns how many; they are in `out`, oldest first.
  [[nodiscard]] std::size_t take_half(batch& out) noexcept {
    auto head = head_.load(std::memory_order_acquire);
    for (;;) {
      const auto tail = tail_.load(std::memory_order_acquire);  // (4)
      const auto waiting = tail - head;
      if (waiting == 0) return 0;
      if (waiting > Capacity) {  // head moved between the two loads
        head = head_.load(std::memory_order_acquire);
        continue;
      }
      const std::size_t count = waiting - waiting / 2;
      for (std::size_t i = 0; i < count; ++i)
        out[i] = slot(head + i).load(std::memory_order_relaxed);
      // (3) fails if any of these was taken meanwhile: what was read is then forgotten.
      if (head_.compare_exchange_weak(head, head + count, std::memory_order_acq_rel,
                                      std::memory_order_acquire))
        return count;
    }
  }

  /// How many are here: exact for the owner while nobody steals, else a recent value.
  [[nodiscard]] std::size_t size() const noexcept {
    const auto head = head_.load(std::memory_order_acquire);
    const auto tail = tail_.load(std::memory_order_acquire);
    return tail - head <= Capacity ? tail - head : 0;
  }

private:
  typename Atomics::template atomic<T*>& slot(std::uint64_t index) noexcept {
    return slots_[index & (Capacity - 1)];
  }

  alignas(64) typename Atomics::template atomic<std::uint64_t> head_{0};
  alignas(64) typename Atomics::template atomic<std::uint64_t> tail_{0};
  std::array<typename Atomics::template atomic<T*>, Capacity> slots_{};
};

}  // namespace troupe::detail
