// watch_many_test.cpp: many watches of one and by one, full mailboxes, and the ends of watchers.
#include "witness.hpp"

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace life;
using troupe::overflow_policy;

std::string repeated(const std::string& line, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += (i == 0 ? "" : " ") + line;
  return all;
}

// --- W4

SCENARIO(WatchMany, WatchesOfOneByOneAreIndependent) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  for (int i = 0; i < 7; ++i) t.watch(a, b);
  does(a, [to = address<say>(b)](witness& me) {
    static_cast<void>(me.self().watch(to));
    static_cast<void>(me.self().watch(to, farewell{"bye"}));
  });
  b.stop();
  t.settle();
  EXPECT_EQ(t.count("a", "down(b normal)"), 8) << t.of("a");
  EXPECT_EQ(t.count("a", "bye"), 1);
  EXPECT_EQ(t.notes->lines("a").size(), 9U);
}

SCENARIO(WatchMany, ManyWatchersOfOneGetOneEach) {
  troop t(w);
  auto b = t.add("b");
  constexpr int watchers = 40;
  std::vector<ref<witness>> all;
  for (int i = 0; i < watchers; ++i) {
    all.push_back(t.add("a" + std::to_string(i)));
    all.back().tell<will>([b](witness& me) { me.watch(b); });
  }
  t.settle();
  t.fail(b);
  t.settle();
  for (int i = 0; i < watchers; ++i)
    EXPECT_EQ(t.of("a" + std::to_string(i)), "down(b failed:disk)");
}

/// Counts downs, and does nothing else.
struct census : troupe::actor<census> {
  struct all {
    std::vector<address<say>> whom;
  };
  struct so_far {
    using reply = std::size_t;
  };
  void on(const all& a) {
    for (const auto& one : a.whom) static_cast<void>(self().watch(one));
  }
  void on(down d) { seen += d.reason == exit_kind::normal ? 1U : 1'000'000U; }
  std::size_t on(so_far) const { return seen; }
  std::size_t seen = 0;
};
struct leaf : troupe::actor<leaf> {
  void on(say) {}
};

TEST(WatchInBulk, OneWatcherOfTenThousandGetsOneEach) {
  constexpr std::size_t many = 10'000;
  scenario::own_system sys;
  auto a = sys->spawn<census>();
  std::vector<ref<leaf>> all;
  census::all whom;
  for (std::size_t i = 0; i < many; ++i) {
    all.push_back(sys->spawn<leaf>());
    whom.whom.emplace_back(all.back());
  }
  a.tell(std::move(whom));
  EXPECT_EQ(a.ask(census::so_far{}).within(1h).get(), 0U);
  for (const auto& one : all) one.stop();
  sys.settle();
  EXPECT_EQ(a.ask(census::so_far{}).within(1h).get(), many);
}

TEST(WatchInBulk, TenThousandWatchersOfOneGetOneEach) {
  constexpr std::size_t many = 10'000;
  scenario::own_system sys;
  auto b = sys->spawn<leaf>();
  std::vector<ref<census>> all;
  for (std::size_t i = 0; i < many; ++i) {
    all.push_back(sys->spawn<census>());
    all.back().tell(census::all{{address<say>(b)}});
  }
  sys.settle();
  b.stop();
  sys.settle();
  for (const auto& one : all) ASSERT_EQ(one.ask(census::so_far{}).within(1h).get(), 1U);
}

TEST(WatchInBulk, AMillionWatchesCancelledLeaveNothing) {
  const int rounds = real ? 1'000'000 : 50'000;
  scenario::own_system sys;
  auto b = sys->spawn<leaf>();
  const auto notes = std::make_shared<book>();
  auto a = sys->spawn<witness>(notes, "a");
  does(a, [b, rounds](witness& me) {
    for (int i = 0; i < rounds; ++i) me.self().watch(b).cancel();
  });
  b.stop();
  sys.settle();
  EXPECT_EQ(notes->of("a"), "");
}

// --- shapes

SCENARIO(WatchMany, EachOtherTheOneLeftIsTold) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  t.watch(b, a);
  t.fail(a);
  t.settle();
  EXPECT_EQ(t.of("b"), "down(a failed:disk)");
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "stop(failed:disk) gone");
}

