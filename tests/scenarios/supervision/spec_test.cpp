// spec_test.cpp: which specs are refused, and what is said about them.
//
//   Rules    S6, S7, G1: docs/semantics.md.
#include "ward_cast.hpp"

#include <functional>
#include <limits>
#include <string>
#include <type_traits>

namespace {

using namespace wards;
using troupe::auto_shutdown_type;
using troupe::exponential;
using troupe::fixed;
using troupe::mailbox_type;
using troupe::what_is_wrong_with;

static_assert(std::is_copy_constructible_v<supervisor_spec>, "specs are values");
static_assert(std::is_copy_constructible_v<child_spec>);

/// Builds nothing: the specs are only looked at.
class Spec : public ::testing::Test {
protected:
  [[nodiscard]] child_spec child(const std::string& id = "a") {
    return {.id = id, .start = troupe::actor_of<player>(book_, id)};
  }
  /// What is said about a child that was changed by `f`, alone and in a tree, where it is named.
  [[nodiscard]] std::string said(const std::function<void(child_spec&)>& f) {
    child_spec c = child();
    f(c);
    const auto alone = what_is_wrong_with(c, auto_shutdown_type::any_significant);
    const auto within = what_is_wrong_with(supervisor_spec{
        .auto_shutdown = auto_shutdown_type::any_significant, .children = {child("first"), c}});
    EXPECT_EQ(alone.empty(), within.empty()) << alone << within;
    if (!within.empty()) {
      EXPECT_PRED2(says, within, "children[1]");
      EXPECT_PRED2(says, within, c.id.empty() ? "" : "\"" + c.id + "\"");
    }
    return alone;
  }
  void refuses(const std::string& field, const std::function<void(child_spec&)>& f) {
    EXPECT_PRED2(says, said(f), field);
  }
  void takes(const std::function<void(child_spec&)>& f) { EXPECT_EQ(said(f), ""); }
  [[nodiscard]] std::string of_tree(const std::function<void(supervisor_spec&)>& f) {
    supervisor_spec s{.children = {child()}};
    f(s);
    return what_is_wrong_with(s);
  }

