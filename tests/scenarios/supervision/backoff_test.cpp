// backoff_test.cpp: how long a supervisor waits before a restart, and what happens meanwhile.
//
//   Rules    K1, K3, K4, T5, I5: docs/semantics.md.
//   Note     on seeds the clock stands still but for w.advance, so times are exact; on threads the
//            tests wait for the next life.
#include "ward_cast.hpp"

#include <set>

namespace {

using namespace wards;
using troupe::dead_reason;
using troupe::duration;
using troupe::exponential;
using troupe::fixed;
using troupe::mailbox_type;

[[nodiscard]] supervisor_spec waiting(const troupe::backoff_policy& how,
                                      std::vector<child_spec> children,
                                      troupe::restart_strategy strategy = one_for_one) {
  return {.strategy = strategy,
          .intensity = 1000,
          .period = 24h,
          .backoff = how,
          .children = std::move(children)};
}

SCENARIO(Backoff, TheNextLifeComesByItself) {
  troop t(w);
  t.start(waiting(fixed{1ms}, t.children({"a", "b"})));
  for (int life = 1; life <= 3; ++life) {
    EXPECT_EQ(t.identity_of("a").life, life);
    t.at("a").tell(fail{});
  }
  EXPECT_EQ(t.identity_of("a").life, 4);
  EXPECT_EQ(t.identity_of("b").life, 1);
  EXPECT_EQ(t.restarts(), 3U);
}

SCENARIO(Backoff, K4WhatIsToldMeanwhileReachesTheNextLifeInOrder) {
  troop t(w);
  auto a = t.child("a");
  a.mailbox = mailbox_type::keep;
  t.start(waiting(fixed{1ms}, {a}));
  t.at("a").tell(fail{});
  for (int i = 0; i < 5; ++i) t.at("a").tell(note{i});
  EXPECT_EQ(t.identity_of("a").notes, 5);
  EXPECT_EQ(t.take(), text(fails("a"), births({"a"}), "a.0 a.1 a.2 a.3 a.4"));
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Backoff, AStopDoesNotWaitForIt) {
  troop t(w);
  t.start(waiting(fixed{24h}, t.children({"a", "b"})));
  const auto before = w.system().now();
  EXPECT_EQ(t.after_failure_of("a"), fails("a"));
  EXPECT_EQ(t.states(), "a=restarting b=running");
  ASSERT_TRUE(t.top().stop().get());
  EXPECT_EQ(t.book().take(), ends({"b"}));
  if (!world::real) {
    EXPECT_EQ(w.system().now(), before);
  }
}

SCENARIO(Backoff, TerminateChildCancelsIt) {
  troop t(w);
  t.start(waiting(fixed{24h}, t.children({"a", "b"})));
  EXPECT_EQ(t.after_failure_of("a"), fails("a"));
  EXPECT_EQ(t.top().restart_child("a").get().error(), supervision_errc::restarting);
  EXPECT_EQ(t.top().delete_child("a").get().error(), supervision_errc::restarting);
  ASSERT_TRUE(t.top().terminate_child("a").get());
  EXPECT_EQ(t.states(), "a=undefined b=running");
  w.advance(48h);
  EXPECT_EQ(t.take(), "");
  EXPECT_EQ(t.restarts(), 0U) << "no attempt was made";
  ASSERT_TRUE(t.top().restart_child("a").get());
  EXPECT_EQ(t.book().take(), births({"a"})) << "at once";
}

SCENARIO(Backoff, ATemporaryChildThatIsNotRestartedIsNotWaitedFor) {
  troop t(w);
  t.start(waiting(fixed{24h}, {t.child("a", temporary), t.child("b", transient)}));
  EXPECT_EQ(t.after_failure_of("a"), fails("a"));
  EXPECT_EQ(t.after_end_of("b", exit_kind::normal), ends({"b"}, exit_kind::normal));
  EXPECT_EQ(t.states(), "b=undefined");
}

/// `id` fails, and is restarted after exactly `d`.
void expect_restart_after(troop& t, const std::string& id, duration d, bool succeeds = true) {
  SCOPED_TRACE(std::to_string(d.count()) + " ns");
  EXPECT_EQ(t.take(), "");
  t.where().advance(d - 1ns);
  EXPECT_EQ(t.take(), "") << "too early";
  t.where().advance(1ns);
  EXPECT_EQ(t.take(), succeeds ? births({id}) : refuse(id));
}
void expect_wait_of(troop& t, const std::string& id, duration d) {
  EXPECT_EQ(t.after_failure_of(id), fails(id));
  expect_restart_after(t, id, d);
}

SCENARIO_ON_SEEDS(Backoff, FixedIsTheSameWaitBeforeEachRestart) {
  troop t(w);
  t.start(waiting(fixed{700ms}, t.children({"a"})));
  for (int i = 0; i < 5; ++i) expect_wait_of(t, "a", 700ms);
}

SCENARIO_ON_SEEDS(Backoff, K1WaitsDoubleUpToTheMaximum) {
  troop t(w);
  t.start(waiting(exponential{.min = 3s, .max = 30s, .jitter = 0}, t.children({"a", "b"})));
  for (const duration d : {3s, 6s, 12s, 24s, 30s, 30s}) expect_wait_of(t, "a", d);
  expect_wait_of(t, "b", 3s);  // each child has its own count
  EXPECT_EQ(t.book().lives("a"), 7);
}

SCENARIO_ON_SEEDS(Backoff, K1AnAttemptThatFailsDoublesTheWaitToo) {
  troop t(w);
  t.start(waiting(exponential{.min = 1s, .max = 1h, .jitter = 0}, t.children({"a", "b"})));
  t.book().doom("a", fate::refuses, 3);
  EXPECT_EQ(t.after_failure_of("a"), fails("a"));
  for (const duration d : {1s, 2s, 4s}) expect_restart_after(t, "a", d, false);
  EXPECT_EQ(t.states(), "a=restarting b=running");
  expect_restart_after(t, "a", 8s);
  EXPECT_EQ(t.restarts(), 4U);
}

SCENARIO_ON_SEEDS(Backoff, K1JitterLengthensByUpToItsPart) {
  troop t(w);
  t.start(waiting(exponential{.min = 100ms, .max = 100ms, .jitter = 0.2}, t.children({"a"})));
  std::set<duration> seen;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(t.after_failure_of("a"), fails("a"));
    const auto before = w.system().now();
    (void)t.identity_of("a");  // lets as much time pass as there has to
    const auto waited = w.system().now() - before;
    EXPECT_GE(waited, 100ms);
    EXPECT_LT(waited, 120ms);
    seen.insert(waited);
    (void)t.take();
  }
  EXPECT_GT(seen.size(), 10U) << "they are drawn at random";
}

