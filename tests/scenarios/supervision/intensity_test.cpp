// intensity_test.cpp: how often a supervisor restarts before it gives up, and what it does between.
//
//   Rules    I1 to I7: docs/semantics.md.
#include "ward_cast.hpp"

#include <sstream>

namespace {

using namespace wards;

constexpr auto long_period = 24h;  // no test on threads takes so long

SCENARIO(Intensity, I1OneRestartMoreThanTheIntensityEndsTheSupervisor) {
  for (const int n : {0, 1, 2, 5}) {
    troop t(w);
    t.start(
        supervisor_spec{
            .intensity = n, .period = long_period, .children = t.children({"a", "fraud", "c"})},
        "bank");
    for (int i = 0; i < n; ++i) {
      EXPECT_EQ(t.restarts(), static_cast<std::size_t>(i));
      EXPECT_EQ(t.after_failure_of("fraud"), text(fails("fraud"), births({"fraud"})));
    }
    EXPECT_EQ(t.states(), "a=running fraud=running c=running");
    EXPECT_EQ(t.after_failure_of("fraud"), text(fails("fraud"), ends({"c", "a"})))
        << "the others are stopped in reverse order, nobody is started";
    EXPECT_EQ(t.book().lives("fraud"), n + 1);
    EXPECT_EQ(t.end(), exit_kind::shutdown);
    EXPECT_PRED2(says, t.end().text(), "fraud");
    EXPECT_TRUE(says(t.end().text(), std::to_string(n)) ||
                says(t.end().text(), std::to_string(n + 1)))
        << "how often: " << t.end().text();
    EXPECT_FALSE(troupe::find_supervisor(w.system(), "bank"));
    EXPECT_TRUE(w.system().snapshot().trees.empty());
    for (const char* id : {"a", "fraud", "c"})
      EXPECT_EQ(t.at(id).try_ask(who{}).get().error(), troupe::ask_errc::down);
  }
}

SCENARIO(Intensity, I1WhoHasGivenUpCanBeStartedAgain) {
  troop t(w);
  const supervisor_spec spec{
      .intensity = 1, .period = long_period, .children = t.children({"a", "b"})};
  for (int i = 0; i < 3; ++i) {
    t.start(spec, "bank");
    EXPECT_EQ(t.restarts(), 0U) << "a new supervisor begins to count anew";
    EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), births({"a"})));
    EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), ends({"b"})));
    EXPECT_EQ(t.end(), exit_kind::shutdown);
  }
}

SCENARIO(Intensity, I1CleanEndsOfPermanentChildrenCountToo) {
  troop t(w);
  t.start(
      supervisor_spec{.intensity = 1, .period = long_period, .children = t.children({"a", "b"})});
  EXPECT_EQ(t.after_end_of("b", exit_kind::normal),
            text(ends({"b"}, exit_kind::normal), births({"b"})));
  EXPECT_EQ(t.after_end_of("b", exit_kind::shutdown), text(ends({"b"}), ends({"a"})));
  EXPECT_EQ(t.end(), exit_kind::shutdown);
}

SCENARIO(Intensity, I2CountsAreOfTheSupervisorNotOfTheChild) {
  troop t(w);
  t.start(supervisor_spec{
      .intensity = 2, .period = long_period, .children = t.children({"a", "b", "c"})});
  EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), births({"a"})));
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), births({"b"})));
  EXPECT_EQ(t.after_failure_of("c"), text(fails("c"), ends({"b", "a"})));
  EXPECT_EQ(t.end(), exit_kind::shutdown);
}

SCENARIO(Intensity, I2EachSupervisorHasItsOwnCount) {
  troop t(w);
  const auto below = [&](const std::string& id) {
    return supervisor_spec{.intensity = 1, .period = long_period, .children = t.children({id})};
  };
  t.start(supervisor_spec{
      .intensity = 0,
      .children = {{.id = "left", .start = below("x")}, {.id = "right", .start = below("y")}}});
  EXPECT_EQ(t.after_failure_of("x"), text(fails("x"), births({"x"})));
  EXPECT_EQ(t.after_failure_of("y"), text(fails("y"), births({"y"})));
  EXPECT_EQ(t.restarts(), 0U) << "the top's";
  EXPECT_EQ(t.states(), "left=running right=running");
}

SCENARIO_ON_SEEDS(Intensity, I1TheWindowReachesBackToTheWholePeriod) {
  for (const bool is_later : {false, true}) {
    troop t(w);
    t.start(supervisor_spec{.intensity = 1, .period = 5s, .children = t.children({"a"})});
    EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), births({"a"})));
    w.advance(is_later ? 5s + 1ns : 5s);
    EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), is_later ? births({"a"}) : ""));
    EXPECT_EQ(t.states(), is_later ? "a=running" : "noproc");
    if (is_later) {
      ASSERT_TRUE(t.top().stop().get());
      w.settle();
    }
  }
}

