// barrier_test.cpp: nobody before all.
#include "waiters.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace cast;
using classic::barrier;

/// Waits, and says its index, or why there is none.
auto arrives(barrier::ref r, journal_ptr j, classic::wait_time t = forever) {
  return [r, j, t](int) -> scene {
    return [r, j, t](player&) -> task<> {
      const auto got = co_await r.wait(t);
      j->note(got ? std::to_string(*got) : text_of(got));
    };
  };
}
/// Each index below `count` was noted `times` times.
void expect_indices(const journal_ptr& j, int count, int times) {
  for (int i = 0; i < count; ++i) EXPECT_EQ(j->count(std::to_string(i)), times) << j->text();
}
/// It takes two, and lets them go.
void expect_as_new(scenario::world& w, barrier& b) {
  EXPECT_FALSE(b.broken());
  EXPECT_EQ(b.n_waiting(), 0U);
  crowd c(w);
  c.add(1, arrives(ref_of(b), c.wrote));
  EXPECT_EQ(b.n_waiting(), 1U);
  const auto mine = b.wait();
  ASSERT_TRUE(mine.has_value()) << text_of(mine);
  EXPECT_EQ(*mine, 1U);
  c.expect_lines(1);
  EXPECT_EQ(c.text(), "0");
}
void expect_broken(barrier& b) {
  EXPECT_TRUE(b.broken());
  EXPECT_EQ(b.n_waiting(), 0U);
  EXPECT_EQ(text_of(b.wait()), "broken");
  EXPECT_EQ(text_of(b.wait(1h)), "broken");
  EXPECT_EQ(text_of(b.wait(0ms)), "broken");
}

// --- all together

SCENARIO(Barrier, NobodyGoesOnBeforeAllHaveCome) {
  barrier b(w.system(), 6);
  crowd c(w);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(b.n_waiting(), i);
    c.add(1, arrives(ref_of(b), c.wrote));
  }
  EXPECT_EQ(b.n_waiting(), 5U);
  c.expect_lines(0);
  c.add(1, arrives(ref_of(b), c.wrote));
  c.expect_lines(6);
  expect_indices(c.wrote, 6, 1);
  EXPECT_EQ(b.n_waiting(), 0U);
}

SCENARIO(Barrier, TheIndexIsTheNumberOfThoseWhoCameBefore) {
  barrier b(w.system(), 5);
  const auto j = make_journal();
  crowd c(w);
  for (int i = 0; i < 5; ++i)
    c.add([r = ref_of(b), j, i](player&) -> task<> {
      const auto got = co_await r.wait();
      j->note(std::to_string(i) + (got && *got == static_cast<std::size_t>(i) ? "right" : "wrong"));
    });
  until(w, [&] { return j->lines().size() == 5; });
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(j->has(std::to_string(i) + "right")) << j->text();
}

SCENARIO(Barrier, IsUsedAgainRoundAfterRound) {
  constexpr int parties = 4;
  constexpr int rounds = 10;
  barrier b(w.system(), parties);
  crowd c(w);
  auto came = std::make_shared<tally>();
  for (int i = 0; i < parties; ++i)
    c.add([r = ref_of(b), j = c.wrote, came](player&) -> task<> {
      for (int n = 0; n < rounds; ++n) {
        came->add();
        const auto got = co_await r.wait();
        j->note(got ? std::to_string(*got) : text_of(got));
        EXPECT_GE(came->read(), parties * (n + 1)) << "somebody went on before all had come";
        EXPECT_LE(came->read(), parties * (n + 2));
      }
    });
  c.expect_lines(parties * rounds);
  expect_indices(c.wrote, parties, rounds);
}

SCENARIO(Barrier, OfOneHoldsNobody) {
  barrier b(w.system(), 1);
  for (int i = 0; i < 3; ++i) {
    const auto got = b.wait();
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(*got, 0U);
    EXPECT_TRUE(b.wait(0ms).has_value()) << "the last to come does not wait";
  }
}

SCENARIO(Barrier, OfNobodyCannotBe) {
  EXPECT_EQ(outcome_of([&] { const barrier b(w.system(), 0); }), "bad_count");
}

// --- the action

SCENARIO(Barrier, TheActionRunsOnceARoundByTheLastToComeBeforeAnybodyGoesOn) {
  const auto j = make_journal();
  const auto last = std::make_shared<std::thread::id>();
  barrier b(w.system(), 4, {.action = [j, last] {
              j->note("action");
              *last = std::this_thread::get_id();
            }});
  for (std::size_t round = 1; round <= 3; ++round) {
    crowd c(w);
    c.add(3, arrives(ref_of(b), j));
    EXPECT_EQ(j->lines().size(), 5 * (round - 1)) << "not before all have come";
    EXPECT_TRUE(b.wait().has_value());
    EXPECT_EQ(*last, std::this_thread::get_id());
    j->note("3");
    until(w, [&] { return j->lines().size() == 5 * round; });
    EXPECT_EQ(j->lines()[5 * (round - 1)], "action");
    EXPECT_EQ(j->count("action"), static_cast<int>(round));
  }
  expect_indices(j, 4, 3);
}

