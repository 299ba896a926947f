// strategy_test.cpp: who is restarted when a child is, and in what order.
//
//   Rules    T1 to T5, I4: docs/semantics.md.
#include "ward_cast.hpp"

namespace {

using namespace wards;

[[nodiscard]] supervisor_spec group(troupe::restart_strategy strategy,
                                    std::vector<child_spec> children, int intensity = 1000) {
  return {
      .strategy = strategy, .intensity = intensity, .period = 1h, .children = std::move(children)};
}
/// The lives of each so far.
[[nodiscard]] std::string lives(troop& t, const std::vector<std::string>& ids) {
  std::string all;
  for (const auto& id : ids) all = text(all, id + std::to_string(t.identity_of(id).life));
  return all;
}

SCENARIO(OneForOne, T1OnlyTheFailedChildIsRestarted) {
  troop t(w);
  t.start(group(one_for_one, t.children({"a", "b", "c"})));
  for (const char* id : {"a", "b", "c"}) t.at(id).tell(note{1});
  (void)t.take();
  const auto before = t.identity_of("a");
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), births({"b"})));
  EXPECT_EQ(lives(t, {"a", "b", "c"}), "a1 b2 c1");
  EXPECT_EQ(t.after_failure_of("c"), text(fails("c"), births({"c"})));
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), births({"b"})));
  EXPECT_EQ(lives(t, {"a", "b", "c"}), "a1 b3 c2");
  EXPECT_EQ(t.identity_of("a").id, before.id);
  EXPECT_EQ(t.identity_of("a").notes, 1) << "its state is untouched";
  EXPECT_EQ(t.identity_of("b").notes, 0);
  EXPECT_EQ(t.states(), "a=running b=running c=running") << "the order stays";
}

SCENARIO(OneForOne, T1SeveralThatFailAtOnceAreRestartedEach) {
  troop t(w);
  t.start(group(one_for_one, t.children({"a", "b", "c", "d"})));
  for (const char* id : {"d", "a", "c"}) t.at(id).tell(fail{});
  (void)t.take();
  EXPECT_EQ(lives(t, {"a", "b", "c", "d"}), "a2 b1 c2 d2");
  for (const char* id : {"a", "b", "c", "d"}) EXPECT_EQ(t.book().alive(id), 1) << id;
  EXPECT_EQ(t.restarts(), 3U);
}

SCENARIO(OneForAll, T2TheOthersAreStoppedInReverseAndAllAreStartedInOrder) {
  troop t(w);
  t.start(group(one_for_all, t.children({"a", "b", "c", "d"})));
  const auto all = births({"a", "b", "c", "d"});
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), ends({"d", "c", "a"}), all));
  EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), ends({"d", "c", "b"}), all));
  EXPECT_EQ(t.after_failure_of("d"), text(fails("d"), ends({"c", "b", "a"}), all));
  for (const char* id : {"a", "b", "c", "d"}) {
    EXPECT_EQ(t.book().lives(id), 4) << id;
    EXPECT_EQ(t.book().alive(id), 1) << "no old child survives: " << id;
  }
  EXPECT_EQ(t.restarts(), 3U) << "I4: one for each group";
}

SCENARIO(OneForAll, T2ACleanEndOfAPermanentChildIsOneToo) {
  troop t(w);
  t.start(group(one_for_all, t.children({"a", "b"})));
  EXPECT_EQ(t.after_end_of("a", exit_kind::normal),
            text(ends({"a"}, exit_kind::normal), ends({"b"}), births({"a", "b"})));
}

SCENARIO(OneForAll, T2SeveralThatFailAtOnceLeaveOneOfEach) {
  troop t(w);
  t.start(group(one_for_all, t.children({"a", "b", "c"})));
  t.at("c").tell(fail{});
  t.at("a").tell(fail{});
  (void)t.take();
  for (const char* id : {"a", "b", "c"}) {
    EXPECT_EQ(t.book().alive(id), 1) << id;
    EXPECT_GE(t.book().lives(id), 2) << id;
  }
  EXPECT_EQ(t.states(), "a=running b=running c=running");
  EXPECT_GE(t.restarts(), 1U);
  EXPECT_LE(t.restarts(), 2U);
  EXPECT_EQ(t.book().lives("b"), 1 + static_cast<int>(t.restarts()))
      << "each restart was one of all";
}

