// crowd_test.cpp: many watch, link, cancel and end at the same time; afterwards the books must
// balance.
//
//   Before   a seed.      After   each watch, link and end is looked at when nothing is left to do.
//   Holds    what must hold in whatever order it all happened; mime_test.cpp knows the order.
#include "mime.hpp"

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace life;
using model::why;

constexpr int people = 10;

/// One watch: who made it, and what became of it.
struct entry {
  int watcher = 0;
  int watched = 0;
  bool is_link = false;
  std::atomic<int> made{0};  ///< when watch() had returned; 0: it was never called
  std::atomic<int> came{0};
  std::atomic<bool> cancelled{false};
};

/// What all share. Written by the actors, read when all is at rest.
struct ledger {
  std::atomic<int> clock{0};
  std::deque<entry> entries;  ///< made by the test before anybody is told of them
  std::array<std::atomic<int>, people> destroyed{};
  std::array<std::atomic<int>, people> stops{};
  std::array<std::atomic<bool>, people> traps{};  ///< at some time
  std::atomic<bool> is_wrong{false};
  std::mutex mutex;
  std::map<actor_id, int> numbers;                        // under mutex
  std::map<std::pair<int, int>, std::vector<why>> downs;  // by (watcher, watched); under mutex
  std::array<std::vector<why>, people> ends;              // as the auditor heard; under mutex

  int now() { return clock.fetch_add(1, std::memory_order_acq_rel) + 1; }
  int number_of(actor_id id) {
    const std::lock_guard hold(mutex);
    return numbers.at(id);
  }
  void wrong(const std::string& text) {
    is_wrong.store(true, std::memory_order_relaxed);
    ADD_FAILURE() << text;
  }
};
using ledger_ptr = std::shared_ptr<ledger>;

class person;
using conduct = std::function<void(person&)>;
struct order {
  conduct what;
};
struct came {  ///< instead of the down of that entry
  std::size_t which;
};
struct chat {
  int from;
};

class person : public troupe::actor<person> {
public:
  using person::actor::self;

  person(int me, ledger_ptr l) : me_(me), ledger_(std::move(l)) {}
  ~person() {
    auto& when = ledger_->destroyed[static_cast<std::size_t>(me_)];
    if (when.load(std::memory_order_relaxed) != 0) ledger_->wrong("destroyed twice");
    when.store(ledger_->now(), std::memory_order_release);
  }
  void on_stop(const exit_reason&) { ++ledger_->stops[static_cast<std::size_t>(me_)]; }

  void on(const order& o) { o.what(*this); }
  void on(chat c) {
    if (is_over_.contains(c.from)) ledger_->wrong("a word behind the end of its speaker");
  }
  void on(came c) {
    entry& e = ledger_->entries[c.which];
    if (e.cancelled.load(std::memory_order_relaxed)) ledger_->wrong("came after it was cancelled");
    if (e.came.fetch_add(1, std::memory_order_relaxed) != 0) ledger_->wrong("came twice");
    is_over_.insert(e.watched);
  }
  void on(const down& d) {
    const int who = ledger_->number_of(d.who);
    is_over_.insert(who);
    const std::lock_guard hold(ledger_->mutex);
    ledger_->downs[{me_, who}].push_back(brief(d.reason));
  }
  int on(cast::query q) const { return cast::right_answer(q.number); }

  void watch(const ref<person>& whom, std::size_t which) {
    mine_.emplace_back(which, self().watch(whom, came{which}));
    static_cast<void>(self().watch(whom));
    made(which);
  }
  void link(const ref<person>& whom, std::size_t which) {
    mine_.emplace_back(which, self().link(whom));
    made(which);
  }
  void cancel(std::size_t which) {
    if (mine_.empty()) return;
    const auto& [entry, m] = mine_[which % mine_.size()];
    m.cancel();
    ledger_->entries[entry].cancelled.store(true, std::memory_order_relaxed);
  }
  void trap(bool on) {
    self().trap_exits(on);
    if (on) ledger_->traps[static_cast<std::size_t>(me_)].store(true, std::memory_order_relaxed);
  }
  void talk(const ref<person>& to, int words) const {
    for (int i = 0; i < words; ++i) to.tell<chat>(me_);
  }

private:
  void made(std::size_t which) {
    ledger_->entries[which].made.store(ledger_->now(), std::memory_order_release);
  }

  int me_;
  ledger_ptr ledger_;
  std::vector<std::pair<std::size_t, monitor>> mine_;
  std::set<int> is_over_;
};