SCENARIO_ON_SEEDS(Backoff, K3WhoHasRunLongEnoughBeginsWithTheShortestWait) {
  troop t(w);
  t.start(waiting(exponential{.min = 100ms, .max = 10s, .jitter = 0, .reset_after = 2s},
                  t.children({"a"})));
  for (const duration d : {100ms, 200ms, 400ms}) expect_wait_of(t, "a", d);
  w.advance(2s - 1ns);  // not long enough
  expect_wait_of(t, "a", 800ms);
  w.advance(2s + 1ns);
  expect_wait_of(t, "a", 100ms);
  expect_wait_of(t, "a", 200ms);
}

SCENARIO_ON_SEEDS(Backoff, K3LongEnoughIsHalfTheSumOfTheShortestAndTheLongest) {
  troop t(w);
  t.start(waiting(exponential{.min = 100ms, .max = 900ms, .jitter = 0}, t.children({"a"})));
  for (const duration d : {100ms, 200ms}) expect_wait_of(t, "a", d);
  w.advance(500ms - 1ns);
  expect_wait_of(t, "a", 400ms);
  w.advance(500ms + 1ns);
  expect_wait_of(t, "a", 100ms);
}

SCENARIO_ON_SEEDS(Backoff, AChildsOwnComesBeforeThatOfItsSupervisor) {
  troop t(w);
  auto quick = t.child("quick");
  quick.backoff = troupe::no_backoff{};
  auto slow = t.child("slow");
  slow.backoff = fixed{10s};
  t.start(waiting(fixed{1s}, {quick, slow, t.child("other")}));
  EXPECT_EQ(t.after_failure_of("quick"), text(fails("quick"), births({"quick"})));
  expect_wait_of(t, "slow", 10s);
  expect_wait_of(t, "other", 1s);
}

SCENARIO_ON_SEEDS(Backoff, WhileOneWaitsTheOthersAreGuarded) {
  troop t(w);
  t.start(waiting(fixed{1s}, t.children({"a", "b", "c"})));
  EXPECT_EQ(t.after_failure_of("a"), fails("a"));
  w.advance(400ms);
  EXPECT_EQ(t.after_failure_of("b"), fails("b"));
  EXPECT_EQ(t.states(), "a=restarting b=restarting c=running");
  w.advance(600ms);
  EXPECT_EQ(t.take(), births({"a"}));
  EXPECT_EQ(t.states(), "a=running b=restarting c=running");
  w.advance(400ms);
  EXPECT_EQ(t.take(), births({"b"}));
}

