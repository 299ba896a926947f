// alarm_heap.hpp: the alarms of one actor, the next to ring first.
//
//   Before   alarms.hpp.      After   detail/alarm.hpp, whose links it uses.
//   Called   in the owner's turns.
//   Holds    alarms, which it does not own.
//   Rules    P1  No alarm rings before the one it hangs below.
//   Cost     insert: one comparison, no memory. remove: amortized O(log n), anywhere in the heap.
//   Source   Fredman, Sedgewick, Sleator, Tarjan: The pairing heap, 1986.
#pragma once

#include <troupe/actors/detail/alarm.hpp>

#include <utility>

namespace troupe::detail {

class alarm_heap {
public:
  alarm_heap() noexcept = default;
  alarm_heap(const alarm_heap&) = delete;
  alarm_heap& operator=(const alarm_heap&) = delete;

  /// The next to ring; null: there is none.
  [[nodiscard]] alarm* first() const noexcept { return first_; }
  /// How many have ever been put in: what is put in from now on has at least this `order`.
  [[nodiscard]] std::uint64_t inserted() const noexcept { return inserted_; }

  /// @pre it is not set; its `when` is
  void insert(alarm& a) noexcept {
    a.order = inserted_++;
    a.below = nullptr;
    put_on_top(first_ != nullptr ? meld(first_, &a) : &a);
  }

  /// @pre it is set, and in this heap
  void remove(alarm& a) noexcept {
    *a.held = a.beside;
    if (a.beside != nullptr) a.beside->held = a.held;
    a.held = nullptr;
    if (a.below == nullptr) return;
    alarm* const rest = meld_all(a.below);
    put_on_top(first_ != nullptr ? meld(first_, rest) : rest);
  }

private:
  static bool rings_before(const alarm& a, const alarm& b) noexcept {
    return a.when != b.when ? a.when < b.when : a.order < b.order;
  }

  void put_on_top(alarm* a) noexcept {
    first_ = a;
    a->held = &first_;
    a->beside = nullptr;
  }

  /// @returns the one that rings first, with the other below it
  static alarm* meld(alarm* a, alarm* b) noexcept {
    if (rings_before(*b, *a)) std::swap(a, b);
    b->beside = a->below;
    if (b->beside != nullptr) b->beside->held = &b->beside;
    b->held = &a->below;
    a->below = b;
    return a;
  }

  /// In pairs from left to right, then all from right to left: which keeps the heap flat.
  static alarm* meld_all(alarm* list) noexcept {
    alarm* pairs = nullptr;
    while (list != nullptr) {
      alarm* one = list;
      alarm* const two = one->beside;
      list = two != nullptr ? two->beside : nullptr;
      if (two != nullptr) one = meld(one, two);
      one->beside = std::exchange(pairs, one);
    }
    alarm* whole = nullptr;
    while (pairs != nullptr) {
      alarm* const one = std::exchange(pairs, pairs->beside);
      whole = whole != nullptr ? meld(whole, one) : one;
    }
    return whole;
  }

  alarm* first_ = nullptr;
  std::uint64_t inserted_ = 0;
};

}  // namespace troupe::detail
