// life.hpp: how an actor ends.
//
//   Before   spawn.hpp through runtime.hpp; turn.cpp.
//   After    the user's on_start, on_stop, destructor.
//   Called   in the cell's turn, unless a line says otherwise.
//   Rules    L1  Only a turn ends an actor. on_stop, then the destructor, then its parent is told,
//                once each.
//            L2  An actor ends after its children have ended.
//            L3  A cell is freed when its actor has ended, no handle is left, and no request or
//                child is under way.
#pragma once

#include <troupe/actors/engine/context.hpp>
#include <troupe/actors/reason.hpp>

#include <exception>

namespace troupe::detail {

/// What an actor's `kinship` does in its parent's turn when it has ended.
extern const envelope_ops child_gone_ops;

/// Calls on_start. Throws what that throws.
void start_body(cell& c);

/// The actor takes no more messages: its asks are cancelled, its children told. Ends it if there
/// are none.
void begin_stop(cell& c, context& x, exit_reason why);

/// The same, unless the actor has something to do before.
void stop_as_told(cell& c, context& x, exit_reason why);

/// The end at once and without on_stop, whatever it is about.
void begin_kill(cell& c, context& x);

/// Something that the end of a stopping actor has waited for is there.
void continue_end(cell& c);

/// Its parent no longer waits for it. @thread whoever has set the mark of its end
void tell_parent(cell& c) noexcept;

/// A child is on its parent's list from here on, and no longer. @thread the parent's turn
void join_family(cell& parent, kinship& k) noexcept;
void leave_family(cell& parent, kinship& k) noexcept;

/// An exception left user code: stops the actor, and answers the requests whose reply_to the
/// exception took along.
void fail(cell& c, context& x, exit_reason why);

/// After `unreferenced` was seen, at the end of a turn: ends the actor if nothing is pending, frees
/// the cell if it can.
/// @returns true: the cell is gone
[[nodiscard]] bool leave(cell& c, context& x);

/// Gives a cell back from a thread that is no worker. @thread any
void give_back(cell& c) noexcept;

/// Type and text of an exception.
[[nodiscard]] exit_reason reason_of(std::exception_ptr thrown) noexcept;
/// The same where it is being handled, which spares the unwinding of another throw.
[[nodiscard]] exit_reason reason_of(const std::exception& caught) noexcept;

/// Why the actor stopped, as far as is known.
[[nodiscard]] exit_reason end_of(const cell& c);

}  // namespace troupe::detail
