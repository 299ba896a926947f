// undertaker.hpp: who looks after actors that were killed and do not return from their turn.
//
//   Before   watchdog.cpp, every few milliseconds.      After   ends/graveyard.cpp.
//   Called   by the watchdog's thread.
//   Holds    which turns were told that their actor is to end at once, and since when.
#pragma once

#include <troupe/actors/message.hpp>

#include <cstdint>
#include <vector>

namespace troupe::detail {

class cell;
struct context;

class undertaker {
public:
  /// An actor is abandoned when it is still in the same turn so long after its kill was seen,
  /// unless it has a limit of its own: life/seat.hpp.
  explicit undertaker(duration kill_limit) noexcept;

  [[nodiscard]] bool wants_a_look(time_point now) const noexcept { return now - last_ >= pause_; }
  void look(const std::vector<context*>& all, time_point now);
  /// Whether somebody was killed and may have to be abandoned.
  [[nodiscard]] bool is_waiting() const noexcept { return is_waiting_; }

private:
  struct turn {
    cell* of = nullptr;
    std::uint64_t number = 0;
    time_point since{};
    duration limit{};
    bool is_abandoned = false;
  };
  [[nodiscard]] static turn turn_of_killed(const context& x) noexcept;
  [[nodiscard]] duration limit_of(const context& x, const turn& t) const noexcept;
  static void abandon(const context& x, const turn& t, duration so_long) noexcept;

  const duration limit_;
  const duration pause_;
  time_point last_{};
  std::vector<turn> seen_;
  bool is_waiting_ = false;
};

}  // namespace troupe::detail
