// inbox.hpp: how a process comes to the end of its inbox.
//
//   Before   life.cpp: nobody refers to it; turn.cpp: the stash has been looked into.
//   Called   in the process's turn.
//   Rules    detail/inbox_state.hpp: N1, N2.
#pragma once

#include <troupe/actors/engine/cell.hpp>

namespace troupe::detail {

/// Nothing can come any more: if this is a process, it is told so.
/// @returns false: it is none
/// @pre it has extras
bool close_inbox(cell& c) noexcept;

/// Resumes a process that waits for what cannot come. Throws what its coroutine throws.
void close_if_empty(cell& c);

}  // namespace troupe::detail
