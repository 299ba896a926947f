// circles.hpp: who waits for whom, and who waits for himself in the end.
//
//   Before   watch.cpp has looked at the adapters.      After   a report, or an error for one.
//   Holds    values; no actor, no time.
#pragma once

#include <troupe/actors/classic/detail/view.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::classic::detail {

/// One who waits at an adapter for one who holds it.
struct wait_edge {
  agent waits;
  agent holds;
  std::uint64_t adapter = 0;
  std::uint64_t number = 0;   ///< of the wait
  std::uint64_t held_as = 0;  ///< of the hold
  time_point since{};
  std::string name{};  ///< of the adapter, for people

  [[nodiscard]] bool is_still(const wait_edge& e) const noexcept {
    return adapter == e.adapter && number == e.number && held_as == e.held_as && holds == e.holds;
  }
};

/// The edges of `now` that were there before.
[[nodiscard]] std::vector<wait_edge> lasting(const std::vector<wait_edge>& before,
                                             const std::vector<wait_edge>& now);
/// The circles in them, each once, from the one that waited first.
[[nodiscard]] std::vector<std::vector<wait_edge>> circles_in(const std::vector<wait_edge>& edges);
/// The last to wait in a circle. @pre it is not empty
[[nodiscard]] const wait_edge& last_to_wait(const std::vector<wait_edge>& circle);
/// One line: who holds what and waits for what.
[[nodiscard]] std::string describe_circle(const std::vector<wait_edge>& circle, cell& in);

}  // namespace troupe::classic::detail
