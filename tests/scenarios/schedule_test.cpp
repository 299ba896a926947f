// schedule_test.cpp: every worker works, none is held up by another, none is forgotten.
//
//   Kind     stress: only on threads can one handler be stuck while another runs.
#include "cast.hpp"
#include "lives.hpp"
#include <troupe/actors/engine/context.hpp>

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <semaphore>
#include <thread>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;

struct gate {
  explicit gate(std::ptrdiff_t visitors) : inside(visitors) {}
  std::latch inside;
  std::latch opened{1};
};
struct pass {
  std::shared_ptr<gate> through;
};
class sentry : public troupe::actor<sentry> {
public:
  void on(const pass& p) {
    p.through->inside.count_down();
    p.through->opened.wait();
  }
  int on(echo e) { return e.n; }
};

/// As many actors as that, each of them inside a handler that waits for the gate to be opened.
std::vector<troupe::ref<sentry>> stuck(troupe::actor_system& sys, const std::shared_ptr<gate>& g,
                                       int count) {
  std::vector<troupe::ref<sentry>> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(sys.spawn<sentry>());
    all.back().tell<pass>(g);
  }
  return all;
}

TEST(Schedule, AHandlerThatBlocksDoesNotKeepOthersFromAnswering) {
  for (int round = 0; round < 20; ++round) {
    troupe::actor_system sys({.workers = 2, .log = false});
    ASSERT_TRUE(sys.drain());  // so that the worker that will block has been woken from its sleep
    const auto g = std::make_shared<gate>(1);
    const auto blocked = stuck(sys, g, 1);
    g->inside.wait();
    const auto answer = sys.spawn<sentry>().try_ask<echo>(round).within(2s).get();
    EXPECT_TRUE(answer) << "round " << round << ": nobody was woken for it";
    g->opened.count_down();
    if (!answer) return;
  }
}

TEST(Schedule, AllWorkersButOneMayBlock) {
  constexpr int workers = 4;
  for (int round = 0; round < 20; ++round) {
    troupe::actor_system sys({.workers = workers, .log = false});
    if (round % 2 == 0) {
      ASSERT_TRUE(sys.drain());
    }
    const auto g = std::make_shared<gate>(workers - 1);
    const auto blocked = stuck(sys, g, workers - 1);
    std::thread opens_at_last([&g] { g->inside.wait(); });
    const auto free = sys.spawn<sentry>();
    bool answered = true;
    for (int i = 0; i < 10 && answered; ++i)
      answered = free.try_ask<echo>(i).within(2s).get().has_value();
    EXPECT_TRUE(answered) << "round " << round;
    if (answered) opens_at_last.join();
    g->opened.count_down();
    if (!answered) return opens_at_last.join();
  }
}

// --- what a blocked worker had before it blocked

constexpr auto guard = 3s;  // ends a test that would hang; nothing is measured by it

struct ring_bell {};
class bell : public troupe::actor<bell> {
public:
  explicit bell(std::shared_ptr<std::counting_semaphore<>> rung) : rung_(std::move(rung)) {}
  void on(ring_bell) { rung_->release(); }

private:
  std::shared_ptr<std::counting_semaphore<>> rung_;
};

struct tell_all_and_block {
  std::vector<troupe::ref<bell>> bells;
  std::shared_ptr<gate> before, after;
};
class ringer : public troupe::actor<ringer> {
public:
  void on(const tell_all_and_block& t) {
    t.before->inside.count_down();
    t.before->opened.wait();
    for (const auto& b : t.bells) b.tell(ring_bell{});
    t.after->inside.count_down();
    t.after->opened.wait();
  }
};

/// Returns when nothing has happened in `sys` while another system worked for a while.
void wait_until_still(troupe::actor_system& sys) {
  troupe::actor_system other({.workers = 1, .log = false});
  const auto busy = other.spawn<sentry>();
  for (int still = 0; still < 3;) {
    const auto before = sys.counters();
    for (int i = 0; i < 300; ++i) static_cast<void>(busy.ask<echo>(i).get());
    const auto after = sys.counters();
    still = before.parked == after.parked && before.turns == after.turns ? still + 1 : 0;
  }
}

/// While all others sleep, a handler wakes so many actors and does not return before they have run.
void wake_and_block(int count) {
  troupe::actor_system sys({.workers = 2, .log = false});
  const auto rung = std::make_shared<std::counting_semaphore<>>(0);
  std::vector<troupe::ref<bell>> bells;
  for (int i = 0; i < count; ++i) bells.push_back(sys.spawn<bell>(rung));
  const auto before = std::make_shared<gate>(1);
  const auto after = std::make_shared<gate>(1);
  const auto r = sys.spawn<ringer>();
  r.tell<tell_all_and_block>(bells, before, after);
  before->inside.wait();
  wait_until_still(sys);
  before->opened.count_down();
  after->inside.wait();
  int rang = 0;
  while (rang < count && rung->try_acquire_for(guard)) ++rang;
  EXPECT_EQ(rang, count) << "the others wait behind a handler that does not return";
  EXPECT_EQ(sys.counters().stolen, static_cast<std::uint64_t>(count));
  after->opened.count_down();
}

