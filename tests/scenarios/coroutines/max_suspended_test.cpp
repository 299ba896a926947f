// max_suspended_test.cpp: how many handlers of one actor may be suspended, and what happens at the
// limit.
#include "players.hpp"

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace cast;
using troupe::tell_status;

/// Waits for the keeper, and says so before and after.
template <class Keeper>
scene waiting(troupe::ref<Keeper> k, int number) {
  return [k, number](player& me) -> task<> {
    me.say("begin" + std::to_string(number));
    co_await kept_by(k, number);
    me.say("end" + std::to_string(number));
  };
}

SCENARIO(MaxSuspended, AtTheLimitNoFurtherMessageIsTaken) {
  for (const int limit : {1, 2, 3}) {
    auto k = w.spawn<keeper>();
    stage_of_one s(w, {.max_suspended = static_cast<std::size_t>(limit)});
    for (int i = 0; i < 4; ++i) s.p.tell<play>(waiting(k, i));
    tell(s.p, 7, 1);
    wait_for_kept(k, limit);
    if (!real) w.settle();
    std::string expected;
    for (int i = 0; i < limit; ++i) expected += (i == 0 ? "begin" : " begin") + std::to_string(i);
    EXPECT_EQ(s.text(), expected);
    EXPECT_EQ(k.ask(how_many{}).get(), limit);
    for (int i = 0; i < 4; ++i) {
      while (k.ask(how_many{}).get() < std::min(limit, 4 - i)) {}
      let_answer(k, i);
    }
    w.settle();
    EXPECT_EQ(s.wrote->lines().size(), 9U) << s.text();
    for (int i = 0; i < 4; ++i) {
      const auto n = std::to_string(i);
      EXPECT_TRUE(s.wrote->in_order("begin" + n, "end" + n));
      if (i > 0) {
        EXPECT_TRUE(s.wrote->in_order("begin" + std::to_string(i - 1), "begin" + n));
      }
      if (i + limit < 4) {
        EXPECT_TRUE(s.wrote->in_order("end" + n, "begin" + std::to_string(i + limit)));
      }
    }
    EXPECT_TRUE(s.wrote->in_order("begin3", "7"));
  }
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(MaxSuspended, PlainMessagesWaitTooInOrder) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w, {.max_suspended = 1});
  s.p.tell<play>(waiting(k, 0));
  tell(s.p, 1, 3);
  wait_for_kept(k, 1);
  if (!real) w.settle();
  EXPECT_EQ(s.text(), "begin0");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "begin0 end0 1 2 3");
}

SCENARIO(MaxSuspended, RepliesAndSleepsOfCoroutinesStillCome) {
  auto k = w.spawn<keeper>();
  auto q = w.spawn<prompt>();
  stage_of_one s(w, {.max_suspended = 1});
  s.p.tell<play>([k, q](player& me) -> task<> {
    for (int i = 0; i < 3; ++i) co_await q.ask<query>(i);
    co_await troupe::sleep(1ms);
    co_await troupe::blocking([] {});
    co_await troupe::exclusive(q.ask<query>(4));
    co_await troupe::when_all(q.ask<query>(5), troupe::sleep(1ms));
    me.say("through");
  });
  tell(s.p, 1, 1);
  pass(w, 2ms);
  EXPECT_EQ(s.text(), "through 1");
}

task<int> below(troupe::ref<keeper> k, int depth) {
  if (depth == 0) {
    const int got = co_await kept_by(k, 1);
    co_return got;
  }
  const auto both = co_await troupe::when_all(below(k, depth - 1), below(k, depth - 1));
  co_return std::get<0>(both) + std::get<1>(both);
}

SCENARIO(MaxSuspended, CountsHandlersNotTheTasksInThem) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w, {.max_suspended = 2});
  for (int i = 0; i < 2; ++i)
    s.p.tell<play>([k](player& me) -> task<> {
      const int sum = co_await below(k, 2);
      me.say(std::to_string(sum));
    });
  wait_for_kept(k, 8);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "40 40");
}

SCENARIO(MaxSuspended, HandlersThatNeverSuspendDoNotCount) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w, {.max_suspended = 2});
  s.p.tell<play>(waiting(k, 0));
  for (int i = 1; i < 5; ++i)
    s.p.tell<play>([i](player& me) -> task<> {
      me.say(std::to_string(i));
      co_return;
    });
  wait_for_kept(k, 1);
  wait_for(s.p);
  EXPECT_EQ(s.text(), "begin0 1 2 3 4");
  k.tell(answer_all{});
  w.settle();
}

