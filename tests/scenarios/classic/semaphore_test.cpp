// semaphore_test.cpp: so many at a time.
#include "waiters.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace cast;
using classic::bounded_semaphore;
using classic::semaphore;

/// Waits for a permit, and says its number when it has one.
template <class Ref>
auto takes(Ref r, journal_ptr j) {
  return [r, j](int i) -> scene {
    return [r, j, i](player&) -> task<> {
      const auto end = co_await r.acquire();
      j->note(end == wait_errc::ok ? std::to_string(i) : text_of(end));
    };
  };
}

// --- one at a time

SCENARIO(Semaphore, GivesAsManyPermitsAsItHasAndTakesThemBack) {
  semaphore s(w.system(), 3);
  EXPECT_EQ(s.value(), 3U);
  s.acquire();
  EXPECT_EQ(s.acquire(a_while), wait_errc::ok);
  EXPECT_TRUE(s.try_acquire());
  EXPECT_EQ(s.value(), 0U);
  EXPECT_FALSE(s.try_acquire());
  EXPECT_EQ(s.release(), wait_errc::ok);
  EXPECT_EQ(s.release(2), wait_errc::ok);
  EXPECT_EQ(s.value(), 3U);
}

SCENARIO(Semaphore, HasOnePermitUnlessSaid) {
  semaphore s(w.system());
  bounded_semaphore b(w.system());
  EXPECT_EQ(s.value(), 1U);
  EXPECT_EQ(b.value(), 1U);
}

SCENARIO(Semaphore, MayBeginWithNone) {
  semaphore s(w.system(), 0);
  EXPECT_FALSE(s.try_acquire());
  EXPECT_EQ(s.release(), wait_errc::ok);
  EXPECT_TRUE(s.try_acquire());
}

SCENARIO(Semaphore, ReleasedAboveItsInitialValueHasMore) {
  semaphore s(w.system(), 1);
  EXPECT_EQ(s.release(5), wait_errc::ok);
  EXPECT_EQ(s.value(), 6U);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(s.try_acquire());
  EXPECT_FALSE(s.try_acquire());
}

SCENARIO(Semaphore, ReleasesThatAddUpToTooMuchDoNotWrapAround) {
  semaphore s(w.system(), 1);
  std::size_t before = 1;
  for (int i = 0; i < 4; ++i) {
    const auto end = s.release(std::numeric_limits<std::ptrdiff_t>::max());
    const auto after = s.value();
    if (end == wait_errc::ok) {
      EXPECT_GT(after, before);
    } else {
      EXPECT_EQ(after, before);
    }
    before = after;
  }
  EXPECT_TRUE(s.try_acquire());
}

SCENARIO(Semaphore, ReleaseOfLessThanOneIsBadCountAndChangesNothing) {
  semaphore s(w.system(), 2);
  bounded_semaphore b(w.system(), 2);
  for (const std::ptrdiff_t count :
       {std::ptrdiff_t{0}, std::ptrdiff_t{-1}, std::numeric_limits<std::ptrdiff_t>::min()}) {
    EXPECT_EQ(s.release(count), wait_errc::bad_count);
    EXPECT_EQ(b.release(count), wait_errc::bad_count);
    stage_of_one one(w);
    one.p
        .ask<perform>([r = ref_of(s), count](player& me) -> task<> {
          const auto end = co_await r.release(count);
          me.say(text_of(end));
        })
        .get();
    EXPECT_EQ(one.text(), "bad_count");
  }
  EXPECT_EQ(s.value(), 2U);
  EXPECT_EQ(b.value(), 2U);
}

// --- times

SCENARIO(Semaphore, AnAcquireThatTimesOutHasTakenNothing) {
  semaphore s(w.system(), 0);
  EXPECT_EQ(s.acquire(a_while), wait_errc::timeout);
  EXPECT_EQ(s.acquire(0ms), wait_errc::timeout);
  EXPECT_EQ(s.release(), wait_errc::ok);
  EXPECT_EQ(s.value(), 1U) << "nobody waits any more";
}

SCENARIO(Semaphore, ANegativeTimeIsAnErrorThoughThereIsAPermit) {
  semaphore s(w.system(), 1);
  EXPECT_EQ(s.acquire(-1ns), wait_errc::negative_timeout);
  EXPECT_EQ(s.acquire(troupe::duration::min()), wait_errc::negative_timeout);
  EXPECT_EQ(s.value(), 1U);
  stage_of_one one(w);
  one.p
      .ask<perform>([r = ref_of(s)](player& me) -> task<> {
        const auto end = co_await r.acquire(-1ns);
        me.say(text_of(end));
      })
      .get();
  EXPECT_EQ(one.text(), "negative_timeout");
  EXPECT_EQ(s.value(), 1U);
  EXPECT_TRUE(s.try_acquire());
}

