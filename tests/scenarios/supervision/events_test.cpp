// events_test.cpp: what a system tells about its supervised actors: X7.
#include "recorder.hpp"

namespace {

using namespace supervised;

/// The kinds of what happened to one actor, in order.
std::vector<event_kind> story_of(const std::vector<event>& all, actor_id who) {
  std::vector<event_kind> kinds;
  for (const event& e : all)
    if (e.who == who && e.kind != event_kind::dead_letter) kinds.push_back(e.kind);
  return kinds;
}
std::vector<event> only(const std::vector<event>& all, event_kind kind) {
  std::vector<event> found;
  for (const event& e : all)
    if (e.kind == kind) found.push_back(e);
  return found;
}
std::string told(const std::vector<event>& all) {
  std::string s;
  for (const event& e : all) s += e.to_string() + "\n";
  return s;
}
/// Where the first event of that kind of that actor stands.
std::size_t place_of(const std::vector<event>& all, event_kind kind, actor_id who) {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].kind == kind && all[i].who == who) return i;
  return all.size();
}

SCENARIO(SupervisionEvents, X7AChildThatFailsAndIsRestartedIsToldStepByStep) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = {c.one("first"), c.one("teller")}});
  const auto before = actor_at(top, "teller");
  auto r = w.system().events();
  c.tell_and_settle("teller", fall{});
  const auto all = r.take_all();
  const auto after = actor_at(top, "teller");
  const std::size_t failed = place_of(all, event_kind::failed, before);
  const std::size_t stopped = place_of(all, event_kind::stopped, before);
  const std::size_t started = place_of(all, event_kind::started, after);
  const std::size_t restarted = place_of(all, event_kind::restarted, after);
  EXPECT_LT(failed, stopped) << told(all);
  EXPECT_LT(stopped, started) << told(all);
  EXPECT_LT(started, restarted) << told(all);
  EXPECT_LT(restarted, all.size()) << told(all);
  EXPECT_EQ(all[failed].reason.text(), "disk");
  EXPECT_EQ(all[stopped].reason, exit_kind::failed);
  EXPECT_EQ(story_of(all, actor_at(top, "first")), std::vector<event_kind>{}) << told(all);
}

SCENARIO(SupervisionEvents, X7RestartedSaysWhoWhyAndHowOften) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.intensity = 5, .children = {c.one("teller")}});
  auto r = w.system().events();
  for (int i = 1; i <= 3; ++i) {
    c.tell_and_settle("teller", fall{"disk " + std::to_string(i)});
    const auto again = only(r.take_all(), event_kind::restarted);
    ASSERT_EQ(again.size(), 1U) << i;
    EXPECT_EQ(again[0].who, actor_at(top, "teller"));
    EXPECT_TRUE(says(again[0].class_name, "child")) << again[0].class_name;
    EXPECT_EQ(again[0].label, "teller");
    EXPECT_EQ(again[0].reason.text(), "disk " + std::to_string(i)) << "why the last one ended";
    EXPECT_TRUE(says(again[0].text, "teller")) << again[0].text;
    EXPECT_TRUE(says(again[0].text, "restart " + std::to_string(i))) << again[0].text;
    EXPECT_TRUE(says(again[0].to_string(), "restarted")) << again[0].to_string();
  }
}

SCENARIO(SupervisionEvents, X7EachChildOfAGroupRestartIsToldOnce) {
  cast_of_children c(w);
  auto top = c.start(
      supervisor_spec{.strategy = one_for_all,
                      .children = {c.one("a"), c.one("b"), c.one("t", temporary), c.one("d")}});
  auto r = w.system().events();
  c.tell_and_settle("b", fall{});
  const auto all = r.take_all();
  const auto again = only(all, event_kind::restarted);
  ASSERT_EQ(again.size(), 3U) << told(all);
  EXPECT_EQ(again[0].label, "a") << "in the order of their start";
  EXPECT_EQ(again[1].label, "b");
  EXPECT_EQ(again[2].label, "d");
}

SCENARIO(SupervisionEvents, X7AnAttemptThatFailsIsNoRestart) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.intensity = 5, .children = {c.one("a")}});
  c.lives->fail_starts("a", 2);
  auto r = w.system().events();
  c.tell("a", fall{});
  std::vector<event> all;
  until(w, [&] {
    for (event& e : r.take_all()) all.push_back(std::move(e));
    return !only(all, event_kind::restarted).empty();
  });
  EXPECT_EQ(only(all, event_kind::restarted).size(), 1U) << told(all);
  EXPECT_EQ(only(all, event_kind::failed).size(), 3U) << told(all);
  EXPECT_EQ(only(all, event_kind::gave_up).size(), 0U) << told(all);
}

