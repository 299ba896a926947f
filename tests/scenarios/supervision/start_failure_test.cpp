// start_failure_test.cpp: trees that cannot be built, and what is left of them: nothing.
//
//   Rules    S2, S3, S7, X2: docs/semantics.md.
#include "ward_cast.hpp"

namespace {

using namespace wards;
using troupe::supervision_error;

/// Starts a tree that cannot be built.
[[nodiscard]] supervision_error refused(troop& t, const child_start& tree,
                                        const std::string& name = {}) {
  const auto built = troupe::start(t.where().system(), tree, name);
  EXPECT_FALSE(built) << "it was built";
  return built ? supervision_error(supervision_errc::timeout, "built") : built.error();
}

/// How the start of "c" fails, what is written then, and the words of the exception.
struct failure {
  fate how;
  std::string written;
  std::string words;
};
[[nodiscard]] std::vector<failure> failures() {
  return {{fate::throws, "c.throws", "not built"}, {fate::refuses, refuse("c"), "no start"}};
}

SCENARIO(StartFailure, S2ThoseBeforeItAreStoppedInReverseOrderAndThoseBehindAreNotMade) {
  for (const auto& f : failures()) {
    troop t(w);
    t.book().doom("c", f.how);
    const auto e =
        refused(t, supervisor_spec{.children = t.children({"a", "b", "c", "d", "e"})}, "bank");
    EXPECT_EQ(t.book().take(), text(births({"a", "b"}), f.written, ends({"b", "a"})))
        << "nobody is left when start() returns";
    EXPECT_EQ(e, supervision_errc::failed_to_start) << e.text();
    EXPECT_EQ(e.reason(), exit_kind::failed);
    EXPECT_EQ(e.reason().text(), f.words);
    EXPECT_PRED2(says, e.text(), "\"c\"");
    EXPECT_EQ(t.take(), "");
  }
}

SCENARIO(StartFailure, S2TheFirstOneLeavesNothingToStop) {
  for (const auto& f : failures()) {
    troop t(w);
    t.book().doom("c", f.how);
    const auto e = refused(t, supervisor_spec{.children = t.children({"c", "d"})});
    EXPECT_EQ(t.take(), f.written);
    EXPECT_EQ(e, supervision_errc::failed_to_start);
  }
}

SCENARIO(StartFailure, S2OfALateOnStartIsTheSame) {
  troop t(w);
  t.book().doom("c", fate::refuses);
  child_spec late{.id = "c", .start = troupe::actor_of<latecomer>(t.shared_record(), "c", 1ms)};
  const auto e =
      refused(t, supervisor_spec{.children = {t.child("a"), t.child("b"), late, t.child("d")}});
  EXPECT_EQ(t.book().take(), text(births({"a", "b"}), "c.built c.start c.gone", ends({"b", "a"})));
  EXPECT_EQ(e, supervision_errc::failed_to_start);
  EXPECT_EQ(e.reason().text(), "no late start");
}

SCENARIO(StartFailure, S2TheRestartTypeIntensityAndBackoffDoNotMatter) {
  for (const auto type : {permanent, transient, temporary}) {
    troop t(w);
    t.book().doom("c", fate::refuses);
    auto c = t.child("c", type);
    c.backoff = troupe::fixed{1ms};
    const auto e = refused(t, supervisor_spec{.intensity = 100, .children = {t.child("a"), c}});
    w.advance(1h);
    EXPECT_EQ(t.take(), text(births({"a"}), refuse("c"), ends({"a"})));
    EXPECT_EQ(e, supervision_errc::failed_to_start);
  }
}

SCENARIO(StartFailure, S2NothingIsLeftAndTheNameIsFree) {
  troop t(w);
  const auto spec = [&t] { return supervisor_spec{.children = t.children({"a", "b"})}; };
  std::uint64_t alive = 0;
  for (int i = 0; i < 3; ++i) {
    t.book().doom("b", fate::refuses);
    EXPECT_EQ(refused(t, spec(), "bank"), supervision_errc::failed_to_start);
    w.settle();
    EXPECT_FALSE(troupe::find_supervisor(w.system(), "bank"));
    EXPECT_TRUE(w.system().snapshot().trees.empty());
    if (i > 0) {
      EXPECT_EQ(w.counters().alive(), alive) << "somebody was left";
    }
    alive = w.counters().alive();
  }
  (void)t.take();
  t.build(spec(), "bank");
  EXPECT_EQ(t.take(), births({"a", "b"})) << "the slots are free, too";
}

SCENARIO(StartFailure, S2OfASupervisorBelowEndsAllThatHasBegun) {
  troop t(w);
  t.book().doom("y", fate::throws);
  const supervisor_spec inner{.children = t.children({"x", "y", "z"})};
  const auto e = refused(
      t,
      supervisor_spec{.children = {t.child("a"), {.id = "inner", .start = inner}, t.child("b")}});
  EXPECT_EQ(t.book().take(), text(births({"a", "x"}), "y.throws", ends({"x", "a"})));
  EXPECT_EQ(e, supervision_errc::failed_to_start);
  EXPECT_PRED2(says, e.text(), "\"inner\"");
  EXPECT_EQ(e.reason(), exit_kind::shutdown);
  EXPECT_PRED2(says, e.reason().text(), "failed_to_start_child");
  EXPECT_PRED2(says, e.reason().text(), "y");
}

SCENARIO(StartFailure, S2EndsASupervisorBelowThatHadBegun) {
  troop t(w);
  t.book().doom("b", fate::refuses);
  const supervisor_spec inner{.children = t.children({"x", "y"})};
  const auto e = refused(
      t,
      supervisor_spec{.children = {t.child("a"), {.id = "inner", .start = inner}, t.child("b")}});
  EXPECT_EQ(t.book().take(), text(births({"a", "x", "y"}), refuse("b"), ends({"y", "x", "a"})));
  EXPECT_EQ(e, supervision_errc::failed_to_start);
}

SCENARIO(StartFailure, S2AnAddedChildThatFailsLeavesTheOthersAlone) {
  for (const auto& f : failures()) {
    troop t(w);
    t.start(supervisor_spec{
        .strategy = one_for_all, .intensity = 0, .children = t.children({"a", "b"})});
    t.book().doom("c", f.how);
    const auto added = t.top().start_child(t.child("c")).get();
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error(), supervision_errc::failed_to_start);
    EXPECT_EQ(added.error().reason().text(), f.words);
    EXPECT_PRED2(says, added.error().text(), "\"c\"");
    EXPECT_EQ(t.take(), f.written);
    EXPECT_EQ(t.states(), "a=running b=running");
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO(StartFailure, S2AMemberOfAFamilyThatFailsIsNotAdded) {
  for (const auto& f : failures()) {
    troop t(w);
    const troupe::family<player, record_ptr, std::string> all(w.system(), "all", {.intensity = 0});
    t.start(supervisor_spec{.intensity = 0, .children = {{.id = "all", .start = all}}});
    t.book().doom("c", f.how);
    const auto member = all.start(t.shared_record(), "c").get();
    ASSERT_FALSE(member);
    EXPECT_EQ(member.error(), supervision_errc::failed_to_start);
    EXPECT_EQ(member.error().reason().text(), f.words);
    EXPECT_EQ(t.take(), f.written);
    EXPECT_EQ(all.supervisor().children().get().value().size(), 0U);
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO(StartFailure, S3WhatTheMakerOfATreeThrowsIsAFailedStart) {
  troop t(w);
  const auto broken =
      troupe::tree_of([]() -> supervisor_spec { throw std::runtime_error("no such file"); });
  const auto top = refused(t, broken, "bank");
  EXPECT_EQ(top, supervision_errc::failed_to_start) << top.text();
  EXPECT_EQ(top.reason(), exit_kind::failed);
  EXPECT_EQ(top.reason().text(), "no such file");
  EXPECT_FALSE(troupe::find_supervisor(w.system(), "bank"));
  const auto below = refused(
      t,
      supervisor_spec{.children = {t.child("a"), {.id = "inner", .start = broken}, t.child("b")}});
  EXPECT_EQ(t.book().take(), text(births({"a"}), ends({"a"})));
  EXPECT_EQ(below, supervision_errc::failed_to_start) << below.text();
  EXPECT_EQ(below.reason(), exit_kind::failed);
  EXPECT_EQ(below.reason().text(), "no such file");
  EXPECT_PRED2(says, below.text(), "\"inner\"");
}

SCENARIO(StartFailure, S3AnInvalidSpecThatWasMadeIsAnErrorThatNamesTheField) {
  troop t(w);
  const auto bad = troupe::tree_of(
      [a = t.child("a")] { return supervisor_spec{.intensity = -1, .children = {a}}; });
  const auto e = refused(t, bad);
  EXPECT_TRUE(e == supervision_errc::failed_to_start || e == supervision_errc::invalid_spec);
  EXPECT_TRUE(says(e.text(), "intensity") || says(e.reason().text(), "intensity")) << e.text();
  EXPECT_EQ(t.take(), "");
}

SCENARIO(StartFailure, S7AnInvalidTreeIsRefusedBeforeAnybodyIsBuilt) {
  troop t(w);
  const supervisor_spec inner{.period = 0s, .children = t.children({"x"})};
  const auto deep = refused(
      t, supervisor_spec{.children = {t.child("a"), {.id = "inner", .start = inner}}}, "bank");
  EXPECT_EQ(deep, supervision_errc::invalid_spec);
  EXPECT_PRED2(says, deep.text(), "period");
  EXPECT_PRED2(says, deep.text(), "\"inner\"");
  const auto twice = refused(t, supervisor_spec{.children = {t.child("a"), t.child("a")}}, "bank");
  EXPECT_EQ(twice, supervision_errc::invalid_spec);
  EXPECT_PRED2(says, twice.text(), "\"a\"");
  EXPECT_EQ(t.take(), "");
  EXPECT_FALSE(troupe::find_supervisor(w.system(), "bank"));
}

SCENARIO(StartFailure, S7AnInvalidAddedChildIsRefusedBeforeItIsBuilt) {
  troop t(w);
  t.start(supervisor_spec{.children = t.children({"a"})});
  auto b = t.child("b");
  b.start_deadline = 0s;
  const auto late = t.top().start_child(b).get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), supervision_errc::invalid_spec);
  EXPECT_PRED2(says, late.error().text(), "start_deadline");
  b = t.child("b", transient);
  b.significant = true;  // the supervisor's auto_shutdown is never
  const auto significant = t.top().start_child(b).get();
  ASSERT_FALSE(significant);
  EXPECT_EQ(significant.error(), supervision_errc::invalid_spec);
  EXPECT_PRED2(says, significant.error().text(), "significant");
  EXPECT_EQ(t.top().start_child(t.child("a")).get().error(), supervision_errc::already_started);
  EXPECT_EQ(t.take(), "");
  EXPECT_EQ(t.states(), "a=running");
}

SCENARIO(StartFailure, X2AChildThatHasNotBegunByItsDeadlineHasFailed) {
  troop t(w);
  child_spec late{.id = "c", .start = troupe::actor_of<latecomer>(t.shared_record(), "c", 24h)};
  late.start_deadline = 1ms;
  const auto before = w.system().now();
  const auto e =
      refused(t, supervisor_spec{.children = {t.child("a"), late, t.child("d")}}, "bank");
  EXPECT_EQ(e, supervision_errc::failed_to_start) << e.text();
  EXPECT_PRED2(says, e.text(), "\"c\"");
  EXPECT_EQ(t.book().take(), text(births({"a"}), "c.built c.start c.gone", ends({"a"})));
  if (!world::real) {
    EXPECT_EQ(w.system().now() - before, 1ms);
  }
}

}  // namespace