SCENARIO(Semaphore, ATimeThatIsAsLongAsForeverIsWaited) {
  semaphore s(w.system(), 0);
  crowd c(w);
  c.add([r = ref_of(s), j = c.wrote](player&) -> task<> {
    const auto end = co_await r.acquire(troupe::duration::max() - 1ns);
    j->note(text_of(end));
  });
  w.advance(1h);
  EXPECT_EQ(c.text(), "");
  EXPECT_EQ(s.release(), wait_errc::ok);
  c.expect_lines(1);
  EXPECT_EQ(c.text(), "ok");
}

// --- in line

SCENARIO(Semaphore, ReleaseOfKWakesExactlyKInTheirOrder) {
  for (const int k : {1, 2, 5}) {
    semaphore s(w.system(), 0);
    crowd c(w);
    c.add(6, takes(ref_of(s), c.wrote));
    EXPECT_EQ(s.release(k), wait_errc::ok);
    EXPECT_FALSE(s.try_acquire()) << "the permits are theirs";
    c.expect_lines(static_cast<std::size_t>(k));
    for (int i = 0; i < k; ++i) EXPECT_TRUE(c.wrote->has(std::to_string(i))) << c.text();
    EXPECT_EQ(s.value(), 0U);
    EXPECT_EQ(s.release(6 - k), wait_errc::ok);
    c.expect_lines(6);
    EXPECT_EQ(s.value(), 0U);
  }
}

SCENARIO(Semaphore, OneAfterTheOtherIsServedInTheOrderTheyCame) {
  semaphore s(w.system(), 0);
  crowd c(w);
  c.add(5, takes(ref_of(s), c.wrote));
  for (std::size_t i = 1; i <= 5; ++i) {
    EXPECT_EQ(s.release(), wait_errc::ok);
    c.expect_lines(i);
  }
  EXPECT_EQ(c.text(), "0 1 2 3 4");
}

SCENARIO(Semaphore, WhatTheWaitingDoNotNeedIsLeft) {
  semaphore s(w.system(), 0);
  crowd c(w);
  c.add(2, takes(ref_of(s), c.wrote));
  EXPECT_EQ(s.release(5), wait_errc::ok);
  EXPECT_EQ(s.value(), 3U);
  c.expect_lines(2);
}

SCENARIO(Semaphore, SeveralHandlersOfOneActorWaitEachForItself) {
  semaphore s(w.system(), 0);
  const auto j = make_journal();
  stage_of_one one(w);
  for (int i = 0; i < 4; ++i) one.p.tell<play>(takes(ref_of(s), j)(i));
  wait_for(one.p);
  EXPECT_EQ(s.release(3), wait_errc::ok);
  until(w, [&] { return j->lines().size() >= 3; });
  wait_for(one.p);
  EXPECT_EQ(j->lines().size(), 3U);
  EXPECT_FALSE(j->has("3"));
  EXPECT_EQ(s.release(), wait_errc::ok);
  until(w, [&] { return j->has("3"); });
}

SCENARIO(Semaphore, WhoReleasesNeedNotHaveAcquired) {
  semaphore s(w.system(), 0);
  stage_of_one one(w);
  one.p.tell<play>([r = ref_of(s)](player& me) -> task<> {
    const auto end = co_await r.release(2);
    const auto value = co_await r.value();
    me.say(text_of(end) + std::to_string(value));
  });
  s.acquire();
  s.acquire();
  EXPECT_EQ(s.value(), 0U);
}

SCENARIO(Semaphore, APermitIsNotGivenBackByTheEndOfWhoHasIt) {
  for (const bool kill : {true, false}) {
    semaphore s(w.system(), 1);
    crowd c(w);
    c.add(2, takes(ref_of(s), c.wrote));
    c.expect_lines(1);
    if (kill)
      c.who(0).kill();
    else
      c.who(0).tell<fall>("x");
    c.wait_until_gone(0);
    c.expect_lines(1);
    EXPECT_EQ(s.value(), 0U);
    EXPECT_EQ(s.release(), wait_errc::ok);
    c.expect_lines(2);
  }
}

// --- bounded

