// queue_end_test.cpp: task_done, join and shutdown.
#include "waiters.hpp"

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace cast;
using classic::queue;

auto gets(queue<int>::ref r, journal_ptr j) {
  return [r, j](int) -> scene {
    return [r, j](player&) -> task<> {
      const auto got = co_await r.get();
      j->note(got ? std::to_string(*got) : text_of(got));
    };
  };
}
auto puts(queue<int>::ref r, journal_ptr j) {
  return [r, j](int i) -> scene {
    return [r, j, i](player&) -> task<> {
      const auto end = co_await r.put(100 + i);
      j->note(text_of(end));
    };
  };
}
auto joins(queue<int>::ref r, journal_ptr j, classic::wait_time t = forever) {
  return [r, j, t](int) -> scene {
    return [r, j, t](player&) -> task<> {
      const auto end = co_await r.join(t);
      j->note(text_of(end));
    };
  };
}

// --- task_done and join

SCENARIO(QueueEnd, JoinWaitsUntilEveryPutWasMatchedByATaskDone) {
  queue<int> q(w.system());
  EXPECT_EQ(q.join(), wait_errc::ok) << "there is nothing to do";
  EXPECT_EQ(q.join(0ms), wait_errc::ok);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(q.put(i), wait_errc::ok);
  crowd c(w);
  c.add(10, joins(ref_of(q), c.wrote));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(*q.get(), i);
    EXPECT_EQ(q.join(0ms), wait_errc::timeout) << "to get is not to have done";
    c.expect_lines(0);
    EXPECT_EQ(q.task_done(), wait_errc::ok);
  }
  c.expect_lines(10);
  EXPECT_EQ(c.wrote->count("ok"), 10);
  EXPECT_EQ(q.join(), wait_errc::ok);
}

SCENARIO(QueueEnd, ATaskMayBeDoneBeforeItIsGot) {
  queue<int> q(w.system());
  EXPECT_EQ(q.put(1), wait_errc::ok);
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  EXPECT_EQ(q.join(), wait_errc::ok);
  EXPECT_EQ(*q.get(), 1);
  EXPECT_EQ(q.task_done(), wait_errc::too_many);
}

SCENARIO(QueueEnd, OneTaskDoneTooManyIsAnErrorAndChangesNothing) {
  queue<int> q(w.system());
  EXPECT_EQ(q.task_done(), wait_errc::too_many);
  EXPECT_EQ(q.put(1), wait_errc::ok);
  EXPECT_EQ(q.join(0ms), wait_errc::timeout) << "the one too many did not count";
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  EXPECT_EQ(q.task_done(), wait_errc::too_many);
  stage_of_one one(w);
  one.p
      .ask<perform>([r = ref_of(q)](player& me) -> task<> {
        const auto end = co_await r.task_done();
        me.say(text_of(end));
      })
      .get();
  EXPECT_EQ(one.text(), "too_many");
  EXPECT_EQ(q.qsize(), 1U);
}

SCENARIO(QueueEnd, JoinMayBeUsedAgain) {
  queue<int> q(w.system());
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(q.put(round), wait_errc::ok);
    crowd c(w);
    c.add(2, joins(ref_of(q), c.wrote));
    c.expect_lines(0);
    EXPECT_TRUE(q.get().has_value());
    EXPECT_EQ(q.task_done(), wait_errc::ok);
    c.expect_lines(2);
  }
}

SCENARIO(QueueEnd, WhoSawAllDoneJoinsThoughMoreIsPutAtOnce) {
  queue<int> q(w.system());
  EXPECT_EQ(q.put(1), wait_errc::ok);
  crowd c(w);
  c.add(5, joins(ref_of(q), c.wrote));
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  EXPECT_EQ(q.put(2), wait_errc::ok);
  EXPECT_EQ(q.join(0ms), wait_errc::timeout);
  c.expect_lines(5);
  EXPECT_EQ(c.wrote->count("ok"), 5);
}

