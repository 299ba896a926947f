// nested_task_test.cpp: tasks that await tasks, and the way of an exception through them.
#include "players.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cast;

task<int> plain(int n) { co_return n; }
task<int> asked_for(troupe::address<query> whom, int n) {
  const int got = co_await whom.ask<query>(n);
  co_return got;
}
task<> throws(std::string text) {
  throw std::out_of_range(text);
  co_return;
}
task<> throws_later(troupe::address<query> whom, std::string text) {
  co_await whom.ask<query>(0);
  throw std::out_of_range(text);
}

SCENARIO(Task, GivesItsValueToWhoAwaitsIt) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.ask<perform>([q](player& me) -> task<> {
       const int a = co_await plain(4);
       const int b = co_await asked_for(q, a);
       me.say(std::to_string(a) + " " + std::to_string(b));
     })
      .get();
  EXPECT_EQ(s.text(), "4 40");
}

task<> noted(journal_ptr j, std::string what) {
  j->note(what);
  co_return;
}

SCENARIO(Task, DoesNothingUntilItIsAwaited) {
  stage_of_one s(w);
  s.p.ask<perform>([j = s.wrote](player& me) -> task<> {
       auto later = noted(j, "task");
       me.say("before");
       co_await std::move(later);
       me.say("after");
     })
      .get();
  EXPECT_EQ(s.text(), "before task after");
}

task<> holding(ticket t) {
  t.call();
  co_return;
}

SCENARIO(Task, ThatIsNeverAwaitedIsDestroyedWithItsArguments) {
  const auto book = std::make_shared<ledger>();
  run(w, [book](player&) -> task<> {
    {
      auto never = holding(ticket(book));
      auto moved = std::move(never);
      EXPECT_EQ(ledger::read(book->destroyed), 0);
    }
    EXPECT_EQ(ledger::read(book->destroyed), 1);
    co_return;
  });
  EXPECT_EQ(ledger::read(book->called), 0);
  expect_balanced(*book, 1);
}

TEST(TaskAlone, MayBeMadeOutsideOfActorsAndIsNeverRun) {
  const auto book = std::make_shared<ledger>();
  { auto outside = holding(ticket(book)); }
  EXPECT_EQ(ledger::read(book->called), 0);
  expect_balanced(*book, 1);
}

task<int> nested(troupe::address<query> whom, int depth) {
  if (depth == 0) {
    const int got = co_await whom.ask<query>(1);
    co_return got;
  }
  const int below = co_await nested(whom, depth - 1);
  co_return below + 1;
}

SCENARIO(Task, NestsAsDeepAsCallsDo) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.ask<perform>([q](player& me) -> task<> {
       const int got = co_await nested(q, 300);
       me.say(std::to_string(got));
     })
      .get();
  EXPECT_EQ(s.text(), "310");
}

task<long> tree(troupe::address<query> whom, int depth) {
  if (depth == 0) {
    const long leaf = co_await whom.ask<query>(1);
    co_return leaf;
  }
  const long left = co_await tree(whom, depth - 1);
  const long right = co_await tree(whom, depth - 1);
  co_return left + right;
}

SCENARIO(Task, GoesOnWithOthersWhereItWaited) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  for (int i = 0; i < 3; ++i)
    s.p.tell<play>([q](player& me) -> task<> {
      const long sum = co_await tree(q, 4);
      me.say(std::to_string(sum));
    });
  w.settle();
  EXPECT_EQ(s.text(), "160 160 160");
}

// --- exceptions

SCENARIO(Task, AnExceptionComesOutOfTheAwaitAndMayBeCaught) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.ask<perform>([q](player& me) -> task<> {
       for (int round = 0; round < 2; ++round) {
         try {
           if (round == 0) {
             co_await throws("at once");
           } else {
             co_await throws_later(q, "later");
           }
           me.say("not thrown");
         } catch (const std::out_of_range& e) {
           me.say(e.what());
         }
       }
       co_await q.ask<query>(1);
       me.say("goes on");
     })
      .get();
  EXPECT_EQ(s.text(), "at once later goes on");
  EXPECT_EQ(w.counters().failed, 0U);
}

