// activities.hpp: handlers that are suspended.
//
//   Before   activity.hpp, for what the templates call; life.cpp.
//   Called   in the actor's turns.
//   Rules    activity.hpp: A1 to A3.
#pragma once

#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/engine/cell.hpp>

namespace troupe::detail {

// All: @pre the actor has extras.

/// The actor stops: none of its handlers is resumed any more, but that of a process once; what is
/// under way outside is told to end.
void cancel_operations(cell& c) noexcept;

/// What was told to end and has made another step instead is told again.
void remind_operations(cell& c) noexcept;

/// Destroys what is suspended. @returns false: something is outside, it will come back
[[nodiscard]] bool end_activities(cell& c) noexcept;

/// Whether something under way outside uses its frames.
[[nodiscard]] bool has_outside(const cell& c) noexcept;

}  // namespace troupe::detail
