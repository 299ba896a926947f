// family_test.cpp: many children of one class, made at run time: T4, S4, A6 to A9, D6.
#include "recorder.hpp"

namespace {

using namespace supervised;

using many_children = family<child, record_ptr, std::string>;

/// A family named `many` with three members, m0, m1, m2.
struct three {
  explicit three(world& w, const family_spec& how = {})
      : c(w),
        many(w.system(), "many", how),
        top(c.start(supervisor_spec{.children = {{.id = "many", .start = many}}})) {
    for (int i = 0; i < 3; ++i) add("m" + std::to_string(i));
    c.lives->clear();
  }
  void add(const std::string& name) {
    auto r = many.start(c.lives, name).get();
    ASSERT_TRUE(r) << r.error().text();
    all.push_back(std::move(*r));
  }
  [[nodiscard]] std::size_t size() const {
    const auto r = many.supervisor().children().get();
    EXPECT_TRUE(r.has_value());
    return r ? r->size() : 0;
  }
  cast_of_children c;
  many_children many;
  supervisor_ref top;
  std::vector<ref<child>> all;
};

SCENARIO(Family, T4AChildIsBuiltFromWhatItWasGivenAndRestartedFromTheSame) {
  three s(w);
  EXPECT_EQ(s.all[1].ask<query>(1).get(), 10);
  EXPECT_EQ(s.c.lives->text(), "m1.q1");
  s.c.lives->clear();
  s.c.tell_and_settle("m1", fall{});
  EXPECT_EQ(s.c.lives->text(), "m1.stop(failed:disk) m1.gone m1.built m1.start")
      << "nobody else is touched";
  EXPECT_EQ(s.size(), 3U);
}

SCENARIO(Family, T4WhatIsStartedHasBegunWhenItIsAnswered) {
  three s(w);
  s.add("m3");
  EXPECT_EQ(s.c.lives->text(), "m3.built m3.start");
}

SCENARIO(Family, T4AddressesOfItsChildrenStayGoodOverRestarts) {
  three s(w);
  const address<say, query> to = s.all[0];
  s.c.tell_and_settle("m0", fall{});
  to.tell<say>(5);
  EXPECT_EQ(to.ask<query>(2).get(), 20);
  s.all[0].tell<say>(6);
  w.settle();
  EXPECT_EQ(s.c.lives->of("m0"), "m0.stop(failed:disk) m0.gone m0.built m0.start m0.5 m0.q2 m0.6");
}

SCENARIO(Family, T4MembersLiveThoughNobodyRefersToThem) {
  three s(w);
  s.all.clear();
  w.settle();
  EXPECT_EQ(s.c.lives->text(), "");
  EXPECT_EQ(s.size(), 3U);
}

SCENARIO(Family, S4AMemberThatHasNothingToDoIsNotAdded) {
  class declines : public actor<declines> {
  public:
    start_result on_start() { return start_result::ignore(); }
  };
  cast_of_children c(w);
  for (const restart_type how : {permanent, transient, temporary}) {
    const family<declines> idle(w.system(), "idle", {.restart = how});
    auto top = c.start(supervisor_spec{.children = {{.id = "idle", .start = idle}}});
    const auto r = idle.start().get();
    ASSERT_TRUE(r) << r.error().text();
    EXPECT_FALSE(*r) << "nobody is there";
    EXPECT_EQ(listed(idle.supervisor()), "");
    EXPECT_EQ(code_of(top.stop().get()), "ok");
  }
}

SCENARIO(Family, A2AMemberThatCannotBeStartedIsNotAdded) {
  three s(w, {.intensity = 0});
  s.c.lives->fail_starts("m3", 1);
  const auto r = s.many.start(s.c.lives, "m3").get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), supervision_errc::failed_to_start);
  EXPECT_EQ(r.error().reason().text(), "cannot start");
  EXPECT_EQ(s.c.lives->text(), "m3.built m3.gone");
  EXPECT_EQ(s.size(), 3U) << "and it was no restart of anybody";
}

// --- A6: by its actor

SCENARIO(Family, A6AMemberIsTerminatedByItsActorAndForgotten) {
  three s(w);
  const supervisor_ref sup = s.many.supervisor();
  EXPECT_EQ(code_of(sup.terminate_child(s.all[1]).get()), "ok");
  EXPECT_EQ(s.c.lives->text(), "m1.stop(shutdown) m1.gone") << "when it is answered";
  EXPECT_EQ(s.size(), 2U);
  w.advance(1h);
  EXPECT_EQ(s.c.lives->text(), "m1.stop(shutdown) m1.gone") << "not started again";
  EXPECT_EQ(code_of(sup.terminate_child(s.all[2].id()).get()), "ok");
  EXPECT_EQ(s.size(), 1U);
}

SCENARIO(Family, A6AMemberThatHasEndedAlreadyIsFine) {
  three s(w);
  const supervisor_ref sup = s.many.supervisor();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(code_of(sup.terminate_child(s.all[0]).get()), "ok") << i;
  EXPECT_EQ(s.c.lives->text(), "m0.stop(shutdown) m0.gone");
}

