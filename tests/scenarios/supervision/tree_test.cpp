// tree_test.cpp: what a tree looks like from outside: X6, and the ring of X1.
#include "recorder.hpp"

namespace {

using namespace supervised;

/// The tree that was started first.
[[nodiscard]] tree_snapshot tree_of_system(world& w) {
  const auto seen = w.system().snapshot();
  EXPECT_FALSE(seen.trees.empty());
  return seen.trees.empty() ? tree_snapshot() : seen.trees.front();
}
[[nodiscard]] std::string shape(const tree_snapshot& t) {
  std::string s = t.id + ":" + std::string(t.kind) + ":" + std::string(t.state);
  if (t.children.empty()) return s;
  s += "(";
  for (const tree_snapshot& one : t.children) s += (s.back() == '(' ? "" : " ") + shape(one);
  return s + ")";
}

SCENARIO(Tree, X6ShowsEachNodeWithIdKindStateAndActor) {
  cast_of_children c(w);
  const family<child, record_ptr, std::string> many(w.system(), "many");
  auto top = c.start(
      supervisor_spec{
          .children = {c.one("a"),
                       {.id = "sub", .start = supervisor_spec{.children = c.all({"b", "d"})}},
                       {.id = "crowd", .start = many}}},
      "bank");
  EXPECT_EQ(code_of(many.start(c.lives, "m").get()), "ok");
  EXPECT_EQ(code_of(many.start(c.lives, "n").get()), "ok");
  const tree_snapshot t = tree_of_system(w);
  EXPECT_EQ(shape(t),
            "bank:supervisor:running(a:actor:running sub:supervisor:running(b:actor:running "
            "d:actor:running) crowd:family:running(:actor:running :actor:running))")
      << "children in the order of their start";
  EXPECT_EQ(t.children.at(0).actor, actor_at(top, "a").value());
  EXPECT_EQ(t.children.at(1).actor, find_supervisor(w.system(), "bank/sub").id().value());
  EXPECT_EQ(t.children.at(2).actor, many.supervisor().id().value());
  EXPECT_EQ(t.left_out, 0U);
}

SCENARIO(Tree, X6ATopHasItsActorAndItsUptimeToo) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})}, "bank");
  w.advance(15s);
  const tree_snapshot t = tree_of_system(w);
  EXPECT_EQ(t.actor, top.id().value());
  EXPECT_EQ(t.incarnation, 1U);
  if (!real) {
    EXPECT_EQ(t.uptime, 15s);
  }
}

SCENARIO(Tree, X6TreesStandInTheOrderOfTheirStartAndGoWithTheirEnd) {
  cast_of_children c(w);
  const auto tops = [&w] {
    std::string ids;
    for (const tree_snapshot& t : w.system().snapshot().trees) ids += t.id + " ";
    return ids;
  };
  EXPECT_EQ(tops(), "");
  auto one = c.start(supervisor_spec{.children = c.all({"a"})}, "one");
  auto two = c.start(supervisor_spec{.children = c.all({"b"})}, "two");
  auto three = c.start(supervisor_spec{}, "three");
  EXPECT_EQ(tops(), "one two three ");
  EXPECT_EQ(code_of(two.stop().get()), "ok");
  EXPECT_EQ(tops(), "one three ");
}

SCENARIO(Tree, X6CountsRestartsInTheWindowAndNamesTheLimitAndTheLastReason) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.intensity = 3, .period = 1h, .children = c.all({"a", "b"})});
  tree_snapshot t = tree_of_system(w);
  EXPECT_EQ(t.restarts, 0U);
  EXPECT_EQ(t.limit, 3U);
  EXPECT_EQ(t.children.at(0).incarnation, 1U);
  EXPECT_EQ(t.children.at(0).last, exit_kind::normal) << "none has ended";
  c.tell_and_settle("a", fall{});
  c.tell_and_settle("a", fall{"network"});
  c.tell_and_settle("b", leave{exit_reason(exit_kind::user, 7, "enough")});
  t = tree_of_system(w);
  EXPECT_EQ(t.restarts, 3U);
  EXPECT_EQ(t.children.at(0).incarnation, 3U);
  EXPECT_EQ(t.children.at(0).last.text(), "network");
  EXPECT_EQ(t.children.at(1).incarnation, 2U);
  EXPECT_EQ(t.children.at(1).last, exit_kind::user);
  EXPECT_EQ(t.children.at(1).last.number(), 7);
  w.advance(1h + 1ms);
  if (!real) {
    EXPECT_EQ(tree_of_system(w).restarts, 0U) << "the window slides";
  }
}

SCENARIO(Tree, X6ShowsThoseThatDoNotRun) {
  cast_of_children c(w);
  auto slow = c.one("b");
  slow.backoff = fixed{1h};
  auto top =
      c.start(supervisor_spec{.children = {c.one("a"), slow, c.one("d", transient)}}, "bank");
  EXPECT_EQ(code_of(top.terminate_child("a").get()), "ok");
  c.tell_and_settle("b", fall{});
  c.tell_and_settle("d", leave{});
  const tree_snapshot t = tree_of_system(w);
  EXPECT_EQ(shape(t),
            "bank:supervisor:running(a:actor:undefined b:actor:restarting d:actor:undefined)");
  EXPECT_EQ(t.children.at(0).last, exit_kind::shutdown);
  EXPECT_EQ(t.children.at(1).last, exit_kind::failed);
  EXPECT_EQ(t.children.at(2).last, exit_kind::normal);
  for (const tree_snapshot& one : t.children) EXPECT_EQ(one.uptime, duration()) << one.id;
}

