// options.hpp: what can be said about an actor when it is spawned.
//
//   Before   users write `sys.spawn<x>({.name = "teller"}, ...)`.      After   life.cpp reads it.
//   Holds    nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace troupe {

/// How many messages a mailbox holds unless its actor is spawned with another capacity.
inline constexpr std::size_t default_capacity = std::size_t{1} << 20;

/// How many handlers of one actor may be suspended unless it is spawned with another limit.
inline constexpr std::size_t default_max_suspended = 1024;

/// What spawn and the system throw when an option cannot be had: which field, its value, what would
/// do.
class bad_option : public std::invalid_argument {
public:
  using std::invalid_argument::invalid_argument;
};

/// What happens to a message for a mailbox that is full. Each becomes a dead letter.
enum class overflow_policy : std::uint8_t {
  reject_newest,  ///< the one that comes is refused
  /// The oldest go, in the actor's next turn; the one that comes is refused only if twice the
  /// capacity waits.
  drop_oldest,
  stop_actor  ///< the one that comes is refused, and the actor fails: `failed(mailbox_full, ...)`
};

/// What can be said about an actor when it is spawned. Every field has a default.
struct spawn_options {
  std::string name{};  ///< a label for reports; need not be unique
  /// Messages its mailbox holds, at least 1. Up to 4,096, and with an overflow policy of its own,
  /// each is counted, at the cost of two atomic operations a message; else samples of 64.
  std::size_t capacity = default_capacity;
  overflow_policy overflow = overflow_policy::reject_newest;
  /// The number of the worker it stays on, never to be stolen; -1: any.
  /// @note an actor that stays does not profit from idle workers: for what belongs to one core
  int home = -1;
  /// Coroutine handlers that may be suspended at once, at least 1. At the limit the actor takes no
  /// further message: they wait in its mailbox and count against its capacity.
  std::size_t max_suspended = default_max_suspended;
  /// It has its turns on a thread of its own, not pinned, which lives until it has ended: so its
  /// handlers may block, in `.get()` too, and hold up nobody. Costs a thread, and a wake-up of that
  /// thread for what an ordinary actor would handle at once. Not together with `home`.
  bool own_thread = false;
};

/// Which member of a pool gets a message.
enum class routing : std::uint8_t {
  round_robin,  ///< each in turn
  random,       ///< any; on a stage the seed decides
  /// One that does nothing; if there is none, one with fewest messages and suspended handlers. Each
  /// message of such a pool is counted, at the cost of two atomic operations.
  least_loaded,
  hash,      ///< always the same for the same key, while all members live: see key_of
  broadcast  ///< each gets a copy; asks are refused
};

/// The largest pool.
inline constexpr std::size_t pool_size_max = 4096;

/// What can be said about a pool when it is spawned.
struct pool_options {
  std::size_t size = 1;  ///< its members: 1 to pool_size_max
  routing route = routing::round_robin;
  spawn_options each{};  ///< of every member
};

}  // namespace troupe
