// start_test.cpp: how a tree is built: in order, one child after the other; what children say.
//
//   Rules    S1, S3 to S6, S8: docs/semantics.md.
#include "ward_cast.hpp"

#include <optional>

namespace {

using namespace wards;

[[nodiscard]] child_spec late(troop& t, const std::string& id) {
  return {.id = id, .start = troupe::actor_of<latecomer>(t.shared_record(), id, 1ms)};
}
[[nodiscard]] std::string late_birth(const std::string& id) {
  return text(id + ".built", id + ".start", id + ".begun");
}
/// Says these words when it begins.
[[nodiscard]] child_spec saying(troop& t, const std::string& id, const std::string& words,
                                troupe::restart_type restart = permanent) {
  auto c = t.child(id, restart);
  c.start = troupe::actor_of<player>(t.shared_record(), id, words);
  return c;
}

SCENARIO(Start, S1ChildrenStartOneAtATimeInListOrder) {
  troop t(w);
  t.build(supervisor_spec{.children = t.children({"c", "a", "b"})});
  EXPECT_EQ(t.book().take(), births({"c", "a", "b"})) << "start() has returned";
  EXPECT_EQ(t.states(), "c=running a=running b=running");
}

SCENARIO(Start, S1TheNextOneIsNotMadeBeforeTheOneBeforeHasBegun) {
  troop t(w);
  t.build(supervisor_spec{.children = {late(t, "a"), t.child("b"), late(t, "c"), late(t, "d")}});
  EXPECT_EQ(t.book().take(), text(late_birth("a"), births({"b"}), late_birth("c"), late_birth("d")))
      << "start() returns when the last on_start has";
  EXPECT_EQ(t.states(), "a=running b=running c=running d=running");
}

SCENARIO(Start, S1ASupervisorHasBegunWhenItsChildrenHave) {
  troop t(w);
  const supervisor_spec inner{.children = {late(t, "x"), late(t, "y")}};
  const supervisor_spec middle{.children = {{.id = "inner", .start = inner}, t.child("z")}};
  t.build(
      supervisor_spec{.children = {t.child("a"), {.id = "middle", .start = middle}, t.child("b")}});
  EXPECT_EQ(t.book().take(),
            text(births({"a"}), late_birth("x"), late_birth("y"), births({"z", "b"})));
  EXPECT_EQ(t.states(), "a=running middle=running b=running");
}

SCENARIO(Start, S1ATreeWithoutChildrenStarts) {
  troop t(w);
  t.build(supervisor_spec{});
  EXPECT_TRUE(t.top());
  EXPECT_EQ(t.states(), "");
}

SCENARIO(Start, S1AChildThatIsAddedHasBegunWhenStartChildReturns) {
  troop t(w);
  t.start(supervisor_spec{.children = t.children({"a"})});
  const auto added = t.top().start_child(late(t, "b")).get();
  ASSERT_TRUE(added) << added.error().text();
  EXPECT_EQ(t.book().take(), late_birth("b"));
  EXPECT_NE(added->who, troupe::actor_id());
  const auto third = t.top().start_child(t.child("c")).get();
  ASSERT_TRUE(third) << third.error().text();
  EXPECT_EQ(t.book().take(), births({"c"}));
  EXPECT_EQ(third->who, t.identity_of("c").id);
  EXPECT_EQ(t.states(), "a=running b=running c=running");
}

SCENARIO(Start, WhatASlotIsToldBeforeItsFirstChildWaitsForIt) {
  troop t(w);
  for (int i = 0; i < 3; ++i) t.at("a").tell(note{i});
  EXPECT_EQ(t.take(), "");
  t.build(supervisor_spec{.children = t.children({"a"})});
  EXPECT_EQ(t.take(), text(births({"a"}), "a.0 a.1 a.2"));
}

SCENARIO(Start, S3ATopThatHasNothingToSuperviseIsAnEmptyReference) {
  troop t(w);
  const auto nothing = troupe::tree_of([]() -> std::optional<supervisor_spec> { return {}; });
  const auto built = troupe::start(w.system(), nothing, "bank");
  ASSERT_TRUE(built) << built.error().text();
  EXPECT_FALSE(*built);
  EXPECT_FALSE(troupe::find_supervisor(w.system(), "bank"));
  EXPECT_EQ(built->children().get().error(), supervision_errc::noproc);
  w.settle();
  t.build(supervisor_spec{.children = t.children({"a"})}, "bank");  // the name is free
  EXPECT_EQ(t.take(), births({"a"}));
}

SCENARIO(Start, S3ASupervisorBelowThatIgnoresEndsNormallyAndIsNotRestarted) {
  troop t(w);
  const auto nothing = troupe::tree_of([]() -> std::optional<supervisor_spec> { return {}; });
  t.build(supervisor_spec{
      .intensity = 0, .children = {t.child("a"), {.id = "none", .start = nothing}, t.child("b")}});
  EXPECT_EQ(t.take(), births({"a", "b"}));
  EXPECT_EQ(t.states(), "a=running none=undefined b=running");
}

SCENARIO(Start, S3TheSpecIsMadeAnewAtEveryStart) {
  troop t(w);
  const auto made = std::make_shared<std::atomic<int>>(0);
  const auto grows = troupe::tree_of([made, x = t.child("x"), y = t.child("y")] {
    supervisor_spec s{.intensity = 0, .children = {x}};
    if (made->fetch_add(1, std::memory_order_relaxed) > 0) s.children.push_back(y);
    return s;
  });
  t.build(supervisor_spec{.children = {{.id = "inner", .start = grows}}});
  EXPECT_EQ(t.take(), births({"x"}));
  EXPECT_EQ(t.after_failure_of("x"), text(fails("x"), births({"x", "y"})));
  EXPECT_EQ(made->load(std::memory_order_relaxed), 2);
}

SCENARIO(Start, S4AChildThatIgnoresIsListedWithoutAnActorUnlessItIsTemporary) {
  troop t(w);
  for (const char* id : {"p", "r", "t"}) t.book().doom(id, fate::ignores);
  t.build(
      supervisor_spec{.intensity = 0,
                      .children = {t.child("a"), t.child("p", permanent), t.child("r", transient),
                                   t.child("t", temporary), t.child("b")}});
  EXPECT_EQ(t.take(), text(births({"a"}), "p.built p.ignores p.gone", "r.built r.ignores r.gone",
                           "t.built t.ignores t.gone", births({"b"})));
  EXPECT_EQ(t.states(), "a=running p=undefined r=undefined b=running");
  const auto all = t.top().children().get();
  ASSERT_TRUE(all);
  for (const auto& c : *all)
    EXPECT_EQ(c.who == troupe::actor_id(), c.state == child_state::undefined) << c.id;
  // It is one that can be started again by its id.
  const auto again = t.top().restart_child("p").get();
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->who, t.identity_of("p").id);
  EXPECT_EQ(t.top().restart_child("t").get().error(), supervision_errc::not_found);
  EXPECT_EQ(t.states(), "a=running p=running r=undefined b=running");
}

