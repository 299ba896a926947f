// lives_test.cpp: random programs of spawns, messages, asks, stops, failures, kills and refs.
//
//   Before   a seed.      After   the world runs the program.
//   Holds    a plain model of it that says how often each actor must have done what.
#include "lives.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace scenario;
using troupe::exit_kind;
using troupe::exit_reason;

/// What one actor did, counted by itself.
struct deeds {
  std::atomic<int> born{0}, started{0}, handled{0}, answered{0}, stopped{0}, destroyed{0};
  std::atomic<bool> disorder{false};
  std::atomic<exit_kind> end{exit_kind::gone};
};
using deeds_ptr = std::shared_ptr<deeds>;

int get(const std::atomic<int>& n) { return n.load(std::memory_order_relaxed); }
void more(std::atomic<int>& n) { n.fetch_add(1, std::memory_order_relaxed); }

class creature;
struct work {
  int number;
};
struct question {
  using reply = int;
  int number;
};
struct small_talk {
  using reply = int;
};
struct explode {};
struct quit {};
struct consult {
  troupe::address<small_talk> whom;
};
struct keep {
  troupe::ref<creature> whom;
};
struct drop_kept {};
struct give_birth {
  using reply = troupe::ref<creature>;
  deeds_ptr childs;
};

class creature : public troupe::actor<creature> {
public:
  explicit creature(deeds_ptr d) : deeds_(std::move(d)) { more(deeds_->born); }
  ~creature() {
    if (get(deeds_->destroyed) != 0) wrong();
    more(deeds_->destroyed);
  }
  void on_start() {
    if (get(deeds_->handled) != 0) wrong();
    more(deeds_->started);
  }
  void on_stop(const exit_reason& why) {
    more(deeds_->stopped);
    deeds_->end.store(why.kind(), std::memory_order_relaxed);
  }
  void on(work w) { handle(w.number); }
  int on(question q) {
    handle(q.number);
    return q.number;
  }
  int on(small_talk) { return 1; }
  void on(explode) { throw std::runtime_error("explode"); }
  void on(quit) { self().stop(exit_reason(exit_kind::user, 1)); }
  void on(const consult& c) {
    c.whom.try_ask(small_talk{}).then(this, [this](const troupe::result<int>&) {
      if (get(deeds_->stopped) != 0) wrong();
      more(deeds_->answered);
    });
  }
  void on(keep k) { kept_.push_back(std::move(k.whom)); }
  void on(drop_kept) { kept_.clear(); }
  troupe::ref<creature> on(give_birth g) { return self().spawn<creature>(std::move(g.childs)); }

private:
  void wrong() { deeds_->disorder.store(true, std::memory_order_relaxed); }
  void handle(int number) {
    if (number <= last_ || get(deeds_->started) != 1 || get(deeds_->stopped) != 0) wrong();
    last_ = number;
    more(deeds_->handled);
  }

  deeds_ptr deeds_;
  int last_ = 0;
  std::vector<troupe::ref<creature>> kept_;
};

/// What must have happened to one actor. `certain`: nothing outside the order of its own messages
/// can end it.
struct fate {
  deeds_ptr did = std::make_shared<deeds>();
  std::optional<std::size_t> parent;
  std::vector<troupe::ref<creature>> refs;
  int sent = 0;      // numbered messages so far
  int due = 0;       // of these, sent before its end was
  int consults = 0;  // sent before its end was
  bool killed = false;
  std::optional<exit_kind> end;  // what was sent to end it first
};

/// A random program and its model, side by side.
class drama {
public:
  drama(world& w, std::uint64_t seed) : w_(w), random_(seed) {}

  void play(int steps) {
    for (int i = 0; i < steps; ++i) step_once();
  }

  /// Lets go of every ref; after a rest everything must have ended by itself.
  void curtain() {
    for (auto& f : fates_) f.refs.clear();
    w_.settle();
    EXPECT_EQ(w_.counters().alive(), 0U);
    for (std::size_t i = 0; i < fates_.size(); ++i) check(i);
  }

  /// Ends all at once; what was under way may have been cut short.
  void fire() {
    EXPECT_TRUE(w_.shutdown(std::chrono::seconds(60)).clean());
    for (auto& f : fates_) f.killed = true;
    for (std::size_t i = 0; i < fates_.size(); ++i) check(i);
    for (auto& f : fates_) f.refs.clear();
  }

private:
  std::size_t below(std::size_t n) { return random_() % n; }

