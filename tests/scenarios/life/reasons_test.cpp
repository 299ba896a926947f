// reasons_test.cpp: however an actor ends, its watchers get the true reason.
#include "witness.hpp"

#include <string>

namespace {

using namespace life;

/// Ends `b` by `how`, and gives the reason that its watcher got. What who asks gets is the same.
exit_reason reason_after(troop& t, const ref<witness>& b,
                         const std::function<void(const ref<witness>&)>& how) {
  auto a = t.add("a");
  t.watch(a, b);
  how(b);
  t.settle();
  const auto got = t.notes->reasons("a");
  EXPECT_EQ(got.size(), 1U) << t.of("a");
  if (got.size() != 1) return exit_kind::unreachable;
  EXPECT_EQ(cast::reason_of(b), got[0]);
  return got[0];
}

SCENARIO(Reason, OfAStopIsNormalUnlessItIsGiven) {
  troop t(w);
  EXPECT_EQ(reason_after(t, t.add("b"), [](const auto& b) { b.stop(); }), exit_kind::normal);
}

SCENARIO(Reason, OfAStopIsTheOneGivenWithNumberAndText) {
  troop t(w);
  const exit_reason why(exit_kind::user, 42, "moved away");
  EXPECT_EQ(reason_after(t, t.add("b"), [&](const auto& b) { b.stop(why); }), why);
}

SCENARIO(Reason, OfAStopFromInsideIsTheOneGiven) {
  troop t(w);
  const exit_reason why(exit_kind::user, 43, "done");
  EXPECT_EQ(reason_after(t, t.add("b"),
                         [&](const auto& b) {
                           b.template tell<will>([why](witness& me) { me.self().stop(why); });
                         }),
            why);
}

SCENARIO(Reason, OfAStopForShutdownIsShutdown) {
  troop t(w);
  EXPECT_EQ(reason_after(t, t.add("b"), [](const auto& b) { b.stop(exit_kind::shutdown); }),
            exit_kind::shutdown);
}

SCENARIO(Reason, OfAFailureHasTypeAndText) {
  troop t(w);
  const auto why = reason_after(t, t.add("b"), [&](const auto& b) { t.fail(b); });
  EXPECT_EQ(why, exit_reason::failed("std::runtime_error", "disk"));
  EXPECT_EQ(why.cause(), nullptr);
}

SCENARIO(Reason, OfAKillIsKilled) {
  troop t(w);
  EXPECT_EQ(reason_after(t, t.add("b"), [](const auto& b) { b.kill(); }), exit_kind::killed);
}

SCENARIO(Reason, OfAKillBehindAStopIsOneOfTheTwo) {
  troop t(w);
  const auto why = reason_after(t, t.add("b"), [](const auto& b) {
    b.stop();
    b.kill();
  });
  EXPECT_TRUE(why == exit_kind::killed || why == exit_kind::normal) << why.to_string();
}

SCENARIO(Reason, OfOneNobodyRefersToIsUnreferenced) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  b.tell<say>(1);
  b = {};
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b unreferenced)");
  EXPECT_EQ(t.of("b"), "1 stop(unreferenced) gone");
}

SCENARIO(Reason, OfAMailboxThatOverflowsIsAFailureThatSaysSo) {
  troop t(w);
  cast::gate g;
  auto a = t.add("a");
  auto b = t.add_with({.capacity = 2, .overflow = troupe::overflow_policy::stop_actor}, "b");
  t.watch(a, b);
  b.tell<will>([hinge = g.hinge()](witness&) { hinge.pass(); });
  g.wait_for(1);
  for (int i = 0; i < 5; ++i) b.tell<say>(i);
  g.open();
  t.settle();
  const auto got = t.notes->reasons("a");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0], exit_kind::failed);
  EXPECT_EQ(got[0].type(), "mailbox_full");
  EXPECT_EQ(got[0], cast::reason_of(b));
}

SCENARIO(Reason, OfAnOnStartThatThrowsIsItsFailure) {
  troop t(w);
  auto a = t.add("a");
  const auto child = std::make_shared<ref<witness>>();
  does(a, [child](witness& me) {
    *child = me.bear("b", {.at_start = [](witness&) { throw std::runtime_error("no start"); }});
    me.watch(*child);
  });
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b failed:no start)");
  EXPECT_EQ(t.of("b"), "gone");
}

SCENARIO(Reason, OfAnOnStopThatThrowsIsTheFirstOne) {
  troop t(w);
  auto b = t.add("b", {.at_stop = [](witness&) { throw std::runtime_error("cannot stop"); }});
  EXPECT_EQ(reason_after(t, b, [](const auto& one) { one.stop(); }), exit_kind::normal);
  EXPECT_EQ(t.of("b"), "stop(normal) gone");
}

SCENARIO(Reason, OfChildrenIsShutdownAndUnderAKillKilled) {
  troop t(w);
  auto a = t.add("a");
  auto p = t.add("p");
  auto q = t.add("q");
  auto r = t.add("r");
  auto pc = t.bear(p, "pc");
  auto qc = t.bear(q, "qc");
  auto rc = t.bear(r, "rc");
  for (const auto& c : {pc, qc, rc}) t.watch(a, c);
  p.stop();
  t.settle();
  q.kill();
  t.settle();
  t.fail(r);
  t.settle();
  EXPECT_EQ(t.of("a"), "down(pc shutdown) down(qc killed) down(rc shutdown)");
  EXPECT_EQ(t.of("qc"), "gone");
}

