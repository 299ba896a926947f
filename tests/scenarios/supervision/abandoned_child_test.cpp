// abandoned_child_test.cpp: children that do not end though they were killed: X8.
//
//   On seeds an errand does not come back while the clock passes. On threads a handler waits at a
//   gate.
#include "recorder.hpp"

namespace {

using namespace supervised;

/// Writes down how those ended whom it watches.
struct watch_it {
  using reply = void;
  child_address whom;
};
class onlooker : public actor<onlooker> {
public:
  explicit onlooker(record_ptr r) : record_(std::move(r)) {}
  void on(const watch_it& w) { self().watch(w.whom); }
  void on(const down& d) { record_->note("down(" + brief(d.reason) + ")"); }

private:
  record_ptr record_;
};

/// A tree of a, b and d; b sits at a slot, does not end when it is told to, and has 3 s for that.
struct with_stuck {
  explicit with_stuck(world& in, restart_strategy how = one_for_one,
                      abandon_type then = abandon_type::restart,
                      mailbox_type waiting = mailbox_type::drop)
      : w(in), c(in), at(in.system(), "north gate"), looks(in.spawn<onlooker>(c.lives)) {
    auto b = c.one("b");
    b.at = at;
    b.shutdown = real ? duration(1ms) : duration(3s);
    b.abandon = then;
    b.mailbox = waiting;
    if (real) b.kill_limit = 5ms;
    tree = {.strategy = how, .intensity = 10, .children = {c.one("a"), std::move(b), c.one("d")}};
  }
  void begin() {
    top = c.start(tree);
    hold();
  }
  /// From now on b does not end.
  void hold() {
    if (!world::real) return c.tell_and_settle("b", go_out{});
    at.tell<will>([hinge = gate.hinge()](child&) { hinge.pass(); });
    gate.wait_for(1);
  }
  void let_go() {
    if (world::real) {
      gate.open();
      until(w, [&] { return c.lives->count("b.gone") >= 1; });
    } else {
      c.lives->errands().come_back("b");
      w.settle();
    }
  }