  void step_once() {
    if (fates_.empty() || below(8) == 0) return spawn_root();
    const std::size_t i = below(fates_.size());
    fate& f = fates_[i];
    if (f.refs.empty()) return;
    const auto& r = f.refs[below(f.refs.size())];
    switch (below(16)) {
      case 0: return spawn_child(i);
      case 1: return ends(f, exit_kind::normal, [&] { r.stop(); });
      case 2: return ends(f, exit_kind::user, [&] { r.tell(quit{}); });
      case 3: return ends(f, exit_kind::failed, [&] { r.tell(explode{}); });
      case 4:
        f.killed = f.killed || below(2) == 0;
        if (f.killed) r.kill();
        return;
      case 5: return f.refs.push_back(r);
      case 6: return static_cast<void>(f.refs.erase(f.refs.begin()));
      case 7: return hold_ref(i);
      case 8: return r.tell(drop_kept{});
      case 9:
      case 10: return ask(f, r);
      case 11: return talk(f, r);
      default:
        ++f.sent;
        if (!f.end) ++f.due;
        return r.tell<work>(f.sent);
    }
  }

  void spawn_root() {
    fate f;
    f.refs.push_back(w_.spawn<creature>(f.did));
    fates_.push_back(std::move(f));
  }
  void spawn_child(std::size_t parent) {
    fate f;
    f.parent = parent;
    auto r = fates_[parent].refs[0].try_ask<give_birth>(f.did).get();
    EXPECT_TRUE(r || fates_[parent].end || !is_certain(parent));
    if (!r) return;
    f.refs.push_back(std::move(*r));
    fates_.push_back(std::move(f));
  }
  template <class F>
  void ends(fate& f, exit_kind how, F f_end) {
    if (below(3) != 0) return;
    f_end();
    if (!f.end) f.end = how;
  }
  /// Later actors hold earlier ones, so refs never make a cycle.
  void hold_ref(std::size_t i) {
    if (i == 0 || fates_[below(i)].refs.empty()) return;
    const fate& older = fates_[below(i)];
    if (!older.refs.empty()) fates_[i].refs[0].tell<keep>(older.refs[0]);
  }
  void ask(fate& f, const troupe::ref<creature>& r) {
    ++f.sent;
    if (!f.end) ++f.due;
    const auto answer = r.try_ask<question>(f.sent).get();
    if (answer) {
      EXPECT_EQ(*answer, f.sent);
      EXPECT_FALSE(f.end) << "answered after its end";
    } else {
      EXPECT_EQ(answer.error(), troupe::ask_errc::down);
      EXPECT_TRUE(f.end || !is_certain(static_cast<std::size_t>(&f - fates_.data())));
    }
  }
  void talk(fate& f, const troupe::ref<creature>& r) {
    const fate& other = fates_[below(fates_.size())];
    if (other.refs.empty() || &other == &f) return;
    if (!f.end) ++f.consults;
    r.tell<consult>(other.refs[0]);
  }

  /// Nobody kills it, and no ancestor's end cuts it short.
  [[nodiscard]] bool is_certain(std::size_t i) const {
    if (fates_[i].killed) return false;
    for (auto p = fates_[i].parent; p; p = fates_[*p].parent)
      if (fates_[*p].killed || fates_[*p].end) return false;
    return true;
  }

  void check(std::size_t i) const {
    const fate& f = fates_[i];
    const deeds& did = *f.did;
    SCOPED_TRACE("actor " + std::to_string(i));
    EXPECT_FALSE(did.disorder.load(std::memory_order_relaxed));
    EXPECT_EQ(get(did.born), 1);
    EXPECT_EQ(get(did.destroyed), 1);
    EXPECT_LE(get(did.started), 1);
    EXPECT_LE(get(did.stopped), get(did.started)) << "on_stop without on_start";
    EXPECT_LE(get(did.handled), f.due);
    EXPECT_LE(get(did.answered), f.consults);
    if (!is_certain(i)) return;
    EXPECT_EQ(get(did.started), 1);
    EXPECT_EQ(get(did.stopped), 1);
    EXPECT_EQ(get(did.handled), f.due);
    const exit_kind expected = f.end.value_or(exit_kind::unreferenced);
    EXPECT_EQ(did.end.load(std::memory_order_relaxed), expected);
    if (!f.end) {
      EXPECT_EQ(get(did.answered), f.consults) << "it ended before its asks did";
    }
  }

  world& w_;
  std::mt19937_64 random_;
  std::vector<fate> fates_;
};

/// A different program in every world; on seeds, that of the seed.
class programs {
public:
  std::uint64_t next() { return next_++; }

private:
  std::uint64_t next_ = troupe::kit::seeds(1).front();
};

SCENARIO(Lives, OfARandomProgramAreAsTheModelSays) {
  static programs all;
  drama d(w, all.next());
  d.play(150);
  d.curtain();
}

SCENARIO(Lives, OfARandomProgramCutShortByShutdownEndOnce) {
  static programs all;
  drama d(w, all.next());
  d.play(100);
  d.fire();
}

}  // namespace
