// samples.hpp: how long the messages of each class take, and wait: one in 512 is looked at.
//
//   Before   turn.cpp adds what it has measured.      After   snapshot.cpp adds up the workers.
//   Called   add, wants_one: its worker. at: any thread, without locks.
//   Holds    a small table by class; classes that find no place share the last one.
#pragma once

#include <troupe/actors/message.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace troupe::detail {

struct body_ops;

class samples {
public:
  static constexpr std::size_t size = 64;

  /// What was seen of one class.
  struct sum {
    const body_ops* actor = nullptr;  ///< null: those that found no place
    std::uint64_t count = 0;
    duration busy{};         ///< in the handlers of the sampled messages
    duration waited{};       ///< from send to handler, all together
    duration waited_most{};  ///< the longest
  };

  /// Whether the next of the messages marked as samples, one in 64, is to be measured: one in 8.
  [[nodiscard]] bool wants_one() noexcept { return ++offered_ % 8 == 0; }

  void add(const body_ops& actor, duration busy, duration waited) noexcept {
    slot& s = slot_of(actor);
    grow(s.busy, busy.count());
    grow(s.waited, waited.count());
    if (waited.count() > s.waited_most.load(relaxed)) s.waited_most.store(waited.count(), relaxed);
    grow(s.count, std::uint64_t{1});
  }

  /// What is in place `i`; a count of 0: nothing.
  [[nodiscard]] sum at(std::size_t i) const noexcept {
    const slot& s = slots_[i];
    return {s.actor.load(relaxed), s.count.load(relaxed), duration(s.busy.load(relaxed)),
            duration(s.waited.load(relaxed)), duration(s.waited_most.load(relaxed))};
  }

private:
  static constexpr auto relaxed = std::memory_order_relaxed;

  struct slot {
    std::atomic<const body_ops*> actor{nullptr};
    std::atomic<std::uint64_t> count{0};
    std::atomic<duration::rep> busy{0};
    std::atomic<duration::rep> waited{0};
    std::atomic<duration::rep> waited_most{0};
  };

  template <class T>
  static void grow(std::atomic<T>& number, T by) noexcept {
    number.store(number.load(relaxed) + by, relaxed);
  }

  [[nodiscard]] slot& slot_of(const body_ops& actor) noexcept {
    for (std::size_t i = 0; i + 1 < size; ++i) {
      const body_ops* const there = slots_[i].actor.load(relaxed);
      if (there == nullptr) slots_[i].actor.store(&actor, relaxed);
      if (there == nullptr || there == &actor) return slots_[i];
    }
    return slots_[size - 1];
  }

  std::array<slot, size> slots_{};
  unsigned offered_ = 0;
};

}  // namespace troupe::detail