SCENARIO(Barrier, TheActionOfActorsRunsOnceARound) {
  const auto ran = std::make_shared<tally>();
  barrier b(w.system(), 3, {.action = [ran] { ran->add(); }});
  crowd c(w);
  for (int i = 0; i < 3; ++i)
    c.add([r = ref_of(b), j = c.wrote, ran](player&) -> task<> {
      for (int n = 1; n <= 8; ++n) {
        const auto got = co_await r.wait();
        j->note(text_of(got));
        EXPECT_GE(ran->read(), n);
        EXPECT_LE(ran->read(), n + 1);
      }
    });
  c.expect_lines(24);
  EXPECT_EQ(c.wrote->count("ok"), 24);
  EXPECT_EQ(ran->read(), 8);
}

SCENARIO(Barrier, AnActionThatThrowsIsHeardByWhoRanItAndBreaksItForAll) {
  const auto fails = std::make_shared<bool>(true);
  barrier b(w.system(), 4, {.action = [fails] {
              if (*fails) throw std::out_of_range("action");
            }});
  crowd c(w);
  c.add(3, arrives(ref_of(b), c.wrote));
  EXPECT_THROW(static_cast<void>(b.wait()), std::out_of_range);
  c.expect_lines(3);
  EXPECT_EQ(c.wrote->count("broken"), 3) << c.text();
  expect_broken(b);
  *fails = false;
  b.reset();
  crowd d(w);
  d.add(3, arrives(ref_of(b), d.wrote));
  EXPECT_TRUE(b.wait().has_value());
  d.expect_lines(3);
  expect_indices(d.wrote, 3, 1);
}

SCENARIO(Barrier, AnActionThatThrowsInAnActorBreaksItForAll) {
  barrier b(w.system(), 3, {.action = [] { throw std::out_of_range("action"); }});
  crowd c(w);
  c.add(2, arrives(ref_of(b), c.wrote));
  c.add([r = ref_of(b), j = c.wrote](player&) -> task<> {
    try {
      static_cast<void>(co_await r.wait());
      j->note("passed");
    } catch (const std::out_of_range& e) {
      j->note(e.what());
    }
  });
  c.expect_lines(3);
  EXPECT_EQ(c.wrote->count("broken"), 2) << c.text();
  EXPECT_EQ(c.wrote->count("action"), 1) << c.text();
  expect_broken(b);
}

SCENARIO(Barrier, TheActionOfAThreadMayAskAndUseAdapters) {
  auto q = w.spawn<prompt>();
  classic::semaphore s(w.system(), 0);
  auto b = std::make_shared<std::optional<barrier>>();
  b->emplace(w.system(), 2U, classic::barrier_options{.action = [&s, q, of = b.get()] {
               EXPECT_EQ(q.ask<query>(4).get(), 40);
               EXPECT_EQ(s.release(), wait_errc::ok);
               EXPECT_FALSE((*of)->broken());
             }});
  crowd c(w);
  c.add(1, arrives(ref_of(**b), c.wrote));
  EXPECT_TRUE((*b)->wait().has_value());
  c.expect_lines(1);
  EXPECT_EQ(s.value(), 1U);
}

// --- abort and reset

SCENARIO(Barrier, AbortBreaksItForAllUntilReset) {
  barrier b(w.system(), 5);
  crowd c(w);
  c.add(4, arrives(ref_of(b), c.wrote));
  EXPECT_FALSE(b.broken());
  b.abort();
  c.expect_lines(4);
  EXPECT_EQ(c.wrote->count("broken"), 4);
  expect_broken(b);
  crowd late(w);
  late.add(6, arrives(ref_of(b), late.wrote));
  late.expect_lines(6);
  EXPECT_EQ(late.wrote->count("broken"), 6) << "however many come";
  b.abort();
  expect_broken(b);
  b.reset();
  EXPECT_FALSE(b.broken());
}

SCENARIO(Barrier, AbortedWithoutWaitersIsBrokenToo) {
  barrier b(w.system(), 2);
  b.abort();
  expect_broken(b);
  b.reset();
  expect_as_new(w, b);
}