SCENARIO(SupervisionEvents, X7WhatIsAskedForIsNoRestart) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  auto r = w.system().events();
  EXPECT_EQ(code_of(top.terminate_child("a").get()), "ok");
  EXPECT_EQ(code_of(top.restart_child("a").get()), "ok");
  const auto all = r.take_all();
  EXPECT_EQ(only(all, event_kind::gave_up).size(), 0U);
  const auto stopped = only(all, event_kind::stopped);
  ASSERT_EQ(stopped.size(), 1U) << told(all);
  EXPECT_EQ(stopped[0].reason, exit_kind::shutdown);
  EXPECT_EQ(stopped[0].label, "a");
}

SCENARIO(SupervisionEvents, X7WhoGivesUpSaysSoOnceAndThenAllEnd) {
  cast_of_children c(w);
  auto top = c.start(
      supervisor_spec{.intensity = 1, .period = 1h, .children = {c.one("first"), c.one("teller")}},
      "bank");
  const auto who = top.id();
  const auto first = actor_at(top, "first");
  auto r = w.system().events();
  c.tell_and_settle("teller", fall{});
  EXPECT_EQ(only(r.take_all(), event_kind::gave_up).size(), 0U);
  c.tell_and_settle("teller", fall{});
  const auto all = r.take_all();
  const auto ends = only(all, event_kind::gave_up);
  ASSERT_EQ(ends.size(), 1U) << told(all);
  EXPECT_EQ(ends[0].who, who);
  EXPECT_TRUE(says(ends[0].text, "teller")) << ends[0].text;
  EXPECT_TRUE(says(ends[0].to_string(), "gave_up")) << ends[0].to_string();
  EXPECT_EQ(only(all, event_kind::restarted).size(), 0U);
  const std::size_t said = place_of(all, event_kind::gave_up, who);
  EXPECT_LT(said, place_of(all, event_kind::stopped, first)) << "before it ends the others";
  const std::size_t end = place_of(all, event_kind::stopped, who);
  ASSERT_LT(end, all.size()) << told(all);
  EXPECT_LT(said, end);
  EXPECT_EQ(all[end].reason, exit_kind::shutdown);
}

SCENARIO(SupervisionEvents, X7ATreeThatIsStoppedGivesNothingUp) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  const auto who = top.id();
  auto r = w.system().events();
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  w.settle();
  const auto all = r.take_all();
  EXPECT_EQ(only(all, event_kind::gave_up).size(), 0U);
  EXPECT_EQ(only(all, event_kind::restarted).size(), 0U);
  const auto ends = only(all, event_kind::stopped);
  ASSERT_EQ(ends.size(), 3U) << told(all);
  EXPECT_EQ(ends[0].label, "b");
  EXPECT_EQ(ends[1].label, "a");
  EXPECT_EQ(ends[2].who, who);
  for (const event& e : ends) EXPECT_EQ(e.reason, exit_kind::shutdown);
}

SCENARIO(SupervisionEvents, X7TheBeginningOfATreeIsToldInTheOrderOfItsChildren) {
  const cast_of_children c(w);
  auto r = w.system().events();
  const auto top = start(w.system(), supervisor_spec{.children = c.all({"a", "b"})});
  ASSERT_TRUE(top);
  const auto all = r.take_all();
  const std::size_t a = place_of(all, event_kind::started, actor_at(*top, "a"));
  const std::size_t b = place_of(all, event_kind::started, actor_at(*top, "b"));
  EXPECT_LT(a, b) << told(all);
  EXPECT_LT(b, all.size()) << told(all);
}

SCENARIO(SupervisionEvents, X7MembersOfAFamilyAreToldOfToo) {
  cast_of_children c(w);
  const family<child, record_ptr, std::string> many(w.system(), "many", {.intensity = 1});
  auto top = c.start(supervisor_spec{.children = {{.id = "many", .start = many}}});
  const auto m = many.start(c.lives, "m").get();
  ASSERT_TRUE(m);
  auto r = w.system().events();
  c.tell_and_settle("m", fall{});
  auto all = r.take_all();
  const auto again = only(all, event_kind::restarted);
  ASSERT_EQ(again.size(), 1U) << told(all);
  EXPECT_EQ(again[0].who, m->id());
  c.tell_and_settle("m", fall{});
  all = r.take_all();
  const auto ends = only(all, event_kind::gave_up);
  ASSERT_EQ(ends.size(), 1U) << told(all);
  EXPECT_EQ(ends[0].who, many.supervisor().id());
}

}  // namespace
