// condition_test.cpp: waiting for a change, without losing one.
#include "waiters_on.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace contest;

// --- what it needs

SCENARIO(Condition, NeedsTheLockHeldOtherwiseItIsAnError) {
  lock l(w.system());
  lock other(w.system());
  condition c(l);
  lock_hold none;
  auto foreign = other.acquire();
  auto released = l.acquire();
  EXPECT_EQ(released.release(), wait_errc::ok);
  auto stale = l.acquire();
  EXPECT_EQ(l.release(), wait_errc::ok);
  for (auto* held : {&none, &released, &stale}) {
    EXPECT_EQ(c.wait(*held), wait_errc::not_held);
    EXPECT_EQ(c.wait(*held, 1h), wait_errc::not_held);
    EXPECT_EQ(c.notify(*held), wait_errc::not_held);
    EXPECT_EQ(c.notify_all(*held), wait_errc::not_held);
    EXPECT_EQ(c.wait_for(*held, [] { return false; }), wait_errc::not_held);
  }
  EXPECT_EQ(c.wait(foreign), wait_errc::not_owner);
  EXPECT_EQ(c.notify(foreign), wait_errc::not_owner);
  EXPECT_EQ(c.notify_all(foreign), wait_errc::not_owner);
  EXPECT_TRUE(other.locked()) << "nothing has changed";
  EXPECT_FALSE(l.locked());
}

SCENARIO(Condition, AStaleHoldIsNoHoldWhileAnotherHasTheLock) {
  lock l(w.system());
  condition c(l);
  auto stale = l.acquire();
  EXPECT_EQ(l.release(), wait_errc::ok);
  auto fresh = l.acquire();
  EXPECT_EQ(c.wait(stale), wait_errc::not_held);
  EXPECT_EQ(c.notify(stale), wait_errc::not_held);
  EXPECT_TRUE(l.locked());
  EXPECT_EQ(c.notify(fresh), wait_errc::ok);
  EXPECT_EQ(fresh.release(), wait_errc::ok);
}

SCENARIO(Condition, AskedByPredicateItNeedsTheLockToo) {
  lock l(w.system());
  condition c(l);
  lock_hold none;
  EXPECT_EQ(c.wait_for(none, [] { return true; }), wait_errc::not_held)
      << "the predicate looked at what it had no right to";
}

SCENARIO(Condition, ARefNeedsTheLockHeldToo) {
  lock l(w.system());
  lock other(w.system());
  condition c(l);
  auto foreign = other.acquire();
  run(w, [r = condition::ref(c), &foreign](player&) -> task<> {
    lock_hold none;
    auto end = co_await r.wait(none);
    EXPECT_EQ(end, wait_errc::not_held);
    end = co_await r.notify(none);
    EXPECT_EQ(end, wait_errc::not_held);
    end = co_await r.notify_all(none);
    EXPECT_EQ(end, wait_errc::not_held);
    end = co_await r.notify(foreign);
    EXPECT_EQ(end, wait_errc::not_owner);
    end = co_await r.notify_all(foreign);
    EXPECT_EQ(end, wait_errc::not_owner);
    end = co_await r.wait(foreign);
    EXPECT_EQ(end, wait_errc::not_owner);
  });
  EXPECT_TRUE(foreign);
  EXPECT_TRUE(other.locked());
  EXPECT_FALSE(l.locked());
}

SCENARIO(Condition, ARefIsNotDeceivedByAHoldOfAnotherLock) {
  // both holds may bear the same token: each lock counts for itself
  lock l(w.system());
  lock other(w.system());
  condition c(l);
  auto mine = l.acquire();
  auto foreign = other.acquire();
  run(w, [r = condition::ref(c), &foreign](player&) -> task<> {
    auto end = co_await r.notify_all(foreign);
    EXPECT_EQ(end, wait_errc::not_owner);
    end = co_await r.wait(foreign, 1ms);
    EXPECT_EQ(end, wait_errc::not_owner) << "it has waited, and given up what another holds";
  });
  EXPECT_TRUE(l.locked());
  EXPECT_TRUE(other.locked());
  EXPECT_EQ(mine.release(), wait_errc::ok);
  EXPECT_EQ(foreign.release(), wait_errc::ok);
}

SCENARIO(Condition, ANegativeTimeoutIsAnErrorAndNothingIsGivenUp) {
  lock l(w.system());
  condition c(l);
  auto held = l.acquire();
  EXPECT_EQ(c.wait(held, -1ms), wait_errc::negative_timeout);
  EXPECT_EQ(c.wait_for(held, [] { return false; }, -1ms), wait_errc::negative_timeout);
  EXPECT_EQ(contest::code_of(l.try_acquire()), wait_errc::timeout);
  EXPECT_EQ(held.release(), wait_errc::ok);
}

