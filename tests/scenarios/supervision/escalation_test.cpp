// escalation_test.cpp: what becomes of a failure that a supervisor cannot mend: E1 to E4.
#include "recorder.hpp"

namespace {

using namespace supervised;

using many_children = family<child, record_ptr, std::string>;

/// a, then a supervisor of b and c that gives up at once, then d.
[[nodiscard]] supervisor_spec with_sub(const cast_of_children& c, restart_type how,
                                       int sub_intensity = 0) {
  return {.intensity = 5,
          .period = 1h,
          .children = {c.one("a"),
                       {.id = "sub",
                        .start = supervisor_spec{.intensity = sub_intensity,
                                                 .period = 1h,
                                                 .children = c.all({"b", "c"})},
                        .restart = how},
                       c.one("d")}};
}
constexpr const char* sub_gave_up = "b.stop(failed:disk) b.gone c.stop(shutdown) c.gone";

// --- E1: giving up

SCENARIO(Escalation, E1ATopThatGivesUpEndsForShutdownAndSaysWhoAndHowOften) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .intensity = 2, .period = 1h, .children = {c.one("first"), c.one("teller"), c.one("last")}});
  c.tell_and_settle("teller", fall{});
  c.tell_and_settle("teller", fall{});
  EXPECT_TRUE(runs(top));
  c.lives->clear();
  c.tell_and_settle("teller", fall{});
  EXPECT_EQ(c.lives->text(),
            "teller.stop(failed:disk) teller.gone last.stop(shutdown) last.gone "
            "first.stop(shutdown) first.gone");
  const exit_reason why = end_of(top);
  EXPECT_EQ(why, exit_kind::shutdown);
  EXPECT_TRUE(says(why.text(), "teller")) << why.to_string();
  EXPECT_TRUE(says(why.text(), "3") || says(why.text(), "2")) << why.to_string();
  EXPECT_TRUE(w.system().snapshot().trees.empty());
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO(Escalation, E1APermanentSupervisorThatGivesUpIsRestarted) {
  cast_of_children c(w);
  auto top = c.start(with_sub(c, permanent));
  c.tell_and_settle("b", fall{});
  EXPECT_EQ(c.lives->text(), std::string(sub_gave_up) + " b.built b.start c.built c.start");
  EXPECT_EQ(listed(top), "d:running sub:running a:running");
}

SCENARIO(Escalation, E1ATransientSupervisorThatGivesUpIsNot) {
  cast_of_children c(w);
  auto top = c.start(with_sub(c, transient));
  c.tell_and_settle("b", fall{});
  EXPECT_EQ(c.lives->text(), sub_gave_up) << "shutdown is a clean reason";
  EXPECT_EQ(listed(top), "d:running sub:undefined a:running");
  EXPECT_EQ(code_of(top.restart_child("sub").get()), "ok");
  EXPECT_EQ(c.lives->text(), std::string(sub_gave_up) + " b.built b.start c.built c.start");
}

SCENARIO(Escalation, E1ATemporarySupervisorThatGivesUpIsForgotten) {
  cast_of_children c(w);
  auto top = c.start(with_sub(c, temporary));
  c.tell_and_settle("b", fall{});
  EXPECT_EQ(c.lives->text(), sub_gave_up);
  EXPECT_EQ(listed(top), "d:running a:running");
}

SCENARIO(Escalation, E1ASupervisorWhoseChildCannotBeStartedAgainGivesUp) {
  cast_of_children c(w);
  auto top = c.start(with_sub(c, permanent, 3));
  c.lives->fail_starts("b", 3);
  c.tell("b", fall{});
  until(w, [&] { return c.lives->has("c.start"); });
  until(w, [&] { return listed(top) == "d:running sub:running a:running"; });
  EXPECT_EQ(c.lives->text(),
            "b.stop(failed:disk) b.gone b.built b.gone b.built b.gone b.built b.gone "
            "c.stop(shutdown) c.gone b.built b.start c.built c.start")
      << "three attempts, then its parent's";
}

// --- E2: fresh