SCENARIO(MaxSuspended, WhatWaitsCountsAgainstTheCapacity) {
  for (const int capacity : {1, 2, 5}) {
    held_box box(w, static_cast<std::size_t>(capacity));
    int queued = 0;
    for (int i = 0; i < 20; ++i) {
      note n{queued};
      queued += box.to.try_tell(n) == tell_status::queued;
      if (!real) w.settle();
      static_cast<void>(box.k.ask(how_many{}).get());
    }
    EXPECT_EQ(queued, capacity);
    box.open();
    w.settle();
    EXPECT_EQ(box.read->lines(), up_to(capacity));
  }
}

SCENARIO(MaxSuspended, AStopComesAfterWhatWasQueuedBeforeIt) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w, {.max_suspended = 1});
  s.p.tell<play>(waiting(k, 0));
  tell(s.p, 1, 2);
  s.p.stop();
  tell(s.p, 3, 2);
  wait_for_kept(k, 1);
  if (!real) w.settle();
  EXPECT_EQ(s.text(), "begin0");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "begin0 end0 1 2 stop(normal) gone");
}

SCENARIO(MaxSuspended, AKillWorksAtTheLimit) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w, {.max_suspended = 2});
  for (int i = 0; i < 3; ++i) s.p.tell<play>(waiting(k, i));
  tell(s.p, 1, 2);
  wait_for_kept(k, 2);
  s.p.kill();
  until(w, [&] { return s.wrote->has("gone"); });
  EXPECT_EQ(s.text(), "begin0 begin1 gone");
  until(w, [&] { return dead(w, troupe::dead_reason::ended) == 3; });  // a play and two notes
  EXPECT_EQ(reason_of(s.p), exit_kind::killed);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(dead(w, troupe::dead_reason::late), 2U);
}

SCENARIO(MaxSuspended, AShutdownWorksAtTheLimit) {
  const auto pile = make_pile();
  auto k = w.spawn<silent>(pile);
  stage_of_one s(w, {.max_suspended = 1});
  for (int i = 0; i < 3; ++i) s.p.tell<play>(waiting(k, i));
  wait_for_kept(k, 1);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(s.text(), "begin0 stop(shutdown) gone");
}

SCENARIO(MaxSuspended, AFailureAtTheLimitAnswersThoseWhoWaited) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w, {.max_suspended = 1});
  s.p.tell<play>(waiting(k, 0));
  wait_for_kept(k, 1);
  auto a = w.spawn<asker>();
  for (int i = 1; i < 4; ++i) a.ask<ask_for>(s.p, i, 1h).get();
  k.tell<fail_all>(ask_errc::not_handled, "closed");
  w.settle();
  const auto seen = a.ask(so_far{}).get();
  ASSERT_EQ(seen.size(), 3U);
  for (const auto& one : seen) EXPECT_EQ(one.error.value(), ask_errc::down) << one.number;
  EXPECT_EQ(s.text(), "begin0 stop(failed) gone");
}

SCENARIO(MaxSuspended, AnActorThatNobodyRefersToHandlesWhatWaitedFirst) {
  auto k = w.spawn<keeper>();
  const auto wrote = make_journal();
  {
    auto p = w.spawn<player>({.max_suspended = 1}, wrote);
    for (int i = 0; i < 3; ++i) p.tell<play>(waiting(k, i));
  }
  for (int i = 0; i < 3; ++i) {
    wait_for_kept(k, 1);
    let_answer(k, i);
  }
  w.settle();
  EXPECT_EQ(wrote->text(), "begin0 end0 begin1 end1 begin2 end2 stop(unreferenced) gone");
}

TEST(MaxSuspendedByDefault, Is1024) {
  EXPECT_EQ(troupe::spawn_options{}.max_suspended, 1024U);
  scenario::own_system sys;
  auto k = sys->spawn<keeper>();
  const auto wrote = make_journal();
  auto p = sys->spawn<player>(wrote);
  for (int i = 0; i < 1030; ++i)
    p.tell<play>([k, i](player& me) -> task<> {
      co_await kept_by(k, i);
      me.say("x");
    });
  wait_for_kept(k, 1024);
  if (!real) sys.settle();
  EXPECT_EQ(k.ask(how_many{}).get(), 1024);
  k.tell(answer_all{});
  wait_for_kept(k, 6);
  k.tell(answer_all{});
  sys.settle();
  EXPECT_EQ(wrote->count("x"), 1030);
}

}  // namespace
