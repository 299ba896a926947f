// watch_test.cpp: each watch yields exactly one down, whoever watches whom through what.
#include "witness.hpp"

#include <string>
#include <vector>

namespace {

using namespace life;

SCENARIO(Watch, YieldsOneDownWhenTheWatchedEnds) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  t.settle();
  EXPECT_EQ(t.of("a"), "");
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b normal)");
  EXPECT_EQ(t.of("b"), "stop(normal) gone");
}

SCENARIO(Watch, TellsNobodyElseAndNothingMoreLater) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  t.watch(a, b);
  b.kill();
  t.settle();
  b.stop();
  b.kill();
  c.kill();
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b killed)");
  EXPECT_EQ(t.of("c"), "gone");
}

SCENARIO(Watch, TheMonitorKnowsWhom) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  does(a, [b](witness& me) {
    EXPECT_EQ(monitor().who(), actor_id());
    const monitor m = me.self().watch(b);
    EXPECT_EQ(m.who(), b.id());
    const monitor copy = m;
    EXPECT_EQ(copy.who(), b.id());
    EXPECT_EQ(me.self().watch(ref<witness>()).who(), actor_id());
    EXPECT_EQ(me.self().link(b).who(), b.id());
  });
}

// --- handles

SCENARIO(Watch, ThroughAnAddressIsAWatchOfTheActor) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  does(a, [to = address<say>(b), id = b.id()](witness& me) {
    EXPECT_EQ(me.self().watch(to).who(), id);
  });
  b.stop(exit_reason(exit_kind::user, 7));
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b user7)");
}

SCENARIO(Watch, OfTheSelfOfAnotherIsAWatchOfTheActor) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  does(b, [a](witness& me) { a.tell<here>(me.self()); });
  t.settle();
  EXPECT_EQ(t.of("a"), "");
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b normal)");
}

SCENARIO(Watch, OfAPoolYieldsOneDownWhenThePoolEnds) {
  troop t(w);
  auto a = t.add("a");
  auto pool = w.system().spawn_pool<witness>({.size = 3}, t.notes, "member");
  t.notes->know(pool.id(), "pool");
  does(a, [pool](witness& me) { EXPECT_EQ(me.self().watch(pool).who(), pool.id()); });
  pool.tell<say>(1);
  t.settle();
  EXPECT_EQ(t.of("a"), "") << "a watch keeps nobody alive, and the pool is still referred to";
  pool = {};
  t.settle();
  EXPECT_EQ(t.count("member", "gone"), 3);
  const auto got = t.notes->reasons("a");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(got[0].is_clean()) << got[0].to_string();
  EXPECT_EQ(t.of("a"), "down(pool " + book::brief(got[0]) + ")");
}

SCENARIO(Watch, OfAChildByItsParent) {
  troop t(w);
  auto p = t.add("p");
  auto c = t.bear(p, "c");
  t.watch(p, c);
  t.fail(c);
  t.settle();
  EXPECT_EQ(t.of("p"), "down(c failed:disk)");
  EXPECT_TRUE(t.is_alive(p));
}

SCENARIO(Watch, OfAParentByItsChildIsNotHeardOf) {
  troop t(w);
  auto p = t.add("p");
  auto c = t.bear(p, "c");
  t.watch(c, p);
  p.stop();
  t.settle();
  EXPECT_EQ(t.of("c"), "stop(shutdown) gone") << "children end before their parent";
}

SCENARIO(Watch, InOnStartIsInTime) {
  troop t(w);
  auto b = t.add("b");
  auto a = t.add("a", {.at_start = [b](witness& me) { me.watch(b); }});
  t.settle();
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b normal)");
}

SCENARIO(Watch, OfOneThatHasNotStartedYet) {
  troop t(w);
  auto a = t.add("a");
  std::vector<ref<witness>> all;
  does(a, [&](witness& me) {
    for (int i = 0; i < 5; ++i) {
      all.push_back(me.bear("c"));
      me.watch(all.back());
    }
  });
  for (const auto& c : all) c.kill();
  t.settle();
  EXPECT_EQ(t.notes->reasons("a").size(), 5U);
  for (const auto& why : t.notes->reasons("a")) EXPECT_EQ(why, exit_kind::killed);
}

SCENARIO(Watch, InACoroutineAfterASuspension) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  a.tell<lasting>([b, c](witness& me) -> task<> {
    const int got = co_await c.ask<cast::query>(1).within(1h);
    me.note(std::to_string(got));
    me.watch(b);
  });
  t.settle();
  b.kill();
  t.settle();
  EXPECT_EQ(t.of("a"), "10 down(b killed)");
}

// --- W2: those who have ended already