SCENARIO(Tree, X6TellsHowLongEachHasRun) {
  if (real) return;  // no real time decides anything
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  w.advance(10s);
  c.tell_and_settle("b", fall{});
  w.advance(5s);
  const tree_snapshot t = tree_of_system(w);
  EXPECT_EQ(t.children.at(0).uptime, 15s);
  EXPECT_EQ(t.children.at(1).uptime, 5s);
}

SCENARIO(Tree, X6IsPrintedALineForEachNode) {
  cast_of_children c(w);
  const family<child, record_ptr, std::string> many(w.system(), "many");
  auto top = c.start(
      supervisor_spec{
          .intensity = 4,
          .period = 1h,
          .children = {c.one("teller"),
                       {.id = "sub", .start = supervisor_spec{.children = c.all({"clerk"})}},
                       {.id = "crowd", .start = many}}},
      "bank");
  c.tell_and_settle("teller", fall{});
  const tree_snapshot t = tree_of_system(w);
  const std::string text = t.to_string();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5) << text;
  EXPECT_EQ(text.rfind("bank", 0), 0U) << text;
  EXPECT_TRUE(says(text, "restarts 1/4")) << text;
  EXPECT_TRUE(says(text, "\n  teller  actor #")) << text;
  EXPECT_TRUE(says(text, "incarnation 2")) << text;
  EXPECT_TRUE(says(text, "disk")) << text;
  EXPECT_TRUE(says(text, "\n  sub  supervisor #")) << text;
  EXPECT_TRUE(says(text, "\n    clerk  actor #")) << text;
  EXPECT_TRUE(says(text, "\n  crowd  family #")) << text;
  EXPECT_TRUE(says(w.system().snapshot().to_string(), "clerk")) << "the system's table has it, too";
}

SCENARIO(Tree, X6OfALargeFamilySomeAreLeftOutAndCounted) {
  cast_of_children c(w);
  const family<child, record_ptr, std::string> many(w.system(), "many");
  auto top = c.start(supervisor_spec{.children = {{.id = "many", .start = many}}});
  constexpr std::size_t members = 300;
  for (std::size_t i = 0; i < members; ++i)
    EXPECT_EQ(code_of(many.start(c.lives, "m" + std::to_string(i)).get()), "ok");
  const tree_snapshot t = tree_of_system(w).children.at(0);
  EXPECT_GT(t.children.size(), 0U);
  EXPECT_EQ(t.children.size() + t.left_out, members);
  if (t.left_out > 0) {
    EXPECT_TRUE(says(t.to_string(), "and " + std::to_string(t.left_out) + " more"));
  }
}

SCENARIO(Tree, X6MayBeTakenByAnyoneWhileTheTreeIsAtWork) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.intensity = 10'000, .children = c.all({"a", "b"})});
  cast::at_once(3, [&](int me) {
    for (int i = 0; i < 20; ++i) {
      if (me == 0) {
        if (const auto a = c.find("a")) a.tell(fall{});
      } else {
        const auto seen = w.system().snapshot();
        EXPECT_EQ(seen.trees.size(), 1U);
        for (const tree_snapshot& t : seen.trees) EXPECT_EQ(t.children.size(), 2U);
      }
    }
  });
  w.settle();
  EXPECT_EQ(listed(top), "b:running a:running");
}

// --- X1: the ring

SCENARIO(Tree, X1TheLastSixteenRestartsOfAChildAreKeptOldestFirst) {
  cast_of_children c(w);
  auto top =
      c.start(supervisor_spec{.intensity = 100, .period = 1h, .children = c.all({"a", "b"})});
  for (int i = 1; i <= 20; ++i) {
    c.tell_and_settle("a", fall{"disk " + std::to_string(i)});
    if (i != 5 && i != 20) continue;
    const auto history = tree_of_system(w).children.at(0).history;
    const std::size_t kept = i == 5 ? 5 : 16;
    ASSERT_EQ(history.size(), kept);
    for (std::size_t k = 0; k < kept; ++k) {
      const auto which = static_cast<std::uint32_t>(i) - static_cast<std::uint32_t>(kept - 1 - k);
      EXPECT_EQ(history[k].incarnation, which);
      EXPECT_EQ(history[k].reason.text(), "disk " + std::to_string(which));
      if (k > 0) {
        EXPECT_GE(history[k].time, history[k - 1].time);
      }
    }
  }
  EXPECT_TRUE(tree_of_system(w).children.at(1).history.empty());
}

SCENARIO(Tree, X1ARestartTakesNoTimeUnlessItIsToWait) {
  if (real) return;  // no real time decides anything
  cast_of_children c(w);
  auto slow = c.one("b");
  slow.backoff = fixed{7s};
  auto top = c.start(supervisor_spec{.intensity = 10, .children = {c.one("a"), slow}});
  w.advance(1s);
  const auto failed = w.system().now();
  c.tell_and_settle("a", fall{});
  c.tell_and_settle("b", fall{});
  w.advance(1min);
  const tree_snapshot t = tree_of_system(w);
  ASSERT_EQ(t.children.at(0).history.size(), 1U);
  EXPECT_EQ(t.children.at(0).history[0].time, failed);
  ASSERT_EQ(t.children.at(1).history.size(), 1U);
  EXPECT_EQ(t.children.at(1).history[0].time, failed + 7s);
}

SCENARIO(Tree, X1AnAttemptThatFailsIsInTheRingToo) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.intensity = 10, .period = 1h, .children = c.all({"a"})});
  c.lives->fail_starts("a", 2);
  c.tell("a", fall{});
  until(w, [&] { return c.lives->has("a.start"); });
  const auto history = tree_of_system(w).children.at(0).history;
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].reason.text(), "disk");
  EXPECT_EQ(history[1].reason.text(), "cannot start");
  EXPECT_EQ(history[2].reason.text(), "cannot start");
}

}  // namespace
