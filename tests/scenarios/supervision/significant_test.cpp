// significant_test.cpp: supervisors that end when certain children have: G1 to G6.
#include "recorder.hpp"

namespace {

using namespace supervised;

constexpr auto any = auto_shutdown_type::any_significant;
constexpr auto all = auto_shutdown_type::all_significant;

[[nodiscard]] child_spec significant(const cast_of_children& c, const std::string& id,
                                     restart_type how) {
  auto spec = c.one(id, how);
  spec.significant = true;
  return spec;
}

// --- G1: what is refused

SCENARIO(Significant, G1IsRefusedWhereTheSupervisorNeverEndsByItself) {
  const cast_of_children c(w);
  for (const restart_type how : {transient, temporary, permanent}) {
    const auto r =
        start(w.system(), supervisor_spec{.children = {c.one("a"), significant(c, "b", how)}});
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error(), supervision_errc::invalid_spec);
    EXPECT_TRUE(says(r.error().text(), "significant")) << r.error().text();
    EXPECT_TRUE(says(r.error().text(), "\"b\"")) << r.error().text();
  }
  EXPECT_EQ(c.lives->text(), "");
}

SCENARIO(Significant, G1IsRefusedThereLaterToo) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})});
  for (const restart_type how : {transient, temporary, permanent}) {
    const auto r = top.start_child(significant(c, "b", how)).get();
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error(), supervision_errc::invalid_spec);
    EXPECT_TRUE(says(r.error().text(), "significant")) << r.error().text();
  }
  EXPECT_EQ(listed(top), "a:running");
  EXPECT_EQ(c.lives->text(), "");
}

SCENARIO(Significant, G1IsRefusedForPermanentChildrenAlways) {
  cast_of_children c(w);
  for (const auto_shutdown_type when : {any, all}) {
    const auto r = start(w.system(), supervisor_spec{.auto_shutdown = when,
                                                     .children = {significant(c, "b", permanent)}});
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error(), supervision_errc::invalid_spec);
    EXPECT_TRUE(says(r.error().text(), "permanent")) << r.error().text();
    auto top = c.start(supervisor_spec{.auto_shutdown = when});
    EXPECT_EQ(code_of(top.start_child(significant(c, "b", permanent)).get()), "invalid_spec");
    EXPECT_EQ(code_of(top.start_child(significant(c, "b", transient)).get()), "ok");
    EXPECT_EQ(code_of(top.stop().get()), "ok");
  }
}

// --- G2: any

/// A tree of a, b and c that ends with b, which is significant.
struct with_b {
  with_b(world& w, auto_shutdown_type when, restart_type how) : c(w) {
    top = c.start(supervisor_spec{.auto_shutdown = when,
                                  .children = {c.one("a"), significant(c, "b", how), c.one("c")}});
  }
  void expect_ended_after(const std::string& b) const {
    EXPECT_EQ(c.lives->text(),
              "b.stop(" + b + ") b.gone c.stop(shutdown) c.gone a.stop(shutdown) a.gone");
    EXPECT_EQ(end_of(top), exit_kind::shutdown);
  }
  cast_of_children c;
  supervisor_ref top;
};

SCENARIO(Significant, G2ATransientOneThatEndsNormallyEndsAllInReverseOrder) {
  with_b s(w, any, transient);
  s.c.tell_and_settle("b", leave{});
  s.expect_ended_after("normal");
}

SCENARIO(Significant, G2ATransientOneThatEndsForShutdownDoesToo) {
  with_b s(w, any, transient);
  s.c.tell_and_settle("b", leave{exit_kind::shutdown});
  s.expect_ended_after("shutdown");
}

SCENARIO(Significant, G2ATemporaryOneThatEndsInAnyWayDoesToo) {
  {
    with_b s(w, any, temporary);
    s.c.tell_and_settle("b", leave{});
    s.expect_ended_after("normal");
  }
  with_b s(w, any, temporary);
  s.c.tell_and_settle("b", fall{});
  s.expect_ended_after("failed:disk");
}

