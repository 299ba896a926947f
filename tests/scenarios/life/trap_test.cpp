// trap_test.cpp: who traps exits is told of the ends of those it is linked to; a kill is not
// trapped.
#include "witness.hpp"

#include <string>
#include <vector>

namespace {

using namespace life;

// --- L3

SCENARIO(Trap, TellsOfAFailureAndTheTrapperLives) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.trap(a);
  t.link(a, b);
  t.fail(b);
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b failed:disk)");
  const auto why = t.notes->reasons("a").at(0);
  EXPECT_EQ(why, exit_reason::failed("std::runtime_error", "disk"));
  EXPECT_EQ(why.cause(), nullptr) << "the down has the reason of the one who failed";
  EXPECT_TRUE(t.is_alive(a));
}

SCENARIO(Trap, WorksWhoeverHasMadeTheLink) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.link(b, a);
  t.trap(a);
  t.fail(b);
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b failed:disk)");
}

SCENARIO(Trap, TellsOfCleanEndsToo) {
  troop t(w);
  auto a = t.add("a");
  t.trap(a);
  for (int i = 0; i < 3; ++i) {
    auto b = t.add("b" + std::to_string(i));
    t.link(a, b);
    if (i == 0) b.stop();
    if (i == 1) b.stop(exit_kind::shutdown);
    b = {};
    t.settle();
  }
  EXPECT_EQ(t.of("a"), "down(b0 normal) down(b1 shutdown) down(b2 unreferenced)");
}

SCENARIO(Trap, TellsOncePerLink) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.trap(a);
  t.link(a, b);
  t.link(a, b);
  t.link(b, a);
  t.watch(a, b);
  t.fail(b);
  t.settle();
  EXPECT_EQ(t.of("a"),
            "down(b failed:disk) down(b failed:disk) down(b failed:disk) "
            "down(b failed:disk)");
}

SCENARIO(Trap, SwitchedOffEndsWithTheOtherAgain) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  t.trap(a);
  t.link(a, b);
  t.link(a, c);
  t.fail(b);
  t.settle();
  t.trap(a, false);
  t.fail(c);
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b failed:disk) stop(failed:disk) gone");
}

SCENARIO(Trap, OfTheDeadTellsGone) {
  troop t(w);
  auto a = t.add("a");
  auto dead = t.add("dead");
  dead.stop();
  t.settle();
  t.trap(a);
  does(a, [dead](witness& me) {
    me.link(dead);
    me.link({});
    me.self().tell<say>(1);
  });
  t.settle();
  EXPECT_EQ(t.count("a", "down(dead gone)"), 1) << t.of("a");
  EXPECT_EQ(t.count("a", "down(0 gone)"), 1);
  EXPECT_EQ(t.count("a", "1"), 1);
  EXPECT_TRUE(t.is_alive(a));
}

SCENARIO(Trap, ThatIsCancelledTellsNothing) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.trap(a);
  t.link(a, b);
  t.cancel(a);
  t.fail(b);
  t.settle();
  EXPECT_EQ(t.of("a"), "");
}

SCENARIO(Trap, ThatIsCancelledWhileItsDownWaitsTellsNothing) {
  if (!can_hold(w)) return;
  troop t(w);
  cast::gate g;
  auto a = t.add("a");
  auto b = t.add("b");
  t.trap(a);
  t.link(a, b);
  a.tell<will>([hinge = g.hinge()](witness& me) {
    hinge.pass();
    me.monitors[0].cancel();
  });
  g.wait_for(1);
  b.kill();
  while (real && w.counters().ended < 1) std::this_thread::yield();
  g.open();
  t.settle();
  EXPECT_EQ(t.of("a"), "");
}

SCENARIO(Trap, IsInTheUserLaneBehindWhatIsQueued) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.trap(a);
  t.link(a, b);
  a.tell<will>([b](witness& me) {
    me.self().tell<say>(1);
    me.self().tell<say>(2);
    b.tell<will>(&life::fail);  // b cannot have ended before 1 and 2 were queued
  });
  t.settle();
  EXPECT_EQ(t.of("a"), "1 2 down(b failed:disk)");
}

SCENARIO(Trap, CountsNotAgainstTheCapacity) {
  troop t(w);
  auto a = t.add_with({.capacity = 1}, "a");
  t.trap(a);
  std::vector<ref<witness>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(t.add("b"));
    t.link(i % 2 == 0 ? a : all.back(), i % 2 == 0 ? all.back() : a);
  }
  for (const auto& b : all) b.kill();
  t.settle();
  EXPECT_EQ(t.count("a", "down(b killed)"), 20) << t.of("a");
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Trap, StopsAChainOfLinks) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  t.link(a, b);
  t.link(b, c);
  t.trap(b);
  t.fail(a);
  t.settle();
  EXPECT_EQ(t.of("b"), "down(a failed:disk)");
  EXPECT_TRUE(t.is_alive(c));
}