SCENARIO(OneForAll, R3ATemporaryOneThatFailsAtTheSameTimeIsForgotten) {
  for (const auto strategy : {one_for_all, rest_for_one}) {
    troop t(w);
    t.start(group(strategy,
                  {t.child("a"), t.child("b", temporary), t.child("c"), t.child("d", temporary)}));
    for (const char* id : {"d", "a", "b"}) t.at(id).tell(fail{});
    (void)t.take();
    EXPECT_EQ(t.states(), "a=running c=running");
    EXPECT_EQ(lives(t, {"a", "c"}), "a2 c2");
    for (const char* id : {"b", "d"}) {
      EXPECT_EQ(t.book().lives(id), 1) << id;
      EXPECT_EQ(t.book().alive(id), 0) << id;
    }
    EXPECT_EQ(t.restarts(), 1U);
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO(OneForAll, T2ThoseWithoutAnActorAreStartedToo) {
  troop t(w);
  t.start(group(one_for_all, {t.child("a"), t.child("b", transient), t.child("c")}));
  ASSERT_TRUE(t.top().terminate_child("a").get());
  EXPECT_EQ(t.take(), ends({"a"}));
  EXPECT_EQ(t.after_end_of("b", exit_kind::normal), ends({"b"}, exit_kind::normal));
  EXPECT_EQ(t.states(), "a=undefined b=undefined c=running");
  EXPECT_EQ(t.after_failure_of("c"), text(fails("c"), births({"a", "b", "c"})));
  EXPECT_EQ(t.states(), "a=running b=running c=running");
}

SCENARIO(OneForAll, T2ASupervisorBelowIsStoppedWithItsChildrenAndStartedAnew) {
  troop t(w);
  const supervisor_spec inner{.intensity = 0, .children = t.children({"x", "y"})};
  t.start(group(one_for_all, {t.child("a"), {.id = "inner", .start = inner}, t.child("b")}), "top");
  const auto below = troupe::find_supervisor(w.system(), "top/inner");
  ASSERT_TRUE(below.start_child(t.child("added")).get());
  (void)t.take();
  EXPECT_EQ(t.after_failure_of("a"),
            text(fails("a"), ends({"b", "added", "y", "x"}), births({"a", "x", "y", "b"})));
  EXPECT_EQ(troop::states_of(below), "x=running y=running");
}

SCENARIO(OneForAll, T2ChildrenThatWereAddedTakePartBehindTheOthers) {
  troop t(w);
  t.start(group(one_for_all, t.children({"a", "b"})));
  ASSERT_TRUE(t.top().start_child(t.child("c")).get());
  (void)t.take();
  EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), ends({"c", "b"}), births({"a", "b", "c"})));
}

SCENARIO(RestForOne, T3OnlyThoseStartedAfterItAreRestartedWithIt) {
  troop t(w);
  t.start(group(rest_for_one, t.children({"a", "b", "c", "d"})));
  t.at("a").tell(note{1});
  (void)t.take();
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), ends({"d", "c"}), births({"b", "c", "d"})));
  EXPECT_EQ(lives(t, {"a", "b", "c", "d"}), "a1 b2 c2 d2");
  EXPECT_EQ(t.after_failure_of("d"), text(fails("d"), births({"d"})));
  EXPECT_EQ(lives(t, {"a", "b", "c", "d"}), "a1 b2 c2 d3");
  EXPECT_EQ(t.after_failure_of("c"), text(fails("c"), ends({"d"}), births({"c", "d"})));
  EXPECT_EQ(t.identity_of("a").notes, 1) << "the earlier one is untouched";
  EXPECT_EQ(t.after_failure_of("a"),
            text(fails("a"), ends({"d", "c", "b"}), births({"a", "b", "c", "d"})));
  EXPECT_EQ(t.restarts(), 4U) << "I4: one for each group";
}

