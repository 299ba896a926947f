// event_test.cpp: a flag that wakes all.
#include "waiters.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace cast;
using classic::event;

/// Waits for it, and says what came of that.
auto awaits(event::ref r, journal_ptr j, classic::wait_time t = forever) {
  return [r, j, t](int) -> scene {
    return [r, j, t](player&) -> task<> {
      const bool seen = co_await r.wait(t);
      j->note(seen ? "set" : "late");
    };
  };
}

SCENARIO(Event, IsNotSetAtFirst) {
  event e(w.system());
  EXPECT_FALSE(e.is_set());
  EXPECT_FALSE(e.wait(0ms));
}

SCENARIO(Event, IsSetUntilItIsCleared) {
  event e(w.system());
  for (int i = 0; i < 3; ++i) {
    e.set();
    e.set();
    EXPECT_TRUE(e.is_set());
    EXPECT_TRUE(e.wait());
    EXPECT_TRUE(e.wait(0ms));
    EXPECT_TRUE(e.wait(a_while));
    e.clear();
    e.clear();
    EXPECT_FALSE(e.is_set());
    EXPECT_FALSE(e.wait(0ms));
  }
}

SCENARIO(Event, AWaitGivesFalseWhenItsTimeIsOver) {
  event e(w.system());
  EXPECT_FALSE(e.wait(a_while));
  crowd c(w);
  c.add(3, awaits(ref_of(e), c.wrote, a_while));
  w.advance(a_while);
  c.expect_lines(3);
  EXPECT_EQ(c.text(), "late late late");
  e.set();
  c.expect_lines(3);
}

SCENARIO(Event, ANegativeTimeIsAnErrorThoughItIsSet) {
  event e(w.system());
  for (const bool set : {false, true}) {
    if (set) e.set();
    EXPECT_EQ(outcome_of([&] { static_cast<void>(e.wait(-1ns)); }), "negative_timeout");
    stage_of_one one(w);
    one.p
        .ask<perform>([r = ref_of(e)](player& me) -> task<> {
          try {
            static_cast<void>(co_await r.wait(-1ns));
            me.say("waited");
          } catch (const wait_failed& f) {
            me.say(text_of(f.code()));
          }
        })
        .get();
    EXPECT_EQ(one.text(), "negative_timeout");
    EXPECT_EQ(e.is_set(), set);
  }
}

SCENARIO(Event, SetWakesAll) {
  event e(w.system());
  crowd c(w);
  c.add(50, awaits(ref_of(e), c.wrote));
  EXPECT_EQ(c.text(), "");
  e.set();
  c.expect_lines(50);
  EXPECT_EQ(c.wrote->count("set"), 50);
}

SCENARIO(Event, WhoSawItSetGetsTrueThoughItIsClearedAtOnce) {
  event e(w.system());
  crowd c(w);
  c.add(20, awaits(ref_of(e), c.wrote, 1h));
  e.set();
  e.clear();
  EXPECT_FALSE(e.is_set());
  c.expect_lines(20);
  EXPECT_EQ(c.wrote->count("set"), 20);
}

SCENARIO(Event, WhoComesAfterTheClearWaitsForTheNextSet) {
  event e(w.system());
  crowd c(w);
  for (std::size_t round = 1; round <= 4; ++round) {
    c.add(5, awaits(ref_of(e), c.wrote));
    c.expect_lines(5 * (round - 1));
    e.set();
    e.clear();
    c.expect_lines(5 * round);
  }
}

SCENARIO(Event, ActorsSetAndClearItInTheirOrderWithoutAwaiting) {
  event e(w.system());
  crowd c(w);
  c.add(5, awaits(ref_of(e), c.wrote));
  stage_of_one one(w);
  one.p
      .ask<perform>([r = ref_of(e)](player& me) -> task<> {
        const auto before = co_await r.is_set();
        r.set();
        const auto set = co_await r.is_set();
        r.clear();
        const auto cleared = co_await r.is_set();
        r.clear();
        r.set();
        r.clear();
        r.set();
        const auto last = co_await r.is_set();
        me.say(std::to_string(before) + std::to_string(set) + std::to_string(cleared) +
               std::to_string(last));
      })
      .get();
  EXPECT_EQ(one.text(), "0101");
  c.expect_lines(5);
  EXPECT_TRUE(e.is_set());
}

SCENARIO(Event, AnActorThatSetsItAndEndsHasSetIt) {
  event e(w.system());
  {
    stage_of_one one(w);
    one.p.tell<play>([r = ref_of(e)](player& me) -> task<> {
      r.set();
      me.self().stop();
      co_return;
    });
  }
  EXPECT_TRUE(e.wait());
}

