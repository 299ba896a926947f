// link_test.cpp: two that are linked end together, unless the end is a clean one.
#include "witness.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace life;

/// What the watcher of `name` got, once.
exit_reason reason_of(const troop& t, const std::string& watcher) {
  const auto got = t.notes->reasons(watcher);
  EXPECT_EQ(got.size(), 1U) << t.of(watcher);
  return got.size() == 1 ? got[0] : exit_reason(exit_kind::unreachable);
}

// --- L1

SCENARIO(Link, WhenTheOtherFailsTheLinkerEndsWithItsReason) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto x = t.add("x");
  t.link(a, b);
  t.watch(x, a);
  t.fail(b);
  t.settle();
  EXPECT_EQ(t.of("a"), "stop(failed:disk) gone");
  const auto why = reason_of(t, "x");
  EXPECT_EQ(why, exit_reason::failed("std::runtime_error", "disk"));
  ASSERT_NE(why.cause(), nullptr);
  EXPECT_EQ(*why.cause(), exit_reason::failed("std::runtime_error", "disk"));
  EXPECT_EQ(why.cause()->cause(), nullptr);
  EXPECT_EQ(cast::reason_of(a), why);
}

SCENARIO(Link, WhenTheLinkerFailsTheOtherEndsWithItsReason) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto x = t.add("x");
  t.settle();  // who has not started has no on_stop
  t.link(a, b);
  t.watch(x, b);
  t.fail(a);
  t.settle();
  EXPECT_EQ(t.of("b"), "stop(failed:disk) gone");
  const auto why = reason_of(t, "x");
  EXPECT_EQ(why, exit_reason::failed("std::runtime_error", "disk"));
  ASSERT_NE(why.cause(), nullptr);
}

SCENARIO(Link, TheReasonKeepsKindNumberAndTextAndNamesTheOther) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add_with({.name = "north gate"}, "b");
  auto x = t.add("x");
  t.link(a, b);
  t.watch(x, a);
  const exit_reason given(exit_kind::user, 17, "moved away");
  b.stop(given);
  t.settle();
  const auto why = reason_of(t, "x");
  EXPECT_EQ(why, given);
  EXPECT_EQ(why.number(), 17);
  EXPECT_EQ(why.text(), "moved away");
  EXPECT_FALSE(why.is_clean());
  const std::string said = why.to_string();
  EXPECT_TRUE(said.find("north gate") != std::string::npos ||
              said.find(std::to_string(b.id().value())) != std::string::npos)
      << said;
  EXPECT_NE(said.find("moved away"), std::string::npos) << said;
}

SCENARIO(Link, OvertakesWhatIsQueued) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.link(a, b);
  b.tell<will>([a](witness&) {
    for (int i = 0; i < 5; ++i) a.tell<say>(i);
    throw std::runtime_error("disk");
  });
  t.settle();
  const auto lines = t.notes->lines("a");
  ASSERT_GE(lines.size(), 2U) << t.of("a");
  const std::size_t handled = lines.size() - 2;
  EXPECT_TRUE(real || handled == 0) << t.of("a");
  EXPECT_EQ(lines[handled], "stop(failed:disk)");
  EXPECT_EQ(w.counters().dead_letters(troupe::dead_reason::ended), 5 - handled);
}

SCENARIO(Link, ARunningHandlerFinishesFirst) {
  if (!can_hold(w)) return;
  troop t(w);
  cast::gate g;
  auto a = t.add("a");
  auto b = t.add("b");
  t.link(a, b);
  a.tell<will>([hinge = g.hinge(), b](witness& me) {
    if (!real) b.tell<will>(&life::fail);
    hinge.pass();
    me.note("finished");
  });
  g.wait_for(1);
  if (real) {
    t.fail(b);
    while (w.counters().ended < 1) std::this_thread::yield();
  }
  g.open();
  t.settle();
  EXPECT_EQ(t.of("a"), "finished stop(failed:disk) gone");
}

