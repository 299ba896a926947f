// seat.hpp: a cell in which incarnations follow one another.
//
//   Before   life/seat.hpp makes one; life.cpp when a body is to begin, and has ended.
//   After    the user's constructor.
//   Called   in the cell's turn, unless a line says otherwise.
//   Rules    T1  A seat is vacant only between the end of one incarnation, which its watchers have
//                been told, and the beginning of the next.
//            T2  What keeps messages puts aside those that were told; in stopping, in vacancy, and
//                until the next incarnation has taken them.
//            T3  Only give_up_seat, the system's end, or the want of references ends a seat.
#pragma once

#include <troupe/actors/engine/cell.hpp>

namespace troupe::detail {

struct context;

/// Once it is attached, as long as the cell lives. @thread any
[[nodiscard]] inline bool is_seat(const cell& c) noexcept {
  return c.incarnation_now() != 0 || c.at() == phase::vacant;
}

/// Who sat there was killed, and has not ended. @thread any
[[nodiscard]] inline bool is_abandoned(const cell& c) noexcept {
  return (c.marks.load(std::memory_order_acquire) & mark_abandoned) != 0;
}

/// Whether the body that ends now may be followed by another.
[[nodiscard]] bool may_be_followed(const cell& c) noexcept;

/// Whether messages that were told wait here for the next incarnation. @pre nobody lives here
[[nodiscard]] bool keeps_messages(const cell& c) noexcept;

/// Of a seat: the next incarnation begins, up to its constructor. Throws what that throws.
/// @returns false: it was given up meanwhile
[[nodiscard]] bool build_body(cell& c);

/// The incarnation that was to begin ends for `why` before it has. @pre the seat is vacant
void refuse_start(cell& c, exit_kind why) noexcept;

/// A vacant seat ends.
void end_vacancy(cell& c, context& x) noexcept;

/// No other incarnation will come; a command has to follow. @thread any
void retire(cell& c) noexcept;

/// Its guardian is told that the incarnation has begun.
void tell_begun(cell& c) noexcept;
/// The same of its end. @pre `k` was taken out of the extras
void tell_ended(cell& c, kinship& k) noexcept;

}  // namespace troupe::detail