SCENARIO(Escalation, E2ARestartedSubtreeHasItsOwnChildrenAnewAndNoOthers) {
  cast_of_children c(w);
  auto top = c.start(with_sub(c, permanent), "top");
  const supervisor_ref sub = find_supervisor(w.system(), "top/sub");
  EXPECT_EQ(code_of(sub.start_child(c.one("dynamic")).get()), "ok");
  EXPECT_EQ(listed(sub), "dynamic:running c:running b:running");
  c.lives->clear();
  c.tell_and_settle("c", fall{});
  EXPECT_EQ(c.lives->text(),
            "c.stop(failed:disk) c.gone dynamic.stop(shutdown) dynamic.gone b.stop(shutdown) "
            "b.gone b.built b.start c.built c.start");
  EXPECT_EQ(listed(sub), "c:running b:running") << "through the reference from before";
  EXPECT_EQ(find_supervisor(w.system(), "top/sub"), sub);
  EXPECT_FALSE(c.find("dynamic"));
}

SCENARIO(Escalation, E2ChildrenThatWereTerminatedOrDeletedAreBackInARestartedSubtree) {
  cast_of_children c(w);
  auto top = c.start(
      supervisor_spec{.children = {{.id = "sub",
                                    .start = supervisor_spec{.intensity = 0,
                                                             .children = {c.one("b"), c.one("c"),
                                                                          c.one("e")}}}}},
      "top");
  const supervisor_ref sub = find_supervisor(w.system(), "top/sub");
  EXPECT_EQ(code_of(sub.terminate_child("b").get()), "ok");
  EXPECT_EQ(code_of(sub.terminate_child("c").get()), "ok");
  EXPECT_EQ(code_of(sub.delete_child("c").get()), "ok");
  c.tell_and_settle("e", fall{});
  EXPECT_EQ(listed(sub), "e:running c:running b:running");
}

SCENARIO(Escalation, E2WhomTheStrategyAboveMeansIsRestartedToo) {
  cast_of_children c(w);
  auto spec = with_sub(c, permanent);
  spec.strategy = rest_for_one;
  auto top = c.start(spec);
  c.tell_and_settle("c", fall{});
  EXPECT_EQ(c.lives->text(),
            "c.stop(failed:disk) c.gone b.stop(shutdown) b.gone d.stop(shutdown) d.gone "
            "b.built b.start c.built c.start d.built d.start");
}

SCENARIO(Escalation, E2TheCountOfARestartedSupervisorBeginsAnew) {
  cast_of_children c(w);
  auto top = c.start(with_sub(c, permanent, 1));
  for (int life = 0; life < 3; ++life) {
    c.lives->clear();
    c.tell_and_settle("b", fall{});
    EXPECT_EQ(c.lives->text(), "b.stop(failed:disk) b.gone b.built b.start") << life;
    c.tell_and_settle("b", fall{});
    EXPECT_EQ(c.lives->built("c"), 1) << "the second is one too many";
  }
}

SCENARIO(Escalation, E2OfAFamilyThatIsRestartedNobodyComesBack) {
  cast_of_children c(w);
  const many_children many(w.system(), "many", {.intensity = 0});
  auto top = c.start(supervisor_spec{.children = {c.one("a"), {.id = "many", .start = many}}});
  const auto m = many.start(c.lives, "m").get();
  ASSERT_TRUE(m);
  EXPECT_EQ(code_of(many.start(c.lives, "n").get()), "ok");
  c.lives->clear();
  c.tell_and_settle("m", fall{});
  EXPECT_EQ(c.lives->text(), "m.stop(failed:disk) m.gone n.stop(shutdown) n.gone");
  EXPECT_EQ(listed(top), "many:running a:running");
  const auto r = m->try_ask<query>(1).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), ask_errc::down) << "its reference means nobody any more";
  EXPECT_EQ(code_of(many.start(c.lives, "m").get()), "ok");
}

// --- E3: how much it takes