SCENARIO_ON_SEEDS(Intensity, I3TheWindowSlides) {
  troop t(w);
  t.start(supervisor_spec{.intensity = 2, .period = 10s, .children = t.children({"a"})});
  const auto again = text(fails("a"), births({"a"}));
  // At 0, 6, 11, 17, 22 …: never three within ten seconds, though two windows side by side have.
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(t.after_failure_of("a"), again) << i;
    w.advance(i % 2 == 0 ? 6s : 5s);
    EXPECT_EQ(t.restarts(), 1U) << i;
  }
  EXPECT_EQ(t.after_failure_of("a"), again);
  w.advance(1s);
  EXPECT_EQ(t.after_failure_of("a"), fails("a"));
  EXPECT_EQ(t.end(), exit_kind::shutdown);
}

SCENARIO_ON_SEEDS(Intensity, I3WhatIsOlderThanThePeriodIsNotShownEither) {
  troop t(w);
  t.start(supervisor_spec{.intensity = 9, .period = 10s, .children = t.children({"a", "b"})});
  for (int i = 0; i < 3; ++i) {
    (void)t.after_failure_of("a");
    w.advance(4s);
  }
  EXPECT_EQ(t.restarts(), 2U) << "of 12, 8 and 4 seconds ago";
  EXPECT_EQ(w.system().snapshot().trees.at(0).limit, 9U);
  w.advance(10s);
  EXPECT_EQ(t.restarts(), 0U);
}

SCENARIO(Intensity, I4AGroupRestartIsOne) {
  for (const auto strategy : {one_for_all, rest_for_one}) {
    troop t(w);
    t.start(supervisor_spec{.strategy = strategy,
                            .intensity = 2,
                            .period = long_period,
                            .children = t.children({"a", "b", "c"})});
    const auto all = text(fails("a"), ends({"c", "b"}), births({"a", "b", "c"}));
    EXPECT_EQ(t.after_failure_of("a"), all);
    EXPECT_EQ(t.restarts(), 1U);
    EXPECT_EQ(t.after_failure_of("a"), all);
    EXPECT_EQ(t.restarts(), 2U);
    EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), ends({"c", "b"})));
    EXPECT_EQ(t.end(), exit_kind::shutdown);
  }
}

SCENARIO(Intensity, I5EachAttemptThatFailsCounts) {
  for (const int n : {0, 1, 3}) {
    for (const auto how : {fate::throws, fate::refuses}) {
      troop t(w);
      t.start(supervisor_spec{
          .intensity = n, .period = long_period, .children = t.children({"a", "b"})});
      t.book().doom("b", how, record::always);
      std::string attempts;
      for (int i = 0; i < n; ++i)
        attempts = text(attempts, how == fate::throws ? "b.throws" : refuse("b"));
      EXPECT_EQ(t.attempts_after_failure_of("b"), text(fails("b"), attempts, ends({"a"})));
      EXPECT_EQ(t.book().tried("b"), 1 + n);
      EXPECT_EQ(t.end(), exit_kind::shutdown);
    }
  }
}

SCENARIO(Intensity, I5AnAttemptThatSucceedsInTimeSavesTheSupervisor) {
  troop t(w);
  t.start(
      supervisor_spec{.intensity = 3, .period = long_period, .children = t.children({"a", "b"})});
  t.book().doom("b", fate::refuses, 2);
  EXPECT_EQ(t.attempts_after_failure_of("b"),
            text(fails("b"), refuse("b"), refuse("b"), births({"b"})));
  EXPECT_EQ(t.restarts(), 3U);
  EXPECT_EQ(t.states(), "a=running b=running");
  EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), ends({"b"})));
}

