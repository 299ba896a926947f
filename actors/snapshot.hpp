// snapshot.hpp: what a system looks like at one moment.
//
//   Before   actor_system::snapshot walks the cells.      After   people, or tools, read it.
//   Called   any thread; the actors run on meanwhile.
//   Holds    plain numbers, copied.
#pragma once

#include <troupe/actors/counters.hpp>
#include <troupe/actors/life/tree.hpp>
#include <troupe/actors/message.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// The living actors of one class.
struct class_snapshot {
  std::string_view name{};         ///< of the class
  std::size_t actors = 0;          ///< how many live
  std::uint64_t waiting = 0;       ///< messages in their mailboxes, see actor_snapshot
  std::uint64_t waiting_most = 0;  ///< in the fullest of them
  std::uint64_t turns = 0;         ///< visits of workers to them
  std::uint64_t messages = 0;      ///< handled by them
  // Measured on one message in 512, of all that ever lived; 0 if none was measured yet.
  std::uint64_t measured = 0;  ///< how many messages that were
  duration busy{};             ///< in their handlers, all together: an estimate, 512 times measured
  duration handler_mean{};     ///< a handler's time
  duration waited_mean{};      ///< from tell to handler; the clock is a coarse one, of milliseconds
  duration waited_most{};
};

/// One living actor.
struct actor_snapshot {
  std::uint64_t id = 0;
  std::string_view class_name{};
  std::string name{};  ///< its label; empty: it has none
  /// Messages in its mailbox: exact up to a capacity of 4,096 and under an overflow policy of its
  /// own, else in steps of 64.
  std::uint64_t waiting = 0;
  std::uint32_t turns = 0;     ///< visits of a worker to it, modulo 2^32
  std::uint64_t messages = 0;  ///< handled; up to its last turn that ended
};

/// An actor that was killed and has not ended within the system's kill_limit: it is abandoned.
struct grave_snapshot {
  std::uint64_t id = 0;
  std::string_view class_name{};
  std::string name{};   ///< its label; empty: it has none
  std::string doing{};  ///< what it has not come back from
  time_point since{};   ///< when it was abandoned
};

/// One classic adapter: a lock, a queue …
struct adapter_snapshot {
  std::uint64_t id = 0;
  std::string_view class_name{};
  std::string name{};                  ///< its label; empty: it has none
  std::string state{};                 ///< "held", "3 of 8"
  std::vector<std::string> holders{};  ///< those whose release the others wait for
  std::vector<std::string> waiters{};  ///< the one that has waited longest first
};

/// Everything that snapshot() sees. The numbers of the classes are taken one after the other while
/// the actors run: each is true, their sum only when nothing runs.
struct system_snapshot {
  time_point taken{};
  system_counters counters{};
  std::vector<worker_info> workers{};
  std::vector<class_snapshot> classes{};  ///< those with most actors first
  std::vector<actor_snapshot>
      actors{};  ///< those with most messages waiting first; as many as asked
  std::vector<grave_snapshot> graveyard{};  ///< those that were abandoned and have not ended yet
  std::vector<tree_snapshot> trees{};       ///< the supervision trees, in the order of their start
  /// The classic adapters. Empty inside a turn, where their turns cannot be waited for.
  std::vector<adapter_snapshot> adapters{};

  /// A table for people: a line per worker, per class, and per actor that is listed.
  [[nodiscard]] std::string to_string() const;
};

}  // namespace troupe