SCENARIO(Condition, InATurnEachBlockingFormThrowsAndTheLockStaysHeld) {
  lock l(w.system());
  condition c(l);
  run(w, [&](player&) -> task<> {
    auto got = co_await lock::ref(l).acquire();
    const std::string refused = "would_block_worker";
    EXPECT_EQ(thrown_by([&] { static_cast<void>(c.wait(*got)); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(c.wait(*got, 1h)); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(c.notify(*got)); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(c.notify_all(*got)); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(c.wait_for(*got, [] { return false; })); }),
              refused);
    const bool still = co_await lock::ref(l).locked();
    EXPECT_TRUE(still);
    EXPECT_EQ(got->release(), wait_errc::ok);
  });
  EXPECT_FALSE(l.locked());
}

// --- notify

SCENARIO(Condition, NotifyWakesExactlyAsManyAsItSays) {
  crowd all(w);
  all.add(10);
  std::size_t woken = 0;
  for (const std::size_t n : {1U, 3U, 0U, 2U, 4U}) {
    all.notify(n);
    woken += n;
    all.until_woken(woken);
    if (!real) {
      w.settle();
      EXPECT_EQ(all.wrote->lines().size(), woken);
    }
    EXPECT_EQ(all.left(), static_cast<long>(10 - woken)) << "woken without a notification";
  }
}

SCENARIO(Condition, ThoseWhoHaveWaitedLongestAreWokenFirst) {
  crowd all(w);
  all.add(9);
  all.notify(4);
  all.until_woken(4);
  EXPECT_EQ(all.wrote->text(), "0 1 2 3");
  all.notify(2);
  all.until_woken(6);
  EXPECT_EQ(all.wrote->text(), "0 1 2 3 4 5");
  all.notify_all();
  all.until_woken(9);
  EXPECT_EQ(all.wrote->text(), "0 1 2 3 4 5 6 7 8");
}

SCENARIO(Condition, NotifyAllWakesAllOfThem) {
  crowd all(w);
  all.add(40);
  all.notify_all();
  all.until_woken(40);
  EXPECT_EQ(all.left(), 0);
}

SCENARIO(Condition, MoreThanWaitIsAsManyAsThereAre) {
  crowd all(w);
  all.add(3);
  all.notify(1000);
  all.until_woken(3);
  all.add(1);
  EXPECT_EQ(all.left(), 1) << "the rest of it was kept";
  all.notify(1);
  all.until_woken(4);
}

SCENARIO(Condition, ANotificationThatNobodyWaitsForIsNotKept) {
  crowd all(w);
  all.notify(5);
  all.notify_all();
  all.add(2);
  if (!real) w.settle();
  EXPECT_EQ(all.left(), 2);
  EXPECT_EQ(all.wrote->text(), "");
  all.notify_all();
  all.until_woken(2);
}

SCENARIO(Condition, WhoIsNotifiedHasTheLockWhenItGoesOn) {
  crowd all(w);
  all.add(3);
  {
    auto held = all.l.acquire();
    EXPECT_EQ(all.c.notify_all(held), wait_errc::ok);
    until_waiting(w, "l", 3);
    EXPECT_EQ(all.wrote->text(), "") << "it went on without the lock";
    EXPECT_EQ(contest::code_of(all.l.try_acquire()), wait_errc::timeout);
  }
  all.until_woken(3);
}

SCENARIO(Condition, ThoseWhoAreNotifiedStandBehindThoseWhoWaitForTheLock) {
  crowd all(w);
  all.add(1);
  auto held = all.l.acquire();
  auto first = w.spawn<player>(all.wrote);
  first.tell<play>(takes(lock::ref(all.l), "first"));
  until_waiting(w, "l", 1);
  EXPECT_EQ(all.c.notify(held), wait_errc::ok);
  until_waiting(w, "l", 2);
  auto last = w.spawn<player>(all.wrote);
  last.tell<play>(takes(lock::ref(all.l), "last"));
  until_waiting(w, "l", 3);
  EXPECT_EQ(held.release(), wait_errc::ok);
  all.until_woken(3);
  EXPECT_EQ(all.wrote->text(), "first 0 last");
}

