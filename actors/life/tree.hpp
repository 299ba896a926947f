// tree.hpp: what a supervision tree looks like at one moment.
//
//   Before   actor_system::snapshot asks the floor above.      After   people, or tools, read it.
//   Called   any thread; the tree lives on meanwhile.
//   Holds    plain values, copied.
#pragma once

#include <troupe/actors/message.hpp>
#include <troupe/actors/reason.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// A restart, or an attempt at one.
struct restart_record {
  time_point time{};              ///< when it was begun
  exit_reason reason{};           ///< why the child had ended
  std::uint32_t incarnation = 0;  ///< of the one that had ended
};

/// A child of a supervisor, or a tree's top.
struct tree_snapshot {
  std::string id{};               ///< empty: of a family
  std::string_view kind{};        ///< "actor", "supervisor", "family"
  std::string_view state{};       ///< "running", "restarting" …
  std::uint64_t actor = 0;        ///< the actor's id; 0: there is none
  std::uint32_t incarnation = 0;  ///< how many have begun in its place
  std::size_t restarts = 0;       ///< of supervisors: how many are counted in the period now
  std::size_t limit = 0;          ///< and how many are allowed
  exit_reason last{};             ///< why the last incarnation ended; normal if none has
  duration uptime{};              ///< since it began; 0 if it does not run
  std::vector<restart_record> history{};  ///< the last 16, oldest first
  std::vector<tree_snapshot> children{};  ///< in the order of their start
  std::size_t left_out = 0;               ///< children that are not listed: large families are cut

  /// For people: a line each, indented below its supervisor.
  [[nodiscard]] std::string to_string() const;
};

}  // namespace troupe
