// blocking_test.cpp: jobs that block run elsewhere; their actor waits for them.
#include "players.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace cast;
using troupe::blocking;

using counter = std::shared_ptr<std::atomic<int>>;
[[nodiscard]] counter make_counter() { return std::make_shared<std::atomic<int>>(0); }
[[nodiscard]] int read(const counter& c) { return c->load(std::memory_order_acquire); }

SCENARIO(Blocking, GivesWhatTheFunctionReturns) {
  stage_of_one s(w);
  s.p.ask<perform>([](player& me) -> task<> {
       const int sum = co_await blocking([](int a, int b) { return a + b; }, 2, 3);
       const std::string text = co_await blocking([] { return std::string(40, 'x'); });
       co_await blocking([] {});
       me.say(std::to_string(sum) + " " + std::to_string(text.size()));
     })
      .get();
  EXPECT_EQ(s.text(), "5 40");
}

SCENARIO(Blocking, MovesArgumentsInAndTheResultOut) {
  const auto book = std::make_shared<ledger>();
  stage_of_one s(w);
  s.p.ask<perform>([book](player& me) -> task<> {
       auto number = std::make_unique<int>(7);
       const auto more = co_await blocking(
           [](std::unique_ptr<int> n, ticket t) {
             t.call();
             ++*n;
             return n;
           },
           std::move(number), ticket(book));
       me.say(std::to_string(*more));
     })
      .get();
  EXPECT_EQ(s.text(), "8");
  w.settle();
  EXPECT_EQ(ledger::read(book->called), 1);
  until(w, [&] { return ledger::read(book->destroyed) == 1; });
}

SCENARIO(Blocking, DoesNothingUntilItIsAwaited) {
  const auto ran = make_counter();
  run(w, [ran](player&) -> task<> {
    const auto job = [](counter c) { return c->fetch_add(1, std::memory_order_acq_rel); };
    auto never = blocking(job, ran);
    auto later = blocking(job, ran);
    EXPECT_EQ(read(ran), 0);
    const int before = co_await std::move(later);
    EXPECT_EQ(before, 0);
  });
  w.settle();
  EXPECT_EQ(read(ran), 1);
}

SCENARIO(Blocking, AnExceptionOfTheFunctionIsThrownByTheAwait) {
  stage_of_one s(w);
  s.p.ask<perform>([](player& me) -> task<> {
       try {
         const int n = co_await blocking(
             [](int i) -> int { throw std::out_of_range("job " + std::to_string(i)); }, 3);
         me.say("not thrown " + std::to_string(n));
       } catch (const std::out_of_range& e) {
         me.say(e.what());
       }
     })
      .get();
  EXPECT_EQ(s.text(), "job 3");
  EXPECT_EQ(w.counters().failed, 0U);
}

SCENARIO(Blocking, UncaughtItFailsTheActorWithTypeAndText) {
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    co_await blocking([] { throw std::out_of_range("the disk"); });
    me.say("never");
  });
  w.settle();
  const auto why = reason_of(s.p);
  EXPECT_EQ(why, exit_kind::failed);
  EXPECT_TRUE(says(why.type(), "out_of_range")) << why.to_string();
  EXPECT_EQ(why.text(), "the disk");
  EXPECT_EQ(s.text(), "stop(failed) gone");
}

SCENARIO(Blocking, TheCoroutineGoesOnInATurnOfItsActor) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.ask<perform>([q](player& me) -> task<> {
       co_await blocking([] {});
       try {
         static_cast<void>(q.ask<query>(1).get());
         me.say("it blocked");
       } catch (const troupe::ask_failed& e) {
         me.say(code_of(e));
       }
     })
      .get();
  EXPECT_EQ(s.text(), "would_block_worker");
}

SCENARIO(Blocking, WhatTheJobWroteIsVisibleAfterwards) {
  run(w, [](player&) -> task<> {
    auto numbers = std::make_shared<std::vector<int>>();
    for (int i = 0; i < 5; ++i) {
      numbers->push_back(i);
      co_await blocking([](std::shared_ptr<std::vector<int>> mine) { mine->push_back(-1); },
                        numbers);
    }
    EXPECT_EQ(numbers->size(), 10U);
  });
}

// --- the others

SCENARIO(Blocking, OthersAreHandledWhileItBlocks) {
  gate g;
  stage_of_one s(w);
  stage_of_one other(w);
  for (int i = 0; i < 4; ++i)  // more than there are workers
    s.p.tell<play>([hinge = g.hinge()](player& me) -> task<> {
      co_await blocking([](gate::leaf held) { held.pass(); }, hinge);
      me.say("done");
    });
  tell(s.p, 7, 1);
  wait_for(s.p);
  wait_for(other.p);
  EXPECT_TRUE(s.wrote->has("7"));
  if (real) {
    EXPECT_EQ(s.text(), "7") << "the jobs wait at the gate";
  }
  g.open();
  w.settle();
  EXPECT_EQ(s.wrote->count("done"), 4);
}

SCENARIO(Blocking, ManyJobsOfManyActorsEachGiveTheirOwn) {
  std::vector<stage_of_one> all;
  for (int i = 0; i < 5; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([i](player& me) -> task<> {
      int sum = 0;
      for (int n = 0; n < 10; ++n) {
        const int got = co_await blocking([](int a, int b) { return a * b; }, i, n);
        sum += got;
      }
      me.say(std::to_string(sum));
    });
  }
  w.settle();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(all[static_cast<std::size_t>(i)].text(), std::to_string(45 * i));
}

