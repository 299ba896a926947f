// forked.hpp: processes that were forked from one with a system.
//
//   Before   the user's code calls fork() and does not exec.
//   After    in the child the system is inert: its threads do not exist there, its locks may be
//            held for ever.
//   Called   any thread.
//   Holds    per process how often it was forked; a system remembers what that was when it began.
//   Rules    G1  In the child nobody takes a lock of the parent's system, or waits for its threads.
//            G2  A turn in which the child was made is its last: the child ends with it.
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::detail {

class cell;
struct core;

/// The generation of this process. The first call has forks watched from then on.
/// @throws std::bad_alloc
[[nodiscard]] std::uint32_t watch_forks();

/// Whether this process is a child of the one that built the system. @cost two loads
[[nodiscard]] bool is_forked(const core& system) noexcept;

/// @throws system_forked if it is
void refuse_if_forked(const core& system);

/// The end of a child in which a handler, or what `blocking` was given, has returned: a line, and
/// _exit(70).
[[noreturn]] void end_forked(std::string_view where) noexcept;

/// The generation, for threads that have no cell.
[[nodiscard]] std::uint32_t generation() noexcept;

}  // namespace troupe::detail
