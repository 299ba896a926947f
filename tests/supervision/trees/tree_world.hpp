// tree_world.hpp: a script's steps, done to a real tree on the seeded scheduler.
//
//   Before   trees_test.cpp gives the steps that it gives to the model.
//   After    its supervisors and workers do what they do; the journal says what they did.
//   Called   by the test's thread, on which the actors run.
#pragma once

#include "plan.hpp"
#include <troupe/actors/events/event.hpp>
#include <troupe/actors/kit/prelude.hpp>
#include <troupe/supervision/prelude.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace trees {

class hand;

/// What the workers of a tree did, and what they are to do at their next starts.
class journal {
public:
  enum class fate : std::uint8_t { begins, fails_when_built, fails, ignores };

  void fail(const std::string& path, int starts) { failing_[path] = starts; }
  void ignore(const std::string& path, int starts) { ignoring_[path] = starts; }
  /// Of the start that begins now.
  [[nodiscard]] fate next(const std::string& path);
  [[nodiscard]] std::string info_of(const std::string& path) const {
    return path + "#" + std::to_string(starts_.at(path));
  }
  void note(std::string what) { happened_.push_back(std::move(what)); }
  [[nodiscard]] const std::map<std::string, int>& starts() const { return starts_; }
  [[nodiscard]] std::vector<std::string> take() { return std::exchange(happened_, {}); }

  std::map<std::string, troupe::ref<hand>> hands{};  ///< those that have begun, by path

private:
  std::map<std::string, int> failing_{};
  std::map<std::string, int> ignoring_{};
  std::map<std::string, int> starts_{};
  std::vector<std::string> happened_{};
};
using journal_ptr = std::shared_ptr<journal>;

/// A worker that ends when it is told to.
class hand : public troupe::actor<hand> {
public:
  struct finish {
    verb how = verb::fail;
  };
  hand(journal_ptr j, std::string path);
  ~hand();
  troupe::start_result on_start();
  void on_stop(const troupe::exit_reason& why) { why_ = to_string(why.kind()); }
  void on(finish f);

private:
  journal_ptr journal_;
  std::string path_;
  journal::fate fate_;
  bool has_begun_ = false;
  std::string why_ = "killed";
};

class tree_world {
public:
  tree_world(std::uint64_t seed, const script& s);
  tree_world(const tree_world&) = delete;
  tree_world& operator=(const tree_world&) = delete;
  ~tree_world();

  /// Returns when nothing more happens without time passing.
  outcome take(const step& s);
  /// Both, without rest in between.
  outcome take_both(const step& first, const step& second);
  [[nodiscard]] const std::map<std::string, int>& starts() const { return journal_->starts(); }
  /// What has happened since the last time: as in tree_model.hpp.
  [[nodiscard]] std::vector<std::string> happened() { return journal_->take(); }
  [[nodiscard]] std::vector<std::string> given_up();
  /// What runs, as the supervisors say and the snapshot of the system.
  [[nodiscard]] std::vector<listing> listings();
  /// The system ends. @returns what is wrong with that, or nothing
  [[nodiscard]] std::string end();

private:
  using crowd = troupe::family<hand, journal_ptr, std::string>;

  troupe::child_start to_start(const plan& p, const std::string& path);
  troupe::child_spec to_spec(const plan& p, const std::string& path);
  outcome act(const step& s);
  outcome begin();
  void finish(const step& s);
  outcome start_member(const step& s);
  [[nodiscard]] troupe::supervisor_ref at(const std::string& path);
  void append(const std::string& path, const troupe::tree_snapshot& shown,
              std::vector<listing>& all);

  troupe::kit::stage stage_;
  troupe::event_reader events_{stage_.events()};
  journal_ptr journal_ = std::make_shared<journal>();
  std::string name_;
  std::map<std::string, crowd> crowds_{};
  std::map<std::string, troupe::ref<hand>> members_{};
  std::optional<troupe::child_start> top_{};
};

}  // namespace trees