task<> passes_on(troupe::address<query> whom, journal_ptr j, int depth) {
  const trace t(j, "frame" + std::to_string(depth));
  if (depth == 0) {
    co_await throws_later(whom, "deep");
  } else {
    co_await passes_on(whom, j, depth - 1);
  }
}

SCENARIO(Task, AnExceptionUnwindsTheFramesFromTheInnermostOut) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.ask<perform>([q, j = s.wrote](player& me) -> task<> {
       try {
         co_await passes_on(q, j, 2);
       } catch (const std::out_of_range& e) {
         me.say(e.what());
       }
     })
      .get();
  EXPECT_EQ(s.text(), "frame0 frame1 frame2 deep");
}

/// A player that throws on one of three ways, while `asks` requests wait behind it.
void expect_failure(scenario::world& w, const scene& thrower) {
  stage_of_one s(w);
  const auto r = s.p.try_ask<perform>(thrower).get();
  EXPECT_FALSE(r.has_value());
  if (r.has_value()) return;
  EXPECT_EQ(r.error(), ask_errc::down) << r.error().text();
  const auto& why = r.error().reason();
  EXPECT_EQ(why, exit_kind::failed);
  EXPECT_TRUE(says(why.type(), "out_of_range")) << why.to_string();
  EXPECT_EQ(why.text(), "too far");
  EXPECT_EQ(reason_of(s.p), why);
  w.settle();
  EXPECT_EQ(s.text(), "stop(failed) gone");
  EXPECT_EQ(w.counters().failed, 1U);
}

SCENARIO(Task, AnExceptionBeforeTheFirstSuspensionFailsTheActorAndItsRequest) {
  expect_failure(w, [](player&) -> task<> {
    throw std::out_of_range("too far");
    co_return;
  });
}

SCENARIO(Task, AnExceptionAfterASuspensionFailsTheActorAndItsRequest) {
  auto q = w.spawn<prompt>();
  expect_failure(w, [q](player&) -> task<> {
    co_await q.ask<query>(1);
    throw std::out_of_range("too far");
  });
}

SCENARIO(Task, AnExceptionOfANestedTaskFailsTheActorAndItsRequest) {
  auto q = w.spawn<prompt>();
  expect_failure(w, [q](player&) -> task<> { co_await throws_later(q, "too far"); });
}

SCENARIO(Task, AnExceptionAfterASleepFailsTheActorAndItsRequest) {
  expect_failure(w, [](player&) -> task<> {
    co_await troupe::sleep(1ms);
    throw std::out_of_range("too far");
  });
}

SCENARIO(Task, AnExceptionThatIsNoStdExceptionFailsTheActorToo) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.tell<play>([q](player&) -> task<> {
    co_await q.ask<query>(1);
    throw 42;
  });
  w.settle();
  const auto why = reason_of(s.p);
  EXPECT_EQ(why, exit_kind::failed);
  EXPECT_TRUE(says(why.type(), "int")) << why.to_string();
}

SCENARIO(Task, AFailedAskThatIsNotCaughtFailsTheActorWithItsText) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await kept_by(k, 1);
    me.say("never");
  });
  wait_for_kept(k, 1);
  k.tell<fail_all>(ask_errc::not_handled, "the till is closed");
  w.settle();
  const auto why = reason_of(s.p);
  EXPECT_EQ(why, exit_kind::failed);
  EXPECT_TRUE(says(why.type(), "ask_failed")) << why.to_string();
  EXPECT_TRUE(says(why.text(), "the till is closed")) << why.to_string();
  EXPECT_EQ(s.text(), "stop(failed) gone");
}