TEST(Schedule, WhatABlockedHandlerHasWokenIsStolen) { wake_and_block(16); }
TEST(Schedule, TheOneActorThatABlockedHandlerHasWokenIsStolen) { wake_and_block(1); }

// --- what it had told before it blocked

struct tidings {
  int number;
};
/// Waits at the gate first, so that it is busy meanwhile; notes in which order it is told.
class listener : public troupe::actor<listener> {
public:
  listener(std::shared_ptr<std::counting_semaphore<>> heard, cast::page_ptr read)
      : heard_(std::move(heard)), read_(std::move(read)) {}
  ~listener() { heard_->release(); }
  void on(const pass& p) {
    p.through->inside.count_down();
    p.through->opened.wait();
  }
  void on(tidings t) {
    read_->write(t.number);
    heard_->release();
  }

private:
  std::shared_ptr<std::counting_semaphore<>> heard_;
  cast::page_ptr read_;
};

/// A listener that is held at a gate, and one who tells it something.
struct audience {
  explicit audience(troupe::actor_system& of_listener, troupe::actor_system& of_teller)
      : who(of_listener.spawn<listener>(heard, read)), teller(of_teller.spawn<cast::writer>()) {
    who.tell<pass>(held);
    held->inside.wait();
  }
  /// In one handler of the teller, which does not return before `f` does.
  template <class F>
  void in_one_handler(F f) {
    teller.ask<cast::act_and_answer>([&](cast::writer&) { f(); }).within(1h).get();
  }
  void tell(int count) const {
    for (int i = 0; i < count; ++i) who.tell<tidings>(i);
  }
  [[nodiscard]] bool is_heard(int times) const {
    while (times > 0 && heard->try_acquire_for(guard)) --times;
    return times == 0;
  }

  std::shared_ptr<gate> held = std::make_shared<gate>(1);
  std::shared_ptr<std::counting_semaphore<>> heard = std::make_shared<std::counting_semaphore<>>(0);
  cast::page_ptr read = std::make_shared<cast::page>();
  troupe::ref<listener> who;
  troupe::ref<cast::writer> teller;
};

TEST(Schedule, O3_WhatABlockedHandlerHasToldIsDelivered) {
  for (const int count : {4, 5, 10, 20, 21, 40}) {
    troupe::actor_system sys({.workers = 2, .log = false});
    audience a(sys, sys);
    a.in_one_handler([&] {
      a.tell(count);
      a.held->opened.count_down();
      EXPECT_TRUE(a.is_heard(count)) << "they wait behind a handler that does not return";
    });
    EXPECT_EQ(a.read->lines(), cast::up_to(count));
  }
}

TEST(Schedule, O3_WhoseLastHandleABlockedHandlerHasDroppedEnds) {
  for (const int count : {3, 4, 5, 20, 21}) {
    troupe::actor_system sys({.workers = 2, .log = false});
    audience a(sys, sys);
    a.in_one_handler([&] {
      a.tell(count);
      a.who = {};
      a.held->opened.count_down();
      EXPECT_TRUE(a.is_heard(count + 1)) << "it waits for a handler that does not return";
    });
    EXPECT_EQ(a.read->lines(), cast::up_to(count));
  }
}

TEST(Schedule, O3_WhatIsToldAfterARobberyComesBehindWhatWasTaken) {
  constexpr int count = 10;
  for (int round = 0; round < 20; ++round) {
    troupe::actor_system sys({.workers = 2, .log = false});
    audience a(sys, sys);
    a.in_one_handler([&] {
      a.tell(count);
      while (troupe::detail::here->out.is_open()) {}  // until the watchdog has come
      a.who.tell<tidings>(count);
      a.held->opened.count_down();
    });
    ASSERT_TRUE(sys.drain());
    ASSERT_EQ(a.read->lines(), cast::up_to(count + 1)) << "round " << round;
  }
}

TEST(Schedule, O3_WhatTheOnlyWorkerTellsToAnotherSystemIsNotKeptBack) {
  troupe::actor_system here({.workers = 1, .log = false});
  troupe::actor_system there({.workers = 1, .log = false});
  audience a(there, here);
  a.in_one_handler([&] {
    a.tell(10);
    a.held->opened.count_down();
    EXPECT_TRUE(a.is_heard(10)) << "nobody robs a worker that is alone";
  });
}