SCENARIO(Significant, G2AnotherChildThatEndsNormallyDoesNot) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .auto_shutdown = any,
      .children = {c.one("a", transient), significant(c, "b", transient), c.one("d", temporary)}});
  c.tell_and_settle("a", leave{});
  c.tell_and_settle("d", fall{});
  EXPECT_EQ(listed(top), "b:running a:undefined");
}

// --- G3: all

SCENARIO(Significant, G3TheLastOfThemEndsAll) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .auto_shutdown = all,
      .children = {c.one("a"), significant(c, "b", transient), significant(c, "c", temporary),
                   significant(c, "d", transient)}});
  c.tell_and_settle("c", fall{});
  c.tell_and_settle("b", leave{});
  EXPECT_EQ(listed(top), "d:running b:undefined a:running") << "one is left";
  c.lives->clear();
  c.tell_and_settle("d", leave{});
  EXPECT_EQ(c.lives->text(), "d.stop(normal) d.gone a.stop(shutdown) a.gone");
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
}

SCENARIO(Significant, G3OneThatWasTerminatedIsNotWaitedFor) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .auto_shutdown = all,
      .children = {c.one("a"), significant(c, "b", transient), significant(c, "c", transient)}});
  EXPECT_EQ(code_of(top.terminate_child("b").get()), "ok");
  EXPECT_EQ(listed(top), "c:running b:undefined a:running");
  c.tell_and_settle("c", leave{});
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
}

SCENARIO(Significant, G3OneThatWasStartedAgainIsWaitedFor) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .auto_shutdown = all,
      .children = {c.one("a"), significant(c, "b", transient), significant(c, "c", transient)}});
  c.tell_and_settle("b", leave{});
  EXPECT_EQ(code_of(top.restart_child("b").get()), "ok");
  c.tell_and_settle("c", leave{});
  EXPECT_EQ(listed(top), "c:undefined b:running a:running");
  c.tell_and_settle("b", leave{});
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
}

// --- G4, G5: what is no such end

SCENARIO(Significant, G4ATransientOneThatFailsIsRestarted) {
  for (const auto_shutdown_type when : {any, all}) {
    with_b s(w, when, transient);
    s.c.tell_and_settle("b", fall{});
    EXPECT_EQ(s.c.lives->text(), "b.stop(failed:disk) b.gone b.built b.start");
    EXPECT_EQ(listed(s.top), "c:running b:running a:running");
    EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  }
}

SCENARIO(Significant, G5TerminateChildEndsOnlyThatChild) {
  for (const auto_shutdown_type when : {any, all})
    for (const restart_type how : {transient, temporary}) {
      with_b s(w, when, how);
      EXPECT_EQ(code_of(s.top.terminate_child("b").get()), "ok");
      w.settle();
      EXPECT_EQ(s.c.lives->text(), "b.stop(shutdown) b.gone");
      EXPECT_EQ(listed(s.top),
                how == transient ? "c:running b:undefined a:running" : "c:running a:running");
      EXPECT_EQ(code_of(s.top.stop().get()), "ok");
    }
}

SCENARIO(Significant, G5OneThatASiblingTakesDownEndsNobodyElse) {
  for (const auto_shutdown_type when : {any, all})
    for (const restart_strategy how : {one_for_all, rest_for_one}) {
      cast_of_children c(w);
      auto top = c.start(supervisor_spec{.strategy = how,
                                         .auto_shutdown = when,
                                         .children = {c.one("a"), significant(c, "b", temporary),
                                                      significant(c, "d", transient)}});
      c.tell_and_settle("a", fall{});
      EXPECT_EQ(c.lives->text(),
                "a.stop(failed:disk) a.gone d.stop(shutdown) d.gone b.stop(shutdown) b.gone "
                "a.built a.start d.built d.start");
      EXPECT_EQ(listed(top), "d:running a:running");
      EXPECT_EQ(code_of(top.stop().get()), "ok");
    }
}

