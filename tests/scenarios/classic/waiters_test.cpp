// waiters_test.cpp: who waits and dies, is cancelled or late leaves no trace: fault 55.
#include "waiters.hpp"

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace cast;
using classic::barrier;
using classic::condition;
using classic::event;
using classic::lock;
using classic::queue;
using classic::rlock;
using classic::semaphore;

/// Waits for `op(forever)`, and says its number when it has it.
template <class Op>
auto waits(Op op, journal_ptr j) {
  return [op, j](int i) -> scene {
    return [op, j, i](player&) -> task<> {
      static_cast<void>(co_await op(forever));
      j->note(std::to_string(i));
    };
  };
}

/// Three wait, the one in the middle leaves; `give(n)` gives what they wait for to the first n.
template <class Op, class Give>
void expect_no_trace(scenario::world& w, leaving how, Op op, Give give) {
  SCOPED_TRACE("leaves by " + std::to_string(static_cast<int>(how)));
  auto k = w.spawn<keeper>();
  crowd stay(w);
  crowd go(w);
  stay.add(1, waits(op, stay.wrote));
  go.add(leaves(how, op, k, go.wrote));
  stay.add(1, waits(op, stay.wrote));
  make_leave(w, how, go, 0, k);
  wait_for_waiting(w, 2);  // its slot is in line no more; one who waits for a lock may change lines
  EXPECT_EQ(stay.text(), "");
  give(1);
  stay.expect_lines(1);
  EXPECT_EQ(stay.text(), "0");
  give(1);
  stay.expect_lines(2);
  EXPECT_EQ(stay.text(), "0 1");
  EXPECT_FALSE(go.wrote->has("taken"));
  EXPECT_EQ(waiting(w), 0U);
}

SCENARIO(Waiters, OfASemaphoreThatLeaveLeaveNoTrace) {
  for (const auto how : every_leaving) {
    semaphore s(w.system(), 0);
    expect_no_trace(
        w, how, [r = ref_of(s)](classic::wait_time t) { return r.acquire(t); },
        [&](int n) { EXPECT_EQ(s.release(n), wait_errc::ok); });
    EXPECT_EQ(s.value(), 0U);
    EXPECT_EQ(s.release(), wait_errc::ok);
    EXPECT_EQ(s.value(), 1U);
  }
}

SCENARIO(Waiters, OfAQueueThatGetLeaveNoTrace) {
  for (const auto how : every_leaving) {
    queue<int> q(w.system());
    expect_no_trace(
        w, how, [r = ref_of(q)](classic::wait_time t) { return r.get(t); },
        [&](int) { EXPECT_EQ(q.put(1), wait_errc::ok); });
    EXPECT_TRUE(q.empty());
    EXPECT_EQ(q.put(2), wait_errc::ok);
    EXPECT_EQ(q.qsize(), 1U);
  }
}

SCENARIO(Waiters, OfAQueueThatPutLeaveNoTrace) {
  for (const auto how : every_leaving) {
    queue<int> q(w.system(), 1);
    EXPECT_EQ(q.put(0), wait_errc::ok);
    expect_no_trace(
        w, how, [r = ref_of(q)](classic::wait_time t) { return r.put(1, t); },
        [&](int) { EXPECT_TRUE(q.get().has_value()); });
    EXPECT_EQ(*q.get(), 1);
    EXPECT_TRUE(q.empty());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(q.task_done(), wait_errc::ok);
    EXPECT_EQ(q.task_done(), wait_errc::too_many) << "what did not go in is no task";
  }
}

SCENARIO(Waiters, OfALockThatLeaveLeaveNoTrace) {
  for (const auto how : every_leaving) {
    lock l(w.system());
    l.acquire().keep();
    const auto op = [r = ref_of(l)](classic::wait_time t) -> task<bool> {
      auto held = co_await r.acquire(t);
      if (held) held->keep();
      co_return held.has_value();
    };
    expect_no_trace(w, how, op, [&](int) { EXPECT_EQ(l.release(), wait_errc::ok); });
    EXPECT_TRUE(l.locked());
    EXPECT_EQ(l.release(), wait_errc::ok);
    EXPECT_FALSE(l.locked());
  }
}

/// What they wait for is for all of them: those who stay get it, once.
template <class Op, class Give>
void expect_no_trace_of_one_among_many(scenario::world& w, leaving how, Op op, Give give) {
  SCOPED_TRACE("leaves by " + std::to_string(static_cast<int>(how)));
  auto k = w.spawn<keeper>();
  crowd stay(w);
  crowd go(w);
  stay.add(2, waits(op, stay.wrote));
  go.add(leaves(how, op, k, go.wrote));
  stay.add(2, waits(op, stay.wrote));
  make_leave(w, how, go, 0, k);
  EXPECT_EQ(waiting(w), 4U) << "its slot is still in line";
  give();
  stay.expect_lines(4);
  EXPECT_FALSE(go.wrote->has("taken"));
  EXPECT_EQ(waiting(w), 0U);
}

