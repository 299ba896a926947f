// reach_test.cpp: an actor ends when nobody can reach it, and not before.
#include "lives.hpp"
#include <troupe/actors/detail/runtime.hpp>

#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

namespace {

using namespace scenario;
using troupe::exit_kind;

SCENARIO(Reach, WhatIsQueuedIsHandledBeforeAnUnreferencedActorEnds) {
  const auto j = make_journal();
  {
    auto a = w.spawn<mortal>(j, "a");
    for (int i = 0; i < 5; ++i) a.tell<step>(i);
  }
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.0 a.1 a.2 a.3 a.4 a.stop(unreferenced) a.gone");
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Reach, EveryCopyOfARefHoldsIt) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  auto b = a;
  auto c = std::move(a);
  c = b;
  w.settle();
  b = {};
  w.settle();
  EXPECT_EQ(j->text(), "a.start");
  auto& same = c;
  c = same;
  w.settle();
  EXPECT_EQ(j->text(), "a.start");
  c = {};
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.stop(unreferenced) a.gone");
}

SCENARIO(Reach, AnAddressCountsLikeARef) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  troupe::address<step, echo> wide = a;
  a = {};
  w.settle();
  EXPECT_EQ(j->text(), "a.start");
  troupe::address<echo> narrow = wide;
  wide = {};
  w.settle();
  EXPECT_EQ(narrow.ask<echo>(4).get(), 4);
  EXPECT_EQ(j->text(), "a.start");
  narrow = {};
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.stop(unreferenced) a.gone");
}

SCENARIO(Reach, ARefInAQueuedMessageHoldsIt) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  auto keeper = w.spawn<mortal>(j, "k");
  keeper.tell<meet>(std::move(a));
  w.settle();
  EXPECT_EQ(w.counters().alive(), 2U);
  EXPECT_FALSE(j->has("a.gone"));
  keeper.tell<forget>();
  w.settle();
  EXPECT_TRUE(j->has("a.stop(unreferenced)"));
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO(Reach, ADeadLettersRefIsLetGo) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  auto dead = w.spawn<mortal>(j, "d");
  dead.stop();
  w.settle();
  dead.tell<meet>(std::move(a));
  w.settle();
  EXPECT_TRUE(j->has("a.stop(unreferenced)"));
}

SCENARIO(Reach, RefsInsideAnEndedActorAreLetGo) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  auto keeper = w.spawn<mortal>(j, "k");
  keeper.tell<meet>(std::move(a));
  keeper.tell<fail>("x");
  w.settle();
  EXPECT_TRUE(j->has("a.stop(unreferenced)"));
  EXPECT_TRUE(j->in_order("k.gone", "a.gone"));
}