SCENARIO(Start, S4AnAddedChildThatIgnoresIsAddedUnlessItIsTemporary) {
  troop t(w);
  t.start(supervisor_spec{.intensity = 0});
  for (const auto type : {permanent, transient, temporary}) {
    const std::string id = "c" + std::to_string(static_cast<int>(type));
    t.book().doom(id, fate::ignores);
    const auto added = t.top().start_child(t.child(id, type)).get();
    ASSERT_TRUE(added) << added.error().text();
    EXPECT_EQ(added->who, troupe::actor_id()) << "nobody was started";
    EXPECT_EQ(t.take(), text(id + ".built", id + ".ignores", id + ".gone"));
  }
  EXPECT_EQ(t.states(), "c0=undefined c1=undefined");
  EXPECT_EQ(t.top().start_child(t.child("c0")).get().error(), supervision_errc::already_present);
}

SCENARIO(Start, S4AMemberOfAFamilyThatIgnoresIsNotAdded) {
  troop t(w);
  for (const auto type : {permanent, transient, temporary}) {
    const std::string id = "m" + std::to_string(static_cast<int>(type));
    const troupe::family<player, record_ptr, std::string> all(w.system(), "all", {.restart = type});
    t.start(supervisor_spec{.children = {{.id = "all", .start = all}}});
    t.book().doom(id, fate::ignores);
    const auto member = all.start(t.shared_record(), id).get();
    ASSERT_TRUE(member) << member.error().text();
    EXPECT_FALSE(*member);
    EXPECT_EQ(t.take(), text(id + ".built", id + ".ignores", id + ".gone"));
    EXPECT_EQ(all.supervisor().children().get().value().size(), 0U);
    EXPECT_EQ(all.supervisor().count().get().value().active, 0U);
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO(Start, S4AChildThatIgnoresAtItsRestartStaysListed) {
  troop t(w);
  t.start(supervisor_spec{.children = t.children({"a", "b"})});
  t.book().doom("a", fate::ignores);
  EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), "a.built a.ignores a.gone"));
  EXPECT_EQ(t.states(), "a=undefined b=running");
  EXPECT_EQ(t.restarts(), 1U);
}