SCENARIO(Link, CleanEndsEndNobody) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  auto d = t.add("d");
  auto e = t.add("e");
  for (const auto& one : {b, c, d, e}) t.link(a, one);
  b.stop();
  c.stop(exit_kind::shutdown);
  d = {};
  e.stop(exit_reason(exit_kind::exited, 0));
  t.settle();
  EXPECT_EQ(t.of("a"), "");
  EXPECT_EQ(t.of("d"), "stop(unreferenced) gone") << "a link keeps nobody alive";
  EXPECT_EQ(w.counters().alive(), 1U);
  t.fail(a);
  t.settle();
  EXPECT_EQ(t.of("a"), "stop(failed:disk) gone");
}

SCENARIO(Link, AbnormalEndsOfEveryKindEndTheOther) {
  troop t(w);
  const std::vector<exit_reason> all{
      exit_reason(exit_kind::user, 0), exit_reason(exit_kind::exited, 1),
      exit_reason(exit_kind::signal, 11), exit_kind::gone, exit_kind::unreachable};
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto a = t.add("a" + std::to_string(i));
    auto b = t.add("b");
    auto x = t.add("x" + std::to_string(i));
    t.link(a, b);
    t.watch(x, a);
    b.stop(all[i]);
    t.settle();
    EXPECT_EQ(reason_of(t, "x" + std::to_string(i)), all[i]);
    EXPECT_EQ(t.count("a" + std::to_string(i), "gone"), 1);
  }
}

SCENARIO(Link, OfAnUnreferencedPairEndsCleanly) {
  troop t(w);
  {
    auto a = t.add("a");
    auto b = t.add("b");
    t.link(a, b);
  }
  t.settle();
  EXPECT_EQ(t.of("a"), "stop(unreferenced) gone");
  EXPECT_EQ(t.of("b"), "stop(unreferenced) gone");
  EXPECT_EQ(w.counters().cells_made, w.counters().cells_freed);
}

SCENARIO(Link, EndsTheChildrenOfWhoEndsByIt) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.bear(a, "c");
  auto g = t.bear(c, "g");
  t.link(a, b);
  t.settle();
  t.fail(b);
  t.settle();
  EXPECT_EQ(t.of("g"), "stop(shutdown) gone");
  EXPECT_EQ(t.of("c"), "stop(shutdown) gone");
  EXPECT_EQ(t.of("a"), "stop(failed:disk) gone");
}

SCENARIO(Link, OfAParentToItsChildEndsBothWhenTheChildFails) {
  troop t(w);
  auto p = t.add("p");
  auto c = t.bear(p, "c");
  auto sibling = t.bear(p, "s");
  t.link(p, c);
  t.settle();
  t.fail(c);
  t.settle();
  EXPECT_EQ(t.of("p"), "stop(failed:disk) gone");
  EXPECT_EQ(t.of("s"), "stop(shutdown) gone");
}

SCENARIO(Link, ToOnesParentDoesNotDisturbTheEndOfTheFamily) {
  troop t(w);
  auto p = t.add("p");
  auto c = t.bear(p, "c");
  t.link(c, p);
  t.fail(p);
  t.settle();
  EXPECT_EQ(t.of("c"), "stop(shutdown) gone");
  EXPECT_EQ(t.of("p"), "stop(failed:disk) gone");
}

SCENARIO(Link, FailsTheRequestsOfWhoEndsByItWithTheReason) {
  troop t(w);
  auto k = w.spawn<cast::keeper>();
  struct waits : troupe::actor<waits> {
    struct link_to {
      ref<witness> whom;
    };
    explicit waits(address<cast::query> k) : keeper(std::move(k)) {}
    void on(const link_to& l) { static_cast<void>(self().link(l.whom)); }
    task<int> on(cast::query q) {
      const int n = co_await keeper.ask<cast::query>(q.number).within(1h);
      co_return n;
    }
    address<cast::query> keeper;
  };
  auto a = w.spawn<waits>(k);
  auto b = t.add("b");
  a.tell(waits::link_to{b});
  auto asks = w.spawn<cast::asker>();
  asks.ask<cast::ask_for>(a, 1, troupe::duration(1h)).get();
  while (k.ask(cast::how_many{}).get() < 1) std::this_thread::yield();
  t.fail(b);
  until(w, [&] { return asks.ask(cast::so_far{}).get().size() == 1; });
  const auto seen = asks.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  ASSERT_TRUE(seen[0].error.has_value());
  EXPECT_EQ(*seen[0].error, troupe::ask_errc::down);
  EXPECT_EQ(seen[0].error->reason(), exit_reason::failed("std::runtime_error", "disk"));
}