SCENARIO(RestForOne, T3ChildrenThatWereAddedAreBehindTheOthers) {
  troop t(w);
  t.start(group(rest_for_one, t.children({"a", "b"})));
  ASSERT_TRUE(t.top().start_child(t.child("c")).get());
  (void)t.take();
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), ends({"c"}), births({"b", "c"})));
  // One that was restarted by its id keeps its place.
  ASSERT_TRUE(t.top().terminate_child("a").get());
  ASSERT_TRUE(t.top().restart_child("a").get());
  EXPECT_EQ(t.take(), text(ends({"a"}), births({"a"})));
  EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), ends({"c", "b"}), births({"a", "b", "c"})));
}

using members = troupe::family<player, record_ptr, std::string, std::string>;

SCENARIO(Family, T4AMemberIsRestartedFromTheSameArguments) {
  troop t(w);
  const members all(w.system(), "all", {.intensity = 1000, .period = 1h});
  t.start(supervisor_spec{.children = {{.id = "all", .start = all}}});
  std::vector<troupe::ref<player>> refs;
  for (const char* id : {"m1", "m2", "m3"}) {
    auto member = all.start(t.shared_record(), id, "words").get();
    ASSERT_TRUE(member) << member.error().text();
    EXPECT_EQ(t.book().take(), births({id})) << "it has begun";
    refs.push_back(std::move(*member));
  }
  EXPECT_EQ(all.supervisor().count().get().value().active, 3U);
  const troupe::address<who, fail, note> second = refs[1];
  for (int life = 1; life <= 5; ++life) {
    const auto me = second.ask(who{}).get();
    EXPECT_EQ(me.life, life);
    EXPECT_EQ(me.id, refs[1].id());
    second.tell(note{life});
    EXPECT_EQ(t.take(), "m2." + std::to_string(life));
    refs[1].tell(fail{});
    EXPECT_EQ(t.take(), text(fails("m2"), births({"m2"}))) << "the others are left alone";
  }
  EXPECT_EQ(refs[0].ask(who{}).get().life, 1);
  EXPECT_EQ(refs[2].ask(who{}).get().life, 1);
  EXPECT_EQ(all.supervisor().children().get().value().size(), 3U);
}

SCENARIO(Family, T4MembersMayBeAlike) {
  troop t(w);
  const members all(w.system(), "all", {.intensity = 1000, .period = 1h});
  t.start(supervisor_spec{.children = {{.id = "all", .start = all}}});
  const auto one = all.start(t.shared_record(), "m", "").get().value();
  const auto two = all.start(t.shared_record(), "m", "").get().value();
  EXPECT_NE(one.id(), two.id());
  (void)t.take();
  one.tell(fail{});
  EXPECT_EQ(t.take(), text(fails("m"), births({"m"})));
  EXPECT_EQ(one.ask(who{}).get().life, 3);
  EXPECT_EQ(two.ask(who{}).get().life, 2);
}