SCENARIO(Blocking, DrainWaitsForTheJob) {
  const auto ran = make_counter();
  stage_of_one s(w);
  s.p.tell<play>([ran](player& me) -> task<> {
    for (int i = 0; i < 3; ++i)
      co_await blocking([](counter c) { c->fetch_add(1, std::memory_order_acq_rel); }, ran);
    me.say("done");
  });
  EXPECT_TRUE(w.system().drain());
  EXPECT_EQ(read(ran), 3);
  EXPECT_EQ(s.text(), "done");
}

SCENARIO(Blocking, AnActorThatNobodyRefersToWaitsForItsJob) {
  const auto wrote = make_journal();
  {
    auto p = w.spawn<player>(wrote);
    p.tell<play>([](player& me) -> task<> {
      const int got = co_await blocking([] { return 5; });
      me.say(std::to_string(got));
    });
  }
  w.settle();
  until(w, [&] { return wrote->has("gone"); });
  EXPECT_EQ(wrote->text(), "5 stop(unreferenced) gone");
}

// --- ends

enum class end { kill, stop, fail, shutdown };

/// The actor ends while its job waits at the gate (on seeds: has perhaps not begun).
void expect_runs_on(scenario::world& w, end how) {
  const auto book = std::make_shared<ledger>();
  const auto ran = make_counter();
  gate g;
  stage_of_one s(w);
  s.p.tell<play>([book, ran, hinge = g.hinge(), j = s.wrote](player& me) -> task<> {
    const trace t(j, "frame");
    auto returned = co_await blocking(
        [](gate::leaf held, counter c, ticket mine) {
          held.pass();
          c->fetch_add(1, std::memory_order_acq_rel);
          return mine;
        },
        hinge, ran, ticket(book));
    me.say("result");
    returned.call();
  });
  wait_for(s.p);
  if (how == end::kill) s.p.kill();
  if (how == end::stop) s.p.stop();
  if (how == end::fail) s.p.tell<fall>("x");
  if (how == end::shutdown) {
    g.open();
    EXPECT_TRUE(w.shutdown(60s).clean());
  } else {
    until(w, [&] { return s.wrote->has("gone"); });
    EXPECT_TRUE(s.wrote->in_order("frame", "gone")) << s.text();
    if (real) {
      EXPECT_FALSE(s.wrote->has("result"));
      EXPECT_EQ(read(ran), 0) << "the gate is closed";
    }
    g.open();
    w.settle();
    until(w, [&] { return read(ran) == 1; });
  }
  until(w, [&] { return ledger::read(book->destroyed) == ledger::read(book->made); });
  EXPECT_EQ(ledger::read(book->made), 1);
  EXPECT_EQ(ledger::read(book->called), s.wrote->count("result"));
  EXPECT_LE(read(ran), 1);
}

SCENARIO(Blocking, TheJobOfAnActorThatIsKilledRunsOn) { expect_runs_on(w, end::kill); }
SCENARIO(Blocking, TheJobOfAnActorThatStopsRunsOn) { expect_runs_on(w, end::stop); }
SCENARIO(Blocking, TheJobOfAnActorThatFailsRunsOn) { expect_runs_on(w, end::fail); }
SCENARIO(Blocking, AShutdownLeavesNoJob) { expect_runs_on(w, end::shutdown); }

SCENARIO(Blocking, AJobThatThrowsAfterItsActorEndedIsNotHeardOf) {
  gate g;
  stage_of_one s(w);
  s.p.tell<play>([hinge = g.hinge()](player&) -> task<> {
    co_await blocking(
        [](gate::leaf held) {
          held.pass();
          throw std::runtime_error("too late");
        },
        hinge);
  });
  wait_for(s.p);
  if (!real) return;  // there it may have thrown before the kill
  s.p.kill();
  until(w, [&] { return s.wrote->has("gone"); });
  g.open();
  w.settle();
  EXPECT_EQ(w.counters().failed, 0U);
}

// --- only on threads

SCENARIO_ON_THREADS(Blocking, RunsOnAnotherThreadThanItsActor) {
  run(w, [](player&) -> task<> {
    const auto there = co_await blocking([] { return std::this_thread::get_id(); });
    EXPECT_NE(there, std::this_thread::get_id());
  });
}

SCENARIO_ON_THREADS(Blocking, AJobMayAskAndWait) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.ask<perform>([q](player& me) -> task<> {
       const int got =
           co_await blocking([](troupe::ref<prompt> whom) { return whom.ask<query>(3).get(); }, q);
       me.say(std::to_string(got));
     })
      .get();
  EXPECT_EQ(s.text(), "30");
}

SCENARIO_ON_THREADS(Blocking, AsManyJobsAsBlockRunAtATime) {
  constexpr int jobs = 8;
  const auto begun = make_counter();
  stage_of_one s(w);
  for (int i = 0; i < jobs; ++i)
    s.p.tell<play>([begun](player& me) -> task<> {
      co_await blocking(
          [](counter c) {  // returns once all of them have begun
            c->fetch_add(1, std::memory_order_acq_rel);
            c->notify_all();
            for (int n = read(c); n < jobs; n = read(c)) c->wait(n, std::memory_order_acquire);
          },
          begun);
      me.say("x");
    });
  w.settle();
  EXPECT_EQ(s.wrote->count("x"), jobs);
}

}  // namespace