SCENARIO(Waiters, OfAnEventThatLeaveLeaveNoTrace) {
  for (const auto how : every_leaving) {
    event e(w.system());
    expect_no_trace_of_one_among_many(
        w, how, [r = ref_of(e)](classic::wait_time t) { return r.wait(t); }, [&] { e.set(); });
  }
}

SCENARIO(Waiters, OfAQueueThatJoinLeaveNoTrace) {
  for (const auto how : every_leaving) {
    queue<int> q(w.system());
    EXPECT_EQ(q.put(0), wait_errc::ok);
    expect_no_trace_of_one_among_many(
        w, how, [r = ref_of(q)](classic::wait_time t) { return r.join(t); },
        [&] { EXPECT_EQ(q.task_done(), wait_errc::ok); });
  }
}

/// A condition: notify(1) reaches somebody who is there.
template <class Lock>
void expect_no_lost_notification(scenario::world& w, leaving how) {
  SCOPED_TRACE("leaves by " + std::to_string(static_cast<int>(how)));
  Lock l(w.system());
  condition ready(l);
  const auto op = [l = ref_of(l), c = condition::ref(ready)](classic::wait_time t) -> task<bool> {
    auto held = co_await l.acquire();
    const auto end = co_await c.wait(*held, t);
    co_return end == wait_errc::ok;
  };
  expect_no_trace(w, how, op, [&](int n) {
    auto held = l.acquire();
    EXPECT_EQ(ready.notify(held, static_cast<std::size_t>(n)), wait_errc::ok);
  });
  until(w, [&] { return !l.locked(); });
}
SCENARIO(Fault55, AConditionsWaiterThatLeavesTakesNoNotificationWithIt) {
  for (const auto how : every_leaving) expect_no_lost_notification<lock>(w, how);
}
SCENARIO(Fault55, AConditionsWaiterOnAnRlockToo) {
  for (const auto how : every_leaving) expect_no_lost_notification<rlock>(w, how);
}

/// Waits, and says its index, or why there is none.
auto arrives(barrier::ref r, journal_ptr j) {
  return [r, j](int) -> scene {
    return [r, j](player&) -> task<> {
      const auto got = co_await r.wait();
      j->note(got ? std::to_string(*got) : text_of(got));
    };
  };
}
SCENARIO(Fault55, ABarriersWaiterThatLeavesBreaksItForAllUntilReset) {
  for (const auto how : every_leaving) {
    barrier b(w.system(), 5);
    auto k = w.spawn<keeper>();
    crowd c(w);
    crowd others(w);
    others.add(2, arrives(ref_of(b), others.wrote));
    c.add(leaves(how, [r = ref_of(b)](classic::wait_time t) { return r.wait(t); }, k, c.wrote));
    others.add(1, arrives(ref_of(b), others.wrote));
    make_leave(w, how, c, 0, k);
    others.expect_lines(3);
    EXPECT_EQ(others.text(), "broken broken broken") << static_cast<int>(how);
    EXPECT_TRUE(b.broken());
    EXPECT_EQ(text_of(b.wait(1h)), "broken");
    b.reset();
    crowd five(w);
    five.add(5, arrives(ref_of(b), five.wrote));
    five.expect_lines(5);
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(five.wrote->has(std::to_string(i))) << five.text();
  }
}

SCENARIO(Fault55, AQueueShutDownWhile100WaitTellsEachOfThem) {
  queue<int> none(w.system());
  queue<int> full(w.system(), 1);
  EXPECT_EQ(full.put(1), wait_errc::ok);
  crowd c(w);
  for (int i = 0; i < 100; ++i) {
    if (i % 2 == 0)
      c.add([r = ref_of(none), j = c.wrote](player&) -> task<> {
        const auto got = co_await r.get();
        j->note(text_of(got));
      });
    else
      c.add([r = ref_of(full), j = c.wrote](player&) -> task<> {
        const auto end = co_await r.put(2);
        j->note(text_of(end));
      });
  }
  EXPECT_EQ(waiting(w), 100U);
  for (int i = 0; i < 10; ++i) c.who(i).kill();
  for (int i = 0; i < 10; ++i) c.wait_until_gone(i);
  EXPECT_EQ(waiting(w), 90U);
  none.shutdown();
  full.shutdown();
  c.expect_lines(90);
  EXPECT_EQ(c.wrote->count("queue_shut_down"), 90);
  EXPECT_EQ(waiting(w), 0U);
}