  record_ptr book_ = std::make_shared<record>();
  scenario::own_system sys_;
};

TEST_F(Spec, S6WhatSaysNothingIsFine) {
  EXPECT_EQ(what_is_wrong_with(supervisor_spec{}), "");
  EXPECT_EQ(what_is_wrong_with(child()), "");
  EXPECT_EQ(what_is_wrong_with(supervisor_spec{.children = {child("a"), child("b")}}), "");
  const child_spec c = child();
  EXPECT_EQ(c.restart, permanent);
  EXPECT_TRUE(c.shutdown.is_default());
  EXPECT_FALSE(c.significant);
  EXPECT_EQ(c.mailbox, mailbox_type::drop);
  EXPECT_EQ(c.abandon, troupe::abandon_type::restart);
  const exponential grows;
  EXPECT_EQ(grows.min, 100ms);
  EXPECT_EQ(grows.max, 30s);
  EXPECT_FALSE(grows.reset_after.has_value());
}

TEST_F(Spec, S7EachIdIsOneNameThatNoSiblingHas) {
  refuses("id", [](child_spec& c) { c.id = ""; });
  refuses("id", [](child_spec& c) { c.id = "a/b"; });
  refuses("/", [](child_spec& c) { c.id = "a/b"; });
  const auto twice =
      what_is_wrong_with(supervisor_spec{.children = {child(), child("b"), child()}});
  EXPECT_PRED2(says, twice, "id");
  EXPECT_PRED2(says, twice, "children[2]");
  EXPECT_PRED2(says, twice, "\"a\"");
  const supervisor_spec below{.children = {child("a")}};
  EXPECT_EQ(what_is_wrong_with(
                supervisor_spec{.children = {child("a"), {.id = "inner", .start = below}}}),
            "")
      << "children of different supervisors may have the same id";
}

TEST_F(Spec, S7IntensityAndPeriodAreThoseOfAWindow) {
  EXPECT_PRED2(says, of_tree([](auto& s) { s.intensity = -1; }), "intensity");
  EXPECT_PRED2(says, of_tree([](auto& s) { s.period = 0s; }), "period");
  EXPECT_PRED2(says, of_tree([](auto& s) { s.period = -1ns; }), "period");
  EXPECT_EQ(of_tree([](auto& s) { s.intensity = 0; }), "");
  EXPECT_EQ(of_tree([](auto& s) { s.period = 1ns; }), "");
}

TEST_F(Spec, S7ChildrenOfChildrenAreNamedByTheirPath) {
  auto bad = child("fraud");
  bad.start_deadline = 0s;
  const supervisor_spec inner{.children = {child("x"), child("y"), bad}};
  const supervisor_spec middle{.children = {{.id = "inner", .start = inner}}};
  const auto text = what_is_wrong_with(
      supervisor_spec{.children = {child("a"), {.id = "middle", .start = middle}}});
  for (const char* part :
       {"children[1]", "\"middle\"", "\"inner\"", "children[2]", "\"fraud\"", "start_deadline"})
    EXPECT_PRED2(says, text, part);
}

TEST_F(Spec, S7TheFieldsOfASupervisorBelowAreLookedAtToo) {
  for (const auto& [field, inner] :
       std::vector<std::pair<std::string, supervisor_spec>>{{"intensity", {.intensity = -2}},
                                                            {"period", {.period = 0s}},
                                                            {"delay", {.backoff = fixed{-1ns}}}}) {
    const auto text =
        what_is_wrong_with(supervisor_spec{.children = {{.id = "inner", .start = inner}}});
    EXPECT_PRED2(says, text, field);
    EXPECT_PRED2(says, text, "\"inner\"");
  }
}

TEST_F(Spec, S7TimesArePositive) {
  refuses("start_deadline", [](child_spec& c) { c.start_deadline = 0s; });
  refuses("start_deadline", [](child_spec& c) { c.start_deadline = -1ns; });
  takes([](child_spec& c) { c.start_deadline = 1ns; });
  refuses("kill_limit", [](child_spec& c) { c.kill_limit = 0s; });
  refuses("kill_limit", [](child_spec& c) { c.kill_limit = -1ns; });
  takes([](child_spec& c) { c.kill_limit = 1ns; });
  refuses("shutdown", [](child_spec& c) { c.shutdown = -1ns; });
  takes([](child_spec& c) { c.shutdown = 0s; });
  takes([](child_spec& c) { c.shutdown = troupe::stop_time::infinity(); });
  takes([](child_spec& c) { c.shutdown = troupe::stop_time::brutal_kill(); });
}

TEST_F(Spec, S7ABackoffHasTimesThatCanBeWaited) {
  const auto both = [this](const std::string& field, const troupe::backoff_policy& how) {
    SCOPED_TRACE(field);
    const bool fine = field.empty();
    const auto of_child = said([&](child_spec& c) { c.backoff = how; });
    const auto of_supervisor = of_tree([&](auto& s) { s.backoff = how; });
    for (const auto& text : {of_child, of_supervisor}) {
      EXPECT_EQ(text.empty(), fine) << text;
      if (!fine) {
        EXPECT_PRED2(says, text, field);
        EXPECT_PRED2(says, text, "backoff");
      }
    }
  };
  constexpr double infinite = std::numeric_limits<double>::infinity();
  both("delay", fixed{-1ns});
  both("", fixed{0ns});
  both("min", exponential{.min = 0s});
  both("min", exponential{.min = -1s});
  both("max", exponential{.min = 2s, .max = 1s});
  both("", exponential{.min = 2s, .max = 2s});
  both("jitter", exponential{.jitter = -0.1});
  both("jitter", exponential{.jitter = infinite});
  both("jitter", exponential{.jitter = std::numeric_limits<double>::quiet_NaN()});
  both("", exponential{.jitter = 0});
  both("reset_after", exponential{.reset_after = 0s});
  both("reset_after", exponential{.reset_after = -1s});
  both("", exponential{.reset_after = 1ns});
  both("", troupe::no_backoff{});
}

TEST_F(Spec, S7WhatIsKeptNeedsALifeAfterThisOne) {
  refuses("mailbox", [](child_spec& c) {
    c.mailbox = mailbox_type::keep;
    c.restart = temporary;
  });
  takes([](child_spec& c) {
    c.mailbox = mailbox_type::keep;
    c.restart = transient;
  });
}

TEST_F(Spec, G1SignificantIsForSupervisorsThatEndByThemselvesAndForChildrenThatMayEnd) {
  refuses("significant", [](child_spec& c) { c.significant = true; });  // it is permanent
  for (const auto type : {transient, temporary}) {
    auto c = child();
    c.significant = true;
    c.restart = type;
    EXPECT_PRED2(says, what_is_wrong_with(c), "significant");
    EXPECT_PRED2(says, what_is_wrong_with(supervisor_spec{.children = {c}}), "auto_shutdown");
    for (const auto above :
         {auto_shutdown_type::any_significant, auto_shutdown_type::all_significant}) {
      EXPECT_EQ(what_is_wrong_with(c, above), "");
      EXPECT_EQ(what_is_wrong_with(supervisor_spec{.auto_shutdown = above, .children = {c}}), "");
    }
  }
}

/// No player.
class other : public troupe::actor<other> {};

TEST_F(Spec, S7ASlotIsForOneChildOfItsClass) {
  const slot<player> mine(*sys_, "mine");
  const slot<other> strange(*sys_, "strange");
  takes([&](child_spec& c) { c.at = mine; });
  refuses("at", [&](child_spec& c) { c.at = strange; });
  refuses("at", [&](child_spec& c) {
    c.at = mine;
    c.start = supervisor_spec{};
  });
  auto a = child("a");
  auto b = child("b");
  a.at = mine;
  b.at = mine;
  const auto text = what_is_wrong_with(supervisor_spec{.children = {a, b}});
  EXPECT_PRED2(says, text, "at");
  EXPECT_PRED2(says, text, "\"b\"");
  const supervisor_spec below{.children = {b}};
  EXPECT_NE(what_is_wrong_with(supervisor_spec{.children = {a, {.id = "inner", .start = below}}}),
            "")
      << "in another branch, too";
}

TEST_F(Spec, S7OptionsAreThoseOfTheSlotIfThereIsOne) {
  const slot<player> mine(*sys_, "mine");
  takes([](child_spec& c) { c.options.capacity = 5; });
  refuses("options", [&](child_spec& c) {
    c.at = mine;
    c.options.capacity = 5;
  });
  refuses("options", [&](child_spec& c) {
    c.at = mine;
    c.options.name = "another";
  });
}

}  // namespace