SCENARIO(Trap, DoesNotKeepFromStopsKillsAndFailuresOfOnesOwn) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  for (const auto& one : {a, b, c}) t.trap(one);
  a.stop();
  b.kill();
  t.fail(c);
  t.settle();
  EXPECT_EQ(t.of("a"), "stop(normal) gone");
  EXPECT_EQ(t.of("b"), "gone");
  EXPECT_EQ(t.of("c"), "stop(failed:disk) gone");
}

SCENARIO(Trap, MadeWhileTheOtherEndsTellsOncePerLink) {
  troop t(w);
  auto a = t.add("a");
  t.trap(a);
  std::vector<ref<witness>> all;
  for (int i = 0; i < 15; ++i) all.push_back(t.add("b"));
  cast::at_once(2, [&](int thread) {
    for (const auto& b : all)
      if (thread == 0)
        b.stop();
      else
        a.tell<will>([b](witness& me) { me.link(b); });
  });
  t.settle();
  const auto got = t.notes->reasons("a");
  EXPECT_EQ(got.size(), all.size()) << t.of("a");
  for (const auto& why : got)
    EXPECT_TRUE(why == exit_kind::normal || why == exit_kind::gone) << why.to_string();
  EXPECT_TRUE(t.is_alive(a));
}

// --- L4

SCENARIO(LinkKill, CannotBeTrappedByTheKilledOne) {
  troop t(w);
  auto a = t.add("a");
  t.trap(a);
  a.kill();
  t.settle();
  EXPECT_EQ(t.of("a"), "gone");
}

SCENARIO(LinkKill, ThoseLinkedEndKilledWithOnStop) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  auto x = t.add("x");
  t.link(a, b);
  t.link(b, c);
  t.watch(x, b);
  t.settle();  // who has not started has no on_stop
  a.kill();
  t.settle();
  EXPECT_EQ(t.of("a"), "gone");
  EXPECT_EQ(t.of("b"), "stop(killed) gone");
  EXPECT_EQ(t.of("c"), "stop(killed) gone");
  const auto got = t.notes->reasons("x");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0], exit_kind::killed);
  ASSERT_NE(got[0].cause(), nullptr);
  EXPECT_EQ(*got[0].cause(), exit_kind::killed);
  EXPECT_EQ(got[0].cause()->cause(), nullptr);
}

SCENARIO(LinkKill, ThoseLinkedMayTrapIt) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  t.trap(b);
  t.link(a, b);
  t.link(b, c);
  a.kill();
  t.settle();
  EXPECT_EQ(t.of("b"), "down(a killed)");
  EXPECT_EQ(t.of("c"), "");
  EXPECT_TRUE(t.is_alive(b));
}

SCENARIO(LinkKill, OfOneInARingEndsTheRingEachOnce) {
  troop t(w);
  constexpr std::size_t n = 6;
  std::vector<ref<witness>> ring;
  for (std::size_t i = 0; i < n; ++i) ring.push_back(t.add("r" + std::to_string(i)));
  for (std::size_t i = 0; i < n; ++i) t.link(ring[i], ring[(i + 1) % n]);
  ring[2].kill();
  t.settle();
  for (std::size_t i = 0; i < n; ++i)
    EXPECT_EQ(t.of("r" + std::to_string(i)), i == 2 ? "gone" : "stop(killed) gone") << i;
}

SCENARIO(LinkKill, OfOneThatHasNotStartedEndsThoseLinked) {
  troop t(w);
  auto a = t.add("a");
  a.tell<will>([](witness& me) {
    const auto child = me.bear("c");
    me.link(child);
    child.kill();
  });
  t.settle();
  EXPECT_EQ(t.of("a"), "stop(killed) gone");
  EXPECT_EQ(t.of("c"), "gone");
}

SCENARIO(LinkKill, AnOnStopThatThrowsThereEndsItAllTheSame) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b", {.at_stop = [](witness&) { throw std::runtime_error("no"); }});
  auto c = t.add("c");
  t.link(a, b);
  t.link(b, c);
  t.settle();
  a.kill();
  t.settle();
  EXPECT_EQ(t.of("b"), "stop(killed) gone");
  EXPECT_EQ(t.of("c"), "stop(killed) gone");
}

}  // namespace
