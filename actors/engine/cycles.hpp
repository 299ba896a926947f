// cycles.hpp: actors that wait for one another in a circle.
//
//   Before   requests.cpp: an ask during which its actor handles no messages.
//   After    a probe goes from each to the one it waits for; if it comes back, the ask that is late
//            says so.
//   Called   in turns of the actors.
//   Rules    Y1  Nothing is sent before half of an ask's time has passed.
//            Y2  Each actor passes a probe on once.
//   Source   the probes of Chandy, Misra and Haas, "Distributed Deadlock Detection", ACM TOCS 1983.
#pragma once

#include <troupe/actors/detail/request_block.hpp>
#include <troupe/actors/engine/cell.hpp>

#include <string>

namespace troupe::detail {

/// @returns whether the actor handles no message until `r` is answered: then it rings twice
[[nodiscard]] bool begin_blocking(cell& asker, request_block& r) noexcept;

/// Half of its time has passed. Without memory nothing is looked for.
void look_for_cycle(cell& asker, const request_block& r) noexcept;

/// For the text of an ask that was late; empty if no circle is known.
[[nodiscard]] std::string describe_cycle(const request_block& r);

}  // namespace troupe::detail
