// ward_cast.hpp: children for supervisors, which write down what happens to them, and a tree of
// them.
//
//   Before   the tests of this folder.      After   ../lives.hpp has the journal.
//   Holds    the record that all lives of all children of a test share; players; a troop, which
//            gives each id its slot; the words in which a record is compared.
#pragma once

#include "../lives.hpp"
#include <troupe/supervision/prelude.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace wards {

using namespace std::chrono_literals;
using scenario::world;
using troupe::child_spec;
using troupe::child_start;
using troupe::child_state;
using troupe::exit_kind;
using troupe::exit_reason;
using troupe::one_for_all;
using troupe::one_for_one;
using troupe::permanent;
using troupe::rest_for_one;
using troupe::slot;
using troupe::start_result;
using troupe::supervision_errc;
using troupe::supervisor_ref;
using troupe::supervisor_spec;
using troupe::task;
using troupe::temporary;
using troupe::transient;

/// What becomes of a start.
enum class fate : std::uint8_t {
  lives,
  throws,   ///< out of the constructor
  refuses,  ///< out of on_start
  ignores,  ///< there is nothing to do
  crashes   ///< it begins, and fails with its first message
};

/// What happened to the children of a test, and what will happen at their next starts.
class record {
public:
  static constexpr int always = 1'000'000'000;

  void note(const std::string& id, std::string_view what) {
    journal_.note(id + "." + std::string(what));
  }
  /// All that was noted since it was taken last.
  [[nodiscard]] std::string take() {
    const auto all = journal_.lines();
    std::string text;
    for (; taken_ < all.size(); ++taken_) text += (text.empty() ? "" : " ") + all[taken_];
    return text;
  }

  /// The next `times` starts of `id` come to this.
  void doom(const std::string& id, fate f, int times = 1) {
    const std::lock_guard hold(mutex_);
    doomed_[id] = {f, times};
  }
  [[nodiscard]] fate next_fate(const std::string& id) {
    const std::lock_guard hold(mutex_);
    ++tried_[id];
    auto& [f, times] = doomed_[id];
    if (times == 0) return fate::lives;
    --times;
    return f;
  }
  /// The number of this life among those of `id`, from 1 on.
  [[nodiscard]] int begin_life(const std::string& id) {
    note(id, "built");
    const std::lock_guard hold(mutex_);
    return ++lives_[id];
  }

  /// How often somebody tried to build it.
  [[nodiscard]] int tried(const std::string& id) const { return read(tried_, id); }
  /// How often that came to something.
  [[nodiscard]] int lives(const std::string& id) const { return read(lives_, id); }
  [[nodiscard]] int alive(const std::string& id) const {
    return lives(id) - static_cast<int>(journal_.count(id + ".gone"));
  }

private:
  [[nodiscard]] int read(const std::map<std::string, int>& numbers, const std::string& id) const {
    const std::lock_guard hold(mutex_);
    const auto found = numbers.find(id);
    return found == numbers.end() ? 0 : found->second;
  }

  scenario::journal journal_;
  std::size_t taken_ = 0;  // the test's
  mutable std::mutex mutex_;
  std::map<std::string, std::pair<fate, int>> doomed_;
  std::map<std::string, int> tried_;
  std::map<std::string, int> lives_;
};
using record_ptr = std::shared_ptr<record>;

// --- children

struct fail {
  std::string text = "as told";
};
struct leave {
  exit_reason why;
};
struct note {
  int number;
};
struct identity {
  troupe::actor_id id;
  int life = 0;   ///< of all that had its id
  int notes = 0;  ///< that this life has got
};
struct who {
  using reply = identity;
};
class player;
struct yourself {
  using reply = troupe::ref<player>;
};
struct bear {  ///< spawns a child of its own
  using reply = void;
  std::string id;
};
struct fail_in_timer {};
struct fail_in_continuation {};  ///< @pre it has a child
struct fail_on_stop {};

/// Writes down its life: `a.built a.start a.stop(normal) a.gone`.
class player : public troupe::actor<player> {
public:
  player(record_ptr r, std::string id, std::string words = {})
      : record_(std::move(r)),
        id_(std::move(id)),
        words_(std::move(words)),
        fate_(record_->next_fate(id_)) {
    if (fate_ == fate::throws) {
      say("throws");
      throw std::runtime_error("not built");
    }
    life_ = record_->begin_life(id_);
  }
  ~player() { say("gone"); }

