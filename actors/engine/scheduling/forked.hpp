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

#include <atomic>
#include <cstdint>
#include <string_view>

namespace troupe::detail {

class cell;
struct core;

/// The generation of this process, which is `forks`. The first call has them watched from then on.
/// @throws std::bad_alloc
[[nodiscard]] std::uint32_t watch_forks();

/// How often this process was forked from one that had a system: see core.hpp, is_forked.
extern std::atomic<std::uint32_t> forks;

[[noreturn]] void refuse_forked();

/// The end of a child in which a handler, or what `blocking` was given, has returned: a line, and
/// _exit(70).
[[noreturn]] void end_forked(std::string_view where) noexcept;

}  // namespace troupe::detail