SCENARIO(Task, AFailedAskMayBeCaught) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    try {
      co_await kept_by(k, 1);
    } catch (const troupe::ask_failed& e) {
      me.say(code_of(e) + ": " + e.what());
    }
  });
  wait_for_kept(k, 1);
  k.tell<fail_all>(ask_errc::not_handled, "closed");
  w.settle();
  EXPECT_EQ(s.wrote->lines().size(), 1U);
  EXPECT_TRUE(says(s.text(), "not_handled: ")) << s.text();
  EXPECT_TRUE(says(s.text(), "closed")) << s.text();
  EXPECT_EQ(w.counters().failed, 0U);
}

SCENARIO(Task, AfterTryAskAFailureIsAValue) {
  auto k = w.spawn<keeper>();
  auto ended = w.spawn<keeper>();
  ended.kill();
  stage_of_one s(w);
  s.p.tell<play>([k, ended](player& me) -> task<> {
    const auto fine = co_await tried_by(k, 1);
    me.say(fine ? std::to_string(*fine) : code_of(fine));
    const auto down = co_await ended.try_ask<query>(2);
    me.say(code_of(down));
    const auto nobody = co_await troupe::ref<keeper>().try_ask<query>(3);
    me.say(code_of(nobody));
    const auto late = co_await k.try_ask<query>(4).within(1ms);
    me.say(code_of(late));
  });
  wait_for_kept(k, 1);
  k.tell<answer>(1);
  pass(w, 1ms);
  EXPECT_EQ(s.text(), "10 down down timeout");
  EXPECT_EQ(w.counters().failed, 0U);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(unanswered(w), 1U);
  EXPECT_EQ(s.text(), "10 down down timeout") << "what comes late reaches nobody";
}

// --- in bulk

const int million = real ? 1'000'000 : 200'000;

/// The world of one test that is too long for every seed.
TEST(TaskInBulk, AMillionAwaitsThatFinishAtOnceNeedNoStack) {
  scenario::own_system sys;
  const auto wrote = make_journal();
  auto p = sys->spawn<player>(wrote);
  p.ask<perform>([](player& me) -> task<> {
     long sum = 0;
     for (int i = 0; i < million; ++i) sum += co_await plain(1);
     me.say(std::to_string(sum));
   })
      .within(1h)
      .get();
  EXPECT_EQ(wrote->text(), std::to_string(million));
}

TEST(TaskInBulk, AMillionFailuresAtOnceNeedNoStack) {
  scenario::own_system sys;
  auto p = sys->spawn<player>(make_journal());
  p.ask<perform>([](player&) -> task<> {
     const troupe::ref<keeper> nobody;
     for (int i = 0; i < million; ++i) {
       const auto r = co_await nobody.try_ask<query>(i);
       EXPECT_FALSE(r.has_value());
     }
   })
      .within(1h)
      .get();
}

TEST(TaskInBulk, AMillionEmptyGatheringsNeedNoStack) {
  scenario::own_system sys;
  auto p = sys->spawn<player>(make_journal());
  p.ask<perform>([](player&) -> task<> {
     for (int i = 0; i < million; ++i) {
       const auto pair = co_await troupe::when_all(plain(1), plain(2));
       EXPECT_EQ(std::get<1>(pair), 2);
       const auto none = co_await troupe::when_all(std::vector<task<int>>());
       EXPECT_TRUE(none.empty());
     }
   })
      .within(1h)
      .get();
}

TEST(TaskInBulk, ManyAsksInARowNeedNoStack) {
  scenario::own_system sys;
  auto q = sys->spawn<prompt>();
  auto p = sys->spawn<player>(make_journal());
  p.ask<perform>([q](player&) -> task<> {
     for (int i = 0; i < million / 5; ++i) co_await q.ask<query>(i);
   })
      .within(1h)
      .get();
  EXPECT_EQ(q.ask(how_many{}).get(), million / 5);
}

}  // namespace
