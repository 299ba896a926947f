// pool_routing_test.cpp: which member of a pool gets a message.
#include "crew.hpp"

#include <set>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

using crew::gang;
using crew::line;
using crew::query;
using troupe::ask_errc;
using troupe::dead_reason;
using troupe::routing;
using troupe::tell_status;

const bool real = scenario::world::real;

using pages = std::vector<std::vector<int>>;
using lengths = std::vector<std::size_t>;

SCENARIO(RoundRobin, GivesToEachInTurn) {
  gang g(w, {.size = 3});
  for (int i = 0; i < 9; ++i) g.all.tell<line>(i);
  w.settle();
  EXPECT_EQ(g.read->pages(), (pages{{0, 3, 6}, {1, 4, 7}, {2, 5, 8}}));
}

SCENARIO(RoundRobin, GivesTheSameToEachWhoeverSends) {
  gang g(w, {.size = 4});
  cast::at_once(4, [&](int n) {
    for (int i = 0; i < 100; ++i) g.all.tell<line>(100 * n + i);
  });
  w.settle();
  EXPECT_EQ(g.read->lengths(), (lengths{100, 100, 100, 100}));
  EXPECT_EQ(g.read->sorted(), cast::up_to(400));
}

SCENARIO(RoundRobin, CountsAsksAndTellsAndAddressesTogether) {
  gang g(w, {.size = 2});
  const troupe::address<crew::whose, line> there = g.all;
  EXPECT_EQ(there.ask<crew::whose>().get(), 0);
  there.tell<line>(5);
  EXPECT_EQ(g.all.ask<crew::whose>().get(), 0);
  w.settle();
  EXPECT_EQ(g.read->pages(), (pages{{}, {5}}));
}

SCENARIO(RandomRouting, GivesEachMessageToOneAndSomeToAll) {
  gang g(w, {.size = 4, .route = routing::random});
  for (int i = 0; i < 400; ++i) g.all.tell<line>(i);
  w.settle();
  EXPECT_EQ(g.read->sorted(), cast::up_to(400));
  for (const std::size_t n : g.read->lengths()) EXPECT_GT(n, 40U);
}

SCENARIO(LeastLoaded, GivesToIdleMembersFirstThenToThoseWithFewest) {
  cast::gate g;
  auto entered = std::make_shared<std::atomic<int>>(0);
  gang hands(w, {.size = 4, .route = routing::least_loaded});
  // On seeds nothing runs before settle(); on threads whoever has run holds at the gate.
  for (int i = 0; i < 4; ++i) hands.all.tell<crew::pass>(g.hinge(), entered);
  for (int i = 0; i < 40; ++i) hands.all.tell<line>(i);
  g.open();
  w.settle();
  EXPECT_EQ(entered->load(std::memory_order_acquire), 4);
  // Who holds at the gate has taken one message more out of its mailbox than who has not begun.
  const std::size_t off = real ? 1 : 0;
  for (const std::size_t n : hands.read->lengths()) {
    EXPECT_GE(n, 10 - off);
    EXPECT_LE(n, 10 + off);
  }
}

SCENARIO(LeastLoaded, SparesAMemberThatIsBusy) {
  if (!real || w.system().workers().size() < 2) return;
  cast::gate g;
  auto entered = std::make_shared<std::atomic<int>>(0);
  gang hands(w, {.size = 3, .route = routing::least_loaded});
  w.settle();
  const auto turns = w.counters().turns;
  hands.all.tell<crew::pass>(g.hinge(), entered);
  entered->wait(0, std::memory_order_acquire);
  std::set<int> who;
  for (unsigned i = 1; i <= 20; ++i) {
    who.insert(hands.all.ask<crew::whose>(0).get());
    while (w.counters().turns < turns + i) std::this_thread::yield();  // it is idle again
  }
  g.open();
  EXPECT_EQ(who, (std::set<int>{1, 2})) << "the first is at the gate";
}

