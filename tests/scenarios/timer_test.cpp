// timer_test.cpp: what is promised of after, every and cancel.
//
//   Note     on seeds the clock stands still but for `w.advance`, so times are exact; on threads a
//            test waits for what must come, and looks at the clock for what must not come too
//            early.
#include "lives.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using scenario::journal;
using troupe::duration;
using troupe::timer_id;

const bool real = scenario::world::real;

/// On seeds lets `d` pass; on threads waits for `holds`, which must come.
template <class Condition>
void pass(scenario::world& w, duration d, Condition holds) {
  w.advance(d);
  if (real)
    while (!holds()) std::this_thread::yield();
}

struct numbered {
  int n;
};
struct command {  ///< done in the actor's turn
  std::function<void(class keeper&)> what;
};
struct done {
  using reply = void;
};

/// Notes the numbers that come, and does what it is told.
class keeper : public troupe::actor<keeper> {
public:
  explicit keeper(std::shared_ptr<journal> log) : log_(std::move(log)) {}
  void on(numbered m) {
    log_->note(std::to_string(m.n));
    if (then) then(m.n);
  }
  void on(const command& c) { c.what(*this); }
  void on(done) {}

  void after(duration d, int n) { ids.push_back(self().after(d, numbered{n})); }
  void every(duration d, int n) { ids.push_back(self().every(d, numbered{n})); }
  void send(int n) { self().tell(numbered{n}); }
  void stop() { self().stop(); }

  std::vector<timer_id> ids;
  std::function<void(int)> then{};

private:
  std::shared_ptr<journal> log_;
};

struct play {
  explicit play(scenario::world& where) : w(where), actor(where.spawn<keeper>(log)) {}
  void tell(std::function<void(keeper&)> what) { actor.tell<command>(std::move(what)); }
  [[nodiscard]] auto has_noted(std::size_t count) {
    return [this, count] { return log->lines().size() >= count; };
  }

  scenario::world& w;
  std::shared_ptr<journal> log = std::make_shared<journal>();
  troupe::ref<keeper> actor;
};
using lines = std::vector<std::string>;

// --- when

SCENARIO(Timer, AfterComesOnceWhenItsTimeHasComeAndNotBefore) {
  play p(w);
  std::atomic<std::int64_t> set_at{0};
  p.tell([&](keeper& k) {
    set_at = std::chrono::steady_clock::now().time_since_epoch().count();
    k.after(2ms, 1);
  });
  if (!real) {
    w.advance(2ms - 1ns);
    EXPECT_EQ(p.log->lines(), lines{}) << "a nanosecond too early";
  }
  pass(w, 1ns, p.has_noted(1));
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  EXPECT_TRUE(!real || now - std::chrono::nanoseconds(set_at) >= 2ms);
  w.advance(1h);
  EXPECT_EQ(p.log->lines(), lines{"1"});
  EXPECT_EQ(w.counters().timers, 1U);
  EXPECT_EQ(w.counters().ticks, 1U);
}

SCENARIO(Timer, AfterNothingComesInTheNextTurn) {
  play p(w);
  p.tell([&](keeper& k) {
    k.after(0ns, 1);
    k.after(-5s, 2);
  });
  w.settle();
  pass(w, 0ns, p.has_noted(2));
  EXPECT_EQ(p.log->lines().size(), 2U);
}

SCENARIO(Timer, EqualOnesComeInTheOrderTheyWereSetAndLaterOnesLater) {
  play p(w);
  lines expected;
  p.tell([&](keeper& k) {
    for (int i = 0; i < 60; ++i) k.after(1ms + i / 20 * 1us, i);
  });
  for (int i = 0; i < 60; ++i) expected.push_back(std::to_string(i));
  pass(w, 2ms, p.has_noted(60));
  EXPECT_EQ(p.log->lines(), expected);
}