SCENARIO(WatchMany, EachOtherWhoEndAtOnceAreToldAtMostOnce) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  t.watch(b, a);
  cast::at_once(2, [&](int i) { i == 0 ? a.stop() : b.stop(); });
  t.settle();
  const auto downs = t.count("a", "down(b normal)") + t.count("b", "down(a normal)");
  EXPECT_LE(downs, 1) << t.of("a") << " | " << t.of("b");
}

SCENARIO(WatchMany, InARingEachIsToldOfTheNext) {
  troop t(w);
  constexpr std::size_t n = 8;
  std::vector<ref<witness>> ring;
  for (std::size_t i = 0; i < n; ++i) ring.push_back(t.add("r" + std::to_string(i)));
  for (std::size_t i = 0; i < n; ++i) t.watch(ring[i], ring[(i + 1) % n]);
  for (std::size_t i = 0; i < n; ++i) {
    ring[i].stop();
    t.settle();
    const std::string before = "r" + std::to_string((i + n - 1) % n);
    const std::string line = "down(r" + std::to_string(i) + " normal)";
    EXPECT_EQ(t.count(before, line), i == 0 ? 1 : 0) << "the one before r" << i;
  }
}

SCENARIO(WatchMany, ADownThatEndsItsWatcherRunsRoundTheRing) {
  troop t(w);
  constexpr std::size_t n = 8;
  std::vector<ref<witness>> ring;
  for (std::size_t i = 0; i < n; ++i) ring.push_back(t.add("r" + std::to_string(i)));
  for (std::size_t i = 0; i < n; ++i)
    does(ring[i], [whom = ring[(i + 1) % n]](witness& me) {
      me.watch(whom);
      me.at_down = [](witness& self, const down&) { self.self().stop(); };
    });
  ring[0].kill();
  t.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
  for (std::size_t i = 1; i < n; ++i) {
    const auto next = (i + 1) % n;
    EXPECT_EQ(t.of("r" + std::to_string(i)), "down(r" + std::to_string(next) +
                                                 (next == 0 ? " killed)" : " normal)") +
                                                 " stop(normal) gone");
  }
}

// --- W5

SCENARIO(WatchCapacity, DownsForAMailboxOfOneAllComeAndNothingIsRefused) {
  troop t(w);
  auto a = t.add_with({.capacity = 1}, "a");
  std::vector<ref<witness>> all;
  for (int i = 0; i < 30; ++i) {
    all.push_back(t.add("b"));
    t.watch(a, all.back());
  }
  for (const auto& b : all) b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), repeated("down(b normal)", 30));
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

void downs_for_a_full_mailbox(world& w, overflow_policy policy) {
  if (!can_hold(w)) return;
  troop t(w);
  cast::gate g;
  auto a = t.add_with({.capacity = 1, .overflow = policy}, "a");
  std::vector<ref<witness>> all;
  for (int i = 0; i < 10; ++i) {
    all.push_back(t.add("b"));
    t.watch(a, all.back());
  }
  a.tell<will>([hinge = g.hinge()](witness&) { hinge.pass(); });
  g.wait_for(1);
  if (real) a.tell<say>(1);  // on a stage the order to wait fills the mailbox
  for (const auto& b : all) b.stop();
  while (real && w.counters().ended < 10) std::this_thread::yield();
  g.open();
  t.settle();
  EXPECT_EQ(t.count("a", "down(b normal)"), 10) << t.of("a");
  EXPECT_EQ(t.count("a", "1"), real ? 1 : 0);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
  EXPECT_TRUE(t.is_alive(a)) << "a down has counted against the capacity";
}
SCENARIO(WatchCapacity, ADownIsNotRefusedByAFullMailbox) {
  downs_for_a_full_mailbox(w, overflow_policy::reject_newest);
}
SCENARIO(WatchCapacity, ADownPushesNothingOutOfAFullMailbox) {
  downs_for_a_full_mailbox(w, overflow_policy::drop_oldest);
}
SCENARIO(WatchCapacity, ADownDoesNotMakeAMailboxOverflow) {
  downs_for_a_full_mailbox(w, overflow_policy::stop_actor);
}