SCENARIO(LeastLoaded, AvoidsAMailboxThatIsFull) {
  cast::gate g;
  auto entered = std::make_shared<std::atomic<int>>(0);
  gang hands(w, {.size = 2, .route = routing::least_loaded, .each = {.capacity = 20}});
  for (int i = 0; i < 2; ++i) hands.all.tell<crew::pass>(g.hinge(), entered);
  for (int i = 0; i < 36; ++i) hands.all.tell<line>(i);
  g.open();
  w.settle();
  EXPECT_EQ(hands.read->sorted(), cast::up_to(36));
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(HashRouting, GivesTheSameKeyToTheSameMemberInOrder) {
  gang g(w, {.size = 4, .route = routing::hash});
  for (int i = 0; i < 100; ++i)
    for (int who = 0; who < 10; ++who)
      g.all.tell<crew::keyed_line>("key " + std::to_string(who), 1000 * who + i);
  w.settle();
  const auto read = g.read->pages();
  for (int who = 0; who < 10; ++who) {
    const int reader = g.read->reader_of(1000 * who);
    ASSERT_GE(reader, 0);
    std::vector<int> its;
    for (const int n : read[static_cast<std::size_t>(reader)])
      if (n / 1000 == who) its.push_back(n % 1000);
    EXPECT_EQ(its, cast::up_to(100));
  }
}

SCENARIO(HashRouting, SpreadsKeysOverAllMembers) {
  gang g(w, {.size = 4, .route = routing::hash});
  std::vector<int> of(4);
  for (int who = 0; who < 400; ++who)
    ++of[static_cast<std::size_t>(g.all.ask<crew::whose>(who).get())];
  for (const int n : of) EXPECT_GT(n, 60);
}

SCENARIO(HashRouting, LeavesTheKeysOfTheLivingWhereTheyAreWhenOneEnds) {
  gang g(w, {.size = 4, .route = routing::hash});
  std::vector<int> before;
  for (int who = 0; who < 100; ++who) before.push_back(g.all.ask<crew::whose>(who).get());
  g.all.ask<crew::quit_yourself>(0).get();
  w.settle();
  std::set<int> heirs;
  for (int who = 0; who < 100; ++who) {
    const int now = g.all.ask<crew::whose>(who).get();
    if (before[static_cast<std::size_t>(who)] != before[0])
      EXPECT_EQ(now, before[static_cast<std::size_t>(who)]);
    else
      heirs.insert(now);
  }
  EXPECT_EQ(heirs.size(), 3U) << "what was one's is shared by the others";
  EXPECT_FALSE(heirs.contains(before[0]));
}

SCENARIO(HashRouting, RefusesAMessageWithoutAKeyWithAText) {
  gang g(w, {.size = 2, .route = routing::hash});
  g.all.tell<line>(1);
  auto p = line{2};
  EXPECT_EQ(g.all.try_tell(p), tell_status::closed);
  const auto r = g.all.try_ask<query>(1).get();
  w.settle();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::not_handled);
  EXPECT_TRUE(cast::says(r.error().text(), "troupe::pool<crew::hand>")) << r.error().text();
  EXPECT_TRUE(cast::says(r.error().text(), "no key: give it a member key()")) << r.error().text();
  EXPECT_EQ(w.counters().dead_letters(dead_reason::unroutable), 2U);
  EXPECT_EQ(w.counters().dead_letters(), 2U);
  EXPECT_EQ(g.read->sorted(), std::vector<int>{});
}

SCENARIO(Broadcast, GivesACopyToEachInOrder) {
  gang g(w, {.size = 3, .route = routing::broadcast});
  const troupe::address<line> there = g.all;
  for (int i = 0; i < 50; ++i) i % 2 == 0 ? g.all.tell<line>(i) : there.tell<line>(i);
  w.settle();
  EXPECT_EQ(g.read->pages(), (pages{cast::up_to(50), cast::up_to(50), cast::up_to(50)}));
}

SCENARIO(Broadcast, RefusesAsksAndWhatCannotBeCopied) {
  gang g(w, {.size = 2, .route = routing::broadcast});
  g.all.tell(crew::parcel{std::make_unique<int>(1)});
  crew::parcel mine{std::make_unique<int>(2)};
  EXPECT_EQ(g.all.try_tell(mine), tell_status::closed);
  EXPECT_NE(mine.content, nullptr);
  const auto r = g.all.try_ask<query>(1).get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::not_handled);
  EXPECT_TRUE(cast::says(r.error().text(), "it broadcasts")) << r.error().text();
  g.all.tell<query>(1);  // told, a request is a message: to all
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(dead_reason::unroutable), 2U);
  EXPECT_EQ(w.counters().dead_letters(), 2U);
  EXPECT_EQ(g.read->sorted(), std::vector<int>{});
}

SCENARIO(Broadcast, GoesToThoseThatLive) {
  gang g(w, {.size = 3, .route = routing::broadcast});
  g.all.tell<crew::retire>(1);
  w.settle();
  g.all.tell<line>(1);
  w.settle();
  EXPECT_EQ(g.read->pages(), (pages{{1}, {}, {1}}));
  EXPECT_EQ(w.counters().dead_letters(), 0U);
  g.all.tell<crew::quit>();
  w.settle();
  g.all.tell<line>(2);
  w.settle();
  EXPECT_EQ(g.read->pages(), (pages{{1}, {}, {1}}));
  EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), 1U) << "there was nobody to copy it for";
}

SCENARIO(Broadcast, TriesAllOrNone) {
  cast::gate g;
  auto entered = std::make_shared<std::atomic<int>>(0);
  gang hands(w, {.size = 3, .route = routing::broadcast, .each = {.capacity = 4}});
  hands.all.tell<crew::pass>(g.hinge(), entered);
  if (real && w.system().workers().size() >= 3) {
    while (entered->load(std::memory_order_acquire) < 3) {}
  }
  int queued = 0;
  line l{0};
  while (hands.all.try_tell(l) == tell_status::queued) l.number = ++queued;
  EXPECT_GE(queued, 3);
  EXPECT_LE(queued, 4);
  EXPECT_EQ(hands.all.try_tell(l), tell_status::full);
  g.open();
  w.settle();
  const auto all = cast::up_to(queued);
  EXPECT_EQ(hands.read->pages(), (pages{all, all, all}));
  EXPECT_EQ(hands.all.try_tell(l), tell_status::queued) << "nothing is left reserved";
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

}  // namespace