SCENARIO(Escalation, E3TheFailuresThatEndATreeAreTheProductOfWhatEachLevelBears) {
  for (const int below : {0, 1, 2})
    for (const int above : {0, 1, 2}) {
      cast_of_children c(w);
      auto top = c.start(supervisor_spec{
          .intensity = above,
          .period = 1h,
          .children = {{.id = "sub",
                        .start = supervisor_spec{
                            .intensity = below, .period = 1h, .children = c.all({"b"})}}}});
      const int all = (below + 1) * (above + 1);
      for (int failure = 1; failure < all; ++failure) {
        c.tell_and_settle("b", fall{});
        ASSERT_TRUE(runs(top)) << failure << " of " << all;
      }
      c.tell_and_settle("b", fall{});
      EXPECT_EQ(end_of(top), exit_kind::shutdown) << below << " " << above;
      EXPECT_EQ(c.lives->built("b"), all - 1) << "restarts";
      EXPECT_EQ(c.lives->count("b.gone"), all);
    }
}

SCENARIO(Escalation, E3ThreeLevelsMultiplyToo) {
  cast_of_children c(w);
  const supervisor_spec low{.intensity = 1, .period = 1h, .children = c.all({"b"})};
  const supervisor_spec middle{
      .intensity = 2, .period = 1h, .children = {{.id = "low", .start = low}}};
  auto top = c.start(supervisor_spec{
      .intensity = 1, .period = 1h, .children = {{.id = "middle", .start = middle}}});
  for (int failure = 1; failure < 12; ++failure) {
    c.tell_and_settle("b", fall{});
    ASSERT_TRUE(runs(top)) << failure;
  }
  c.tell_and_settle("b", fall{});
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
}

// --- E4: a supervisor that is killed

SCENARIO(Escalation, E4TheChildrenOfAKilledSupervisorEndAndItIsRestarted) {
  cast_of_children c(w);
  auto top = c.start(with_sub(c, permanent), "top");
  const supervisor_ref sub = find_supervisor(w.system(), "top/sub");
  const auto alive = w.counters().alive();
  troupe::detail::request_kill(sub.cell_(), 0);
  w.settle();
  EXPECT_EQ(c.lives->of("b"), "b.gone b.built b.start") << "killed with it, without a cleanup";
  EXPECT_EQ(c.lives->of("c"), "c.gone c.built c.start");
  EXPECT_EQ(c.lives->of("a"), "");
  EXPECT_EQ(c.lives->of("d"), "");
  const std::string text = c.lives->text();
  EXPECT_LT(text.find("c.gone"), text.find("b.built")) << "no old child lives beside a new one";
  EXPECT_LT(text.find("b.gone"), text.find("b.built"));
  EXPECT_EQ(listed(top), "d:running sub:running a:running");
  EXPECT_EQ(w.counters().alive(), alive);
}

SCENARIO(Escalation, E4ATransientSupervisorThatIsKilledIsRestartedToo) {
  cast_of_children c(w);
  auto top = c.start(with_sub(c, transient), "top");
  troupe::detail::request_kill(find_supervisor(w.system(), "top/sub").cell_(), 0);
  w.settle();
  EXPECT_EQ(c.lives->of("b"), "b.gone b.built b.start");
}

SCENARIO(Escalation, E4OfAKilledTopNobodyIsLeft) {
  cast_of_children c(w);
  const many_children many(w.system(), "many");
  auto spec = with_sub(c, permanent);
  spec.children.push_back({.id = "many", .start = many});
  auto top = c.start(spec, "top");
  EXPECT_EQ(code_of(many.start(c.lives, "m").get()), "ok");
  troupe::detail::request_kill(top.cell_(), 0);
  w.settle();
  for (const std::string who : {"a", "b", "c", "d", "m"})
    EXPECT_EQ(c.lives->count(who + ".gone"), 1) << who;
  EXPECT_EQ(end_of(top), exit_kind::killed);
  EXPECT_TRUE(w.system().names().list().empty());
  EXPECT_TRUE(w.system().snapshot().trees.empty());
  auto again = c.start(spec, "top");
  EXPECT_EQ(listed(again), "many:running d:running sub:running a:running");
}

}  // namespace
