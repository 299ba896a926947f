// tree_model.hpp: what the contract of supervision says of a tree, step by step. A value.
//
//   Before   a script's steps.
//   After    trees_test.cpp compares what a real tree did.
//   Holds    no runtime and no clock: a tree of members, a time. Nothing of supervision/engine.
//   Rules    those of docs/semantics.md, named where they are decided: S1, R2, T5 …
#pragma once

#include "plan.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace trees {

/// Ways to break the model on purpose: the comparison must see each.
enum class flaw : std::uint8_t {
  none,
  stops_in_order,        ///< against D1
  restarts_after_clean,  ///< against R2
  keeps_temporary,       ///< against R3
  forgets_the_rest,      ///< against T3: rest_for_one is one_for_one
  one_more_restart,      ///< against I1
  group_counts_each,     ///< against I4
  counts_forever,        ///< against I3
  no_retry_counted,      ///< against I5
  significant_ignored,   ///< against G2
  gives_up_failed,       ///< against E1: giving up is no clean reason
  terminated_triggers,   ///< against G5
  present_is_started     ///< against A1
};

/// What happened, in order: "start a/b", "fail a/b" (a start), "ignore a/b", "stop a/b normal".
/// Those of one set may have come in any order.
using happening = std::vector<std::string>;

class tree_model {
public:
  explicit tree_model(const plan& top, flaw f = flaw::none);

  /// @returns what the operation gives
  outcome take(const step& s);
  /// What has happened since the last time.
  [[nodiscard]] std::vector<happening> happened();
  /// The ids of the supervisors that have given up since the last time.
  [[nodiscard]] std::vector<std::string> given_up();
  /// All supervisors that run, from the top down.
  [[nodiscard]] std::vector<listing> listings() const;
  [[nodiscard]] bool runs() const { return top_.at == state::running; }
  /// Both at once, whichever is first. @returns all that may become of it, and what the second may
  /// give; nothing is said of the order of what happens.
  /// @pre can_race
  [[nodiscard]] std::vector<std::pair<tree_model, outcome>> take_both(const step& first,
                                                                      const step& second) const;
  /// Starts that fail must not be in between: how many of them go where is not modelled.
  [[nodiscard]] bool can_race(const step& first, const step& second) const;
  /// How often who has begun: after a race some may have been stopped before they had.
  void adopt(const std::map<std::string, int>& starts) { starts_ = starts; }
  friend bool operator==(const tree_model&, const tree_model&) = default;

  /// Somebody waits to be started again.
  [[nodiscard]] bool is_waiting() { return !next_due({&top_}).empty(); }
  /// The system ends, and the tree with it.
  void end();

private:
  enum class state : std::uint8_t {
    undefined,
    running,
    restarting,
    ended  ///< its supervisor does not know yet, and thinks that it runs
  };
  struct member {
    plan spec{};
    std::string path{};
    state at = state::undefined;
    duration began{};                  ///< the last incarnation that did
    int attempts = 0;                  ///< made for it, for the backoff
    std::optional<duration> due{};     ///< the next attempt
    std::vector<member> children{};    ///< in the order of their start
    std::vector<duration> restarts{};  ///< when they were attempted, newest last
    int incarnation = 0;               ///< of a supervisor, among all of them
    bool is_clean = false;             ///< ended: the reason was
    friend bool operator==(const member&, const member&) = default;
  };
  /// From the top to the one that is meant. The vectors on the way stay as they are.
  using line = std::vector<member*>;
  enum class begun : std::uint8_t { runs, ignored, failed };

  begun start(member& m);
  begun start_tree(member& m);
  void stop(member& m);
  void stop_children(member& m);
  void kill_all(member& m, happening& all);

  void has_ended(line l, bool is_clean);
  void ends_by_itself(line l);
  void see_to(line l, std::string id);
  [[nodiscard]] std::optional<std::string> attempt(const line& l, const std::string& id,
                                                   bool is_again);
  [[nodiscard]] std::optional<std::string> attempt_group(member& sup, std::size_t from);
  [[nodiscard]] bool may_restart(member& sup);
  [[nodiscard]] std::optional<duration> wait_of(const member& sup, const member& m) const;
  void pass(duration d);
  [[nodiscard]] line next_due(const line& l);

  outcome start_child(member& sup, const plan& child);
  outcome start_member(member& sup, int number);
  outcome terminate_child(member& sup, const std::string& id);
  outcome restart_child(member& sup, const std::string& id);
  outcome delete_child(member& sup, const std::string& id);
  outcome administer(const step& s);
  void end_worker(const step& s);
  void die(const step& s);
  void hear_of_end(const std::string& path);
  [[nodiscard]] bool is_same(const tree_model& before, const step& s);
  [[nodiscard]] member* addressed(const step& s);

  [[nodiscard]] line find(const std::string& path);
  [[nodiscard]] begun count_start(const std::string& path);
  [[nodiscard]] bool is_over(const member& sup) const;
  static void append_listings(const member& m, duration now, std::vector<listing>& all);
  static member* child_of(member& sup, const std::string& id);
  static void remove(member& sup, const std::string& id);
  static void lay_down(member& m);
  void note(std::string what) { happened_.push_back({std::move(what)}); }
  [[nodiscard]] std::string info_of(const member& m) const;

  member top_;
  flaw flaw_;
  duration now_{};
  int supervisors_ = 0;  ///< that have begun
  std::map<std::string, int> failing_{};
  std::map<std::string, int> ignoring_{};
  std::map<std::string, int> starts_{};
  std::set<std::string> members_{};  ///< of families, that have been started once
  std::vector<happening> happened_{};
  std::vector<std::string> given_up_{};
};

}  // namespace trees