// --- L2

SCENARIO(Link, ToTheDeadEndsTheLinkerWithGone) {
  troop t(w);
  auto dead = t.add("dead");
  dead.stop();
  t.settle();
  auto a = t.add("a");
  auto x = t.add("x");
  t.watch(x, a);
  a.tell<will>([dead](witness& me) {
    EXPECT_EQ(me.self().link(dead).who(), dead.id());
    me.note("linked");
  });
  a.tell<say>(1);
  t.settle();
  EXPECT_EQ(t.of("a"), "linked stop(gone) gone");
  EXPECT_EQ(t.of("x"), "down(a gone)");
}

SCENARIO(Link, ToAnEmptyHandleEndsTheLinkerWithGone) {
  troop t(w);
  auto a = t.add("a");
  a.tell<will>([](witness& me) { me.link({}); });
  t.settle();
  EXPECT_EQ(t.of("a"), "stop(gone) gone");
}

SCENARIO(Link, ToTheDeadEndsThoseLinkedToTheLinkerToo) {
  troop t(w);
  auto dead = t.add("dead");
  dead.kill();
  t.settle();
  auto a = t.add("a");
  auto b = t.add("b");
  t.link(b, a);
  a.tell<will>([dead](witness& me) { me.link(dead); });
  t.settle();
  EXPECT_EQ(t.of("b"), "stop(gone) gone");
}

SCENARIO(Link, ToTheDeadThatIsCancelledAtOnceEndsNobody) {
  troop t(w);
  auto dead = t.add("dead");
  dead.kill();
  t.settle();
  auto a = t.add("a");
  does(a, [dead](witness& me) { me.self().link(dead).cancel(); });
  t.settle();
  EXPECT_EQ(t.of("a"), "");
  EXPECT_TRUE(t.is_alive(a));
}

SCENARIO(Link, MadeWhileTheOtherEndsEndsTheLinkerForOneReasonOrTheOther) {
  troop t(w);
  std::vector<ref<witness>> linkers;
  std::vector<ref<witness>> others;
  auto x = t.add("x");
  constexpr std::size_t many = 12;
  for (std::size_t i = 0; i < many; ++i) {
    linkers.push_back(t.add("a"));
    others.push_back(t.add("b"));
    t.watch(x, linkers.back());
  }
  cast::at_once(2, [&](int thread) {
    for (std::size_t i = 0; i < many; ++i)
      if (thread == 0)
        t.fail(others[i]);
      else
        linkers[i].tell<will>([b = others[i]](witness& me) { me.link(b); });
  });
  t.settle();
  const auto got = t.notes->reasons("x");
  EXPECT_EQ(got.size(), many) << t.of("x");
  for (const auto& why : got)
    EXPECT_TRUE(why == exit_kind::gone || why == exit_reason::failed("std::runtime_error", "disk"))
        << why.to_string();
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO(Link, MadeByBothWhileBothEndEndsEachOnce) {
  troop t(w);
  for (int round = 0; round < 5; ++round) {
    const std::string name = std::to_string(round);
    auto a = t.add("a" + name);
    auto b = t.add("b" + name);
    t.settle();
    cast::at_once(2, [&](int thread) {
      const auto& one = thread == 0 ? a : b;
      const auto& other = thread == 0 ? b : a;
      one.tell<will>([other](witness& me) { me.link(other); });
      one.tell<will>(&life::fail);
    });
    t.settle();
    for (const auto& page : {"a" + name, "b" + name}) {
      EXPECT_EQ(t.notes->lines(page).size(), 2U) << t.of(page);
      EXPECT_EQ(t.count(page, "gone"), 1);
    }
  }
}

}  // namespace