SCENARIO(Family, A6AStrangerThatLivesIsNotFound) {
  three s(w);
  auto stranger = w.spawn<child>(s.c.lives, "stranger");
  w.settle();
  EXPECT_EQ(code_of(s.many.supervisor().terminate_child(stranger).get()), "not_found");
  EXPECT_EQ(code_of(s.many.supervisor().terminate_child(s.top.id()).get()), "not_found");
  EXPECT_EQ(stranger.ask<query>(0).get(), 0);
  EXPECT_EQ(s.size(), 3U);
}

SCENARIO(Family, A6ByAnIdNothingIsDone) {
  three s(w);
  const supervisor_ref sup = s.many.supervisor();
  EXPECT_EQ(code_of(sup.terminate_child("m0").get()), "is_family");
  EXPECT_EQ(code_of(sup.restart_child("m0").get()), "is_family");
  EXPECT_EQ(code_of(sup.delete_child("m0").get()), "is_family");
  EXPECT_EQ(code_of(sup.spec_of("m0").get()), "is_family");
  EXPECT_EQ(code_of(sup.restart_child(s.all[0]).get()), "is_family");
  EXPECT_EQ(code_of(sup.delete_child(s.all[0]).get()), "is_family");
  EXPECT_EQ(code_of(sup.start_child(s.c.one("x")).get()), "is_family");
  EXPECT_EQ(s.c.lives->text(), "");
  EXPECT_EQ(s.size(), 3U);
}

// --- A7 to A9: what can be seen

SCENARIO(Family, A7MembersHaveNoIds) {
  three s(w);
  const auto r = s.many.supervisor().children().get();
  ASSERT_TRUE(r);
  ASSERT_EQ(r->size(), 3U);
  std::vector<actor_id> listed_ids;
  for (const child_info& one : *r) {
    EXPECT_EQ(one.id, "");
    EXPECT_EQ(one.kind, child_kind::actor);
    EXPECT_EQ(one.state, child_state::running);
    listed_ids.push_back(one.who);
  }
  EXPECT_EQ(std::count(listed_ids.begin(), listed_ids.end(), s.all[0].id()), 1);
  EXPECT_EQ(std::count(listed_ids.begin(), listed_ids.end(), s.all[1].id()), 1);
  EXPECT_EQ(std::count(listed_ids.begin(), listed_ids.end(), s.all[2].id()), 1);
}

SCENARIO(Family, A8CountsOneSpecWhateverItsSize) {
  three s(w, {.backoff = fixed{1h}});
  auto n = s.many.supervisor().count().get();
  ASSERT_TRUE(n);
  EXPECT_EQ(n->specs, 1U);
  EXPECT_EQ(n->active, 3U);
  EXPECT_EQ(n->supervisors, 0U);
  EXPECT_EQ(n->workers, 3U);
  s.c.tell_and_settle("m0", fall{});
  EXPECT_EQ(code_of(s.many.supervisor().terminate_child(s.all[1]).get()), "ok");
  n = s.many.supervisor().count().get();
  ASSERT_TRUE(n);
  EXPECT_EQ(n->specs, 1U);
  EXPECT_EQ(n->active, 1U) << "one waits for its restart, one was terminated";
  EXPECT_EQ(n->workers, 2U);
}

SCENARIO(Family, A9TheSpecOfAMemberIsThatOfAll) {
  three s(w, {.restart = transient, .shutdown = 7s, .start_deadline = 3s});
  const auto r = s.many.supervisor().spec_of(s.all[2]).get();
  ASSERT_TRUE(r) << r.error().text();
  EXPECT_EQ(r->restart, transient);
  ASSERT_FALSE(r->shutdown.is_default());
  EXPECT_EQ(r->shutdown.time(), 7s);
  EXPECT_EQ(r->start_deadline, 3s);
  auto stranger = w.spawn<child>(s.c.lives, "stranger");
  EXPECT_EQ(code_of(s.many.supervisor().spec_of(stranger).get()), "not_found");
}

// --- who ends by itself

SCENARIO(Family, R2ATransientMemberThatEndsNormallyIsForgotten) {
  three s(w, {.restart = transient});
  s.c.tell_and_settle("m0", leave{});
  EXPECT_EQ(s.c.lives->text(), "m0.stop(normal) m0.gone");
  EXPECT_EQ(s.size(), 2U);
  s.c.tell_and_settle("m1", fall{});
  EXPECT_EQ(s.c.lives->built("m1"), 1);
  EXPECT_EQ(s.size(), 2U);
}

SCENARIO(Family, R3ATemporaryMemberThatFailsIsForgotten) {
  three s(w, {.restart = temporary, .intensity = 0});
  s.c.tell_and_settle("m0", fall{});
  EXPECT_EQ(s.c.lives->text(), "m0.stop(failed:disk) m0.gone");
  EXPECT_EQ(s.size(), 2U);
}