SCENARIO(Barrier, ResetBreaksTheRoundOfThoseWhoWaitAndIsAsNew) {
  barrier b(w.system(), 4);
  crowd old(w);
  old.add(3, arrives(ref_of(b), old.wrote));
  b.reset();
  EXPECT_FALSE(b.broken());
  EXPECT_EQ(b.n_waiting(), 0U);
  crowd c(w);
  c.add(4, arrives(ref_of(b), c.wrote));
  c.expect_lines(4);
  expect_indices(c.wrote, 4, 1);
  old.expect_lines(3);
  EXPECT_EQ(old.text(), "broken broken broken");
}

// --- times

SCENARIO(Barrier, AWaitThatIsOverGetsTimeoutAndBreaksItForAll) {
  barrier b(w.system(), 5);
  crowd c(w);
  c.add(3, arrives(ref_of(b), c.wrote));
  EXPECT_EQ(text_of(b.wait(0ms)), "timeout");
  c.expect_lines(3);
  EXPECT_EQ(c.text(), "broken broken broken");
  expect_broken(b);
  b.reset();
  EXPECT_EQ(text_of(b.wait(a_while)), "timeout");
  expect_broken(b);
}

SCENARIO(Barrier, ATimeoutOfAnActorBreaksItForTheOthers) {
  barrier b(w.system(), 4);
  crowd c(w);
  c.add(1, arrives(ref_of(b), c.wrote));
  c.add(1, arrives(ref_of(b), c.wrote, a_while));
  c.add(1, arrives(ref_of(b), c.wrote, 1h));
  w.advance(a_while);
  c.expect_lines(3);
  EXPECT_EQ(c.wrote->count("timeout"), 1) << c.text();
  EXPECT_EQ(c.wrote->count("broken"), 2) << c.text();
  expect_broken(b);
}

SCENARIO(Barrier, WaitsAsLongAsItsOptionSaysUnlessTheCallSays) {
  barrier b(w.system(), 2, {.timeout = a_while});
  EXPECT_EQ(text_of(b.wait()), "timeout");
  expect_broken(b);
  b.reset();
  crowd c(w);
  c.add([r = ref_of(b), j = c.wrote](player&) -> task<> {
    const auto got = co_await r.wait();
    j->note(text_of(got));
  });
  w.advance(a_while);
  c.expect_lines(1);
  EXPECT_EQ(c.text(), "timeout");
  b.reset();
  crowd longer(w);
  longer.add(1, arrives(ref_of(b), longer.wrote, forever));
  w.advance(1h);
  EXPECT_EQ(b.n_waiting(), 1U);
  EXPECT_TRUE(b.wait().has_value());
  longer.expect_lines(1);
}

SCENARIO(Barrier, ANegativeTimeIsAnErrorAndBreaksNothing) {
  barrier b(w.system(), 2);
  EXPECT_EQ(text_of(b.wait(-1ns)), "negative_timeout");
  EXPECT_FALSE(b.broken());
  crowd c(w);
  c.add(1, arrives(ref_of(b), c.wrote));
  EXPECT_EQ(text_of(b.wait(-1ns)), "negative_timeout") << "the last to come too";
  EXPECT_EQ(b.n_waiting(), 1U);
  crowd d(w);
  d.add(1, arrives(ref_of(b), d.wrote, -1ns));
  EXPECT_EQ(d.text(), "negative_timeout");
  EXPECT_EQ(b.n_waiting(), 1U);
  EXPECT_TRUE(b.wait().has_value());
  c.expect_lines(1);
  barrier bad(w.system(), 2, {.timeout = -1ns});
  EXPECT_EQ(text_of(bad.wait()), "negative_timeout");
  EXPECT_FALSE(bad.broken());
}

// --- who ends

SCENARIO(Barrier, OneThatEndsAfterItsRoundBreaksNothing) {
  barrier b(w.system(), 2);
  crowd c(w);
  c.add(2, arrives(ref_of(b), c.wrote));
  c.expect_lines(2);
  c.who(0).kill();
  c.wait_until_gone(0);
  expect_as_new(w, b);
}

/// One is killed as the last one comes: nobody is left behind, and they agree.
SCENARIO(Barrier, WhoeverIsKilledMeanwhileTheOthersAgree) {
  const auto ran = std::make_shared<tally>();
  barrier b(w.system(), 4, {.action = [ran] { ran->add(); }});
  for (int victim = 0; victim < 4; ++victim) {
    ran->set(0);
    const auto j = make_journal();
    std::vector<stage_of_one> all;
    for (int i = 0; i < 4; ++i) {
      all.emplace_back(w);
      all.back().p.tell<play>([r = ref_of(b), j, i](player&) -> task<> {
        const auto got = co_await r.wait();
        j->note(std::to_string(i) + text_of(got));
      });
    }
    all[static_cast<std::size_t>(victim)].p.kill();
    if (!real) w.settle();
    if (ran->read() == 0) b.abort();  // it was killed before it came
    const auto ended = [&] {
      int n = 0;
      for (int i = 0; i < 4; ++i)
        n += i != victim &&
             (j->has(std::to_string(i) + "ok") || j->has(std::to_string(i) + "broken"));
      return n == 3;
    };
    until(w, ended);
    EXPECT_LE(ran->read(), 1);
    int ok = 0;
    for (int i = 0; i < 4; ++i) ok += i != victim && j->has(std::to_string(i) + "ok");
    EXPECT_TRUE(ok == 0 || ok == 3) << j->text();
    b.reset();
  }
}