SCENARIO(BoundedSemaphore, ReleaseAboveItsInitialValueIsAnErrorAndChangesNothing) {
  bounded_semaphore s(w.system(), 3);
  EXPECT_EQ(s.release(), wait_errc::too_many);
  s.acquire();
  EXPECT_EQ(s.release(2), wait_errc::too_many);
  EXPECT_EQ(s.release(std::numeric_limits<std::ptrdiff_t>::max()), wait_errc::too_many);
  EXPECT_EQ(s.value(), 2U);
  EXPECT_EQ(s.release(1), wait_errc::ok);
  EXPECT_EQ(s.value(), 3U);
  EXPECT_EQ(s.release(), wait_errc::too_many);
  EXPECT_EQ(s.value(), 3U);
}

SCENARIO(BoundedSemaphore, OfNoneIsNeverReleased) {
  bounded_semaphore s(w.system(), 0);
  EXPECT_EQ(s.release(), wait_errc::too_many);
  EXPECT_FALSE(s.try_acquire());
}

SCENARIO(BoundedSemaphore, ReleaseThatIsRefusedWakesNobody) {
  bounded_semaphore s(w.system(), 1);
  crowd c(w);
  c.add(3, takes(ref_of(s), c.wrote));
  c.expect_lines(1);
  EXPECT_EQ(s.release(2), wait_errc::too_many);
  c.expect_lines(1);
  for (std::size_t i = 2; i <= 3; ++i) {
    EXPECT_EQ(s.release(), wait_errc::ok);
    c.expect_lines(i);
  }
  EXPECT_EQ(c.text(), "0 1 2");
  EXPECT_EQ(s.release(), wait_errc::ok);
  EXPECT_EQ(s.release(), wait_errc::too_many);
}

// --- where it may be used

SCENARIO(Semaphore, InATurnTheFormsOfThreadsAreRefused) {
  auto s = std::make_shared<semaphore>(w.system(), 1);
  stage_of_one one(w);
  one.p
      .ask<perform>([s](player& me) -> task<> {
        me.say(outcome_of([&] { s->acquire(); }));
        me.say(outcome_of([&] { return s->acquire(1h); }));
        me.say(outcome_of([&] { return s->acquire(0ms); }));
        me.say(outcome_of([&] { static_cast<void>(s->try_acquire()); }));
        co_return;
      })
      .get();
  EXPECT_EQ(one.text(),
            "would_block_worker would_block_worker would_block_worker would_block_worker");
  EXPECT_EQ(s->value(), 1U) << "what was refused took nothing";
}

SCENARIO(Semaphore, MayBeBuiltInATurnAndLivesAsLongAsARef) {
  const semaphore first(w.system(), 1);  // with it comes who looks at all of them
  const auto alive = w.counters().alive();
  {
    stage_of_one one(w);
    std::optional<semaphore::ref> kept;
    one.p
        .ask<perform>([&kept, sys = &w.system()](player&) -> task<> {
          kept.emplace(semaphore(*sys, 1));
          co_return;
        })
        .get();
    crowd c(w);
    c.add(2, takes(*kept, c.wrote));
    c.expect_lines(1);
    c.add([r = *kept](player&) -> task<> { static_cast<void>(co_await r.release()); });
    c.expect_lines(2);
  }
  until(w, [&] { return w.counters().alive() == alive; });
}

SCENARIO(Semaphore, WaitsOnThoughItsObjectIsGone) {
  crowd c(w);
  std::optional<semaphore> s(std::in_place, w.system(), 0U);
  const auto r = ref_of(*s);
  c.add(2, takes(r, c.wrote));
  s.reset();
  c.add([r](player&) -> task<> { static_cast<void>(co_await r.release(2)); });
  c.expect_lines(2);
}

// --- the end of its system

SCENARIO(Semaphore, AShutdownWhileManyWaitLeavesNobody) {
  const auto j = make_journal();
  {
    semaphore s(w.system(), 0);
    std::vector<stage_of_one> all;
    for (int i = 0; i < 100; ++i) {
      all.emplace_back(w);
      all.back().p.tell<play>([r = ref_of(s), j](player&) -> task<> {
        const trace t(j, "frame");
        const auto end = co_await r.acquire();
        j->note(text_of(end));
      });
    }
    wait_for(all.back().p);
    EXPECT_TRUE(w.shutdown(60s).clean());
    EXPECT_EQ(j->count("frame"), 100);
    EXPECT_EQ(j->count("ok"), 0) << "nobody has a permit that never was";
    EXPECT_EQ(outcome_of([&] { s.acquire(); }), "closed");
    EXPECT_EQ(s.acquire(1h), wait_errc::closed);
    EXPECT_FALSE(s.try_acquire());
    EXPECT_EQ(s.release(), wait_errc::closed);
  }
}