SCENARIO(Condition, OfOneLockEachHasItsOwnWaiters) {
  crowd all(w);
  condition other(all.l);
  all.add(2);
  {
    const auto held = all.l.acquire();
    EXPECT_EQ(other.notify_all(held), wait_errc::ok);
  }
  if (!real) w.settle();
  EXPECT_EQ(all.left(), 2);
  EXPECT_EQ(all.wrote->text(), "");
  all.notify_all();
  all.until_woken(2);
}

SCENARIO(Condition, AnActorMayNotifyThread) {
  lock l(w.system());
  condition c(l);
  const auto ready = std::make_shared<tally>();
  stage_of_one s(w);
  auto held = l.acquire();
  s.p.tell<play>([lr = lock::ref(l), cr = condition::ref(c), ready](player&) -> task<> {
    auto got = co_await lr.acquire();
    ready->add();
    const auto end = co_await cr.notify(*got);
    EXPECT_EQ(end, wait_errc::ok);
  });
  EXPECT_EQ(c.wait(held), wait_errc::ok);
  EXPECT_EQ(ready->read(), 1);
  EXPECT_TRUE(held);
  EXPECT_EQ(contest::code_of(l.try_acquire()), wait_errc::timeout) << "it has the lock again";
  EXPECT_EQ(held.release(), wait_errc::ok);
}

// --- time

SCENARIO(Condition, AWaitThatIsOverHasTheLockAgainAndLeavesNoTrace) {
  lock l(w.system(), {.name = "l"});
  condition c(l);
  auto held = l.acquire();
  for (const auto t : {troupe::duration(0), troupe::duration(1ms)}) {
    EXPECT_EQ(c.wait(held, t), wait_errc::timeout);
    EXPECT_TRUE(held);
    EXPECT_EQ(contest::code_of(l.try_acquire()), wait_errc::timeout);
  }
  EXPECT_EQ(c.notify(held), wait_errc::ok);
  EXPECT_EQ(held.release(), wait_errc::ok);
  EXPECT_FALSE(l.locked());
  EXPECT_EQ(waiting(w, "l"), 0U);
}

SCENARIO(Condition, WhoIsLateTakesNoNotificationFromOthers) {
  crowd all(w);
  all.add(2, 1ms);
  w.advance(2ms);
  all.until_woken(2);
  EXPECT_TRUE(all.wrote->has("0:timeout"));
  EXPECT_TRUE(all.wrote->has("1:timeout"));
  all.add(1);
  all.notify(1);
  all.until_woken(3);
  EXPECT_TRUE(all.wrote->has("2"));
}

SCENARIO(Condition, ATimeThatEndsWhileOthersHoldTheLockTakesNoNotification) {
  crowd all(w);
  all.add(1, 5ms);
  all.add(1);
  auto held = all.try_hold_with(2);
  if (!held) return;  // on a slow machine its time was over before the test had the lock
  w.advance(10ms);
  until_waiting(w, "l", 1);  // its time is over: it stands in the lock's line
  EXPECT_EQ(all.c.notify(held), wait_errc::ok);
  EXPECT_EQ(held.release(), wait_errc::ok);
  all.until_woken(2);
  EXPECT_TRUE(all.wrote->has("0:timeout")) << all.wrote->text();
  EXPECT_TRUE(all.wrote->has("1")) << all.wrote->text();
}

SCENARIO(Condition, WhoWasNotifiedInTimeIsNotLateThoughTheLockIs) {
  crowd all(w);
  all.add(1, real ? 50ms : 5ms);
  auto held = all.try_hold_with(1);
  if (!held) return;
  EXPECT_EQ(all.c.notify(held), wait_errc::ok);
  if (waiting(w, "l") != 1) return;  // late after all
  let_pass(w, real ? 60ms : 10ms);
  EXPECT_EQ(held.release(), wait_errc::ok);
  all.until_woken(1);
  EXPECT_FALSE(real && all.wrote->text() != "0" && all.wrote->text() != "0:timeout");
  if (!real) {
    EXPECT_EQ(all.wrote->text(), "0");
  }
}

// --- predicates

SCENARIO(Condition, WaitForAsksWithTheLockHeldUntilItHolds) {
  lock l(w.system(), {.name = "l"});
  condition c(l);
  const auto count = std::make_shared<int>(0);
  stage_of_one s(w);
  auto held = l.acquire();
  s.p.tell<play>([lr = lock::ref(l), cr = condition::ref(c), count](player&) -> task<> {
    for (int i = 0; i < 5; ++i) {
      auto got = co_await lr.acquire();
      ++*count;
      const auto end = co_await cr.notify(*got);
      EXPECT_EQ(end, wait_errc::ok);
    }
  });
  int asked = 0;
  EXPECT_EQ(c.wait_for(held,
                       [&] {
                         ++asked;
                         EXPECT_TRUE(held);
                         EXPECT_EQ(shown(w, "l").holders.size(), 1U);
                         return *count == 5;
                       }),
            wait_errc::ok);
  EXPECT_EQ(*count, 5);
  EXPECT_GE(asked, 2);
  EXPECT_LE(asked, 6) << "asked without a notification";
  EXPECT_TRUE(l.locked());
}