SCENARIO(WatchCapacity, ADownTakesNoPlaceFromAMessage) {
  // Ten downs are queued for one who handles nothing; there is still room for one message.
  troop t(w);
  auto a = t.add_with({.capacity = 1}, "a");
  auto k = w.spawn<cast::keeper>();
  std::vector<ref<witness>> all;
  for (int i = 0; i < 10; ++i) {
    all.push_back(t.add("b"));
    t.watch(a, all.back());
  }
  a.tell<lasting>(
      [k](witness&) -> task<> { co_await exclusive(k.ask<cast::query>(1).within(1h)); });
  while (k.ask(cast::how_many{}).get() < 1) std::this_thread::yield();
  for (const auto& b : all) b.kill();
  until(w, [&] { return w.counters().ended == 10; });
  say one{1};
  EXPECT_EQ(a.try_tell(one), troupe::tell_status::queued);
  EXPECT_EQ(t.of("a"), "");
  k.tell(cast::answer_all{});
  t.settle();
  EXPECT_EQ(t.count("a", "down(b killed)"), 10) << t.of("a");
  EXPECT_EQ(t.count("a", "1"), 1);
}

// --- W6

SCENARIO(WatcherEnds, ItsWatchesEndWithIt) {
  troop t(w);
  auto b = t.add("b");
  {
    auto a = t.add("a");
    auto c = t.add("c");
    for (int i = 0; i < 3; ++i) t.watch(a, b);
    t.watch(c, b);
    a.stop();
    c.kill();
    t.settle();
  }
  t.settle();
  EXPECT_EQ(w.counters().alive(), 1U);
  EXPECT_EQ(w.counters().cells_made - w.counters().cells_freed, 1U)
      << "a watch keeps the memory of its watcher";
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "stop(normal) gone");
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(WatcherEnds, AWatchKeepsNeitherOfTheTwo) {
  troop t(w);
  auto a = t.add("a");
  {
    auto b = t.add("b");
    t.watch(a, b);
    auto c = t.add("c");
    t.watch(c, a);
  }
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b unreferenced)");
  EXPECT_EQ(t.of("c"), "stop(unreferenced) gone");
  EXPECT_EQ(w.counters().cells_made - w.counters().cells_freed, 1U);
}

SCENARIO(WatcherEnds, WatchesInACircleKeepNobody) {
  troop t(w);
  {
    auto a = t.add("a");
    auto b = t.add("b");
    t.watch(a, b);
    t.watch(b, a);
    t.watch(a, b);
  }
  t.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
  EXPECT_EQ(w.counters().cells_made, w.counters().cells_freed);
}

SCENARIO(WatcherEnds, WhileThoseItWatchesEndNothingIsLeft) {
  troop t(w);
  for (int round = 0; round < 10; ++round) {
    auto a = t.add("a");
    std::vector<ref<witness>> all;
    for (int i = 0; i < 5; ++i) {
      all.push_back(t.add("b"));
      t.watch(a, all.back());
      t.watch(all.back(), a);
    }
    cast::at_once(2, [&](int thread) {
      if (thread == 0) {
        for (const auto& b : all) b.stop();
      } else {
        round % 2 == 0 ? a.stop() : a.kill();
      }
    });
    t.settle();
    EXPECT_EQ(w.counters().alive(), 0U);
  }
}

SCENARIO(WatcherEnds, ByTheSystemsShutdownNobodyIsLeft) {
  troop t(w);
  std::vector<ref<witness>> all;
  for (int i = 0; i < 6; ++i) all.push_back(t.add("a" + std::to_string(i)));
  for (const auto& a : all)
    for (const auto& b : all)
      if (a != b) t.watch(a, b);
  EXPECT_TRUE(w.shutdown(60s).clean());
  for (int i = 0; i < 6; ++i) {
    const auto lines = t.notes->lines("a" + std::to_string(i));
    EXPECT_EQ(lines.back(), "gone");
    EXPECT_EQ(t.count("a" + std::to_string(i), "stop(shutdown)"), 1);
  }
}

}  // namespace