  start_result on_start() {
    if (fate_ == fate::refuses) {
      say("refuses");
      throw std::runtime_error("no start");
    }
    if (fate_ == fate::ignores) {
      say("ignores");
      return start_result::ignore();
    }
    say("start");
    if (fate_ == fate::crashes) self().tell<fail>("crash");
    return start_result::ok(words_);
  }
  void on_stop(const exit_reason& why) {
    say("stop(" + std::string(to_string(why.kind())) + ")");
    if (fails_on_stop_) throw std::runtime_error("cannot stop");
  }

  void on(const fail& f) { throw std::runtime_error(f.text); }
  void on(leave l) { self().stop(std::move(l.why)); }
  void on(note n) {
    ++notes_;
    say(std::to_string(n.number));
  }
  identity on(who) const { return {self().id(), life_, notes_}; }
  troupe::ref<player> on(yourself) { return self(); }
  void on(const bear& b) { children_.push_back(self().spawn<player>(record_, b.id)); }
  void on(fail_in_timer) { self().after(troupe::duration(1), fail{"timer"}); }
  void on(fail_in_continuation) {
    children_.at(0).ask(who{}).then(this, [](const identity&) { throw std::logic_error("then"); });
  }
  void on(fail_on_stop) { fails_on_stop_ = true; }

private:
  void say(std::string_view what) const { record_->note(id_, what); }

  record_ptr record_;
  std::string id_;
  std::string words_;
  fate fate_;
  int life_ = 0;
  int notes_ = 0;
  bool fails_on_stop_ = false;
  std::vector<troupe::ref<player>> children_;
};

/// Takes its time to begin: `a.built a.start a.begun`.
class latecomer : public troupe::actor<latecomer> {
public:
  latecomer(record_ptr r, std::string id, troupe::duration takes)
      : record_(std::move(r)), id_(std::move(id)), takes_(takes) {
    fate_ = record_->next_fate(id_);
    (void)record_->begin_life(id_);
  }
  ~latecomer() { record_->note(id_, "gone"); }
  task<> on_start() {
    record_->note(id_, "start");
    co_await troupe::sleep(takes_);
    if (fate_ != fate::lives) throw std::runtime_error("no late start");
    record_->note(id_, "begun");
  }
  void on_stop(const exit_reason& why) {
    record_->note(id_, "stop(" + std::string(to_string(why.kind())) + ")");
  }

private:
  record_ptr record_;
  std::string id_;
  troupe::duration takes_;
  fate fate_ = fate::lives;
};

// --- a tree of them

/// The children of one test, each with a slot of its own, and the tree in which they stand.
class troop {
public:
  explicit troop(world& w) : w_(w) {}

  /// A player, in its slot.
  [[nodiscard]] child_spec child(const std::string& id, troupe::restart_type restart = permanent) {
    child_spec c{.id = id, .start = troupe::actor_of<player>(record_, id)};
    c.at = at(id);
    c.restart = restart;
    return c;
  }
  [[nodiscard]] std::vector<child_spec> children(const std::vector<std::string>& ids) {
    std::vector<child_spec> all;
    for (const auto& id : ids) all.push_back(child(id));
    return all;
  }
  [[nodiscard]] slot<player>& at(const std::string& id) {
    const auto found = slots_.find(id);
    if (found != slots_.end()) return found->second;
    return slots_.emplace(id, slot<player>(w_.system(), id)).first->second;
  }

  /// Builds the tree, which has to succeed, and forgets what was written meanwhile.
  void start(const child_start& tree, const std::string& name = {}) {
    build(tree, name);
    (void)take();
  }
  /// The same, and forgets nothing.
  void build(const child_start& tree, const std::string& name = {}) {
    auto built = troupe::start(w_.system(), tree, name);
    ASSERT_TRUE(built) << built.error().text();
    top_ = *built;
  }
  [[nodiscard]] const supervisor_ref& top() const { return top_; }