// --- G6: families, and supervisors above

SCENARIO(Significant, G6AFamilyEndsWithAnyOfItsMembersAndThenItsParentDoes) {
  using many_children = family<child, record_ptr, std::string>;
  cast_of_children c(w);
  const many_children many(w.system(), "many",
                           {.restart = transient, .auto_shutdown = any, .significant = true});
  auto top = c.start(supervisor_spec{
      .auto_shutdown = any,
      .children = {c.one("a"),
                   {.id = "many", .start = many, .restart = transient, .significant = true},
                   c.one("z")}});
  for (const char* const m : {"m", "n"}) EXPECT_EQ(code_of(many.start(c.lives, m).get()), "ok");
  c.tell_and_settle("m", fall{});
  EXPECT_EQ(c.lives->built("m"), 2) << "G4";
  EXPECT_EQ(code_of(many.supervisor().count().get()), "ok");
  c.lives->clear();
  c.tell_and_settle("m", leave{});
  EXPECT_EQ(c.lives->text(),
            "m.stop(normal) m.gone n.stop(shutdown) n.gone z.stop(shutdown) z.gone "
            "a.stop(shutdown) a.gone");
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
}

SCENARIO(Significant, G6AFamilyEndsWithTheLastOfItsMembers) {
  using many_children = family<child, record_ptr, std::string>;
  cast_of_children c(w);
  const many_children many(w.system(), "many",
                           {.restart = temporary, .auto_shutdown = all, .significant = true});
  auto top =
      c.start(supervisor_spec{.children = {{.id = "many", .start = many, .restart = transient}}});
  for (const char* const m : {"m", "n", "o"})
    EXPECT_EQ(code_of(many.start(c.lives, m).get()), "ok");
  c.tell_and_settle("m", leave{});
  c.tell_and_settle("o", fall{});
  EXPECT_TRUE(runs(many.supervisor()));
  c.tell_and_settle("n", leave{});
  EXPECT_EQ(end_of(many.supervisor()), exit_kind::shutdown);
  EXPECT_EQ(listed(top), "many:undefined");
}

SCENARIO(Significant, G1AFamilyOfSignificantMembersNeedsAnEndToo) {
  for (const family_spec& wrong :
       {family_spec{.restart = transient, .significant = true},
        family_spec{.restart = permanent, .auto_shutdown = any, .significant = true}}) {
    try {
      const family<child, record_ptr, std::string> many(w.system(), "many", wrong);
      ADD_FAILURE() << "it was made";
    } catch (const bad_option& e) {
      EXPECT_TRUE(says(e.what(), "significant")) << e.what();
    }
  }
}

SCENARIO(Significant, G6ASupervisorThatEndsByItselfIsASignificantChildThatEnds) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .auto_shutdown = any,
      .children = {
          c.one("a"),
          {.id = "sub",
           .start = supervisor_spec{.auto_shutdown = any,
                                    .children = {c.one("b"), significant(c, "d", transient)}},
           .restart = transient,
           .significant = true}}});
  c.tell_and_settle("d", leave{});
  EXPECT_EQ(c.lives->text(),
            "d.stop(normal) d.gone b.stop(shutdown) b.gone a.stop(shutdown) a.gone");
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
}

SCENARIO(Significant, G6APermanentSupervisorThatEndsByItselfIsRestarted) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .children = {c.one("a"),
                   {.id = "sub",
                    .start = supervisor_spec{.auto_shutdown = any,
                                             .children = {significant(c, "d", transient)}}}}});
  c.tell_and_settle("d", leave{});
  EXPECT_EQ(c.lives->text(), "d.stop(normal) d.gone d.built d.start");
  EXPECT_EQ(listed(top), "sub:running a:running");
}

}  // namespace