SCENARIO(Family, T4TheRestartTypeIsThatOfTheFamily) {
  for (const auto type : {permanent, transient, temporary}) {
    troop t(w);
    const members all(w.system(), "all", {.restart = type, .intensity = 1000, .period = 1h});
    t.start(supervisor_spec{.children = {{.id = "all", .start = all}}});
    const auto clean = all.start(t.shared_record(), "clean", "").get().value();
    const auto broken = all.start(t.shared_record(), "broken", "").get().value();
    (void)t.take();
    clean.tell(leave{exit_kind::normal});
    const auto after_end = type == permanent ? births({"clean"}) : "";
    EXPECT_EQ(t.take(), text(ends({"clean"}, exit_kind::normal), after_end));
    broken.tell(fail{});
    const auto after_failure = type == temporary ? "" : births({"broken"});
    EXPECT_EQ(t.take(), text(fails("broken"), after_failure));
    const std::size_t left = type == permanent ? 2 : type == transient ? 1 : 0;
    EXPECT_EQ(all.supervisor().children().get().value().size(), left)
        << "who has ended for good is no member any more";
    EXPECT_EQ(all.supervisor().count().get().value().active, left);
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO(Family, T4WorksWhileItStandsInATree) {
  troop t(w);
  const members all(w.system(), "all");
  EXPECT_EQ(all.start(t.shared_record(), "m", "").get().error(), supervision_errc::noproc);
  for (int i = 0; i < 2; ++i) {
    t.start(supervisor_spec{.children = {{.id = "all", .start = all}}});
    EXPECT_EQ(all.supervisor().children().get().value().size(), 0U);
    ASSERT_TRUE(all.start(t.shared_record(), "m", "").get());
    EXPECT_EQ(t.take(), births({"m"}));
    ASSERT_TRUE(t.top().stop().get());
    EXPECT_EQ(t.take(), ends({"m"}));
    EXPECT_EQ(all.start(t.shared_record(), "m", "").get().error(), supervision_errc::noproc);
  }
}

SCENARIO(GroupRestart, T5OneForAllEndsThoseThatHaveBegunBeforeTheNextAttempt) {
  for (const auto how : {fate::throws, fate::refuses}) {
    troop t(w);
    t.start(group(one_for_all, t.children({"a", "b", "c", "d"})));
    t.book().doom("c", how, 2);
    const auto no_c = how == fate::throws ? "c.throws" : refuse("c");
    EXPECT_EQ(t.attempts_after_failure_of("a"),
              text(fails("a"), ends({"d", "c", "b"}), births({"a", "b"}), no_c,  //
                   ends({"b", "a"}), births({"a", "b"}), no_c,                   //
                   ends({"b", "a"}), births({"a", "b", "c", "d"})));
    EXPECT_EQ(t.restarts(), 3U) << "I5: each attempt counts";
    EXPECT_EQ(t.states(), "a=running b=running c=running d=running");
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO(GroupRestart, T5OneForAllWhenTheFailedOneItselfDoesNotStart) {
  troop t(w);
  t.start(group(one_for_all, t.children({"a", "b", "c"})));
  t.book().doom("b", fate::refuses);
  EXPECT_EQ(t.attempts_after_failure_of("b"),
            text(fails("b"), ends({"c", "a"}), births({"a"}), refuse("b"),  //
                 ends({"a"}), births({"a", "b", "c"})));
  EXPECT_EQ(t.restarts(), 2U);
}

SCENARIO(GroupRestart, T5RestForOneGoesOnWithTheChildThatDidNotStart) {
  for (const auto how : {fate::throws, fate::refuses}) {
    troop t(w);
    t.start(group(rest_for_one, t.children({"a", "b", "c", "d", "e"})));
    t.book().doom("d", how, 2);
    const auto no_d = how == fate::throws ? "d.throws" : refuse("d");
    EXPECT_EQ(
        t.attempts_after_failure_of("b"),
        text(fails("b"), ends({"e", "d", "c"}), births({"b", "c"}), no_d, no_d, births({"d", "e"})))
        << "b and c are left alone";
    EXPECT_EQ(lives(t, {"a", "b", "c", "d", "e"}),
              how == fate::throws ? "a1 b2 c2 d2 e2" : "a1 b2 c2 d4 e2");
    EXPECT_EQ(t.restarts(), 3U) << "I5: each attempt counts";
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO(GroupRestart, T5GivingUpBetweenAttemptsEndsThoseThatHaveBegun) {
  for (const auto strategy : {one_for_all, rest_for_one}) {
    troop t(w);
    t.start(group(strategy, t.children({"a", "b", "c"}), 1));
    t.book().doom("c", fate::refuses, record::always);
    EXPECT_EQ(
        t.attempts_after_failure_of("a"),
        text(fails("a"), ends({"c", "b"}), births({"a", "b"}), refuse("c"), ends({"b", "a"})));
    EXPECT_EQ(t.end(), exit_kind::shutdown);
    EXPECT_PRED2(says, t.end().text(), "c");
  }
}

}  // namespace