  /// Waits until nothing happens any more, and takes what was written.
  [[nodiscard]] std::string take() {
    w_.settle();
    return record_->take();
  }
  /// `id` fails; what was written until nothing happened any more.
  [[nodiscard]] std::string after_failure_of(const std::string& id) {
    at(id).tell(fail{});
    return take();
  }
  [[nodiscard]] std::string after_end_of(const std::string& id, exit_reason why) {
    at(id).tell(leave{std::move(why)});
    return take();
  }
  /// The same where attempts may fail and follow one another. On threads the world may rest between
  /// two of them, so it waits until nobody is on the way.
  [[nodiscard]] std::string attempts_after_failure_of(const std::string& id) {
    at(id).tell(fail{});
    return take_when_done();
  }
  [[nodiscard]] std::string take_when_done() {
    for (bool is_done = false; !is_done;) {
      w_.settle();
      const auto seen = states();
      is_done = true;
      for (const char* state : {"=starting", "=stopping", "=restarting", "=ended"})
        is_done = is_done && seen.find(state) == std::string::npos;
    }
    return take();
  }
  /// Of whoever sits there, or will.
  [[nodiscard]] identity identity_of(const std::string& id) {
    return at(id).ask(who{}).wait_for_restart().within(1h).get();
  }

  /// `a=running b=undefined`, in the order of their start.
  [[nodiscard]] std::string states() const { return states_of(top_); }
  [[nodiscard]] static std::string states_of(const supervisor_ref& s) {
    const auto all = s.children().get();
    if (!all) return std::string(to_string(all.error().code()));
    std::string text;
    for (const auto& c : *all)
      text = c.id + "=" + std::string(to_string(c.state)) + (text.empty() ? "" : " ") + text;
    return text;
  }
  /// Why the supervisor has ended.
  [[nodiscard]] exit_reason end_of(const supervisor_ref& s) const {
    const auto gone = s.children().get();
    EXPECT_FALSE(gone) << "it has not ended";
    if (gone) return {};
    EXPECT_EQ(gone.error(), supervision_errc::noproc) << gone.error().text();
    return gone.error().reason();
  }
  [[nodiscard]] exit_reason end() const { return end_of(top_); }
  /// How many restarts count now, in the world's only tree.
  [[nodiscard]] std::size_t restarts() const {
    const auto seen = w_.system().snapshot();
    EXPECT_EQ(seen.trees.size(), 1U);
    return seen.trees.empty() ? 0 : seen.trees.front().restarts;
  }

  [[nodiscard]] record& book() { return *record_; }
  [[nodiscard]] const record_ptr& shared_record() const { return record_; }
  [[nodiscard]] world& where() { return w_; }

private:
  world& w_;
  record_ptr record_ = std::make_shared<record>();
  std::map<std::string, slot<player>> slots_;
  supervisor_ref top_;
};

// --- the words of a record

/// Parts of a record, one behind the other.
template <class... Parts>
[[nodiscard]] std::string text(const Parts&... parts) {
  std::string all;
  const auto add = [&](const std::string& part) {
    if (!part.empty()) all += (all.empty() ? "" : " ") + part;
  };
  (add(parts), ...);
  return all;
}
/// These begin, one after the other.
[[nodiscard]] inline std::string births(const std::vector<std::string>& ids) {
  std::string all;
  for (const auto& id : ids) all = text(all, id + ".built", id + ".start");
  return all;
}
/// These end, one after the other.
[[nodiscard]] inline std::string ends(const std::vector<std::string>& ids,
                                      exit_kind why = exit_kind::shutdown) {
  std::string all;
  for (const auto& id : ids)
    all = text(all, id + ".stop(" + std::string(to_string(why)) + ")", id + ".gone");
  return all;
}
[[nodiscard]] inline std::string fails(const std::string& id) {
  return ends({id}, exit_kind::failed);
}
/// A start that does not succeed.
[[nodiscard]] inline std::string refuse(const std::string& id) {
  return text(id + ".built", id + ".refuses", id + ".gone");
}

[[nodiscard]] inline bool says(std::string_view all, std::string_view part) {
  return all.find(part) != std::string_view::npos;
}

}  // namespace wards