SCENARIO(Condition, WaitForWaitsOnlyIfItMust) {
  lock l(w.system());
  condition c(l);
  auto held = l.acquire();
  EXPECT_EQ(c.wait_for(held, [] { return true; }), wait_errc::ok);
  EXPECT_EQ(c.wait_for(held, [] { return true; }, troupe::duration::zero()), wait_errc::ok);
  EXPECT_EQ(c.wait_for(held, [] { return false; }, troupe::duration::zero()), wait_errc::timeout);
  EXPECT_EQ(c.wait_for(held, [] { return false; }, 2ms), wait_errc::timeout);
  int asked = 0;
  EXPECT_EQ(c.wait_for(
                held, [&] { return ++asked > 1; }, 1ms),
            wait_errc::ok)
      << "it holds at the last moment";
  EXPECT_TRUE(l.locked());
  EXPECT_EQ(thrown_by([&] {
              static_cast<void>(c.wait_for(held, []() -> bool { throw std::range_error("x"); }));
            }),
            "x");
  EXPECT_TRUE(held);
  EXPECT_EQ(held.release(), wait_errc::ok);
  EXPECT_FALSE(held.owner_died());
}

// --- rlock

SCENARIO(Condition, OfAnRlockGivesUpAllAndHasAllAgain) {
  rlock l(w.system());
  condition c(l);
  std::vector<lock_hold> held;
  for (int i = 0; i < 3; ++i) held.push_back(l.acquire());
  stage_of_one s(w);
  s.p.tell<play>([lr = rlock::ref(l), cr = condition::ref(c)](player& me) -> task<> {
    auto one = co_await lr.acquire();
    auto two = co_await lr.acquire();
    me.say("has it");
    const auto end = co_await cr.notify(*two);
    EXPECT_EQ(end, wait_errc::ok);
  });
  EXPECT_EQ(c.wait(held[2]), wait_errc::ok);
  EXPECT_EQ(s.text(), "has it") << "it was given up";
  for (auto& one : held) {
    EXPECT_TRUE(one);
    EXPECT_TRUE(l.locked()) << "taken again as often as before";
    bool by_others = true;
    run(w, [lr = rlock::ref(l), &by_others](player&) -> task<> {
      const auto got = co_await lr.try_acquire();
      by_others = got.has_value();
    });
    EXPECT_FALSE(by_others);
    EXPECT_EQ(one.release(), wait_errc::ok);
  }
  EXPECT_FALSE(l.locked());
}

SCENARIO(Condition, OfAnRlockHasAllAgainWhenItsTimeIsOver) {
  rlock l(w.system());
  condition c(l);
  auto one = l.acquire();
  auto two = l.acquire();
  EXPECT_EQ(c.wait(one, 1ms), wait_errc::timeout);
  EXPECT_EQ(one.release(), wait_errc::ok);
  EXPECT_TRUE(l.locked());
  EXPECT_EQ(two.release(), wait_errc::ok);
  EXPECT_FALSE(l.locked());
}

SCENARIO(Condition, OfAnRlockInAnActorKeepsItsCount) {
  rlock l(w.system());
  condition c(l);
  stage_of_one s(w);
  s.p.tell<play>([lr = rlock::ref(l), cr = condition::ref(c)](player& me) -> task<> {
    auto one = co_await lr.acquire();
    auto two = co_await lr.acquire();
    const auto end = co_await cr.wait(*one);
    EXPECT_EQ(end, wait_errc::ok);
    EXPECT_EQ(one->release(), wait_errc::ok);
    const bool still = co_await lr.locked();
    EXPECT_TRUE(still);
    EXPECT_EQ(two->release(), wait_errc::ok);
    me.say("done");
  });
  wait_for(s.p);
  {
    auto held = l.acquire();  // when it waits
    EXPECT_EQ(c.notify(held), wait_errc::ok);
  }
  eventually(w, [&] { return s.wrote->has("done"); });
  w.settle();
  EXPECT_FALSE(l.locked());
}

}  // namespace