SCENARIO(Reason, OfAChildIsToldBeforeThatOfItsParent) {
  troop t(w);
  auto a = t.add("a");
  auto p = t.add("p");
  auto c = t.bear(p, "c");
  auto g = t.bear(c, "g");
  for (const auto& one : {p, c, g}) t.watch(a, one);
  p.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "down(g shutdown) down(c shutdown) down(p normal)");
}

// --- causes

/// `b` asks `c` and waits; `c` fails. The reason of `b` holds that of `c`.
void expect_cause(const exit_reason& why, const exit_reason& of_the_other) {
  EXPECT_EQ(why, exit_kind::failed);
  EXPECT_NE(why.type().find("ask_failed"), std::string_view::npos) << why.to_string();
  ASSERT_NE(why.cause(), nullptr) << why.to_string();
  EXPECT_EQ(*why.cause(), of_the_other);
}

class holder : public troupe::actor<holder> {
public:
  void on(cast::query q, troupe::reply_to<cast::query> to) { held_.push_back({q, std::move(to)}); }
  void on(cast::let_go) { throw std::out_of_range("far"); }
  int on(cast::how_many) const { return static_cast<int>(held_.size()); }

private:
  std::vector<troupe::asked<cast::query>> held_;
};
void wait_until_asked(const ref<holder>& h, int times = 1) {
  while (h.ask(cast::how_many{}).within(1h).get() < times) std::this_thread::yield();
}

SCENARIO(Cause, OfAnAskThatFailedWithDownIsTheReasonOfTheAsked) {
  troop t(w);
  auto h = w.spawn<holder>();
  const auto why = reason_after(t, t.add("b"), [h](const auto& b) {
    b.template tell<will>(
        [h](witness& me) { h.ask<cast::query>(1).within(1h).then(&me, [](int) {}); });
    wait_until_asked(h);
    h.tell(cast::let_go{});
  });
  expect_cause(why, exit_reason::failed("std::out_of_range", "far"));
}

SCENARIO(Cause, OfAnAwaitThatFailedWithDownIsTheReasonOfTheAsked) {
  troop t(w);
  auto h = w.spawn<holder>();
  const auto why = reason_after(t, t.add("b"), [h](const auto& b) {
    b.template tell<lasting>(
        [h](witness&) -> task<> { co_await h.ask<cast::query>(1).within(1h); });
    wait_until_asked(h);
    h.stop(exit_reason(exit_kind::user, 9, "enough"));
  });
  expect_cause(why, exit_reason(exit_kind::user, 9, "enough"));
}

SCENARIO(Cause, OfAnAskOfTheDeadIsTheReasonItEndedFor) {
  troop t(w);
  auto h = w.spawn<holder>();
  h.kill();
  t.settle();
  const auto why = reason_after(t, t.add("b"), [h](const auto& b) {
    b.template tell<lasting>(
        [h](witness&) -> task<> { co_await h.ask<cast::query>(1).within(1h); });
  });
  expect_cause(why, exit_kind::killed);
}

SCENARIO(Cause, CanBeWalkedAlongAChainOfAsks) {
  troop t(w);
  auto h = w.spawn<holder>();
  constexpr auto waits = [](troupe::inbox<cast::query> in, address<cast::query> whom) -> task<> {
    auto request = co_await in.next();
    const int n = co_await whom.ask<cast::query>(1).within(1h);
    request->reply(n);
  };
  auto second = w.system().spawn(waits, address<cast::query>(h));
  auto first = w.system().spawn(waits, second);
  const auto why = reason_after(t, t.add("b"), [&](const auto& b) {
    b.template tell<lasting>(
        [first](witness&) -> task<> { co_await first.template ask<cast::query>(1).within(1h); });
    wait_until_asked(h);
    h.tell(cast::let_go{});
  });
  int steps = 0;
  const exit_reason* last = &why;
  while (last->cause() != nullptr && steps < 10) {
    last = last->cause();
    ++steps;
  }
  EXPECT_EQ(steps, 3);
  EXPECT_EQ(*last, exit_reason::failed("std::out_of_range", "far"));
}

SCENARIO(Cause, IsNoneWhereNobodyElseHasEnded) {
  troop t(w);
  EXPECT_EQ(reason_after(t, t.add("b"), [](const auto& b) { b.kill(); }).cause(), nullptr);
}

SCENARIO_ON_SEEDS(Cause, OfAnAskThatWasLateIsNone) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto h = w.spawn<holder>();
  t.watch(a, b);
  b.tell<lasting>([h](witness&) -> task<> { co_await h.ask<cast::query>(1).within(1s); });
  t.settle();
  w.advance(2s);
  const auto got = t.notes->reasons("a");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0], exit_kind::failed);
  EXPECT_EQ(got[0].cause(), nullptr);
}

SCENARIO(Cause, LivesAsLongAsTheReasonThatHoldsIt) {
  exit_reason why;
  {
    troop t(w);
    auto b = t.add("b");
    auto c = t.add("c");
    t.link(b, c);
    auto a = t.add("a");
    t.watch(a, b);
    t.fail(c);
    t.settle();
    ASSERT_EQ(t.notes->reasons("a").size(), 1U);
    why = t.notes->reasons("a")[0];
  }
  const exit_reason copy = why;
  why = exit_kind::normal;
  ASSERT_NE(copy.cause(), nullptr);
  EXPECT_EQ(*copy.cause(), exit_reason::failed("std::runtime_error", "disk"));
  EXPECT_EQ(why.cause(), nullptr);
}

}  // namespace
