// alarm.hpp: a time at which an actor wants to go on.
//
//   Before   whoever waits embeds one: a request, a timer, the frame of a coroutine.
//   After    engine/alarm_heap.hpp orders those of an actor; engine/alarms.cpp lets them ring.
//   Called   set, clear and ring: in the owner's turns.
//   Rules    A1  A set alarm rings once, not before its time, or is cleared, or forgotten when its
//                actor stops.
//            A2  When it rings it is unset, and may be set again or destroyed.
#pragma once

#include <troupe/actors/message.hpp>

#include <cstdint>

namespace troupe::detail {

class cell;
struct alarm;

/// What an alarm does.
struct alarm_ops {
  /// Its time has come. May throw what user code throws.
  void (*ring)(cell& owner, alarm&);
  /// Its actor stops, and it was still set; null: nothing has to be done.
  void (*forget)(cell& owner, alarm&) noexcept;
};

/// Stays where it is while it is set: others point to it.
struct alarm {
  explicit alarm(const alarm_ops& ops) noexcept : does(&ops) {}
  alarm(const alarm&) = delete;
  alarm& operator=(const alarm&) = delete;

  [[nodiscard]] bool is_set() const noexcept { return held != nullptr; }

  const alarm_ops* does;
  time_point when = time_point::max();

  // The heap's.
  std::uint64_t order = 0;  ///< among those of the same time the first to be set is the first
  alarm** held = nullptr;   ///< what points to it; null: it is not set
  alarm* beside = nullptr;  ///< the next one that hangs below the same
  alarm* below = nullptr;   ///< the first of those that ring later

protected:
  ~alarm() = default;
};

}  // namespace troupe::detail