SCENARIO_ON_SEEDS(Backoff, I5AnAttemptCountsWhenItIsMade) {
  troop t(w);
  auto spec = waiting(fixed{3s}, t.children({"a", "b"}));
  spec.intensity = 1;
  spec.period = 5s;
  t.start(spec);
  EXPECT_EQ(t.after_failure_of("a"), fails("a"));
  EXPECT_EQ(t.restarts(), 0U);
  expect_restart_after(t, "a", 3s);
  EXPECT_EQ(t.restarts(), 1U);
  EXPECT_EQ(t.after_failure_of("a"), fails("a"));
  w.advance(3s - 1ns);
  EXPECT_EQ(t.states(), "a=restarting b=running") << "it has not given up before the attempt";
  w.advance(1ns);
  EXPECT_EQ(t.take(), ends({"b"}));
  EXPECT_EQ(t.end(), exit_kind::shutdown);
}

SCENARIO_ON_SEEDS(Backoff, I5WhoBacksOffForLongIsNeverTooOften) {
  troop t(w);
  auto spec = waiting(fixed{6s}, t.children({"a"}));
  spec.intensity = 1;
  spec.period = 5s;
  t.start(spec);
  for (int i = 0; i < 10; ++i) expect_wait_of(t, "a", 6s);
}

SCENARIO_ON_SEEDS(Backoff, TheSiblingsOfAGroupAreStoppedWhenTheAttemptIsMade) {
  for (const auto strategy : {one_for_all, rest_for_one}) {
    troop t(w);
    t.start(waiting(fixed{1s}, t.children({"a", "b", "c"}), strategy));
    EXPECT_EQ(t.after_failure_of("b"), fails("b"));
    EXPECT_EQ(t.states(), "a=running b=restarting c=running");
    w.advance(1s - 1ns);
    EXPECT_EQ(t.take(), "");
    w.advance(1ns);
    EXPECT_EQ(t.take(), strategy == one_for_all ? text(ends({"c", "a"}), births({"a", "b", "c"}))
                                                : text(ends({"c"}), births({"b", "c"})));
    EXPECT_EQ(t.restarts(), 1U);
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO_ON_SEEDS(Backoff, T5ThoseThatHaveBegunLiveUntilTheNextAttempt) {
  for (const auto strategy : {one_for_all, rest_for_one}) {
    troop t(w);
    t.start(waiting(fixed{1s}, t.children({"a", "b", "c"}), strategy));
    t.book().doom("b", fate::refuses);
    EXPECT_EQ(t.after_failure_of("a"), fails("a"));
    w.advance(1s);
    EXPECT_EQ(t.take(), text(ends({"c", "b"}), births({"a"}), refuse("b")));
    EXPECT_EQ(t.states(), "a=running b=restarting c=undefined");
    w.advance(1s - 1ns);
    EXPECT_EQ(t.take(), "");
    w.advance(1ns);
    EXPECT_EQ(t.take(), strategy == one_for_all ? text(ends({"a"}), births({"a", "b", "c"}))
                                                : births({"b", "c"}));
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO_ON_SEEDS(Backoff, K4KeepsNoMoreThanItsCapacity) {
  troop t(w);
  const slot<player> small(w.system(), troupe::spawn_options{.name = "small", .capacity = 4});
  child_spec a{.id = "a", .start = troupe::actor_of<player>(t.shared_record(), "a")};
  a.at = small;
  a.mailbox = mailbox_type::keep;
  t.start(waiting(fixed{1s}, {a}));
  small.tell(fail{});
  EXPECT_EQ(t.take(), fails("a"));
  for (int i = 0; i < 6; ++i) small.tell(note{i});
  EXPECT_EQ(t.take(), "");
  EXPECT_EQ(w.counters().dead_letters(dead_reason::full), 2U);
  w.advance(1s);
  EXPECT_EQ(t.take(), text(births({"a"}), "a.0 a.1 a.2 a.3"));
}

SCENARIO_ON_SEEDS(Backoff, K4WhatIsDroppedAreDeadLetters) {
  troop t(w);
  t.start(waiting(fixed{1s}, t.children({"a"})));
  t.at("a").tell(fail{});
  t.at("a").tell(note{0});
  EXPECT_EQ(t.take(), fails("a"));
  t.at("a").tell(note{1});
  EXPECT_EQ(t.take(), "");
  EXPECT_EQ(w.counters().dead_letters(dead_reason::restarted), 2U);
  w.advance(1s);
  t.at("a").tell(note{2});
  EXPECT_EQ(t.take(), text(births({"a"}), "a.2"));
}

SCENARIO_ON_SEEDS(Backoff, AsksFailAtOnceUnlessTheyWait) {
  troop t(w);
  t.start(waiting(fixed{1s}, t.children({"a"})));
  EXPECT_EQ(t.after_failure_of("a"), fails("a"));
  const auto before = w.system().now();
  const auto down = t.at("a").try_ask(who{}).get();
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error(), troupe::ask_errc::down);
  EXPECT_EQ(down.error().reason(), exit_kind::failed);
  EXPECT_EQ(w.system().now(), before);
  EXPECT_EQ(t.identity_of("a").life, 2);
  EXPECT_EQ(w.system().now() - before, 1s);
}

}  // namespace