/// Watches everybody from birth.
class registrar : public troupe::actor<registrar> {
public:
  struct admit {
    using reply = void;
    ref<person> whom;
    int number;
  };
  explicit registrar(ledger_ptr l) : ledger_(std::move(l)) {}
  void on(const admit& a) {
    {
      const std::lock_guard hold(ledger_->mutex);
      ledger_->numbers[a.whom.id()] = a.number;
    }
    static_cast<void>(self().watch(a.whom));
  }
  void on(const down& d) {
    const int who = ledger_->number_of(d.who);
    const std::lock_guard hold(ledger_->mutex);
    ledger_->ends[static_cast<std::size_t>(who)].push_back(brief(d.reason));
  }

private:
  ledger_ptr ledger_;
};

/// A random crowd, and the books of it.
class crowd {
public:
  crowd(world& w, std::uint64_t seed)
      : w_(w),
        random_(seed),
        books_(std::make_shared<ledger>()),
        office_(w.spawn<registrar>(books_)) {
    for (int i = 0; i < people; ++i) {
      all_.push_back(w.spawn<person>(i, books_));
      office_.ask<registrar::admit>(all_.back(), i).within(1h).get();
    }
  }

  void live(int steps) {
    for (int i = 0; i < steps; ++i) act(static_cast<int>(below(people)));
  }
  void rest() { w_.settle(); }
  /// Says to all that are left that it is over, or lets go of them.
  void close() {
    all_.clear();
    rest();
    EXPECT_EQ(w_.counters().alive(), 1U);
    check();
  }
  void check() {
    for (std::size_t i = 0; i < people; ++i) check_person(i);
    for (const entry& e : books_->entries) e.is_link ? check_link(e) : check_watch(e);
    check_downs();
  }

private:
  std::size_t below(std::size_t n) { return random_() % n; }