SCENARIO(Start, S5WordsOfAChildArePassedOnUnchanged) {
  troop t(w);
  const std::string words = "port 4711, \"a/b\"\n";
  t.start(supervisor_spec{.children = {saying(t, "listed", "ignored by start()")}});
  const auto added = t.top().start_child(saying(t, "a", words)).get();
  ASSERT_TRUE(added) << added.error().text();
  EXPECT_EQ(added->info, words);
  EXPECT_EQ(t.top().start_child(t.child("b")).get().value().info, "");
  for (const auto& [id, said] : {std::pair<std::string, std::string>{"a", words},
                                 {"b", ""},
                                 {"listed", "ignored by start()"}}) {
    ASSERT_TRUE(t.top().terminate_child(id).get());
    const auto again = t.top().restart_child(id).get();
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(again->info, said);
    EXPECT_EQ(again->who, t.identity_of(id).id);
  }
}

SCENARIO(Start, S5WordsDoNotDisturbARestart) {
  troop t(w);
  t.start(supervisor_spec{.strategy = one_for_all,
                          .children = {saying(t, "a", "one"), saying(t, "b", "two")}});
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), ends({"a"}), births({"a", "b"})));
  EXPECT_EQ(t.states(), "a=running b=running");
}

SCENARIO(Start, S6WhatASpecDoesNotSayIsFilledIn) {
  troop t(w);
  const troupe::family<player, record_ptr, std::string> all(w.system(), "all");
  t.start(supervisor_spec{.children = {{.id = "worker", .start = t.child("worker").start},
                                       {.id = "below", .start = supervisor_spec{}},
                                       {.id = "all", .start = all}}});
  for (const std::string id : {"worker", "below", "all"}) {
    const auto spec = t.top().spec_of(id).get();
    ASSERT_TRUE(spec) << spec.error().text();
    EXPECT_EQ(spec->id, id);
    EXPECT_EQ(spec->restart, permanent);
    EXPECT_FALSE(spec->significant);
    EXPECT_EQ(spec->start_deadline, 5s);
    ASSERT_FALSE(spec->shutdown.is_default()) << id;
    ASSERT_FALSE(spec->shutdown.is_brutal_kill()) << id;
    EXPECT_EQ(spec->shutdown.time(), id == "worker" ? 5s : troupe::duration::max()) << id;
  }
  EXPECT_EQ(t.top().spec_of("worker").get()->start.kind(), troupe::child_kind::actor);
  EXPECT_EQ(t.top().spec_of("below").get()->start.kind(), troupe::child_kind::supervisor);
  EXPECT_EQ(t.top().spec_of("all").get()->start.kind(), troupe::child_kind::family);
}

