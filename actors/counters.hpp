// counters.hpp: what a system has done so far, as numbers.
//
//   Before   each worker counts for itself.      After   actor_system::counters adds up.
//   Called   any thread, without locks; the sum is recent, and exact when nothing runs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Why messages became dead letters.
enum class dead_reason : std::uint8_t {
  ended,      ///< the actor has ended
  restarted,  ///< it was meant for an earlier incarnation
  full,       ///< the mailbox was at its capacity
  no_memory,  ///< there was no memory for the message
  expired,    ///< a request whose deadline had passed before it was handled
  cancelled,  ///< a request whose asker no longer waits
  late,       ///< a reply that came after its deadline, or after its asker had ended
  empty,      ///< sent through an empty handle
  unroutable  ///< a pool that routes by hash and a message without a key; or one that broadcasts,
              ///< and an ask or a message that cannot be copied
};
inline constexpr std::size_t dead_reasons = 9;

/// The name of a reason: "ended", "full" …
[[nodiscard]] std::string_view to_string(dead_reason reason) noexcept;

/// Numbers since the system began. Each only grows.
struct system_counters {
  std::uint64_t turns = 0;             ///< visits of a worker to a cell
  std::uint64_t messages = 0;          ///< messages and replies handled
  std::uint64_t spawned = 0;           ///< actors that began
  std::uint64_t restarted = 0;         ///< incarnations that followed another one
  std::uint64_t ended = 0;             ///< actors that ended
  std::uint64_t failed = 0;            ///< of these, by an exception
  std::uint64_t asked = 0;             ///< requests sent
  std::uint64_t settled = 0;           ///< requests that ended, in whatever way
  std::uint64_t waits_begun = 0;       ///< handlers suspended in sleep or blocking
  std::uint64_t waits_ended = 0;       ///< and no longer
  std::uint64_t timers = 0;            ///< timers set
  std::uint64_t ticks = 0;             ///< messages that they put in line
  std::uint64_t ticks_left_out = 0;    ///< of `every`: the one before was still waiting
  std::uint64_t stolen = 0;            ///< cells taken from another worker
  std::uint64_t parked = 0;            ///< times a worker went to sleep
  std::uint64_t searched = 0;          ///< looks of workers without work where others have some
  std::uint64_t woken = 0;             ///< times a worker was woken for work
  std::uint64_t cells_made = 0;        ///< cells taken from the blocks
  std::uint64_t cells_freed = 0;       ///< and given back
  std::uint64_t abandoned = 0;         ///< of the cells made: the constructor threw
  std::uint64_t abandoned_bodies = 0;  ///< actors that had not ended by their kill_limit
  std::uint64_t lines_lost = 0;        ///< of the log: its sink could not write them
  std::uint64_t stuck_turns = 0;       ///< that took a worker longer than stuck_after
  std::array<std::uint64_t, dead_reasons> dead{};

  [[nodiscard]] std::uint64_t dead_letters(dead_reason reason) const noexcept {
    return dead[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] std::uint64_t dead_letters() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : dead) sum += n;
    return sum;
  }
  /// Whether an ask or a wait has not ended.
  [[nodiscard]] bool is_waiting() const noexcept {
    return asked != settled || waits_begun != waits_ended;
  }
  [[nodiscard]] std::uint64_t alive() const noexcept { return spawned - ended; }
  /// No actor lives, and none is being built.
  [[nodiscard]] bool all_ended() const noexcept {
    return alive() == 0 && cells_made == spawned + abandoned;
  }
};

/// One worker: where it runs, and its own share of the numbers.
struct worker_info {
  int number = 0;
  int cpu = -1;         ///< the CPU it was placed on; -1: any that the process may use
  bool pinned = false;  ///< false: it may move, or pinning was refused
  system_counters counted{};
};

/// A thread that belongs to one actor: spawn_options::own_thread.
struct own_thread_info {
  int number = 0;        ///< its name is `troupe-own-` and this
  std::uint64_t id = 0;  ///< the actor's
  std::string actor{};   ///< for people: class, label, id
};

}  // namespace troupe