struct rendezvous {
  std::shared_ptr<std::latch> all;
};
class guest : public troupe::actor<guest> {
public:
  void on(const rendezvous& r) { r.all->arrive_and_wait(); }
};
struct invite {
  std::vector<troupe::ref<guest>> guests;
  std::shared_ptr<std::latch> all;
};
class host : public troupe::actor<host> {
public:
  void on(const invite& i) {
    for (const auto& g : i.guests) g.tell<rendezvous>(i.all);
  }
};

TEST(Schedule, ActorsWokenInOneHandlerRunAtTheSameTimeOnAllWorkers) {
  for (const int workers : {2, 3, 4}) {
    troupe::actor_system sys({.workers = workers, .log = false});
    const auto all = std::make_shared<std::latch>(workers);
    std::vector<troupe::ref<guest>> guests;
    for (int i = 0; i < workers; ++i) guests.push_back(sys.spawn<guest>());
    ASSERT_TRUE(sys.drain());
    const auto before = sys.counters().stolen;
    sys.spawn<host>().tell<invite>(guests, all);
    ASSERT_TRUE(sys.drain());
    EXPECT_TRUE(all->try_wait());
    EXPECT_GE(sys.counters().stolen - before, static_cast<std::uint64_t>(workers - 1));
  }
}

struct ask_and_block {
  troupe::ref<mortal> silent;
  troupe::ref<sentry> blocker;
  std::shared_ptr<gate> g;
};
/// Asks one who does not answer, then wakes one who blocks: likely on the same worker.
class late_asker : public troupe::actor<late_asker> {
public:
  explicit late_asker(std::shared_ptr<std::counting_semaphore<>> timed_out)
      : timed_out_(std::move(timed_out)) {}
  void on(const ask_and_block& a) {
    a.silent.try_ask<hold>().within(5ms).then(this, [this](const troupe::result<void>& r) {
      if (!r && r.error() == troupe::ask_errc::timeout) timed_out_->release();
    });
    a.blocker.tell<pass>(a.g);
  }

private:
  std::shared_ptr<std::counting_semaphore<>> timed_out_;
};

TEST(Schedule, DeadlinesOfOthersPassWhileAHandlerBlocks) {
  for (int round = 0; round < 10; ++round) {
    troupe::actor_system sys({.workers = 2, .log = false});
    const auto timed_out = std::make_shared<std::counting_semaphore<>>(0);
    const auto g = std::make_shared<gate>(1);
    const auto silent = sys.spawn<mortal>(make_journal(), "silent");
    const auto blocker = sys.spawn<sentry>();
    const auto asker = sys.spawn<late_asker>(timed_out);
    asker.tell<ask_and_block>(silent, blocker, g);
    g->inside.wait();
    const bool passed = timed_out->try_acquire_for(guard);
    EXPECT_TRUE(passed) << "a deadline waits behind a handler that does not return";
    g->opened.count_down();
    if (!passed) return;
  }
}

// --- nobody is forgotten

TEST(Schedule, NoWakeUpIsLostBetweenForeignThreadsAndActors) {
  constexpr int threads = 3;
  constexpr int rounds = 4000;
  for (const int workers : {1, 2, 4}) {
    troupe::actor_system sys({.workers = workers, .log = false});
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t)
      all.emplace_back([&sys] {
        const auto a = sys.spawn<sentry>();
        for (int i = 0; i < rounds; ++i) ASSERT_EQ(a.ask<echo>(i).within(1h).get(), i);
      });
    for (auto& t : all) t.join();
    EXPECT_EQ(sys.counters().asked, static_cast<std::uint64_t>(threads) * rounds);
  }
}

struct ball {
  int hops;
};
struct partner {
  troupe::address<ball> who;
};
class player : public troupe::actor<player> {
public:
  explicit player(std::shared_ptr<std::atomic<int>> left) : left_(std::move(left)) {}
  void on(partner p) { partner_ = std::move(p.who); }
  void on(ball b) {
    left_->store(b.hops, std::memory_order_relaxed);
    if (b.hops > 0) partner_.tell<ball>(b.hops - 1);
  }

private:
  std::shared_ptr<std::atomic<int>> left_;
  troupe::address<ball> partner_;
};

/// Two who play so many hops.
struct game {
  game(troupe::actor_system& sys, int hops)
      : left(std::make_shared<std::atomic<int>>(hops)),
        a(sys.spawn<player>(left)),
        b(sys.spawn<player>(left)) {
    a.tell<partner>(b);
    b.tell<partner>(a);
    a.tell<ball>(hops);
  }
  ~game() {
    a.tell<partner>(troupe::address<ball>());
    b.tell<partner>(troupe::address<ball>());
  }
  [[nodiscard]] int hops_left() const { return left->load(std::memory_order_relaxed); }
  std::shared_ptr<std::atomic<int>> left;
  troupe::ref<player> a, b;
};

