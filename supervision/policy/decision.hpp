// decision.hpp: what the end of a child means, by its restart type and the reason.
//
//   Before   a supervisor hears that a child has ended.      After   it acts.
//   Called   any thread: pure functions.
//   Rules    R1, R2, R3, D7, G2, G3: supervision-contract, as docs/semantics.md states them.
#pragma once

#include <troupe/actors/reason.hpp>
#include <troupe/supervision/spec.hpp>

namespace troupe::detail {

/// What becomes of a child that has ended by itself.
enum class verdict : std::uint8_t {
  restart,  ///< it is started again, with those its strategy says
  leave,    ///< it stays listed, without an actor
  forget    ///< it is listed no more
};

/// R1: permanent ones are restarted whatever happened. R2: transient ones if it was no clean end.
/// R3: temporary ones never.
[[nodiscard]] inline verdict verdict_on(restart_type type, const exit_reason& why) noexcept {
  if (type == permanent) return verdict::restart;
  if (type == temporary) return verdict::forget;
  return why.is_clean() ? verdict::leave : verdict::restart;
}

/// D7: whether a child that its supervisor has told to end for `shutdown` (or has killed at once)
/// ended as it should.
[[nodiscard]] inline bool is_expected_end(restart_type type, bool killed_at_once,
                                          const exit_reason& why) noexcept {
  if (killed_at_once) return why == exit_kind::killed;
  return why == exit_kind::shutdown || (why == exit_kind::normal && type != permanent);
}

}  // namespace troupe::detail
