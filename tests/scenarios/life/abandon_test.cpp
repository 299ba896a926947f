// abandon_test.cpp: who has not ended `kill_limit` after a kill is abandoned.
//
//   On seeds a job of `blocking` does not return while it lets the clock pass. On threads a handler
//   waits at a gate.
#include "witness.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace life;

#if !defined(TROUPE_REAL_THREADS)

/// Runs `inside` as what `b` waits for outside, and returns when that has returned.
using inside_job = std::function<void()>;
void block_in(world& w, const ref<witness>& b, inside_job inside) {
  b.tell<lasting>([job = std::move(inside)](witness& me) -> task<> {
    co_await troupe::blocking([](inside_job f) { f(); }, job);
    me.note("came back");
  });
  w.settle();
}

SCENARIO(Abandon, ComesWhenTheKillLimitHasPassedAndNotBefore) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  block_in(w, b, [&] {
    b.kill();
    w.settle();
    EXPECT_EQ(t.of("a"), "");
    w.advance(999ms);
    EXPECT_EQ(t.of("a"), "") << "too early";
    EXPECT_EQ(w.counters().abandoned_bodies, 0U);
    EXPECT_TRUE(w.system().snapshot().graveyard.empty());
    w.advance(1ms);
    EXPECT_EQ(t.of("a"), "down(b killed)");
    EXPECT_EQ(w.counters().abandoned_bodies, 1U);
    EXPECT_EQ(t.of("b"), "") << "its object is still in use";
    w.advance(10s);
    EXPECT_EQ(t.of("a"), "down(b killed)");
  });
  EXPECT_EQ(t.of("a"), "down(b killed)");
  EXPECT_EQ(t.of("b"), "gone");
  EXPECT_EQ(w.counters().abandoned_bodies, 1U);
  EXPECT_TRUE(w.system().snapshot().graveyard.empty());
}

SCENARIO(Abandon, DoesNotComeIfItEndsInTime) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  block_in(w, b, [&] {
    b.kill();
    w.settle();
    w.advance(900ms);
  });
  w.advance(10s);
  EXPECT_EQ(t.of("a"), "down(b killed)");
  EXPECT_EQ(t.of("b"), "gone");
  EXPECT_EQ(w.counters().abandoned_bodies, 0U);
}

SCENARIO(Abandon, ComesNotAfterAStopOnlyAfterAKill) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  block_in(w, b, [&] {
    b.stop();
    w.settle();
    w.advance(1h);
    EXPECT_EQ(t.of("a"), "");
    EXPECT_EQ(w.counters().abandoned_bodies, 0U);
    b.kill();
    w.settle();
    w.advance(999ms);
    EXPECT_EQ(t.of("a"), "");
    w.advance(1ms);
    EXPECT_EQ(t.of("a"), "down(b killed)");
  });
  EXPECT_EQ(w.counters().abandoned_bodies, 1U);
}

SCENARIO(Abandon, EveryWatcherAndLinkGetsKilledOnce) {
  troop t(w);
  auto b = t.add("b");
  auto traps = t.add("traps");
  auto falls = t.add("falls");
  auto one = t.add("one");
  auto two = t.add("two");
  t.trap(traps);
  t.link(traps, b);
  t.link(b, falls);
  t.watch(one, b);
  t.watch(two, b);
  t.watch(two, b);
  does(two, [b](witness& me) { static_cast<void>(me.self().watch(b, farewell{"bye"})); });
  t.watch(two, b);
  t.cancel(two, 2);
  block_in(w, b, [&] {
    b.kill();
    w.settle();
    w.advance(1s);
  });
  EXPECT_EQ(t.of("traps"), "down(b killed)");
  EXPECT_EQ(t.of("falls"), "stop(killed) gone");
  EXPECT_EQ(t.of("one"), "down(b killed)");
  EXPECT_EQ(t.count("two", "down(b killed)"), 2) << t.of("two");
  EXPECT_EQ(t.count("two", "bye"), 1);
}

SCENARIO(Abandon, LaterMessagesAreDeadAndLaterWatchesGone) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  block_in(w, b, [&] {
    b.kill();
    w.settle();
    w.advance(1s);
    const auto before = w.counters().dead_letters(troupe::dead_reason::ended);
    b.tell<say>(1);
    b.tell<say>(2);
    w.settle();
    EXPECT_EQ(w.counters().dead_letters(troupe::dead_reason::ended), before + 2);
    say one{3};
    EXPECT_EQ(b.try_tell(one), troupe::tell_status::closed);
    const auto r = b.try_ask<cast::query>(1).get();
    EXPECT_FALSE(r);
    if (!r) {
      EXPECT_EQ(r.error(), troupe::ask_errc::down);
      EXPECT_EQ(r.error().reason(), exit_kind::killed);
    }
    t.watch(a, b);
    w.settle();
    EXPECT_EQ(t.of("a"), "down(b gone)");
  });
  EXPECT_EQ(t.of("a"), "down(b gone)");
}