SCENARIO(Timer, EveryComesAtWholePeriodsFromItsBeginning) {
  play p(w);
  p.tell([&](keeper& k) { k.every(10ms, 1); });
  if (!real) {
    w.advance(10ms - 1ns);
    EXPECT_EQ(p.log->lines().size(), 0U);
    for (std::size_t n = 1; n <= 50; ++n) {  // at odd steps: no step adds to the next
      w.advance(1ns);
      EXPECT_EQ(p.log->lines().size(), n);
      w.advance(10ms - 1ns);
      EXPECT_EQ(p.log->lines().size(), n);
    }
    w.advance(100s);
    EXPECT_EQ(p.log->lines().size(), 50U + 10'000U);
    EXPECT_EQ(w.counters().ticks_left_out, 0U);
  }
  pass(w, 0ns, p.has_noted(3));
}

SCENARIO(Timer, EveryGoesOnUntilItIsCancelledInItsOwnHandlerToo) {
  play p(w);
  p.tell([&](keeper& k) {
    k.every(1ms, 1);
    k.then = [&k, left = 3](int) mutable {
      if (--left == 0) k.ids[0].cancel();
    };
  });
  pass(w, 1s, p.has_noted(3));
  p.actor.ask(done{}).get();
  EXPECT_EQ(p.log->lines().size(), 3U);
}

// --- cancel

SCENARIO(Timer, ThatIsCancelledDoesNotCome) {
  play p(w);
  p.tell([&](keeper& k) {
    k.after(1ms, 1);
    k.every(1ms, 2);
    k.after(2ms, 3);
    k.ids[0].cancel();
    k.ids[1].cancel();
    k.ids[1].cancel();  // it is over
    timer_id().cancel();
  });
  pass(w, 1s, p.has_noted(1));
  EXPECT_EQ(p.log->lines(), lines{"3"});
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Timer, ThatIsCancelledWhileItsMessageWaitsInTheMailboxDoesNotCome) {
  play p(w);
  p.tell([&](keeper& k) {
    for (int i = 0; i < 20; ++i) k.after(1ms, i);  // all in the mailbox when the first is handled
    k.every(1ms, 20);
    k.after(2ms, 21);
    k.then = [&k](int n) {
      if (n == 0)
        for (int i = 1; i <= 20; ++i) k.ids[static_cast<std::size_t>(i)].cancel();
    };
  });
  pass(w, 1s, p.has_noted(2));
  EXPECT_EQ(p.log->lines(), (lines{"0", "21"}));
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Timer, AnIdNeverReachesATimerThatComesAfterItsOwn) {
  play p(w);
  p.tell([&](keeper& k) {
    k.after(0ns, 1);
    k.then = [&k](int n) {
      if (n > 10) return;
      k.after(1us, n + 1);  // in the place of the one that is over
      for (std::size_t i = 0; i + 1 < k.ids.size(); ++i) k.ids[i].cancel();
    };
  });
  pass(w, 1s, p.has_noted(11));
  EXPECT_EQ(p.log->lines().size(), 11U);
}

SCENARIO(Timer, AnIdMayOutliveItsActorAndMeansNothingToOthers) {
  play p(w);
  play other(w);
  std::vector<timer_id> ids;
  p.tell([&](keeper& k) {
    k.after(1h, 1);
    ids = k.ids;
    k.stop();
  });
  w.settle();
  p.actor = {};
  play heir(w);  // perhaps in the same cell
  const auto uses = [&](keeper& k) {
    k.after(1ms, 7);
    for (const timer_id& id : ids) id.cancel();
  };
  heir.tell(uses);
  other.tell(uses);
  pass(w, 1s, other.has_noted(1));
  pass(w, 0s, heir.has_noted(1));
  for (const timer_id& id : ids) id.cancel();  // on a thread that is no actor
}

/// Fault 46: timers fire while they are cancelled.
class gambler : public troupe::actor<gambler> {
public:
  gambler(std::uint64_t seed, std::shared_ptr<std::atomic<int>> over)
      : random_(seed), over_(std::move(over)) {}

  void on(numbered go) {
    for (int i = 0; i < go.n; ++i) begin();
  }
  void on(std::size_t which) {
    EXPECT_FALSE(cancelled_[which]) << "delivered after cancel() had returned";
    cancelled_[which] = true;
    over_->fetch_add(1, std::memory_order_relaxed);
    for (int i = 0; i < 3; ++i) cancel(random_() % ids_.size());
    if (ids_.size() < 300) begin();
  }

private:
  void begin() {
    ids_.push_back(self().after(std::chrono::microseconds(random_() % 50), ids_.size()));
    cancelled_.push_back(false);
  }
  void cancel(std::size_t which) {
    ids_[which].cancel();
    if (cancelled_[which]) return;
    cancelled_[which] = true;
    over_->fetch_add(1, std::memory_order_relaxed);
  }

  std::mt19937_64 random_;
  std::shared_ptr<std::atomic<int>> over_;
  std::vector<timer_id> ids_;
  std::vector<bool> cancelled_;
};

SCENARIO(Timer, EachIsEitherCancelledOrComesHoweverBothRace) {
  const auto over = std::make_shared<std::atomic<int>>(0);
  {
    auto g = w.spawn<gambler>(11U, over);
    g.tell<numbered>(100);
  }
  // Nobody refers to it: it ends when its last timer has come.
  pass(w, 1s, [&] { return w.counters().alive() == 0; });
  EXPECT_EQ(w.counters().alive(), 0U);
  EXPECT_GE(*over, 100);
}

// --- in line

SCENARIO(Timer, ComesInLineWithWhatCameBefore) {
  play p(w);
  p.tell([&](keeper& k) {
    k.after(0ns, 9);
    for (int i = 1; i <= 5; ++i) k.send(i);
  });
  pass(w, 0ns, p.has_noted(6));
  EXPECT_EQ(p.log->lines(), (lines{"1", "2", "3", "4", "5", "9"}));
}

SCENARIO(Timer, IsNotRefusedByAFullMailbox) {
  const auto log = std::make_shared<journal>();
  auto a = w.spawn<keeper>(troupe::spawn_options{.capacity = 1}, log);
  a.tell<command>([](keeper& k) {
    for (int i = 0; i < 50; ++i) k.after(1us, i);
  });
  pass(w, 1ms, [&] { return log->lines().size() >= 50; });
  EXPECT_EQ(log->lines().size(), 50U);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

struct token {
  std::unique_ptr<int> worth;
};
class owner : public troupe::actor<owner> {
public:
  explicit owner(std::shared_ptr<journal> log) : log_(std::move(log)) {}
  void on_start() { self().after(1ms, token{std::make_unique<int>(5)}); }
  void on(token t) { log_->note(std::to_string(*t.worth)); }

private:
  std::shared_ptr<journal> log_;
};

SCENARIO(Timer, MayCarryWhatCannotBeCopied) {
  const auto log = std::make_shared<journal>();
  auto a = w.spawn<owner>(log);
  pass(w, 1s, [&] { return !log->lines().empty(); });
  EXPECT_EQ(log->lines(), lines{"5"});
}

// --- the end

SCENARIO(Timer, KeepsAnActorThatNobodyRefersToUntilItHasCome) {
  play p(w);
  p.tell([&](keeper& k) { k.after(5ms, 1); });
  p.actor = {};
  w.settle();
  EXPECT_TRUE(real || w.counters().alive() == 1);
  pass(w, 1s, [&] { return w.counters().alive() == 0; });
  EXPECT_EQ(p.log->lines(), lines{"1"});
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(Timer, ThatIsCancelledKeepsItNoLonger) {
  play p(w);
  p.tell([&](keeper& k) {
    k.after(1h, 1);
    k.every(1ms, 2);
    k.then = [&k](int) {
      for (const timer_id& id : k.ids) id.cancel();
    };
  });
  p.actor = {};
  pass(w, 1s, [&] { return w.counters().alive() == 0; });
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(Timer, OfAnActorThatHasEndedNeverComes) {
  const std::vector<std::function<void(play&)>> ends{
      [](play& p) { p.actor.stop(); }, [](play& p) { p.actor.kill(); },
      [](play& p) { p.tell([](keeper& k) { k.stop(); }); },
      [](play& p) { p.tell([](keeper&) { throw std::runtime_error("enough"); }); }};
  for (const auto& end : ends) {
    play p(w);
    p.tell([](keeper& k) {
      for (int i = 0; i < 10; ++i) k.after(1h, i);
      k.every(1h, 10);
      for (int i = 0; i < 10; ++i) k.after(0ns, i);  // perhaps in the mailbox when it ends
    });
    end(p);
    w.settle();
    pass(w, 0ns, [&] { return w.counters().alive() == 0; });
    const auto before = w.counters().ticks;
    w.advance(2h);
    EXPECT_EQ(w.counters().ticks, before);
    EXPECT_EQ(w.counters().alive(), 0U);
  }
}

/// Tries to go on when it stops.
class clinger : public troupe::actor<clinger> {
public:
  explicit clinger(std::shared_ptr<journal> log) : log_(std::move(log)) {}
  void on(numbered m) { log_->note(std::to_string(m.n)); }
  void on_stop(const troupe::exit_reason&) { self().every(1ms, numbered{1}).cancel(); }

private:
  std::shared_ptr<journal> log_;
};

SCENARIO(Timer, SetInOnStopIsNone) {
  const auto log = std::make_shared<journal>();
  w.spawn<clinger>(log).stop();
  w.settle();
  w.advance(1s);
  EXPECT_EQ(log->lines(), lines{});
  EXPECT_EQ(w.counters().timers, 0U);
}

SCENARIO(Timer, WhoseHandlerThrowsEndsTheActorWithTypeAndText) {
  play p(w);
  p.tell([](keeper& k) {
    k.every(1ms, 1);
    k.then = [](int) { throw std::runtime_error("too late"); };
  });
  pass(w, 1s, [&] { return w.counters().failed == 1; });
  const auto answer = p.actor.try_ask(done{}).get();
  EXPECT_NE(answer.error().text().find("std::runtime_error"), std::string::npos);
  EXPECT_NE(answer.error().text().find("too late"), std::string::npos);
  EXPECT_EQ(p.log->lines(), lines{"1"});
}

struct fragile {
  fragile() = default;
  fragile(fragile&&) noexcept = default;
  fragile& operator=(fragile&&) noexcept = default;
  fragile(const fragile&) { throw std::runtime_error("no copy today"); }
};
class copier : public troupe::actor<copier> {
public:
  void on_start() { self().every(1ms, fragile{}); }
  void on(fragile) { ADD_FAILURE() << "there was no copy"; }
};

SCENARIO(Timer, WhoseMessageCannotBeCopiedAtATickEndsTheActor) {
  auto a = w.spawn<copier>();
  pass(w, 1s, [&] { return w.counters().failed == 1; });
  EXPECT_EQ(w.counters().failed, 1U);
}

SCENARIO(Timer, APeriodOfNothingIsRefused) {
  play p(w);
  p.tell([](keeper& k) {
    EXPECT_THROW(k.every(0ns, 1), std::invalid_argument);
    EXPECT_THROW(k.every(-1s, 1), std::invalid_argument);
  });
  w.settle();
  EXPECT_EQ(w.counters().timers, 0U);
}

// --- late

/// Is busy for a while at every tick, and keeps account.
class dawdler : public troupe::actor<dawdler> {
public:
  explicit dawdler(std::shared_ptr<std::atomic<int>> ticks) : ticks_(std::move(ticks)) {}
  void on_start() {
    begun_ = std::chrono::steady_clock::now();
    self().every(period, numbered{0});
  }
  void on(numbered) {
    const auto due = (std::chrono::steady_clock::now() - begun_) / period;
    const auto c = self().system().counters();
    EXPECT_LE(static_cast<std::int64_t>(c.ticks + c.ticks_left_out), due) << "too early";
    EXPECT_LE(c.ticks, static_cast<std::uint64_t>(*ticks_) + 1) << "more than one in the mailbox";
    const auto until = std::chrono::steady_clock::now() + 7 * period / 2;
    while (std::chrono::steady_clock::now() < until) {}
    ticks_->fetch_add(1, std::memory_order_relaxed);
  }
  static constexpr duration period = 200us;

private:
  std::chrono::steady_clock::time_point begun_{};
  std::shared_ptr<std::atomic<int>> ticks_;
};

SCENARIO_ON_THREADS(Timer, TicksThatComeDueWhileOneWaitsAreLeftOutAndCounted) {
  const auto ticks = std::make_shared<std::atomic<int>>(0);
  auto d = w.spawn<dawdler>(ticks);
  while (*ticks < 10) std::this_thread::yield();
  d.kill();
  while (w.counters().alive() != 0) std::this_thread::yield();
  EXPECT_GE(w.counters().ticks_left_out, 9 * 2U);
}

// --- with others

SCENARIO(Timer, OfManyActorsRingEachInItsOwnTime) {
  const auto total = std::make_shared<std::atomic<int>>(0);
  {
    std::vector<troupe::ref<gambler>> all;
    for (unsigned i = 0; i < 8; ++i) all.push_back(w.spawn<gambler>(i, total));
    for (auto& g : all) g.tell<numbered>(10);
  }
  pass(w, 1s, [&] { return w.counters().alive() == 0; });
  EXPECT_GE(*total, 80);
}

SCENARIO(Timer, IsNotWaitedForByDrainAndGoesWithTheSystem) {
  play p(w);
  p.tell([](keeper& k) {
    k.after(1h, 1);
    k.every(1h, 2);
  });
  EXPECT_TRUE(w.system().drain());
  EXPECT_EQ(p.log->lines(), lines{});
}

}  // namespace
