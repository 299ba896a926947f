// fiber.hpp: a stack of its own that one OS thread can enter and leave.
//
//   Before   execution.cpp makes one per virtual thread.   After   fiber.cpp changes the stack.
//   Called   from the one OS thread that made it.
//   Holds    a mapped stack with a guard page below it.
//   Rules    A fiber is left only by switch_to, or by the return of its body.
//   Knows    address and thread sanitizer; each fiber has its own exceptions in flight.
#pragma once

#include <cstddef>

namespace model::detail {

/// One flow of control. A resource: it stays where it was made.
class fiber {
public:
  using body = void (*)(void*);

  /// Stands for the stack the caller already runs on.
  fiber();
  /// A new stack. The first switch to it calls `start(argument)`; if that returns, control goes
  /// back to whoever switched here last, and the fiber must not be entered again.
  fiber(body start, void* argument);
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;
  /// Frees the stack. Frames still on it are not unwound.
  ~fiber();

  /// Leaves this fiber, which must be the running one, for `to`.
  /// @returns when somebody switches back to this one.
  void switch_to(fiber& to) noexcept;

private:
  struct machine;

  static void enter();
  void change(fiber& to, bool for_ever) noexcept;

  machine* machine_;  // registers, stack bounds, what the sanitizers want to know
  body start_ = nullptr;
  void* argument_ = nullptr;
};

}  // namespace model::detail
