// timer_wheel.hpp: times, the earliest of which can be found at once.
//
//   Before   alarm_clock.hpp.      After   nothing.
//   Called   by one thread at a time.
//   Holds    8 levels of 64 slots: one of the lowest spans 65.5 us, of each other level 64 times as
//            much as below. An entry is at the lowest level whose one turn of the wheel takes it.
//   Rules    T1  Everything at a level is earlier than everything at the levels above it.
//            T2  Nothing is given out before its time, to the nanosecond.
//   Cost     add, remove: O(1), no memory. An entry moves at most 8 times, a level down each time.
//   Source   Varghese and Lauck: Hashed and hierarchical timing wheels, 1987.
#pragma once

#include <troupe/actors/message.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe::detail {

/// One time in a wheel. Stays where it is while it is in one.
struct wheel_entry {
  time_point when{};
  wheel_entry** held = nullptr;  ///< what points to it; null: it is in no wheel
  wheel_entry* next = nullptr;
};

class timer_wheel {
public:
  timer_wheel() noexcept = default;
  timer_wheel(const timer_wheel&) = delete;
  timer_wheel& operator=(const timer_wheel&) = delete;

  /// @pre it is in no wheel; `when` is not before the clock's beginning
  void add(wheel_entry& e, time_point when) noexcept;
  /// @pre it is in this wheel
  void remove(wheel_entry& e) noexcept;

  /// When take_due() has something to give: the earliest time, or a time before it if what was
  /// earlier has been removed. time_point::max(): the wheel is empty.
  [[nodiscard]] time_point next() const noexcept;

  /// Takes out one whose time has come; null: there is none. `now` may be later than any before it,
  /// by as much as it likes, and earlier.
  [[nodiscard]] wheel_entry* take_due(time_point now) noexcept;

private:
  static constexpr unsigned tick_bits = 16;  // of nanoseconds
  static constexpr unsigned slot_bits = 6;
  static constexpr std::size_t slots = std::size_t{1} << slot_bits;
  static constexpr std::size_t levels = 8;
  static_assert(tick_bits + levels * slot_bits == 64);

  struct slot {
    wheel_entry* first = nullptr;
    time_point earliest = time_point::max();  // of those in it, or that were in it
  };
  struct place {
    std::size_t level;
    std::size_t index;
  };

  [[nodiscard]] static std::uint64_t tick_of(time_point t) noexcept {
    return static_cast<std::uint64_t>(t.time_since_epoch().count()) >> tick_bits;
  }
  [[nodiscard]] place place_of(time_point when) const noexcept;
  [[nodiscard]] place first_place() const noexcept;
  [[nodiscard]] slot& at(place p) noexcept { return wheel_[p.level][p.index]; }
  [[nodiscard]] std::uint64_t last_tick_of(place p) const noexcept;
  void mark_empty(place p) noexcept;
  void open_slots(time_point now) noexcept;
  void open(place p, time_point now) noexcept;

  std::uint64_t base_ = 0;                    // the tick from which places are counted
  unsigned used_levels_ = 0;                  // a bit for each level that has something
  wheel_entry* due_ = nullptr;                // out of their slots, not yet given out
  std::array<std::uint64_t, levels> used_{};  // a bit for each slot that has something
  std::array<std::array<slot, slots>, levels> wheel_{};
};

}  // namespace troupe::detail