/// A permit given at the moment its waiter dies, is cancelled or late: nobody has it, or one does.
SCENARIO(Waiters, WhatIsGivenToOneWhoLeavesGoesToTheNext) {
  constexpr int count = 10;
  semaphore s(w.system(), 0);
  auto k = w.spawn<keeper>();
  const auto j = make_journal();
  std::vector<stage_of_one> all;
  for (int i = 0; i < count; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([r = ref_of(s), j, k, i](player&) -> task<> {
      if (i % 3 == 0) {
        auto first = co_await troupe::when_any(r.acquire(), kept_by(k, i));
        if (first.index() == 0) j->note("has");
      } else {
        const auto end = co_await r.acquire(i % 3 == 1 ? (real ? 40us : 1ms) : 1h);
        if (end == wait_errc::ok) j->note("has");
      }
    });
  }
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(s.release(), wait_errc::ok);
    if (i % 3 == 2) all[static_cast<std::size_t>(i)].p.kill();
    if (i == 4) k.tell(answer_all{});
    if (i == 5) w.advance(1ms);
  }
  k.tell(answer_all{});
  w.settle();  // each gets a permit or has left: nobody waits
  EXPECT_EQ(j->lines().size() + s.value(), count) << "a permit was lost, or doubled";
}

/// Both are there at once: the one that when_any does not take is not lost.
SCENARIO(Waiters, TheLoserOfTwoThatAreGivenAtOnceIsGivenBack) {
  semaphore a(w.system(), 0);
  semaphore b(w.system(), 0);
  crowd c(w);
  for (int i = 0; i < 5; ++i)
    c.add([x = ref_of(a), y = ref_of(b), j = c.wrote](player&) -> task<> {
      const auto first = co_await troupe::when_any(x.acquire(), y.acquire());
      j->note(first.index() == 0 ? "a" : "b");
    });
  EXPECT_EQ(a.release(4), wait_errc::ok);
  EXPECT_EQ(b.release(4), wait_errc::ok);
  c.expect_lines(5);
  until(w, [&] { return a.value() + b.value() == 3U; });
  EXPECT_EQ(a.value(), 4U - static_cast<std::size_t>(c.wrote->count("a")));
  EXPECT_EQ(b.value(), 4U - static_cast<std::size_t>(c.wrote->count("b")));
}

SCENARIO(Waiters, ThousandsThatComeAndGoLeaveNothing) {
  semaphore s(w.system(), 0);
  event e(w.system());
  queue<int> q(w.system());
  stage_of_one one(w);
  one.p.tell<play>([a = ref_of(s), b = ref_of(e), c = ref_of(q)](player& me) -> task<> {
    for (int i = 0; i < 50; ++i) {
      const auto end = co_await a.acquire(0ns);
      const bool seen = co_await b.wait(1ns);
      const auto got = co_await c.get(1ns);
      const auto any =
          co_await troupe::when_any(a.acquire(), b.wait(), c.get(), troupe::sleep(1ns));
      EXPECT_EQ(end, wait_errc::timeout);
      EXPECT_FALSE(seen || got.has_value());
      EXPECT_EQ(any.index(), 3U);
    }
    me.say("done");
  });
  w.advance(1s);
  until(w, [&] { return one.wrote->has("done"); });
  EXPECT_EQ(waiting(w), 0U);
  EXPECT_EQ(s.release(), wait_errc::ok);
  EXPECT_EQ(s.value(), 1U);
  EXPECT_EQ(q.put(1), wait_errc::ok);
  EXPECT_EQ(q.qsize(), 1U);
}

// --- many threads

SCENARIO_ON_THREADS(Waiters, OfDozensOfThreadsThoseThatAreLateLeaveNoTrace) {
  semaphore s(w.system(), 0);
  queue<int> q(w.system(), 1);
  tally permits;
  tally got;
  at_once(24, [&](int who) {
    for (int n = 0; n < 60; ++n) {
      if (who < 6) {
        EXPECT_EQ(s.release(2), wait_errc::ok);
      } else if (who < 12) {
        permits.add(s.acquire((n % 7) * 2us) == wait_errc::ok);
      } else if (who < 18) {
        EXPECT_EQ(q.put(n), wait_errc::ok);
      } else {
        while (!q.get((n % 5) * 3us)) {}
        got.add();
      }
    }
  });
  EXPECT_EQ(s.value(), static_cast<std::size_t>(6 * 60 * 2 - permits.read()));
  EXPECT_EQ(got.read(), 6 * 60);
  EXPECT_TRUE(q.empty());
  EXPECT_EQ(waiting(w), 0U);
}

