// assert.hpp: what must be true, or the program ends.
//
//   Before   every file of the runtime.      After   a line that says what was wrong, then abort.
#pragma once

namespace troupe::detail {

/// Prints the line and aborts.
[[noreturn]] void assertion_failed(const char* what, const char* file, int line) noexcept;

}  // namespace troupe::detail

/// A bug, ours or the user's: checked in release too, so it must be cheap.
#define TROUPE_ASSERT(condition)      \
  ((condition) ? static_cast<void>(0) \
               : ::troupe::detail::assertion_failed(#condition, __FILE__, __LINE__))