SCENARIO(Reach, AnOutstandingAskHoldsTheAsker) {
  const auto j = make_journal();
  auto holder = w.spawn<mortal>(j, "h");
  auto a = w.spawn<mortal>(j, "a");
  a.tell<ask_to_hold>(holder);
  a = {};
  wait_until_held(holder);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(holder.ask<echo>(i).get(), i);
  EXPECT_FALSE(j->has("a.stop(unreferenced)"));
  holder.tell(let_go{});
  w.settle();
  EXPECT_TRUE(j->in_order("a.answered", "a.stop(unreferenced)")) << j->text();
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO(Reach, AnUnreferencedHolderOfARequestEndsAndTheAskerLearnsIt) {
  const auto j = make_journal();
  auto holder = w.spawn<mortal>(j, "h");
  auto a = w.spawn<mortal>(j, "a");
  a.tell<ask_to_hold>(holder);
  wait_until_held(holder);
  holder = {};
  w.settle();
  EXPECT_TRUE(j->has("h.stop(unreferenced)"));
  EXPECT_EQ(j->count("a.refused(no_reply)") + j->count("a.refused(down)"), 1) << j->text();
}

SCENARIO(Reach, AChildHoldsItsParentAndTheParentEndsAfterIt) {
  const auto j = make_journal();
  auto p = w.spawn<mortal>(j, "p");
  auto c = p.ask<bear>("c").get();
  p = {};
  w.settle();
  EXPECT_EQ(c.ask<echo>(1).get(), 1);
  EXPECT_FALSE(j->has("p.stop(unreferenced)"));
  c = {};
  w.settle();
  EXPECT_TRUE(j->in_order("c.stop(unreferenced)", "c.gone")) << j->text();
  EXPECT_TRUE(j->in_order("c.gone", "p.stop(unreferenced)")) << j->text();
  EXPECT_EQ(w.counters().alive(), 0U);
}

// --- refs that an actor makes of itself

struct hand_out {
  int times;
};
struct handed {
  troupe::address<hand_out> back;
  int times;
};
/// Sends itself away and is called back, as often as it is told; nobody else refers to it then.
class boomerang : public troupe::actor<boomerang> {
public:
  boomerang(journal_ptr j, troupe::address<handed> to)
      : journal_(std::move(j)), to_(std::move(to)) {}
  ~boomerang() { journal_->note("gone"); }
  void on(hand_out h) {
    for (int i = 0; i < 3; ++i) {
      const troupe::ref<boomerang> mine = self();
      const auto copy = mine;
      EXPECT_EQ(copy.id(), self().id());
    }
    if (h.times > 0) {
      to_.tell<handed>(self(), h.times - 1);
    } else {
      journal_->note("done");
    }
  }

private:
  journal_ptr journal_;
  troupe::address<handed> to_;
};
class wall : public troupe::actor<wall> {
public:
  void on(const handed& h) { h.back.tell<hand_out>(h.times); }
};

SCENARIO(Reach, RefsMadeInTurnsHoldItAndTheLastOneEndsItOnce) {
  const auto j = make_journal();
  auto to = w.spawn<wall>();
  {
    auto a = w.spawn<boomerang>(j, to);
    a.tell<hand_out>(20);
  }
  w.settle();
  EXPECT_EQ(j->text(), "done gone");
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

struct juggle {
  troupe::ref<mortal> ball;
  int times;
};
/// Copies the ref that it gets, throws it to another, drops the rest.
class juggler : public troupe::actor<juggler> {
public:
  void on(const juggle& b) {
    auto copy = b.ball;
    copy.tell<step>(b.times);
    if (b.times > 0) next_.tell<juggle>(std::move(copy), b.times - 1);
  }
  void on(troupe::address<juggle> next) { next_ = std::move(next); }

private:
  troupe::address<juggle> next_;
};

SCENARIO(Reach, RefsPassedFromActorToActorHoldItUntilTheLastIsDropped) {
  constexpr int balls = 3;
  constexpr int times = 15;
  const auto j = make_journal();
  std::vector<troupe::ref<juggler>> ring;
  for (int i = 0; i < 4; ++i) ring.push_back(w.spawn<juggler>());
  for (std::size_t i = 0; i < ring.size(); ++i)
    ring[i].tell(troupe::address<juggle>(ring[(i + 1) % ring.size()]));
  {
    auto ball = w.spawn<mortal>(j, "ball");
    for (std::size_t i = 0; i < balls; ++i) ring[i].tell<juggle>(ball, times);
  }
  w.settle();
  EXPECT_EQ(j->lines().size(), 3U + balls * (times + 1));
  EXPECT_TRUE(j->in_order("ball.start", "ball.stop(unreferenced)"));
  EXPECT_EQ(j->lines().back(), "ball.gone");
  EXPECT_EQ(w.counters().alive(), ring.size());
  for (auto& r : ring) r.tell(troupe::address<juggle>());
}

// --- cycles

SCENARIO(Reach, ACycleLivesUntilShutdown) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  auto b = w.spawn<mortal>(j, "b");
  a.tell<meet>(b);
  b.tell<meet>(a);
  a = b = {};
  w.settle();
  EXPECT_EQ(w.counters().alive(), 2U);
  EXPECT_EQ(j->lines().size(), 2U);
  EXPECT_TRUE(w.shutdown(std::chrono::seconds(60)).clean());
  EXPECT_EQ(w.counters().alive(), 0U);
  for (const char* const who : {"a", "b"})
    EXPECT_TRUE(j->in_order(who + std::string(".stop(shutdown)"), who + std::string(".gone")));
}

SCENARIO(Reach, ACycleThatIsBrokenEnds) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  auto b = w.spawn<mortal>(j, "b");
  a.tell<meet>(b);
  b.tell<meet>(a);
  a.stop();
  a = b = {};
  w.settle();
  EXPECT_TRUE(j->has("a.stop(normal)"));
  EXPECT_TRUE(j->has("b.stop(unreferenced)"));
  EXPECT_EQ(w.counters().alive(), 0U);
}