SCENARIO(Abandon, TheParentNoLongerWaits) {
  troop t(w);
  auto a = t.add("a");
  auto p = t.add("p");
  auto b = t.bear(p, "b");
  t.watch(a, p);
  t.watch(a, b);
  block_in(w, b, [&] {
    p.kill();
    w.settle();
    EXPECT_EQ(t.of("a"), "");
    w.advance(1s);
    w.advance(1s);  // the parent was killed too, and may have waited for its child
    EXPECT_EQ(t.count("a", "down(b killed)"), 1) << t.of("a");
    EXPECT_EQ(t.count("a", "down(p killed)"), 1) << t.of("a");
    EXPECT_EQ(t.of("b"), "");
  });
  EXPECT_EQ(t.of("b"), "gone");
  EXPECT_EQ(t.of("p"), "gone");
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO(Abandon, AParentThatStopsWaitsUntilItsChildIsAbandoned) {
  troop t(w);
  auto a = t.add("a");
  auto p = t.add("p");
  auto b = t.bear(p, "b");
  t.watch(a, p);
  block_in(w, b, [&] {
    p.stop();
    w.settle();
    w.advance(10s);
    EXPECT_EQ(t.of("a"), "") << "a stop has no limit";
    b.kill();
    w.settle();
    w.advance(1s);
    EXPECT_EQ(t.of("a"), "down(p normal)");
  });
}

SCENARIO(Abandon, TheGraveyardSaysWhoAndWhat) {
  troop t(w);
  auto b = t.add_with({.name = "north gate"}, "b");
  const auto before = w.system().now();
  block_in(w, b, [&] {
    b.kill();
    w.settle();
    w.advance(5s);
    const auto graves = w.system().snapshot().graveyard;
    ASSERT_EQ(graves.size(), 1U);
    EXPECT_EQ(graves[0].id, b.id().value());
    EXPECT_NE(graves[0].class_name.find("witness"), std::string_view::npos);
    EXPECT_EQ(graves[0].name, "north gate");
    EXPECT_GE(graves[0].since, before);
    EXPECT_LE(graves[0].since, before + 1s);
    EXPECT_NE(w.system().snapshot().to_string().find("north gate"), std::string::npos);
  });
  EXPECT_TRUE(w.system().snapshot().graveyard.empty());
}

SCENARIO(Abandon, SeveralAtOnceAreEachCounted) {
  troop t(w);
  auto a = t.add("a");
  std::vector<ref<witness>> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(t.add("b"));
    t.watch(a, all.back());
  }
  block_in(w, all[0], [&] {
    block_in(w, all[1], [&] {
      block_in(w, all[2], [&] {
        for (const auto& b : all) b.kill();
        w.settle();
        w.advance(1s);
        EXPECT_EQ(t.of("a"), "down(b killed) down(b killed) down(b killed)");
        EXPECT_EQ(w.system().snapshot().graveyard.size(), 3U);
      });
      w.settle();
      EXPECT_EQ(w.system().snapshot().graveyard.size(), 2U);
    });
  });
  EXPECT_EQ(w.counters().abandoned_bodies, 3U);
  EXPECT_EQ(t.count("b", "gone"), 3);
  EXPECT_EQ(t.count("b", "came back"), 0);
}

#else

/// A system whose limit is short, and an actor that waits at a gate in a handler.
struct stuck {
  explicit stuck(int workers = 2) : sys(options(workers)) {
    a = sys.spawn<witness>(notes, "a");
    b = sys.spawn<witness>({.name = "north gate"}, notes, "b");
    notes->know(b.id(), "b");
    does(a, [this](witness& me) { me.watch(b); });
  }
  ~stuck() { gate.open(); }

  static troupe::system_options options(int workers) {
    troupe::system_options o;
    o.workers = workers;
    o.log = false;
    o.kill_limit = 5ms;
    return o;
  }
  void hold() {
    b.tell<will>([hinge = gate.hinge()](witness& me) {
      hinge.pass();
      me.note("came back");
    });
    gate.wait_for(1);
  }
  void wait_for_down() const {
    while (notes->reasons("a").empty()) std::this_thread::yield();
  }

  book_ptr notes = std::make_shared<book>();
  cast::gate gate;
  troupe::actor_system sys;
  ref<witness> a;
  ref<witness> b;
};

TEST(Abandon, AHandlerThatDoesNotReturnIsGivenUpAndItsWatcherTold) {
  for (int round = 0; round < 10; ++round) {
    stuck s;
    s.hold();
    s.b.kill();
    s.wait_for_down();
    EXPECT_EQ(s.notes->of("a"), "down(b killed)");
    EXPECT_EQ(s.sys.counters().abandoned_bodies, 1U);
    EXPECT_EQ(s.notes->of("b"), "") << "its handler has not returned";
    s.gate.open();
    EXPECT_TRUE(s.sys.drain());
    while (s.notes->count("b", "gone") == 0) std::this_thread::yield();
    EXPECT_EQ(s.notes->of("b"), "came back gone");
    EXPECT_EQ(s.notes->of("a"), "down(b killed)");
    EXPECT_EQ(s.sys.counters().abandoned_bodies, 1U);
    s.b = {};
    s.a = {};
    EXPECT_TRUE(s.sys.shutdown(60s).clean());
    EXPECT_EQ(s.sys.counters().cells_made, s.sys.counters().cells_freed);
    EXPECT_EQ(s.sys.counters().alive(), 0U);
  }
}