TEST(Semaphore, OutlivesItsSystem) {
  std::optional<semaphore> s;
  std::optional<semaphore::ref> r;
  {
    scenario::own_system sys;
    s.emplace(*sys, 5U);
    r.emplace(*s);
    EXPECT_TRUE(s->try_acquire());
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(outcome_of([&] { s->acquire(); }), "closed");
    EXPECT_EQ(s->acquire(1h), wait_errc::closed);
    EXPECT_EQ(s->release(), wait_errc::closed);
  }
  const auto copy = *r;
  s.reset();
}

TEST(Semaphore, OfAnotherSystemThatHasEndedIsClosedForActors) {
  std::optional<semaphore::ref> r;
  {
    scenario::own_system gone;
    r.emplace(semaphore(*gone, 5U));
  }
  scenario::own_system sys;
  const auto j = make_journal();
  auto p = sys->spawn<player>(j);
  p.ask<perform>([r = *r](player& me) -> task<> {
     const auto end = co_await r.acquire();
     const auto released = co_await r.release();
     me.say(text_of(end) + " " + text_of(released));
   })
      .within(1h)
      .get();
  EXPECT_EQ(j->text(), "closed closed");
}

// --- many threads

SCENARIO_ON_THREADS(Semaphore, AtMostSoManyOfDozensOfThreadsAndActorsHaveAPermit) {
  constexpr int permits = 3;
  constexpr int rounds = 40;
  semaphore s(w.system(), permits);
  tally inside;
  const auto enter = [&] {
    EXPECT_LE(inside.add(), permits);
    std::this_thread::yield();
    inside.add(-1);
  };
  crowd c(w);
  for (int i = 0; i < 8; ++i)
    c.add([r = ref_of(s), enter](player&) -> task<> {
      for (int n = 0; n < rounds; ++n) {
        static_cast<void>(co_await r.acquire());
        enter();
        static_cast<void>(co_await r.release());
      }
    });
  at_once(24, [&](int i) {
    for (int n = 0; n < rounds; ++n) {
      if (i % 3 == 0) {
        s.acquire();
      } else if (s.acquire(i % 3 == 1 ? 20us : 1us) != wait_errc::ok) {
        continue;
      }
      enter();
      EXPECT_EQ(s.release(), wait_errc::ok);
    }
  });
  w.settle();
  EXPECT_EQ(s.value(), static_cast<std::size_t>(permits)) << "none is lost, none doubled";
}

SCENARIO_ON_THREADS(Semaphore, AsManyAreWokenAsAreReleasedByDozensOfThreads) {
  semaphore s(w.system(), 0);
  at_once(32, [&](int i) {
    if (i < 16) {
      for (int n = 0; n < 60; ++n) s.acquire();
    } else {
      for (int n = 0; n < 12; ++n) EXPECT_EQ(s.release(5), wait_errc::ok);
    }
  });
  EXPECT_EQ(s.value(), 0U);
}

SCENARIO_ON_THREADS(Semaphore, OfThreadsThatWaitReleaseOfKWakesExactlyK) {
  semaphore s(w.system(), 0);
  tally woken;
  std::vector<std::thread> all;
  for (int i = 0; i < 12; ++i)
    all.emplace_back([&] {
      s.acquire();
      woken.add();
    });
  wait_for_waiting(w, 12);
  for (const int k : {1, 3, 8}) {
    const int before = woken.read();
    EXPECT_EQ(s.release(k), wait_errc::ok);
    EXPECT_FALSE(s.try_acquire());
    until(w, [&] { return woken.read() >= before + k; });
    EXPECT_EQ(woken.read(), before + k);
    EXPECT_EQ(waiting(w), static_cast<std::size_t>(12 - before - k));
  }
  for (auto& one : all) one.join();
}

SCENARIO_ON_THREADS(Semaphore, AShutdownClosesItForDozensOfThreadsThatWait) {
  semaphore s(w.system(), 0);
  tally closed;
  std::vector<std::thread> all;
  for (int i = 0; i < 30; ++i)
    all.emplace_back([&, i] {
      const auto end =
          i % 2 == 0 ? outcome_of([&] { s.acquire(); }) : outcome_of([&] { return s.acquire(1h); });
      EXPECT_EQ(end, "closed");
      closed.add();
    });
  wait_for_waiting(w, 30);
  EXPECT_TRUE(w.shutdown(60s).clean());
  for (auto& one : all) one.join();
  EXPECT_EQ(closed.read(), 30);
}

}  // namespace