SCENARIO_ON_THREADS(Fault55, NotificationsAmongThreadsAndDyingActorsAreNotLost) {
  constexpr int count = 300;
  lock l(w.system());
  condition ready(l);
  int there = 0;  // guarded by l
  tally taken;
  std::vector<stage_of_one> dying;
  for (int i = 0; i < 6; ++i) {
    dying.emplace_back(w);
    dying.back().p.tell<play>([l = ref_of(l), c = condition::ref(ready)](player&) -> task<> {
      auto held = co_await l.acquire();
      for (;;) static_cast<void>(co_await c.wait(*held, 100us));
    });
  }
  at_once(16, [&](int who) {
    if (who < 8) {
      for (;;) {
        auto held = l.acquire();
        const auto end = ready.wait_for(held, [&] { return there > 0 || taken.read() == count; });
        ASSERT_EQ(end, wait_errc::ok);
        if (there == 0) return;
        --there;
        if (taken.add() == count) ready.notify_all(held);
      }
    }
    if (who < 10) {
      for (int n = 0; n < count / 2; ++n) {
        auto held = l.acquire();
        ++there;
        EXPECT_EQ(ready.notify_all(held), wait_errc::ok);
      }
    } else {
      dying[static_cast<std::size_t>(who - 10)].p.kill();
    }
  });
  EXPECT_EQ(taken.read(), count);
  EXPECT_EQ(there, 0);
}

SCENARIO_ON_THREADS(Fault55, ABarrierIsBrokenForDozensOfThreadsWhenAnActorAmongThemDies) {
  barrier b(w.system(), 30);
  tally broken;
  std::vector<std::thread> all;
  for (int i = 0; i < 20; ++i)
    all.emplace_back([&, i] {
      if (text_of(i % 2 == 0 ? b.wait() : b.wait(1h)) == "broken") broken.add();
    });
  crowd c(w);
  c.add(5, arrives(ref_of(b), c.wrote));
  until(w, [&] { return b.n_waiting() == 25; });
  c.who(2).kill();
  for (auto& one : all) one.join();
  EXPECT_EQ(broken.read(), 20);
  c.expect_lines(4);
  EXPECT_EQ(c.wrote->count("broken"), 4);
  EXPECT_TRUE(b.broken());
}

/// The system ends while all of them are busy: each hears it, whatever it did then.
SCENARIO_ON_THREADS(Waiters, OfDozensOfThreadsEachHearsTheEndOfTheSystem) {
  semaphore s(w.system(), 3);
  event e(w.system());
  barrier b(w.system(), 4);
  queue<int> q(w.system(), 2);
  tally busy;
  std::vector<std::thread> all;
  for (int i = 0; i < 24; ++i)
    all.emplace_back([&, i] {
      std::string end = "ok";
      for (int n = 0; end != "closed"; ++n) {
        if (n == 20) busy.add();
        switch (i % 6) {
          case 0:
            end = outcome_of([&] { s.acquire(); });
            if (end == "ok") end = text_of(s.release());
            break;
          case 1: end = outcome_of([&] { return s.acquire((n % 5) * 1us); }); break;
          case 2: end = outcome_of([&] { static_cast<void>(e.wait((n % 5) * 1us)); }); break;
          case 3: end = text_of(b.wait()); break;
          case 4: end = text_of(q.put(n)); break;
          default: end = text_of(q.get((n % 3) * 2us));
        }
        if (i % 6 == 1 && end == "ok") static_cast<void>(s.release());
      }
    });
  until(w, [&] { return busy.read() == 24; });
  EXPECT_TRUE(w.shutdown(60s).clean());
  for (auto& one : all) one.join();
  EXPECT_EQ(s.release(), wait_errc::closed);
}

SCENARIO_ON_THREADS(Waiters, OfAnotherSystemAreServedAndHearTheEnd) {
  const auto j = make_journal();
  scenario::own_system other;
  semaphore s(w.system(), 0);
  std::vector<troupe::ref<player>> all;
  for (int i = 0; i < 9; ++i) {
    all.push_back(other->spawn<player>(make_journal()));
    all.back().tell<play>([r = ref_of(s), j](player&) -> task<> {
      const auto end = co_await r.acquire();
      j->note(text_of(end));
    });
    wait_for(all.back());
  }
  all[0].kill();
  until(w, [&] { return waiting(w) == 8; });
  EXPECT_EQ(s.release(5), wait_errc::ok);
  until(w, [&] { return j->lines().size() == 5; });
  EXPECT_EQ(s.value(), 0U);
  EXPECT_TRUE(w.shutdown(60s).clean());
  until(w, [&] { return j->lines().size() == 8; });
  EXPECT_EQ(j->count("ok"), 5);
  EXPECT_EQ(j->count("closed"), 3);
}

}  // namespace