// --- ended actors and their cells

SCENARIO(Reach, HandlesToEndedActorsNeverReachThoseThatComeAfter) {
  const auto j = make_journal();
  std::vector<troupe::ref<mortal>> old;
  std::vector<troupe::ref<mortal>> young;
  for (int i = 0; i < 16; ++i) old.push_back(w.spawn<mortal>(j, "old"));
  for (auto& o : old) o.stop();
  w.settle();
  for (int i = 0; i < 48; ++i) young.push_back(w.spawn<mortal>(make_journal(), "young"));
  const auto dead_before = w.counters().dead_letters();
  for (auto& o : old) {
    o.tell<step>(1);
    o.stop();
    o.kill();
    EXPECT_FALSE(o.try_ask<echo>(1).get());
    step s{1};
    EXPECT_EQ(o.try_tell(s), troupe::tell_status::closed);
    for (auto& y : young) {
      EXPECT_NE(o.id(), y.id());
      EXPECT_FALSE(o == y);
    }
  }
  w.settle();
  EXPECT_EQ(w.counters().alive(), young.size());
  EXPECT_GE(w.counters().dead_letters() - dead_before, old.size());
  for (auto& y : young) EXPECT_EQ(y.ask<echo>(2).get(), 2);
}

SCENARIO(Reach, CellsAreUsedAgainAndIdsAreNot) {
  const auto j = make_journal();
  std::vector<std::uint64_t> ids;
  std::optional<troupe::ref<mortal>> kept;
  for (int i = 0; i < 40; ++i) {
    auto a = w.spawn<mortal>(j, "a");
    ids.push_back(a.id().value());
    if (i == 20) kept = a;
    a.stop();
    a = {};
    w.settle();
    EXPECT_EQ(w.counters().cells_made - w.counters().cells_freed, i < 20 ? 0U : 1U);
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
  EXPECT_EQ(kept->id().value(), ids[20]);
}

// --- threads

SCENARIO_ON_THREADS(Reach, RefsCopiedAndDroppedByManyThreadsHoldItUntilTheLast) {
  constexpr int threads = 4;
  constexpr int times = 500;
  const auto j = make_journal();
  {
    auto a = w.spawn<mortal>(j, "a");
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t)
      all.emplace_back([mine = a] {
        for (int i = 0; i < times; ++i) {
          const auto copy = mine;
          const troupe::address<step> narrow = copy;
          if (i % 50 == 0) narrow.tell<step>(i);
        }
      });
    a = {};
    for (auto& t : all) t.join();
  }
  w.settle();
  EXPECT_EQ(j->lines().size(), 3U + threads * times / 50);
  EXPECT_EQ(j->lines().back(), "a.gone");
}

SCENARIO_ON_THREADS(Reach, TheLastDropRacesWithTheActorsOwnTurns) {
  const auto j = make_journal();
  auto to = w.spawn<wall>();
  std::vector<std::thread> all;
  for (int t = 0; t < 3; ++t)
    all.emplace_back([&w, &j, &to] {
      for (int i = 0; i < 50; ++i) w.spawn<boomerang>(j, to).tell<hand_out>(i % 4);
    });
  for (auto& t : all) t.join();
  w.settle();
  EXPECT_EQ(j->count("done"), 150);
  EXPECT_EQ(j->count("gone"), 150);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

}  // namespace
