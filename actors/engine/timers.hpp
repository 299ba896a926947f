// timers.hpp: the timers of one actor.
//
//   Before   detail/timer.hpp; life.cpp when the actor stops.
//   After    alarms.hpp rings; the actor's own mailbox.
//   Called   in the owner's turns.
//   Holds    where each timer is, so that a timer_id can be told from that of one before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe::detail {

class cell;
struct timer;

/// Timers by place, 16 bytes each. Places are used again; a number tells who has it now.
class timer_table {
public:
  /// @throws std::bad_alloc
  [[nodiscard]] std::uint64_t put(timer& t);
  void take_out(const timer& t) noexcept;
  /// Null: it is not there any more.
  [[nodiscard]] timer* find(std::size_t place, std::uint64_t number) const noexcept;
  /// Null: nobody is there. For places up to size().
  [[nodiscard]] timer* at(std::size_t place) const noexcept {
    return place < places_.size() ? places_[place].who : nullptr;
  }
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  [[nodiscard]] bool is_empty() const noexcept { return count_ == 0; }

private:
  struct seat {
    timer* who;            // null: the place is free
    std::uint64_t number;  // of who is there; of a free place the next free one
  };
  static constexpr std::size_t kept_places = 64;  // when the last one goes
  static constexpr std::size_t none = ~std::size_t{0};

  std::vector<seat> places_;
  std::size_t free_ = none;
  std::size_t count_ = 0;
  std::uint64_t last_number_ = 0;
};

/// The actor stops: its timers are over. Destroys their messages.
void end_timers(cell& c) noexcept;

}  // namespace troupe::detail
