// turn.hpp: one visit of a worker to a cell.
//
//   Before   worker.cpp, or the test kit's scheduler, picks the cell.
//   After    the user's handlers.
//   Called   by whoever holds the cell's turn; nobody else touches the cell's second line
//            meanwhile.
//   Rules    U1  User code's exceptions are caught here and nowhere else.
//            U2  The system lane is looked at before each message.
//            U3  An unlinked gap in the mailbox ends the turn; nobody spins on it.
#pragma once

#include <troupe/actors/engine/context.hpp>

#include <cstdint>

namespace troupe::detail {

/// How many messages a worker handles before it turns to the cells that wait in its ring.
inline constexpr unsigned quantum = 128;

enum class turn_end : std::uint8_t {
  idle,  ///< nothing left; the cell must not be touched any more
  more,  ///< the budget is used up, or a sender is half-way: schedule it again
  freed  ///< the cell is gone
};

/// Handles messages until the mailbox is empty or `budget` is used up; takes what it used from it.
[[nodiscard]] turn_end run_turn(cell& c, context& x, unsigned& budget);

}  // namespace troupe::detail