SCENARIO(QueueEnd, AJoinTimesOutAndRefusesANegativeTime) {
  queue<int> q(w.system());
  EXPECT_EQ(q.join(-1ns), wait_errc::negative_timeout) << "though all is done";
  EXPECT_EQ(q.put(1), wait_errc::ok);
  EXPECT_EQ(q.join(a_while), wait_errc::timeout);
  EXPECT_EQ(q.join(-1ns), wait_errc::negative_timeout);
  crowd c(w);
  c.add(1, joins(ref_of(q), c.wrote, a_while));
  c.add(1, joins(ref_of(q), c.wrote, -1ns));
  w.advance(a_while);
  c.expect_lines(2);
  EXPECT_EQ(c.wrote->count("timeout"), 1);
  EXPECT_EQ(c.wrote->count("negative_timeout"), 1);
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  c.expect_lines(2);
}

SCENARIO(QueueEnd, APutThatFailedIsNoTask) {
  queue<int> q(w.system(), 1);
  EXPECT_EQ(q.put(1), wait_errc::ok);
  EXPECT_EQ(q.put_nowait(2), wait_errc::queue_full);
  EXPECT_EQ(q.put(2, a_while), wait_errc::queue_full);
  EXPECT_EQ(q.put(2, -1ns), wait_errc::negative_timeout);
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  EXPECT_EQ(q.join(0ms), wait_errc::ok);
  EXPECT_EQ(q.task_done(), wait_errc::too_many);
}

SCENARIO(QueueEnd, APutThatWaitsIsATaskOnceItIsIn) {
  queue<int> q(w.system(), 1);
  EXPECT_EQ(q.put(1), wait_errc::ok);
  crowd c(w);
  c.add(1, puts(ref_of(q), c.wrote));
  EXPECT_EQ(*q.get(), 1);
  c.expect_lines(1);
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  EXPECT_EQ(q.join(0ms), wait_errc::timeout);
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  EXPECT_EQ(q.join(0ms), wait_errc::ok);
}

/// What a getter had not seen when it was killed is counted once.
SCENARIO(QueueEnd, AnElementThatGoesToSomebodyElseIsOneTask) {
  queue<int> q(w.system());
  crowd c(w);
  c.add(2, gets(ref_of(q), c.wrote));
  EXPECT_EQ(q.put(5), wait_errc::ok);
  c.who(0).kill();
  c.wait_until_gone(0);
  until(w, [&] { return c.text() == "5"; });
  EXPECT_EQ(q.join(0ms), wait_errc::timeout);
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  EXPECT_EQ(q.join(0ms), wait_errc::ok);
  EXPECT_EQ(q.task_done(), wait_errc::too_many);
  EXPECT_EQ(q.put(6), wait_errc::ok);
}

