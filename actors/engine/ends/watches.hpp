// watches.hpp: who watches whom.
//
//   Before   life/watch.hpp through detail/watch.hpp; life.cpp and turn.cpp.
//   After    a down in the watcher's mailbox; an end by the system lane along a link.
//   Called   as each line says.
//   Holds    nothing: watches are in their watcher's book (cell_extras) and, until their
//            target has ended, in the table.
//   Rules    B3  Each watch in a book waits, or is on its way to its watcher, whose cell stays
//                until it has come (`away`).
//            B4  The direction of a link that its maker does not receive is in nobody's book: while
//                it is in the table it is the maker's, then its receiver's.
#pragma once

#include <troupe/actors/engine/cell.hpp>

namespace troupe::detail {

struct context;

/// The actor stops: it hears of nobody's end any more. Its links still carry its own.
/// @thread its turn @pre it has extras
void end_watches(cell& c) noexcept;

/// Tells those that watch `c`, and those it is linked to. @thread whoever has set the mark
void tell_of_end(cell& c, const exit_reason& why) noexcept;

/// command_exit: those that `c` is linked to have ended. @thread its turn
void take_exits(cell& c, context& x) noexcept;

}  // namespace troupe::detail