  entry& open(int who, int whom, bool is_link) {
    entry& e = books_->entries.emplace_back();
    e.watcher = who;
    e.watched = whom;
    e.is_link = is_link;
    return e;
  }
  void act(int who) {
    const auto me = static_cast<std::size_t>(who);
    const auto other = (me + 1 + below(people - 1)) % people;
    const ref<person> whom = all_[other];
    const std::size_t n = below(1000);
    switch (below(16)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const std::size_t which = books_->entries.size();
        open(who, static_cast<int>(other), false);
        return tell(me, [=](person& p) { p.watch(whom, which); });
      }
      case 4:
      case 5: {
        const std::size_t which = books_->entries.size();
        open(who, static_cast<int>(other), true);
        return tell(me, [=](person& p) { p.link(whom, which); });
      }
      case 6:
      case 7:
      case 8: return tell(me, [=](person& p) { p.cancel(n); });
      case 9: return tell(me, [=](person& p) { p.trap(n % 3 != 0); });
      case 10:
      case 11: return tell(me, [=](person& p) { p.talk(whom, static_cast<int>(n % 20)); });
      case 12:
        // What runs meanwhile is up to the scheduler.
        return static_cast<void>(whom.try_ask<cast::query>(1).within(1h).get());
      default: return end(me, whom, n);
    }
  }
  void tell(std::size_t who, conduct what) { all_[who].tell<order>(std::move(what)); }
  void end(std::size_t who, const ref<person>& whom, std::size_t n) {
    if (below(3) != 0) return;
    const int words = static_cast<int>(n % 20);
    const exit_reason why(exit_kind::user, static_cast<int>(1 + n % 7));
    switch (below(5)) {
      case 0: all_[who].stop(); return allow(who, {exit_kind::normal});
      case 1: all_[who].stop(why); return allow(who, brief(why));
      case 2: all_[who].kill(); return allow(who, {exit_kind::killed});
      case 3:
        tell(who, [=](person& p) {
          p.talk(whom, words);
          p.self().stop(why);
        });
        return allow(who, brief(why));
      default:
        tell(who, [=](person& p) {
          p.talk(whom, words);
          throw std::runtime_error("disk");
        });
        return allow(who, {exit_kind::failed, 0, "disk"});
    }
  }
  void allow(std::size_t who, why reason) { allowed_[who].insert(std::move(reason)); }

  [[nodiscard]] bool has_ended(int i) const {
    return books_->destroyed[static_cast<std::size_t>(i)].load(std::memory_order_acquire) != 0;
  }
  [[nodiscard]] const why* end_of(int i) const {
    const auto& all = books_->ends[static_cast<std::size_t>(i)];
    return all.empty() ? nullptr : &all.front();
  }
  static bool is_clean(const why& w) {
    return w.kind == exit_kind::normal || w.kind == exit_kind::unreferenced;
  }

  void check_person(std::size_t i) {
    SCOPED_TRACE("person " + std::to_string(i));
    const int me = static_cast<int>(i);
    EXPECT_EQ(books_->ends[i].size(), has_ended(me) ? 1U : 0U) << "one down for its one end";
    EXPECT_LE(books_->stops[i].load(std::memory_order_relaxed), has_ended(me) ? 1 : 0);
    const why* const reason = end_of(me);
    if (reason == nullptr) return;
    bool is_right =
        allowed_[i].contains(*reason) || (all_.empty() && reason->kind == exit_kind::unreferenced);
    for (const entry& e : books_->entries) {
      if (!e.is_link || (e.watcher != me && e.watched != me)) continue;
      const why* const theirs = end_of(e.watcher == me ? e.watched : e.watcher);
      if (theirs == nullptr) continue;
      is_right = is_right || (*theirs == *reason && !is_clean(*theirs)) ||
                 (e.watcher == me && reason->kind == exit_kind::gone);
    }
    EXPECT_TRUE(is_right) << "nobody has ended it for " << to_string(*reason);
  }
  void check_watch(const entry& e) {
    const int times = e.came.load(std::memory_order_relaxed);
    const bool was_made = e.made.load(std::memory_order_acquire) != 0;
    const std::string pair = std::to_string(e.watcher) + " of " + std::to_string(e.watched);
    EXPECT_LE(times, was_made && has_ended(e.watched) ? 1 : 0) << pair;
    if (was_made && has_ended(e.watched) && !has_ended(e.watcher) &&
        !e.cancelled.load(std::memory_order_relaxed)) {
      EXPECT_EQ(times, 1) << pair << " has not come";
    }
  }
  void check_link(const entry& e) {
    if (e.made.load(std::memory_order_acquire) == 0 || e.cancelled.load(std::memory_order_relaxed))
      return;
    for (const bool turned : {false, true}) {
      const int one = turned ? e.watched : e.watcher;
      const int other = turned ? e.watcher : e.watched;
      const why* const reason = end_of(one);
      if (reason == nullptr || is_clean(*reason) || has_ended(other)) continue;
      EXPECT_TRUE(books_->traps[static_cast<std::size_t>(other)].load(std::memory_order_relaxed))
          << other << " lives though it is linked to " << one << " which ended for "
          << to_string(*reason);
    }
  }
  /// Plain watches, one with each entry, and the downs of trapped links.
  void check_downs() {
    for (const auto& [pair, all] : books_->downs) {
      const auto [watcher, watched] = pair;
      std::size_t watches = 0;
      std::size_t links = 0;
      std::size_t may_be_gone = 0;
      const int when =
          books_->destroyed[static_cast<std::size_t>(watched)].load(std::memory_order_acquire);
      for (const entry& e : books_->entries) {
        const int made = e.made.load(std::memory_order_acquire);
        if (made == 0) continue;
        const bool is_theirs = e.watcher == watcher && e.watched == watched;
        if (is_theirs && made > when) ++may_be_gone;
        if (e.is_link)
          links += is_theirs || (e.watcher == watched && e.watched == watcher) ? 1U : 0U;
        else
          watches += is_theirs ? 1U : 0U;
      }
      std::size_t gone = 0;
      for (const why& w : all)
        if (w.kind == exit_kind::gone && !(*end_of(watched) == w))
          ++gone;
        else
          EXPECT_EQ(to_string(w), to_string(*end_of(watched)));
      EXPECT_LE(gone, may_be_gone) << "gone, though it had not ended when it was watched";
      EXPECT_LE(all.size(), watches + links);
      if (!has_ended(watcher)) {
        EXPECT_GE(all.size(), watches) << watcher << " of " << watched;
      }
    }
  }

  world& w_;
  std::mt19937_64 random_;
  ledger_ptr books_;
  ref<registrar> office_;
  std::vector<ref<person>> all_;
  std::array<std::set<why>, people> allowed_;
};

/// A different crowd in every world; on seeds, that of the seed.
class seeds {
public:
  std::uint64_t next() { return next_++; }

private:
  std::uint64_t next_ = troupe::kit::seeds(1).front();
};

SCENARIO(Crowd, TheBooksBalanceWhileMostLive) {
  static seeds all;
  crowd c(w, all.next());
  c.live(60);
  c.rest();
  c.check();
}

SCENARIO(Crowd, TheBooksBalanceWhenAllHaveEnded) {
  static seeds all;
  crowd c(w, all.next());
  c.live(150);
  c.close();
}

SCENARIO(Crowd, TheBooksBalanceAcrossSeveralRests) {
  static seeds all;
  crowd c(w, all.next());
  for (int i = 0; i < 10; ++i) {
    c.live(15);
    c.rest();
    c.check();
  }
  c.close();
}

}  // namespace