SCENARIO(QueueEnd, CooksAndGuests) {
  queue<int> q(w.system(), 3);
  const auto eaten = std::make_shared<tally>();
  std::vector<stage_of_one> all;
  for (int i = 0; i < 3; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([r = ref_of(q), eaten](player&) -> task<> {
      for (;;) {
        const auto got = co_await r.get();
        if (!got) break;
        co_await troupe::sleep(1us);
        eaten->add();
        const auto end = co_await r.task_done();
        EXPECT_EQ(end, wait_errc::ok);
      }
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(q.put(i), wait_errc::ok);
  EXPECT_EQ(q.join(), wait_errc::ok);
  EXPECT_EQ(eaten->read(), 20);
  q.shutdown();
}

// --- shutdown

SCENARIO(QueueEnd, AfterShutdownNothingGoesInAndWhatIsInComesOut) {
  queue<int> q(w.system(), 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(q.put(i), wait_errc::ok);
  q.shutdown();
  EXPECT_EQ(q.put(9), wait_errc::queue_shut_down) << "at once, though it is full";
  EXPECT_EQ(q.put_nowait(9), wait_errc::queue_shut_down);
  EXPECT_EQ(q.put(9, 1h), wait_errc::queue_shut_down);
  EXPECT_EQ(q.qsize(), 3U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(*q.get(), i);
    EXPECT_EQ(q.put_nowait(9), wait_errc::queue_shut_down) << "though there is room";
  }
  EXPECT_EQ(text_of(q.get()), "queue_shut_down");
  EXPECT_EQ(text_of(q.get_nowait()), "queue_shut_down");
  EXPECT_EQ(text_of(q.get(1h)), "queue_shut_down");
  q.shutdown();
  EXPECT_EQ(text_of(q.get()), "queue_shut_down");
}

SCENARIO(QueueEnd, ShutdownWakesEveryGetter) {
  for (const bool immediate : {false, true}) {
    queue<int> q(w.system());
    crowd c(w);
    c.add(100, gets(ref_of(q), c.wrote));
    q.shutdown(immediate);
    c.expect_lines(100);
    EXPECT_EQ(c.wrote->count("queue_shut_down"), 100);
  }
}

SCENARIO(QueueEnd, ShutdownWakesEveryPutterAndTheirElementsDoNotGoIn) {
  for (const bool immediate : {false, true}) {
    queue<int> q(w.system(), 1);
    EXPECT_EQ(q.put(1), wait_errc::ok);
    crowd c(w);
    c.add(100, puts(ref_of(q), c.wrote));
    q.shutdown(immediate);
    c.expect_lines(100);
    EXPECT_EQ(c.wrote->count("queue_shut_down"), 100);
    EXPECT_EQ(q.qsize(), immediate ? 0U : 1U);
    EXPECT_EQ(text_of(q.get()), immediate ? "queue_shut_down" : "ok");
    EXPECT_EQ(text_of(q.get()), "queue_shut_down");
  }
}

SCENARIO(QueueEnd, JoinersWaitOnForWhatIsStillInside) {
  queue<int> q(w.system());
  EXPECT_EQ(q.put(1), wait_errc::ok);
  EXPECT_EQ(q.put(2), wait_errc::ok);
  crowd c(w);
  c.add(20, joins(ref_of(q), c.wrote));
  EXPECT_EQ(*q.get(), 1);
  q.shutdown();
  c.expect_lines(0);
  EXPECT_EQ(*q.get(), 2);
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  c.expect_lines(0);
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  c.expect_lines(20);
  EXPECT_EQ(c.wrote->count("ok"), 20);
}

SCENARIO(QueueEnd, ImmediateShutdownDropsWhatIsInsideAndItCountsAsDone) {
  const auto one = std::make_shared<int>(1);
  queue<std::shared_ptr<int>> q(w.system());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(q.put(one), wait_errc::ok);
  crowd c(w);
  c.add(20, [r = ref_of(q), j = c.wrote](int) -> scene {
    return [r, j](player&) -> task<> {
      const auto end = co_await r.join();
      j->note(text_of(end));
    };
  });
  c.expect_lines(0);
  q.shutdown(true);
  EXPECT_TRUE(q.empty());
  EXPECT_EQ(one.use_count(), 1) << "what was dropped is destroyed";
  c.expect_lines(20);
  EXPECT_EQ(c.wrote->count("ok"), 20);
  EXPECT_EQ(text_of(q.get()), "queue_shut_down");
  EXPECT_EQ(q.put(one), wait_errc::queue_shut_down);
  EXPECT_EQ(q.task_done(), wait_errc::too_many);
}

SCENARIO(QueueEnd, WhatWasGotBeforeAnImmediateShutdownIsStillATask) {
  queue<int> q(w.system());
  EXPECT_EQ(q.put(1), wait_errc::ok);
  EXPECT_EQ(q.put(2), wait_errc::ok);
  EXPECT_EQ(*q.get(), 1);
  q.shutdown(true);
  EXPECT_EQ(q.join(0ms), wait_errc::timeout);
  EXPECT_EQ(q.task_done(), wait_errc::ok);
  EXPECT_EQ(q.join(), wait_errc::ok);
  EXPECT_EQ(q.task_done(), wait_errc::too_many);
}

SCENARIO(QueueEnd, AnImmediateShutdownMayFollowAnOrdinaryOne) {
  queue<int> q(w.system());
  EXPECT_EQ(q.put(1), wait_errc::ok);
  q.shutdown();
  EXPECT_EQ(q.qsize(), 1U);
  q.shutdown(true);
  EXPECT_EQ(q.qsize(), 0U);
  EXPECT_EQ(q.join(), wait_errc::ok);
  q.shutdown(false);
  EXPECT_EQ(text_of(q.get()), "queue_shut_down");
}

SCENARIO(QueueEnd, AnElementThatComesBackAfterShutdownIsNotLost) {
  queue<int> q(w.system());
  crowd c(w);
  c.add(1, gets(ref_of(q), c.wrote));
  EXPECT_EQ(q.put(7), wait_errc::ok);
  c.who(0).kill();
  q.shutdown();
  c.wait_until_gone(0);
  if (!real) w.settle();
  const auto left = q.get(a_while);
  EXPECT_EQ(c.wrote->count("7") + (left.has_value() ? 1 : 0), 1) << text_of(left);
}

SCENARIO(QueueEnd, AShutdownOfTheSystemWhileManyWaitLeavesNobody) {
  const auto j = make_journal();
  queue<int> q(w.system(), 1);
  queue<int> none(w.system());
  EXPECT_EQ(q.put(1), wait_errc::ok);
  std::vector<stage_of_one> all;
  for (int i = 0; i < 99; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([i, a = ref_of(none), b = ref_of(q), j](player&) -> task<> {
      const trace t(j, "frame");
      std::string end;
      if (i % 3 == 0) end = text_of(co_await a.get());
      if (i % 3 == 1) end = text_of(co_await b.put(2));
      if (i % 3 == 2) end = text_of(co_await b.join());
      if (end == "ok") j->note(end);
    });
  }
  wait_for(all.back().p);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(j->count("frame"), 99);
  EXPECT_EQ(j->count("ok"), 0);
  EXPECT_EQ(text_of(none.get()), "closed");
  EXPECT_EQ(q.put(3), wait_errc::closed);
  EXPECT_EQ(q.join(), wait_errc::closed);
}

// --- many threads

SCENARIO_ON_THREADS(QueueEnd, ShutdownWakesDozensOfThreadsOfEachKind) {
  queue<int> empty(w.system());
  queue<int> full(w.system(), 1);
  EXPECT_EQ(full.put(1), wait_errc::ok);
  std::vector<std::thread> all;
  tally joined;
  for (int i = 0; i < 36; ++i)
    all.emplace_back([&, i] {
      switch (i % 6) {
        case 0: EXPECT_EQ(text_of(empty.get()), "queue_shut_down"); break;
        case 1: EXPECT_EQ(text_of(empty.get(1h)), "queue_shut_down"); break;
        case 2: EXPECT_EQ(full.put(2), wait_errc::queue_shut_down); break;
        case 3: EXPECT_EQ(full.put(2, 1h), wait_errc::queue_shut_down); break;
        default: EXPECT_EQ(full.join(), wait_errc::ok);
      }
      joined.add();
    });
  wait_for_waiting(w, 36);
  EXPECT_EQ(joined.read(), 0);
  empty.shutdown();
  full.shutdown(true);
  for (auto& one : all) one.join();
}

SCENARIO_ON_THREADS(QueueEnd, TheEndOfTheSystemClosesItForDozensOfThreadsOfEachKind) {
  queue<int> empty(w.system());
  queue<int> full(w.system(), 1);
  EXPECT_EQ(full.put(1), wait_errc::ok);
  std::vector<std::thread> all;
  for (int i = 0; i < 30; ++i)
    all.emplace_back([&, i] {
      const auto end = i % 3 == 0   ? text_of(empty.get())
                       : i % 3 == 1 ? text_of(full.put(2))
                                    : text_of(full.join());
      EXPECT_EQ(end, "closed");
    });
  wait_for_waiting(w, 30);
  EXPECT_TRUE(w.shutdown(60s).clean());
  for (auto& one : all) one.join();
}

/// Whatever was put before the shutdown is got, whatever was refused is not, and join ends.
SCENARIO_ON_THREADS(QueueEnd, AShutdownAmongDozensOfThreadsLosesNothing) {
  queue<int> q(w.system(), 4);
  tally in;
  tally out;
  at_once(33, [&](int who) {
    if (who == 0) {
      while (in.read() < 200) std::this_thread::yield();
      q.shutdown();
      EXPECT_EQ(q.join(), wait_errc::ok);
    } else if (who % 2 == 0) {
      for (int n = 1;; ++n) {
        in.add(n);
        const auto end = q.put(n);
        if (end == wait_errc::ok) continue;
        in.add(-n);
        EXPECT_EQ(end, wait_errc::queue_shut_down);
        break;
      }
    } else {
      for (auto got = q.get(); got; got = q.get()) {
        out.add(*got);
        EXPECT_EQ(q.task_done(), wait_errc::ok);
      }
    }
  });
  EXPECT_EQ(in.read(), out.read());
  EXPECT_TRUE(q.empty());
}

}  // namespace