SCENARIO(Event, RedAndGreenLight) {
  event green(w.system());
  event red(w.system());
  std::vector<stage_of_one> cars;
  const auto j = make_journal();
  constexpr int rounds = 4;
  for (int i = 0; i < 3; ++i) {
    cars.emplace_back(w);
    cars.back().p.tell<play>([g = ref_of(green), r = ref_of(red), j](player&) -> task<> {
      for (int n = 0; n < rounds; ++n) {
        static_cast<void>(co_await g.wait());
        j->note("g" + std::to_string(n));
        static_cast<void>(co_await r.wait());
        j->note("r" + std::to_string(n));
      }
    });
  }
  for (int n = 0; n < rounds; ++n) {
    red.clear();
    green.set();
    until(w, [&] { return j->count("g" + std::to_string(n)) == 3; });
    EXPECT_EQ(j->count("r" + std::to_string(n)), 0);
    green.clear();
    red.set();
    until(w, [&] { return j->count("r" + std::to_string(n)) == 3; });
    EXPECT_EQ(j->count("g" + std::to_string(n + 1)), 0);
  }
}

SCENARIO(Event, InATurnTheFormsOfThreadsAreRefused) {
  auto e = std::make_shared<event>(w.system());
  e->set();
  stage_of_one one(w);
  one.p
      .ask<perform>([e](player& me) -> task<> {
        me.say(outcome_of([&] { static_cast<void>(e->wait()); }));
        me.say(outcome_of([&] { static_cast<void>(e->wait(0ms)); }));
        co_return;
      })
      .get();
  EXPECT_EQ(one.text(), "would_block_worker would_block_worker");
}

// --- the end

SCENARIO(Event, AShutdownWhileManyWaitLeavesNobody) {
  const auto j = make_journal();
  event e(w.system());
  std::vector<stage_of_one> all;
  for (int i = 0; i < 100; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([r = ref_of(e), j](player&) -> task<> {
      const trace t(j, "frame");
      static_cast<void>(co_await r.wait());
      j->note("woken");
    });
  }
  wait_for(all.back().p);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(j->count("frame"), 100);
  EXPECT_EQ(j->count("woken"), 0);
  EXPECT_EQ(outcome_of([&] { static_cast<void>(e.wait()); }), "closed");
  EXPECT_EQ(outcome_of([&] { static_cast<void>(e.wait(1h)); }), "closed");
}

TEST(Event, OutlivesItsSystem) {
  std::optional<event> e;
  std::optional<event::ref> r;
  {
    scenario::own_system sys;
    e.emplace(*sys);
    r.emplace(*e);
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(outcome_of([&] { static_cast<void>(e->wait()); }), "closed");
    EXPECT_EQ(outcome_of([&] { static_cast<void>(e->wait(1h)); }), "closed");
  }
  const auto copy = *r;
  e.reset();
}

TEST(Event, OfAnotherSystemThatHasEndedIsClosedForActors) {
  std::optional<event::ref> r;
  {
    scenario::own_system gone;
    r.emplace(event(*gone));
  }
  scenario::own_system sys;
  const auto j = make_journal();
  auto p = sys->spawn<player>(j);
  p.ask<perform>([r = *r](player& me) -> task<> {
     try {
       static_cast<void>(co_await r.wait());
       me.say("waited");
     } catch (const wait_failed& f) {
       me.say(text_of(f.code()));
     }
   })
      .within(1h)
      .get();
  EXPECT_EQ(j->text(), "closed");
}

// --- many threads

SCENARIO_ON_THREADS(Event, SetAndClearAtOnceWakesDozensOfThreadsAndActors) {
  event e(w.system());
  tally woken;
  for (int round = 0; round < 5; ++round) {
    woken.set(0);
    std::vector<std::thread> all;
    for (int i = 0; i < 24; ++i)
      all.emplace_back([&, i] {
        EXPECT_TRUE(i % 2 == 0 ? e.wait() : e.wait(1h));
        woken.add();
      });
    crowd c(w);
    c.add(8, awaits(ref_of(e), c.wrote));
    wait_for_waiting(w, 32);
    e.set();
    e.clear();
    for (auto& one : all) one.join();
    c.expect_lines(8);
    EXPECT_EQ(woken.read(), 24);
    EXPECT_EQ(waiting(w), 0U);
  }
}

SCENARIO_ON_THREADS(Event, NoThreadMissesASetThatStands) {
  constexpr int rounds = 30;
  std::vector<event> steps;
  for (int i = 0; i < rounds; ++i) steps.emplace_back(w.system());
  tally there;
  at_once(25, [&](int who) {
    for (int n = 0; n < rounds; ++n) {
      auto& now = steps[static_cast<std::size_t>(n)];
      if (who == 0) {
        now.set();
        while (there.read() < 24 * (n + 1)) std::this_thread::yield();
      } else {
        if (who % 2 == 0) {
          EXPECT_TRUE(now.wait());
        } else {
          while (!now.wait(10us)) {}
        }
        there.add();
      }
    }
  });
}

SCENARIO_ON_THREADS(Event, AShutdownClosesItForDozensOfThreadsThatWait) {
  event e(w.system());
  std::vector<std::thread> all;
  for (int i = 0; i < 30; ++i)
    all.emplace_back([&, i] {
      EXPECT_EQ(outcome_of([&] { static_cast<void>(i % 2 == 0 ? e.wait() : e.wait(1h)); }),
                "closed");
    });
  wait_for_waiting(w, 30);
  EXPECT_TRUE(w.shutdown(60s).clean());
  for (auto& one : all) one.join();
}

}  // namespace
