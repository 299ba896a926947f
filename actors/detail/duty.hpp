// duty.hpp: what an actor works for while it handles a request.
//
//   Before   turn.cpp takes it from the request.
//   After    what is asked in turn inherits it, after a suspension too.
//   Holds    until when somebody waits, and who.
#pragma once

#include <troupe/actors/message.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe::detail {

struct duty {
  time_point until = time_point::max();
  /// The actors that wait for this one, the nearest first, by the lower half of their ids; 0: none.
  /// As many as fit: they are for the texts of cycles.
  std::array<std::uint32_t, 4> waiting{};

  /// Of what `asker` asks under this duty.
  [[nodiscard]] duty passed_on(std::uint64_t asker, time_point by) const noexcept {
    return {by, {static_cast<std::uint32_t>(asker), waiting[0], waiting[1], waiting[2]}};
  }
  /// How many actors the cycle has that a wait of `who` for this duty closes; 0: there is none.
  [[nodiscard]] std::size_t cycle_with(std::uint64_t who) const noexcept {
    for (std::size_t i = 0; i < waiting.size(); ++i)
      if (waiting[i] == static_cast<std::uint32_t>(who)) return i + 1;
    return 0;
  }
};

}  // namespace troupe::detail