  world& w;
  cast_of_children c;
  cast::gate gate;
  slot<child> at;
  ref<onlooker> looks;
  supervisor_spec tree;
  supervisor_ref top;
};

// --- on threads and on seeds

SCENARIO(AbandonedChild, X8TerminateIsAnsweredThoughItDoesNotEnd) {
  if (!can_hold(w)) return;
  with_stuck s(w);
  s.begin();
  auto r = w.system().events();
  s.looks.ask<watch_it>(s.at).get();
  const auto who = actor_at(s.top, "b");
  EXPECT_EQ(code_of(s.top.terminate_child("b").get()), "ok");
  EXPECT_EQ(listed(s.top), "d:running b:undefined a:running");
  until(w, [&] { return w.counters().abandoned_bodies == 1; });
  EXPECT_FALSE(s.c.lives->has("b.gone")) << "its object is still in use";
  bool told = false;
  for (const event& e : r.take_all()) told |= e.kind == event_kind::abandoned && e.who == who;
  EXPECT_TRUE(told);
  const auto graves = w.system().snapshot().graveyard;
  ASSERT_EQ(graves.size(), 1U);
  EXPECT_EQ(graves[0].name, "north gate");
  until(w, [&] { return s.c.lives->has("down(killed)"); });
  s.let_go();
  EXPECT_EQ(s.c.lives->count("down(killed)"), 1);
  EXPECT_EQ(s.c.lives->of("a") + s.c.lives->of("d"), "") << "nobody else is touched";
}

SCENARIO(AbandonedChild, X8AFreshOneTakesItsPlaceUnderTheSameAddress) {
  if (!can_hold(w)) return;
  with_stuck s(w);
  s.begin();
  const address<say, query> to = s.at;
  EXPECT_EQ(code_of(s.top.terminate_child("b").get()), "ok");
  s.c.lives->clear();
  EXPECT_EQ(code_of(s.top.restart_child("b").get()), "ok");
  EXPECT_EQ(s.c.lives->text(), "b.built b.start");
  EXPECT_EQ(listed(s.top), "d:running b:running a:running");
  EXPECT_EQ(to.ask<query>(1).get(), 10) << "an address from before";
  EXPECT_EQ(s.at.ask<query>(2).get(), 20);
  to.tell<say>(7);
  until(w, [&] { return s.c.lives->has("b.7"); });
  EXPECT_EQ(s.c.lives->text(), "b.built b.start b.q1 b.q2 b.7");
  s.let_go();
  EXPECT_EQ(s.at.ask<query>(3).get(), 30) << "the end of the old one harms nobody";
}

SCENARIO(AbandonedChild, X4TheNameOfItsSlotMeansTheFreshOne) {
  if (!can_hold(w)) return;
  with_stuck s(w);
  s.begin();
  const address<query> named = s.at;
  EXPECT_EQ(w.system().names().put("north", named), put_name::registered);
  EXPECT_EQ(code_of(s.top.terminate_child("b").get()), "ok");
  EXPECT_EQ(code_of(s.top.restart_child("b").get()), "ok");
  EXPECT_EQ(w.system().names().find<query>("north").ask<query>(1).get(), 10);
  s.let_go();
  EXPECT_EQ(w.system().names().find<query>("north").ask<query>(2).get(), 20);
}

SCENARIO(AbandonedChild, X8TheNameOfItsSlotIsFreeWhenSlotAndTreeAreGone) {
  if (!can_hold(w)) return;
  with_stuck s(w);
  s.begin();
  {
    const address<query> named = s.at;
    EXPECT_EQ(w.system().names().put("north", named), put_name::registered);
  }
  EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  s.tree = {};
  s.at = slot<child>(w.system(), "another");
  until(w, [&] { return !w.system().names().find<query>("north"); });
  EXPECT_EQ(w.system().names().put("north", address<query>(s.at)), put_name::registered);
  s.let_go();
}

SCENARIO(AbandonedChild, X8TheFreshOneFailsAndIsRestartedAsAnyOther) {
  if (!can_hold(w)) return;
  with_stuck s(w);
  s.begin();
  EXPECT_EQ(code_of(s.top.terminate_child("b").get()), "ok");
  EXPECT_EQ(code_of(s.top.restart_child("b").get()), "ok");
  s.c.lives->clear();
  s.at.tell(fall{});
  until(w, [&] { return s.c.lives->has("b.start"); });
  EXPECT_EQ(s.c.lives->text(), "b.stop(failed:disk) b.gone b.built b.start");
  EXPECT_EQ(s.at.ask<query>(1).get(), 10);
  s.let_go();
}

SCENARIO(AbandonedChild, X8AGroupRestartGoesOnWithoutIt) {
  if (!can_hold(w)) return;
  with_stuck s(w, one_for_all);
  s.begin();
  s.c.tell("a", fall{});
  until(w, [&] {
    w.advance(4s);
    return s.c.lives->built("d") == 1 && s.c.lives->has("d.start");
  });
  EXPECT_EQ(s.c.lives->of("a"), "a.stop(failed:disk) a.gone a.built a.start");
  EXPECT_EQ(s.c.lives->of("d"), "d.stop(shutdown) d.gone d.built d.start");
  EXPECT_EQ(s.c.lives->built("b"), 1);
  EXPECT_EQ(s.c.lives->count("b.gone"), 0) << "the old one is still out";
  EXPECT_EQ(s.at.ask<query>(1).get(), 10);
  EXPECT_EQ(listed(s.top), "d:running b:running a:running");
  s.let_go();
}

SCENARIO(AbandonedChild, X8TheStopOfATreeGoesOnWithoutIt) {
  if (!can_hold(w)) return;
  with_stuck s(w);
  s.begin();
  EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  EXPECT_EQ(s.c.lives->of("d"), "d.stop(shutdown) d.gone");
  EXPECT_EQ(s.c.lives->of("a"), "a.stop(shutdown) a.gone");
  EXPECT_EQ(s.c.lives->count("b.gone"), 0);
  EXPECT_EQ(end_of(s.top), exit_kind::shutdown);
  s.let_go();
}

SCENARIO(AbandonedChild, X8AChildThatEscalatesFailsItsSupervisor) {
  if (!can_hold(w)) return;
  with_stuck s(w, one_for_one, abandon_type::escalate);
  s.top =
      s.c.start(supervisor_spec{.children = {s.c.one("above"),
                                             {.id = "sub", .start = s.tree, .restart = transient}}},
                "top");
  s.hold();
  auto r = w.system().events();
  const supervisor_ref sub = find_supervisor(w.system(), "top/sub");
  const auto who = sub.id();
  const auto asked = sub.terminate_child("b").get();
  EXPECT_TRUE(asked || asked.error() == supervision_errc::noproc) << code_of(asked);
  until(w, [&] {
    return s.c.lives->built("a") == 1 && s.c.lives->built("b") == 1 && s.c.lives->has("d.start");
  });
  EXPECT_EQ(s.c.lives->of("a"), "a.stop(shutdown) a.gone a.built a.start");
  EXPECT_EQ(s.c.lives->of("d"), "d.stop(shutdown) d.gone d.built d.start");
  EXPECT_EQ(s.c.lives->of("above"), "");
  EXPECT_EQ(s.at.ask<query>(1).get(), 10);
  exit_reason end;
  for (const event& e : r.take_all())
    if (e.who == who && e.kind == event_kind::stopped) end = e.reason;
  EXPECT_EQ(end, exit_kind::failed) << "not a clean end: a transient one is restarted";
  EXPECT_TRUE(says(end.to_string(), "b")) << end.to_string();
  s.let_go();
}

SCENARIO(AbandonedChild, X8ItsNameIsItsSuccessors) {
  if (!can_hold(w)) return;
  with_stuck s(w);
  s.begin();
  const child_address to = s.at;
  EXPECT_EQ(w.system().names().put("books", to), put_name::registered);
  EXPECT_EQ(code_of(s.top.terminate_child("b").get()), "ok");
  EXPECT_EQ(code_of(s.top.restart_child("b").get()), "ok");
  const auto books = w.system().names().find<query>("books");
  ASSERT_TRUE(books);
  EXPECT_EQ(books.ask<query>(4).get(), 40);
  s.let_go();
  EXPECT_EQ(w.system().names().find<query>("books").ask<query>(5).get(), 50);
}

// --- on seeds: when

SCENARIO_ON_SEEDS(AbandonedChild, X8TheLimitBeginsWithTheKill) {
  with_stuck s(w);
  s.begin();
  s.c.ask_meanwhile([top = s.top] { return top.terminate_child("b"); }, "terminated");
  w.advance(3999ms);
  EXPECT_FALSE(s.c.lives->has("terminated(ok)"));
  EXPECT_EQ(w.counters().abandoned_bodies, 0U);
  EXPECT_EQ(listed(s.top), "d:running b:stopping a:running") << "and it answers meanwhile";
  w.advance(1ms);
  EXPECT_TRUE(s.c.lives->has("terminated(ok)"));
  EXPECT_EQ(w.counters().abandoned_bodies, 1U);
  s.let_go();
}

SCENARIO_ON_SEEDS(AbandonedChild, X8AChildMayHaveALimitOfItsOwn) {
  with_stuck s(w);
  s.tree.children[1].kill_limit = 20s;
  s.begin();
  s.c.ask_meanwhile([top = s.top] { return top.terminate_child("b"); }, "terminated");
  w.advance(22'999ms);
  EXPECT_FALSE(s.c.lives->has("terminated(ok)"));
  w.advance(1ms);
  EXPECT_TRUE(s.c.lives->has("terminated(ok)"));
  s.let_go();
}

SCENARIO_ON_SEEDS(AbandonedChild, X8OneThatIsKilledAtOnceHasOnlyThatLimit) {
  with_stuck s(w);
  s.tree.children[1].shutdown = stop_time::brutal_kill();
  s.begin();
  s.c.ask_meanwhile([top = s.top] { return top.terminate_child("b"); }, "terminated");
  w.advance(999ms);
  EXPECT_FALSE(s.c.lives->has("terminated(ok)"));
  w.advance(1ms);
  EXPECT_TRUE(s.c.lives->has("terminated(ok)"));
  s.let_go();
}

SCENARIO_ON_SEEDS(AbandonedChild, X8OneThatComesBackInTimeIsNotAbandoned) {
  with_stuck s(w);
  s.begin();
  s.c.ask_meanwhile([top = s.top] { return top.terminate_child("b"); }, "terminated");
  w.advance(3999ms);
  s.let_go();
  EXPECT_TRUE(s.c.lives->has("terminated(ok)"));
  EXPECT_TRUE(s.c.lives->has("b.gone"));
  EXPECT_EQ(w.counters().abandoned_bodies, 0U);
  EXPECT_EQ(code_of(s.top.restart_child("b").get()), "ok");
  EXPECT_EQ(s.at.ask<query>(1).get(), 10);
}

SCENARIO_ON_SEEDS(AbandonedChild, X8WhatWasKeptForItGoesToItsSuccessor) {
  with_stuck s(w, one_for_one, abandon_type::restart, mailbox_type::keep);
  s.begin();
  EXPECT_EQ(code_of(s.top.terminate_child("b").get()), "ok");
  s.c.lives->clear();
  s.at.tell<say>(1);
  EXPECT_EQ(code_of(s.top.restart_child("b").get()), "ok");
  s.at.tell<say>(2);
  w.settle();
  EXPECT_TRUE(s.c.lives->has("b.2")) << s.c.lives->text();
  EXPECT_EQ(static_cast<std::uint64_t>(s.c.lives->count("b.1")) + w.counters().dead_letters(), 1U)
      << "kept, or told to be lost";
  s.let_go();
}

SCENARIO_ON_SEEDS(AbandonedChild, X8TheReportOfShutdownNamesIt) {
  with_stuck s(w);
  s.begin();
  const auto report = w.shutdown(20s);
  EXPECT_FALSE(report.clean());
  EXPECT_TRUE(says(report.to_string(), "north gate")) << report.to_string();
  EXPECT_EQ(s.c.lives->of("a"), "a.stop(shutdown) a.gone");
  s.let_go();
}

SCENARIO_ON_SEEDS(AbandonedChild, X8SeveralInARowAreEachReplaced) {
  with_stuck s(w);
  s.begin();
  for (std::uint64_t n = 1; n <= 3; ++n) {
    if (n > 1) s.hold();
    EXPECT_EQ(code_of(s.top.terminate_child("b").get()), "ok");
    EXPECT_EQ(code_of(s.top.restart_child("b").get()), "ok");
    EXPECT_EQ(s.at.ask<query>(1).get(), 10);
    EXPECT_EQ(w.counters().abandoned_bodies, n);
    s.let_go();
    EXPECT_EQ(s.c.lives->count("b.gone"), static_cast<std::ptrdiff_t>(n));
  }
}

}  // namespace
