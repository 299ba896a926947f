// plan.hpp: a supervision tree and what is done to it, as plain values.
//
//   Before   author.hpp makes them up, from a seed.
//   After    tree_model.hpp says what must become of them, tree_world.hpp does it to a real tree.
//   Holds    no runtime. Children are named by paths of ids, "a/b", below a top whose path is "".
#pragma once

#include <troupe/supervision/error.hpp>
#include <troupe/supervision/spec.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trees {

using troupe::duration;

enum class sort : std::uint8_t { worker, supervisor, family };

/// How long is waited before an attempt: `min` each time, or growing, up to `max`.
struct waits {
  duration min{};
  duration max{};
  bool is_growing = false;
  friend bool operator==(const waits&, const waits&) = default;
};

/// A child and, of a supervisor, what is below it. Of a family the one child says what its members
/// are like.
struct plan {
  std::string id{};
  sort what = sort::worker;
  troupe::restart_type restart = troupe::permanent;
  bool is_significant = false;
  bool is_brutal = false;  ///< it is killed where others are stopped
  std::optional<waits> backoff{};

  bool is_made = false;  ///< its spec is made anew at each start, which can fail
  troupe::restart_strategy strategy = troupe::one_for_one;
  int intensity = 1;
  duration period{};
  troupe::auto_shutdown_type auto_shutdown = troupe::auto_shutdown_type::never;
  std::optional<waits> backoff_of_children{};
  std::vector<plan> children{};
  friend bool operator==(const plan&, const plan&) = default;
};

enum class verb : std::uint8_t {
  begin,          ///< the tree is started, if it does not run
  fail,           ///< the worker throws in a handler
  leave,          ///< it stops itself, normal
  leave_down,     ///< it stops itself, with reason shutdown
  kill,           ///< it is killed from outside
  fail_starts,    ///< its next `number` starts fail, or those of a supervisor that is made
  ignore_starts,  ///< they find nothing to do
  pass,           ///< `time` passes
  start_child,    ///< `child`, below the supervisor at `path`
  terminate_child,
  restart_child,
  delete_child,
  start_member,  ///< number `number` of the family at `path`
  stop           ///< the supervisor, by its own reference
};

struct step {
  verb what = verb::begin;
  std::string path{};
  int number = 0;
  duration time{};
  plan child{};
  bool is_with_next = false;  ///< of workers that end: they have not yet when the next is done
};

struct script {
  plan top{};
  std::string name{};  ///< of the tree
  std::vector<step> steps{};
};

/// What an operation gave.
struct outcome {
  std::optional<troupe::supervision_errc> error{};
  std::string info{};  ///< of the child that it has started: who it is
  friend bool operator==(const outcome&, const outcome&) = default;
};

/// A child, as its supervisor lists it.
struct listed {
  std::string id{};
  std::string state{};
  sort what = sort::worker;
  friend auto operator<=>(const listed&, const listed&) = default;
};
/// A supervisor or family that runs.
struct listing {
  std::string path{};
  std::vector<listed> children{};  ///< the newest first; of a family sorted
  std::size_t specs = 0;
  std::size_t active = 0;
  std::size_t supervisors = 0;
  std::size_t workers = 0;
  std::size_t restarts = 0;  ///< that count now
  std::size_t limit = 0;
  friend bool operator==(const listing&, const listing&) = default;
};

/// The supervisor's part of a path, and the last id.
[[nodiscard]] inline std::string above(std::string_view path) {
  const auto cut = path.rfind('/');
  return std::string(path.substr(0, cut == std::string_view::npos ? 0 : cut));
}
[[nodiscard]] inline std::string last_id(std::string_view path) {
  const auto cut = path.rfind('/');
  return std::string(cut == std::string_view::npos ? path : path.substr(cut + 1));
}
[[nodiscard]] inline std::string below(const std::string& path, const std::string& id) {
  return path.empty() ? id : path + "/" + id;
}

[[nodiscard]] std::string to_string(const plan& p, int depth = 0);
[[nodiscard]] std::string to_string(const step& s);
[[nodiscard]] std::string to_string(const outcome& o);
[[nodiscard]] std::string to_string(const listing& l);

}  // namespace trees