/// What comes from outside a turn, a message of this thread or a cell that the watchdog takes from
/// a worker (one a look, a look a millisecond), wakes a worker, that one the next who looks for
/// the rest, and both look again before they sleep. What the two tell each other wakes nobody.
TEST(Schedule, D1_TwoThatPlayOnOneWorkerWakeNobodyHoweverLongTheyPlay) {
  constexpr int hops = 3'000'000;
  constexpr std::uint64_t told = 3;  // by a game's constructor
  troupe::actor_system sys({.workers = 2, .log = false});
  ASSERT_TRUE(sys.drain());
  const auto before = sys.counters();
  const auto begin = std::chrono::steady_clock::now();
  const game two(sys, hops);
  ASSERT_TRUE(sys.drain(1h));
  const auto looks = 1 + (std::chrono::steady_clock::now() - begin) / 1ms;
  const auto after = sys.counters();
  EXPECT_EQ(two.hops_left(), 0);
  EXPECT_GT(after.turns - before.turns, static_cast<std::uint64_t>(hops / 100))
      << "a turn may take several hops when the two are on two workers for a while";
  EXPECT_LE(after.woken - before.woken, 4 * (told + static_cast<std::uint64_t>(looks)));
}

TEST(Schedule, APairThatChattersDoesNotStarveAThird) {
  constexpr int hops = 20'000'000;
  troupe::actor_system sys({.workers = 1, .shutdown_deadline = 1ms, .log = false});
  const game chatter(sys, hops);
  const auto third = sys.spawn<sentry>();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(third.ask<echo>(i).within(1h).get(), i);
  EXPECT_GT(chatter.hops_left(), 0) << "the third had to wait for the end of the game";
}

TEST(Schedule, TwoPairsThatChatterShareAWorker) {
  constexpr int hops = 200'000;
  troupe::actor_system sys({.workers = 1, .shutdown_deadline = 1ms, .log = false});
  const game one(sys, hops * 100);
  const int before = one.hops_left();
  const game two(sys, hops);
  while (two.hops_left() > 0 && one.hops_left() > 0) std::this_thread::yield();
  EXPECT_GT(one.hops_left(), 0) << "the second had to wait for the end of the first";
  EXPECT_GT(before - one.hops_left(), hops / 10) << "the first had to wait for the second";
}

struct flood_drop {
  int more;
};
/// Each message brings another, so its mailbox never runs empty.
class flooded : public troupe::actor<flooded> {
public:
  explicit flooded(std::shared_ptr<std::atomic<int>> left) : left_(std::move(left)) {}
  void on(flood_drop f) {
    if (f.more < 0) return;
    left_->store(f.more, std::memory_order_relaxed);
    if (f.more > 0) self().tell<flood_drop>(f.more - 1);
  }

private:
  std::shared_ptr<std::atomic<int>> left_;
};

TEST(Schedule, AFloodToOneActorDoesNotStarveAnother) {
  constexpr int more = 20'000'000;
  troupe::actor_system sys({.workers = 1, .shutdown_deadline = 1ms, .log = false});
  const auto left = std::make_shared<std::atomic<int>>(more);
  const auto a = sys.spawn<flooded>(left);
  for (int i = 0; i < 50'000; ++i) a.tell<flood_drop>(-1);
  a.tell<flood_drop>(more);
  const auto other = sys.spawn<sentry>();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(other.ask<echo>(i).within(1h).get(), i);
  EXPECT_GT(left->load(std::memory_order_relaxed), 0) << "it had to wait for the end of the flood";
}

TEST(Schedule, DeadlinesPassWhileTheOnlyWorkerIsBusy) {
  constexpr int hops = 50'000'000;
  troupe::actor_system sys({.workers = 1, .shutdown_deadline = 1ms, .log = false});
  const game chatter(sys, hops);
  const auto timed_out = std::make_shared<std::counting_semaphore<>>(0);
  const auto g = std::make_shared<gate>(1);
  g->opened.count_down();
  const auto asker = sys.spawn<late_asker>(timed_out);
  const auto silent = sys.spawn<mortal>(make_journal(), "silent");
  asker.tell<ask_and_block>(silent, sys.spawn<sentry>(), g);
  EXPECT_TRUE(timed_out->try_acquire_for(guard));
  EXPECT_GT(chatter.hops_left(), 0) << "the deadline had to wait for the end of the game";
}

}  // namespace