TEST(Abandon, LaterMessagesToItAreDeadLetters) {
  stuck s;
  s.hold();
  s.b.tell<say>(1);  // queued before
  s.b.kill();
  s.wait_for_down();
  for (int i = 0; i < 5; ++i) s.b.tell<say>(i);
  say one{1};
  EXPECT_EQ(s.b.try_tell(one), troupe::tell_status::closed);
  const auto r = s.b.try_ask<cast::query>(1).within(1h).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), troupe::ask_errc::down);
  EXPECT_EQ(r.error().reason(), exit_kind::killed);
  does(s.a, [&](witness& me) { me.watch(s.b); });
  while (s.notes->reasons("a").size() < 2) std::this_thread::yield();
  EXPECT_EQ(s.notes->of("a"), "down(b killed) down(b gone)");
  s.gate.open();
  EXPECT_TRUE(s.sys.shutdown(60s).clean());
  EXPECT_GE(s.sys.counters().dead_letters(troupe::dead_reason::ended), 6U);
  EXPECT_EQ(s.notes->of("b"), "came back gone");
}

TEST(Abandon, TheGraveyardNamesItWhatItDidAndSinceWhen) {
  stuck s;
  s.hold();
  s.b.kill();
  s.wait_for_down();
  const auto seen = s.sys.snapshot();
  ASSERT_EQ(seen.graveyard.size(), 1U);
  const auto& grave = seen.graveyard[0];
  EXPECT_EQ(grave.id, s.b.id().value());
  EXPECT_NE(grave.class_name.find("witness"), std::string_view::npos);
  EXPECT_EQ(grave.name, "north gate");
  EXPECT_NE(grave.doing.find("will"), std::string_view::npos) << grave.doing;
  EXPECT_LE(grave.since, s.sys.now());
  s.gate.open();
  while (!s.sys.snapshot().graveyard.empty()) std::this_thread::yield();
  EXPECT_TRUE(s.sys.shutdown(60s).clean());
}

TEST(Abandon, TheReportOfShutdownNamesWhoIsInTheGraveyard) {
  const auto notes = std::make_shared<book>();
  {
    stuck s;
    s.hold();
    s.b.kill();
    s.wait_for_down();
    const auto report = s.sys.shutdown(20ms);
    EXPECT_FALSE(report.clean());
    EXPECT_NE(report.to_string().find("north gate"), std::string::npos) << report.to_string();
    s.gate.open();
    while (s.notes->count("b", "came back") == 0) std::this_thread::yield();
  }
}

TEST(Abandon, TheParentAndThoseLinkedDoNotWaitForIt) {
  stuck s(4);
  auto p = s.sys.spawn<witness>(s.notes, "p");
  s.notes->know(p.id(), "p");
  does(p, [&s](witness& me) {
    auto child = me.bear("c");
    me.link(child);
    child.tell<will>([hinge = s.gate.hinge()](witness&) { hinge.pass(); });
  });
  s.gate.wait_for(1);
  does(s.a, [p](witness& me) { me.watch(p); });
  p.kill();
  s.wait_for_down();
  EXPECT_EQ(s.notes->of("a"), "down(p killed)");
  EXPECT_EQ(s.notes->count("p", "gone"), 1);
  EXPECT_EQ(s.notes->count("c", "gone"), 0);
  s.gate.open();
  p = {};
  EXPECT_TRUE(s.sys.shutdown(60s).clean());
  EXPECT_EQ(s.notes->count("c", "gone"), 1);
}

TEST(Abandon, OneThatReturnsJustWhenItsTimeIsOverIsToldOfOnce) {
  for (int round = 0; round < 30; ++round) {
    stuck s;
    s.hold();
    s.b.kill();
    while (round % 2 == 0 && s.sys.counters().abandoned_bodies == 0 && round % 3 != 0)
      std::this_thread::yield();
    s.gate.open();
    s.wait_for_down();
    EXPECT_TRUE(s.sys.drain());
    EXPECT_TRUE(s.sys.shutdown(60s).clean());
    EXPECT_EQ(s.notes->count("a", "down(b killed)"), 1) << s.notes->of("a");
    EXPECT_EQ(s.notes->of("b"), "came back gone");
  }
}

TEST(Abandon, ABlockingJobThatDoesNotReturnIsGivenUp) {
  stuck s;
  s.b.tell<lasting>([&s](witness& me) -> task<> {
    co_await troupe::blocking([](cast::gate::leaf hinge) { hinge.pass(); }, s.gate.hinge());
    me.note("never");
  });
  s.gate.wait_for(1);
  s.b.kill();
  s.wait_for_down();
  EXPECT_EQ(s.notes->of("a"), "down(b killed)");
  s.gate.open();
  EXPECT_TRUE(s.sys.shutdown(60s).clean());
  EXPECT_EQ(s.notes->of("b"), "gone");
}

#endif

}  // namespace
