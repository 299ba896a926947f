// seat.hpp: a cell in which incarnations follow one another.
//
//   Before   detail/recipe.hpp makes one; life.cpp when a body is to begin, and has ended.
//   After    the user's constructor.
//   Called   in the cell's turn, unless a line says otherwise.
//   Rules    T1  A seat is vacant only between the end of one incarnation, which its watchers have
//                been told, and the beginning of the next.
//            T2  What keeps messages puts aside those that were told; in stopping, in vacancy, and
//                until the next incarnation has taken them.
//            T3  Only give_up_seat, its parent's end, or the want of references ends a seat.
#pragma once

#include <troupe/actors/engine/cell.hpp>

namespace troupe::detail {

struct context;

/// What a cell has more if it is a seat: as long as the cell lives.
[[nodiscard]] inline bool is_seat(const cell& c) noexcept {
  return c.extras != nullptr && c.extras->how != nullptr;
}

/// Whether the body that ends now may be followed by another.
[[nodiscard]] bool may_be_followed(const cell& c) noexcept;

/// Whether messages that were told wait here for the next incarnation. @pre nobody lives here
[[nodiscard]] bool keeps_messages(const cell& c) noexcept;

/// Of a seat: the next incarnation begins, up to its constructor. Throws what that throws.
void build_body(cell& c);

/// A vacant seat ends.
void end_vacancy(cell& c, context& x) noexcept;

/// No other incarnation will come; a command has to follow. @thread any
void retire(cell& c) noexcept;

}  // namespace troupe::detail