// --- where it may be used, and the end

SCENARIO(Barrier, InATurnTheFormsOfThreadsAreRefused) {
  auto b = std::make_shared<barrier>(w.system(), 1);
  stage_of_one one(w);
  one.p
      .ask<perform>([b](player& me) -> task<> {
        me.say(outcome_of([&] { return b->wait(); }));
        me.say(outcome_of([&] { return b->wait(0ms); }));
        co_return;
      })
      .get();
  EXPECT_EQ(one.text(), "would_block_worker would_block_worker");
  EXPECT_FALSE(b->broken());
}

SCENARIO(Barrier, AShutdownWhileManyWaitLeavesNobody) {
  const auto j = make_journal();
  barrier b(w.system(), 101);
  std::vector<stage_of_one> all;
  for (int i = 0; i < 100; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([r = ref_of(b), j](player&) -> task<> {
      const trace t(j, "frame");
      const auto got = co_await r.wait();
      if (got) j->note("passed");
    });
  }
  wait_for(all.back().p);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(j->count("frame"), 100);
  EXPECT_EQ(j->count("passed"), 0);
  EXPECT_EQ(text_of(b.wait()), "closed");
  EXPECT_EQ(text_of(b.wait(1h)), "closed");
}

TEST(Barrier, OutlivesItsSystem) {
  std::optional<barrier> b;
  std::optional<barrier::ref> r;
  {
    scenario::own_system sys;
    b.emplace(*sys, 1U);
    r.emplace(*b);
    EXPECT_TRUE(b->wait().has_value());
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(text_of(b->wait()), "closed");
    b->abort();
    b->reset();
  }
  b.reset();
}

// --- many threads

SCENARIO_ON_THREADS(Barrier, DozensOfThreadsGoInRoundsWithUniqueIndices) {
  constexpr int parties = 24;
  constexpr int rounds = 15;
  int ran = 0;  // plain: the action is alone, and all see what it wrote
  barrier b(w.system(), parties, {.action = [&ran] { ++ran; }});
  std::vector<tally> taken(static_cast<std::size_t>(parties * rounds));
  tally came;
  at_once(parties, [&](int) {
    for (int n = 0; n < rounds; ++n) {
      came.add();
      const auto got = b.wait();
      ASSERT_TRUE(got.has_value()) << text_of(got);
      EXPECT_GE(came.read(), parties * (n + 1));
      EXPECT_EQ(taken[static_cast<std::size_t>(n * parties) + *got].add(), 1);
      const auto seen = b.wait();
      ASSERT_TRUE(seen.has_value());
      EXPECT_GE(ran, 2 * n + 1);
    }
  });
  EXPECT_EQ(ran, 2 * rounds);
  for (const auto& one : taken) EXPECT_EQ(one.read(), 1);
}

SCENARIO_ON_THREADS(Barrier, OneOfDozensTimesOutAndAllTheOthersGetBroken) {
  barrier b(w.system(), 40);
  tally late;
  tally broken;
  at_once(32, [&](int i) {
    const auto end = i == 0 ? text_of(b.wait(1ms)) : text_of(b.wait());
    (end == "timeout" ? late : broken).add();
    EXPECT_TRUE(end == "timeout" || end == "broken") << end;
  });
  EXPECT_EQ(late.read(), 1);
  EXPECT_EQ(broken.read(), 31);
}

/// Every round that is completed had each of them once: so all complete the same number.
SCENARIO_ON_THREADS(Barrier, ResetsAmongDozensOfThreadsLeaveNobodyBehind) {
  constexpr int parties = 16;
  constexpr int wanted = 10;
  barrier b(w.system(), parties);
  tally done;
  tally passed;
  at_once(parties + 1, [&](int who) {
    if (who == parties) {
      for (int n = 0; n < 50; ++n) {
        b.reset();
        std::this_thread::yield();
      }
      return;
    }
    for (int got = 0; got < wanted;) {
      const auto r = b.wait();
      if (r) {
        ++got;
        passed.add();
      } else {
        EXPECT_EQ(text_of(r), "broken");
      }
    }
    done.add();
  });
  EXPECT_EQ(done.read(), parties);
  EXPECT_EQ(passed.read(), parties * wanted);
}

}  // namespace
