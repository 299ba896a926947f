// stash.hpp: messages that wait until their actor wants them.
//
//   Before   turn.cpp asks, in phase `stashing`, about each envelope.
//   After    turn.cpp takes out what is wanted, one per command_stash.
//   Called   in the actor's turn.
//   Rules    T1  What is put aside keeps its place in the capacity.
//            T2  What was put aside comes before what is still in the mailbox, in its order.
#pragma once

#include <troupe/actors/engine/cell.hpp>

namespace troupe::detail {

/// Why an actor puts messages aside.
enum stash_reason : std::uint8_t {
  stash_start = 1,      ///< its on_start is suspended
  stash_exclusive = 2,  ///< it awaits an exclusive request: replies wait too
  stash_limit = 4,      ///< as many handlers as may be are suspended
  stash_only = 8,       ///< it wants some messages only: `wanted`
  stash_busy = 16       ///< a process that does not wait for its inbox
};

/// From now on there is this reason, or no longer. @pre the actor has extras
void begin_stash(cell& c, stash_reason why) noexcept;
void end_stash(cell& c, stash_reason why) noexcept;

/// Whether this one is to be handled now, in phase `stashing`.
[[nodiscard]] bool is_wanted(const cell& c, const envelope& e) noexcept;

/// Keeps an envelope that has been taken out of the mailbox whole.
void put_aside(cell& c, envelope& e) noexcept;

/// Takes the oldest that is wanted, if there is one; null: there is none.
[[nodiscard]] envelope* take_wanted(cell& c) noexcept;

/// What is wanted has changed: the turn looks again.
void look_at_stash(cell& c) noexcept;

}  // namespace troupe::detail