/// A tree whose child "b" fails at every attempt, many times.
void begin_failing(troop& t) {
  t.start(supervisor_spec{
      .intensity = 1'000'000'000, .period = long_period, .children = t.children({"a", "b", "c"})});
  t.book().doom("b", fate::refuses, record::always);
  t.at("b").tell(fail{});
}
struct tick {
  using reply = void;
};
struct tock {};
/// Answers when what is due now has come: on seeds that is when nobody has anything else to do.
class ticker : public troupe::actor<ticker> {
public:
  void on(tick, troupe::reply_to<tick> to) {
    asked_.push_back(std::move(to));
    self().after(0s, tock{});
  }
  void on(tock) {
    for (auto& to : std::exchange(asked_, {})) to();
  }

private:
  std::vector<troupe::reply_to<tick>> asked_;
};

/// Looks at the list until so many attempts were made. @returns the states in which b was seen
[[nodiscard]] std::map<child_state, int> look_on(troop& t, int attempts) {
  std::map<child_state, int> seen;
  const auto clock = t.where().spawn<ticker>();
  for (int looks = 0; t.book().tried("b") < attempts || !seen.contains(child_state::restarting);
       ++looks) {
    clock.ask(tick{}).get();
    const auto all = t.top().children().get();
    EXPECT_TRUE(all) << all.error().text();
    EXPECT_LT(looks, 100'000) << "it does not come so far";
    if (!all || looks == 100'000) return seen;
    EXPECT_EQ(all->size(), 3U);
    for (const auto& c : *all)
      if (c.id == "b")
        ++seen[c.state];
      else
        EXPECT_EQ(c.state, child_state::running) << c.id;
  }
  return seen;
}

/// What was written of the others.
[[nodiscard]] std::string without(const std::string& id, const std::string& written) {
  std::istringstream words(written);
  std::string rest;
  for (std::string word; words >> word;)
    if (!word.starts_with(id + ".")) rest = text(rest, word);
  return rest;
}

SCENARIO(Intensity, I6BetweenAttemptsItAnswersThatTheChildIsRestarting) {
  troop t(w);
  begin_failing(t);
  auto seen = look_on(t, 20);
  EXPECT_GE(seen[child_state::restarting], 1);
  EXPECT_EQ(seen[child_state::undefined], 0);
  EXPECT_EQ(t.at("a").ask(who{}).get().life, 1);
  EXPECT_EQ(t.top().restart_child("b").get().error(), supervision_errc::restarting);
  EXPECT_EQ(t.top().delete_child("b").get().error(), supervision_errc::restarting);
  ASSERT_TRUE(t.top().stop().get());
  EXPECT_EQ(t.book().alive("b"), 0);
}

SCENARIO(Intensity, I6BetweenAttemptsTheChildCanBeTerminated) {
  troop t(w);
  begin_failing(t);
  (void)look_on(t, 5);
  ASSERT_TRUE(t.top().terminate_child("b").get());
  const int tried = t.book().tried("b");
  w.settle();
  EXPECT_EQ(t.book().tried("b"), tried) << "no attempt follows";
  EXPECT_EQ(t.states(), "a=running b=undefined c=running");
  t.book().doom("b", fate::lives, 0);
  ASSERT_TRUE(t.top().restart_child("b").get());
  EXPECT_EQ(t.states(), "a=running b=running c=running");
}

SCENARIO(Intensity, I6BetweenAttemptsItCanBeStopped) {
  troop t(w);
  begin_failing(t);
  (void)look_on(t, 5);
  (void)t.book().take();
  ASSERT_TRUE(t.top().stop().get());
  EXPECT_EQ(without("b", t.take()), ends({"c", "a"}));
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(t.book().alive(id), 0) << id;
  EXPECT_EQ(t.end(), exit_kind::shutdown);
}

SCENARIO(Intensity, I6BetweenAttemptsTheSystemCanEnd) {
  troop t(w);
  begin_failing(t);
  (void)look_on(t, 5);
  const auto report = w.shutdown(60s);
  EXPECT_TRUE(report.clean()) << report.to_string();
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(t.book().alive(id), 0) << id;
}

SCENARIO(Intensity, I6OtherChildrenAreRestartedMeanwhile) {
  troop t(w);
  begin_failing(t);
  (void)look_on(t, 3);
  t.at("c").tell(fail{});
  const auto next = t.identity_of("c");
  EXPECT_EQ(next.life, 2);
  ASSERT_TRUE(t.top().terminate_child("b").get());
}

SCENARIO(Intensity, I7WhatIsTerminatedAndRestartedByItsIdDoesNotCount) {
  troop t(w);
  t.start(
      supervisor_spec{.intensity = 1, .period = long_period, .children = t.children({"a", "b"})});
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(t.top().terminate_child("b").get());
    const auto again = t.top().restart_child("b").get();
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(t.take(), text(ends({"b"}), births({"b"})));
  }
  EXPECT_EQ(t.restarts(), 0U);
  t.book().doom("b", fate::refuses);
  ASSERT_TRUE(t.top().terminate_child("b").get());
  EXPECT_EQ(t.top().restart_child("b").get().error(), supervision_errc::failed_to_start);
  ASSERT_TRUE(t.top().restart_child("b").get());
  EXPECT_EQ(t.restarts(), 0U) << "nor does one that fails";
  (void)t.take();
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), births({"b"})));
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), ends({"a"})));
}

}  // namespace