SCENARIO(Watch, OfOneThatHasEndedIsGoneAtOnce) {
  troop t(w);
  auto a = t.add("a");
  std::vector<ref<witness>> dead;
  for (int i = 0; i < 3; ++i) dead.push_back(t.add("b"));
  dead[0].stop();
  dead[1].kill();
  t.fail(dead[2]);
  t.settle();
  does(a, [dead](witness& me) {
    for (const auto& b : dead) {
      EXPECT_EQ(me.self().watch(b).who(), b.id());
      EXPECT_EQ(me.self().watch(address<say>(b)).who(), b.id());
    }
  });
  t.settle();
  const auto got = t.notes->reasons("a");
  ASSERT_EQ(got.size(), 6U) << t.of("a");
  for (const auto& why : got) EXPECT_EQ(why, exit_kind::gone);
  EXPECT_FALSE(got[0].is_clean());
}

SCENARIO(Watch, OfAnEmptyHandleIsGoneAtOnce) {
  troop t(w);
  auto a = t.add("a");
  does(a, [](witness& me) {
    me.watch({});
    static_cast<void>(me.self().watch(address<say>()));
    static_cast<void>(me.self().watch(troupe::pool_ref<witness>()));
    static_cast<void>(me.self().watch(ref<witness>(), farewell{"bye"}));
  });
  t.settle();
  EXPECT_EQ(t.of("a"), "down(0 gone) down(0 gone) down(0 gone) bye");
}

SCENARIO(Watch, OfTheDeadComesNextInTheOwnMailbox) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  b.stop();
  t.settle();
  does(a, [b](witness& me) {
    me.watch(b);
    me.self().tell<say>(1);
  });
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b gone) 1");
}

SCENARIO(Watch, MadeWhileTheWatchedEndsYieldsTheTrueReasonOrGone) {
  troop t(w);
  auto a = t.add("a");
  constexpr int many = 20;
  std::vector<ref<witness>> all;
  for (int i = 0; i < many; ++i) all.push_back(t.add("b"));
  cast::at_once(2, [&](int thread) {
    for (const auto& b : all)
      if (thread == 0)
        b.stop(exit_reason(exit_kind::user, 5));
      else
        a.tell<will>([b](witness& me) { me.watch(b); });
  });
  t.settle();
  const auto got = t.notes->reasons("a");
  EXPECT_EQ(got.size(), static_cast<std::size_t>(many));
  for (const auto& why : got)
    EXPECT_TRUE(why == exit_reason(exit_kind::user, 5) || why == exit_kind::gone)
        << why.to_string();
}

SCENARIO(Watch, OfTheLivingTellsTheTrueReasonWhateverIsStillQueued) {
  // The watch is made before the end begins, so `gone` would be wrong.
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  for (int i = 0; i < 20; ++i) b.tell<say>(i);
  b.tell<will>([a](witness& me) {
    // `a` is told before `me` ends, and may watch before or after.
    a.tell<will>(
        [whom = static_cast<ref<witness>>(me.self())](witness& other) { other.watch(whom); });
    for (int i = 0; i < 20; ++i) me.self().tell<say>(i);
  });
  t.settle();
  t.fail(b);
  for (int i = 0; i < 20; ++i) b.tell<say>(i);
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b failed:disk)");
}

// --- W7: what is refused

SCENARIO(Watch, OfOneselfThrows) {
  troop t(w);
  auto a = t.add("a");
  does(a, [](witness& me) {
    const ref<witness> mine = me.self();
    EXPECT_THROW(static_cast<void>(me.self().watch(me.self())), std::logic_error);
    EXPECT_THROW(static_cast<void>(me.self().watch(mine)), std::logic_error);
    EXPECT_THROW(static_cast<void>(me.self().watch(address<say>(mine))), std::logic_error);
    EXPECT_THROW(static_cast<void>(me.self().watch(mine, farewell{"me"})), std::logic_error);
  });
  a.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "stop(normal) gone");
}

SCENARIO(Watch, InOnStopThrows) {
  troop t(w);
  auto b = t.add("b");
  auto dead = t.add("dead");
  dead.stop();
  t.settle();
  auto a = t.add("a", {.at_stop = [b, dead](witness& me) {
                   for (const auto& whom : {b, dead, ref<witness>()}) {
                     EXPECT_THROW(me.watch(whom), std::logic_error);
                     EXPECT_THROW(me.link(whom), std::logic_error);
                     EXPECT_THROW(static_cast<void>(me.self().watch(whom, farewell{"x"})),
                                  std::logic_error);
                   }
                   me.note("tried");
                 }});
  a.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "stop(normal) tried gone");
  t.fail(b);
  t.settle();
}

}  // namespace