SCENARIO(Family, I2RestartsAreCountedForAllMembersTogether) {
  three s(w, {.intensity = 2, .period = 1h});
  s.c.tell_and_settle("m0", fall{});
  s.c.tell_and_settle("m1", fall{});
  EXPECT_EQ(s.size(), 3U);
  s.c.lives->clear();
  s.c.tell_and_settle("m2", fall{});
  for (const std::string m : {"m0", "m1", "m2"}) EXPECT_EQ(s.c.lives->count(m + ".gone"), 1) << m;
  EXPECT_EQ(listed(s.top), "many:running") << "its supervisor has restarted it";
  EXPECT_EQ(s.size(), 0U) << "E2: without those that were added";
  s.add("m3");
  EXPECT_EQ(s.size(), 1U);
}

// --- D6: the end

SCENARIO(Family, D6AllMembersAreToldToEndForShutdown) {
  three s(w);
  EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  for (const std::string m : {"m0", "m1", "m2"})
    EXPECT_EQ(s.c.lives->of(m), m + ".stop(shutdown) " + m + ".gone");
  EXPECT_EQ(code_of(s.many.supervisor().count().get()), "noproc");
  s.all.clear();
  w.settle();
}

SCENARIO(Family, D6AMemberThatIsKilledAtOnceHasNoCleanup) {
  three s(w, {.shutdown = stop_time::brutal_kill()});
  EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  for (const std::string m : {"m0", "m1", "m2"}) EXPECT_EQ(s.c.lives->of(m), m + ".gone");
}

SCENARIO(Family, IsNoTreeByItself) {
  const many_children many(w.system(), "many");
  const auto top = start(w.system(), many);
  ASSERT_FALSE(top.has_value());
  EXPECT_EQ(top.error(), supervision_errc::invalid_spec);
  EXPECT_TRUE(says(top.error().text(), "supervisor_spec")) << top.error().text();
}

SCENARIO(Family, MayStandInOneTreeAfterTheOther) {
  const cast_of_children c(w);
  const many_children many(w.system(), "many");
  for (int round = 0; round < 3; ++round) {
    auto top = start(w.system(), supervisor_spec{.children = {{.id = "many", .start = many}}});
    ASSERT_TRUE(top.has_value()) << top.error().text();
    EXPECT_EQ(code_of(many.start(c.lives, "m").get()), "ok");
    EXPECT_EQ(code_of(top->stop().get()), "ok");
    EXPECT_EQ(c.lives->text(), "m.built m.start m.stop(shutdown) m.gone");
    c.lives->clear();
  }
}

SCENARIO(Family, OneFamilyStandsInOneTree) {
  three s(w);
  EXPECT_FALSE(
      start(w.system(), supervisor_spec{.children = {{.id = "again", .start = s.many}}}, "other"));
  EXPECT_EQ(s.size(), 3U);
  EXPECT_EQ(s.c.lives->text(), "");
}

/// Members that are out on errands, and the reasons for which they ended.
struct slow_family : three {
  explicit slow_family(world& in) : three(in, {.shutdown = 3s}), w(in), r(in.system().events()) {
    for (int i = 0; i < 3; ++i) c.tell_and_settle("m" + std::to_string(i), go_out{});
    c.stop_meanwhile(top);
    w.settle();
    EXPECT_EQ(c.lives->text(), "") << "all are out";
  }
  /// Who has been asked has its on_stop then, unless it was killed.
  void come_back_and_expect(std::size_t i, exit_kind why) {
    const std::string m = "m" + std::to_string(i);
    c.lives->errands().come_back(m);
    w.settle();
    EXPECT_EQ(c.lives->of(m),
              (why == exit_kind::killed ? "" : m + ".stop(shutdown) ") + m + ".gone");
    EXPECT_EQ(end(i), why);
  }
  [[nodiscard]] exit_reason end(std::size_t i) {
    for (event& e : r.take_all()) seen.push_back(std::move(e));
    for (const event& e : seen)
      if (e.kind == event_kind::stopped && e.who == all[i].id()) return e.reason;
    ADD_FAILURE() << "m" << i << " has not ended";
    return {};
  }
  world& w;
  event_reader r;
  std::vector<event> seen;
};

SCENARIO_ON_SEEDS(Family, D6TheirTimeIsTheSameForAllNotOneAfterTheOther) {
  slow_family s(w);
  s.come_back_and_expect(2, exit_kind::shutdown);
  w.advance(2999ms);
  s.come_back_and_expect(1, exit_kind::shutdown);
  w.advance(1ms);
  EXPECT_FALSE(s.c.lives->has("stopped(ok)"));
  s.come_back_and_expect(0, exit_kind::killed);
  EXPECT_TRUE(s.c.lives->has("stopped(ok)")) << "after 3 s";
}

SCENARIO_ON_SEEDS(Family, D6ThoseThatDoNotEndEvenThenAreAbandonedTogether) {
  slow_family s(w);
  w.advance(3999ms);
  EXPECT_FALSE(s.c.lives->has("stopped(ok)"));
  w.advance(1ms);
  EXPECT_TRUE(s.c.lives->has("stopped(ok)")) << "after 3 s and a kill_limit of 1 s";
  EXPECT_EQ(w.counters().abandoned_bodies, 3U);
  for (std::size_t i = 0; i < 3; ++i) s.come_back_and_expect(i, exit_kind::killed);
}

}  // namespace