SCENARIO(Start, S6WhatWasSaidIsNotReplaced) {
  troop t(w);
  auto quick = t.child("quick", transient);
  quick.shutdown = 3s;
  quick.start_deadline = 7s;
  auto dead = t.child("dead", temporary);
  dead.shutdown = troupe::stop_time::brutal_kill();
  t.start(supervisor_spec{.children = {quick, dead}});
  const auto first = t.top().spec_of("quick").get().value();
  EXPECT_EQ(first.restart, transient);
  EXPECT_EQ(first.shutdown.time(), 3s);
  EXPECT_EQ(first.start_deadline, 7s);
  const auto second = t.top().spec_of("dead").get().value();
  EXPECT_EQ(second.restart, temporary);
  EXPECT_TRUE(second.shutdown.is_brutal_kill());
  EXPECT_EQ(troupe::what_is_wrong_with(first), "") << "what was filled in can be given again";
}

SCENARIO(Start, S6ASupervisorThatSaysNothingIsOneForOneAndAllowsOneRestartInFiveSeconds) {
  const supervisor_spec said;
  EXPECT_EQ(said.strategy, one_for_one);
  EXPECT_EQ(said.intensity, 1);
  EXPECT_EQ(said.period, 5s);
  EXPECT_EQ(said.auto_shutdown, troupe::auto_shutdown_type::never);
  EXPECT_TRUE(std::holds_alternative<troupe::no_backoff>(said.backoff));
  troop t(w);
  t.start(supervisor_spec{.children = t.children({"a", "b"})});
  EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), births({"a"})));
  if (!world::real) {
    w.advance(5s + 1ns);
    EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), births({"a"})));
    EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), ends({"b"})));
    EXPECT_EQ(t.end(), exit_kind::shutdown);
  }
}

SCENARIO(Start, S8ASecondTreeOfTheSameNameIsRefused) {
  troop t(w);
  t.start(supervisor_spec{.children = t.children({"a"})}, "bank");
  const auto second =
      troupe::start(w.system(), supervisor_spec{.children = t.children({"b"})}, "bank");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), supervision_errc::already_started);
  EXPECT_EQ(second.error().who(), t.top().id());
  EXPECT_PRED2(says, second.error().text(), "bank");
  EXPECT_EQ(t.take(), "") << "nobody was built, nobody was stopped";
  EXPECT_EQ(t.states(), "a=running");
  const auto other =
      troupe::start(w.system(), supervisor_spec{.children = t.children({"b"})}, "shop");
  ASSERT_TRUE(other) << other.error().text();
  EXPECT_EQ(t.take(), births({"b"}));
}

SCENARIO(Start, S8AStopIsAnsweredWhenTheSupervisorHasEnded) {
  troop t(w);
  t.start(supervisor_spec{.children = t.children({"a"})}, "bank");
  ASSERT_TRUE(t.top().stop().get());
  EXPECT_EQ(t.book().take(), ends({"a"}));
  EXPECT_EQ(t.end(), exit_kind::shutdown);
  EXPECT_TRUE(w.system().snapshot().trees.empty());
}

SCENARIO(Start, S8TheNameAndTheSlotsAreFreeWhenTheTreeHasEnded) {
  troop t(w);
  t.start(supervisor_spec{.children = t.children({"a"})}, "bank");
  ASSERT_TRUE(t.top().stop().get());
  EXPECT_EQ(t.book().take(), ends({"a"})) << "it is answered when all have ended";
  t.build(supervisor_spec{.children = t.children({"a"})}, "bank");
  EXPECT_EQ(t.take(), births({"a"}));
  EXPECT_EQ(troupe::find_supervisor(w.system(), "bank"), t.top());
}

}  // namespace
