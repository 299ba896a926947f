// explorer_test.cpp: the explorer finds planted faults, passes correct programs, and counts right.
//
//   Before   nothing.   After   explorer.hpp.
//   Kind     model. Each test builds a program small enough to know all its schedules.
#include "explorer.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace {

using model::check;
using model::run;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto seq_cst = std::memory_order_seq_cst;

static_assert(noexcept(std::declval<model::atomic<int>&>().exchange(1, acq_rel)));
static_assert(!std::is_copy_constructible_v<model::atomic<int>>);
static_assert(!std::is_copy_constructible_v<model::mutex>);
static_assert(std::is_same_v<model::atomics::atomic<int>, model::atomic<int>>);
static_assert(std::is_same_v<model::atomics::mutex, model::mutex>);

struct counter {
  model::atomic<int> x{0};
};

// Two threads add one each, with a load and a store.
void torn_increment(run& run) {
  auto* const state = run.make<counter>();
  run.name(&state->x, "x");
  for (int i = 0; i < 2; ++i) {
    run.thread([state] { state->x.store(state->x.load(relaxed) + 1, relaxed); });
  }
  run.at_end([state] { check(state->x.load(relaxed) == 2, "x is 2"); });
}

// Each of `threads` stores `operations` times.
auto stores(int threads, int operations) {
  return [=](run& run) {
    auto* const state = run.make<counter>();
    for (int t = 0; t < threads; ++t) {
      run.thread([=] {
        for (int i = 0; i < operations; ++i) state->x.store(t, relaxed);
      });
    }
  };
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

TEST(Explorer, ALostUpdateNeedsOnePreemption) {
  const auto none = model::explore({.preemptions = 0}, torn_increment);
  EXPECT_TRUE(none.ok()) << none.text();
  EXPECT_TRUE(none.complete);
  EXPECT_EQ(none.executions, 2U);

  const auto one = model::explore({.preemptions = 1}, torn_increment);
  EXPECT_FALSE(one.ok());
  EXPECT_EQ(one.failure, "check failed: x is 2");
  EXPECT_EQ(one.interleaving,
            "  t0: x.load = 0\n  t1: x.load = 0\n  t1: x.store(1)\n  t0: x.store(1)\n"
            "  main: x.load = 1\n")
      << one.text();
}

TEST(Explorer, AnAtomicIncrementLosesNothing) {
  const auto r =
      model::explore({.preemptions = model::unbounded, .random_runs = 100}, [](run& run) {
        auto* const state = run.make<counter>();
        for (int i = 0; i < 3; ++i) {
          run.thread([state] { state->x.fetch_add(1, relaxed); });
        }
        run.at_end([state] { check(state->x.load(relaxed) == 3, "x is 3"); });
      });
  EXPECT_TRUE(r.ok()) << r.text();
  EXPECT_TRUE(r.complete);
  EXPECT_EQ(r.executions, 6U + 100U);
  EXPECT_EQ(r.random_executions, 100U);
}

TEST(Explorer, TheNumberOfSchedulesIsTheMultinomial) {
  const auto count = [](unsigned preemptions, int threads, int operations) {
    const auto r = model::explore({.preemptions = preemptions}, stores(threads, operations));
    EXPECT_TRUE(r.ok() && r.complete) << r.text();
    return r.executions;
  };
  EXPECT_EQ(count(model::unbounded, 2, 2), 6U);     // 4 over 2
  EXPECT_EQ(count(model::unbounded, 2, 5), 252U);   // 10 over 5
  EXPECT_EQ(count(model::unbounded, 3, 3), 1680U);  // 9! / 3!^3
  EXPECT_EQ(count(0, 3, 3), 6U);                    // 3!
  EXPECT_EQ(count(1, 2, 2), 2U + 2U);               // in each order, one place to cut the first
  EXPECT_EQ(count(model::unbounded, 1, 7), 1U);
  EXPECT_EQ(count(model::unbounded, 2, 0), 1U);
}

TEST(Explorer, SplitPutsAPointBehindEachOperation) {
  const auto r = model::explore({.preemptions = model::unbounded, .split = true}, stores(2, 1));
  EXPECT_TRUE(r.ok()) << r.text();
  EXPECT_EQ(r.executions, 6U);  // two points each
}

// A sleeper that looks once and then sleeps, or looks again after it has announced itself.
auto sleeper(bool looks_again) {
  return [=](run& run) {
    struct state_of_both {
      model::atomic<bool> work{false};
      model::atomic<bool> asleep{false};
      model::atomic<bool> token{false};
    };
    auto* const state = run.make<state_of_both>();
    run.thread([=] {
      if (state->work.load(seq_cst)) return;
      state->asleep.store(true, seq_cst);
      if (looks_again && state->work.load(seq_cst)) return;
      model::wait_until([state] { return state->token.load(seq_cst); });
    });
    run.thread([=] {
      state->work.store(true, seq_cst);
      if (state->asleep.load(seq_cst)) state->token.store(true, seq_cst);
    });
  };
}

TEST(Explorer, ALostWakeUpIsADeadlock) {
  const auto r = model::explore({.preemptions = 1}, sleeper(false));
  EXPECT_FALSE(r.ok());
  EXPECT_EQ(r.failure, "deadlock: no thread can go on");
  EXPECT_TRUE(contains(r.interleaving, "t0 waits in wait_until")) << r.text();
}

TEST(Explorer, ASleeperThatLooksAgainIsAlwaysWoken) {
  const auto r = model::explore({.preemptions = model::unbounded}, sleeper(true));
  EXPECT_TRUE(r.ok()) << r.text();
  EXPECT_TRUE(r.complete);
  EXPECT_GT(r.executions, 8U);
}

// Each says "I want", then looks at the other: at most one may enter.
TEST(Explorer, ADekkerHandshakeLetsOneIn) {
  const auto handshake = [](bool announces_first) {
    return [=](run& run) {
      struct both {
        model::atomic<int> wants[2] = {0, 0};
        model::atomic<int> inside{0};
      };
      auto* const state = run.make<both>();
      for (int me = 0; me < 2; ++me) {
        run.thread([=] {
          if (announces_first) state->wants[me].store(1, seq_cst);
          model::fence(seq_cst);
          if (state->wants[1 - me].load(seq_cst) != 0) return;
          if (!announces_first) state->wants[me].store(1, seq_cst);
          check(state->inside.fetch_add(1, acq_rel) == 0, "only one is inside");
          state->inside.fetch_sub(1, acq_rel);
        });
      }
    };
  };
  const auto right = model::explore({.preemptions = model::unbounded}, handshake(true));
  EXPECT_TRUE(right.ok()) << right.text();
  EXPECT_TRUE(right.complete);
  const auto wrong = model::explore({.preemptions = 2}, handshake(false));
  EXPECT_TRUE(contains(wrong.failure, "only one is inside")) << wrong.text();
}

struct two_mutexes {
  model::mutex first;
  model::mutex second;
  int held = 0;
};

TEST(Explorer, MutexesTakenInOppositeOrderDeadlock) {
  const auto lock_two = [](bool same_order) {
    return [=](run& run) {
      auto* const state = run.make<two_mutexes>();
      run.name(&state->first, "first");
      run.name(&state->second, "second");
      const auto lock_both = [state](model::mutex& outer, model::mutex& inner) {
        const std::lock_guard hold_outer(outer);
        const std::lock_guard hold_inner(inner);
        check(++state->held == 1, "nobody else is here");
        --state->held;
      };
      run.thread([=] { lock_both(state->first, state->second); });
      run.thread([=] {
        same_order ? lock_both(state->first, state->second)
                   : lock_both(state->second, state->first);
      });
    };
  };
  const auto opposite = model::explore({.preemptions = 1}, lock_two(false));
  EXPECT_EQ(opposite.failure, "deadlock: no thread can go on") << opposite.text();
  EXPECT_TRUE(contains(opposite.interleaving, "t1 waits in first.lock")) << opposite.text();
  const auto same = model::explore({.preemptions = model::unbounded}, lock_two(true));
  EXPECT_TRUE(same.ok() && same.complete) << same.text();
}

TEST(Explorer, AFailingScheduleReplays) {
  const auto found = model::explore({.preemptions = 2}, torn_increment);
  ASSERT_FALSE(found.ok());
  EXPECT_TRUE(contains(found.text(), "replay: model::replay(\"0 1*2 0\", program)"));
  const auto again = model::replay(found.schedule, torn_increment);
  EXPECT_EQ(again.failure, found.failure);
  EXPECT_EQ(again.interleaving, found.interleaving);
  EXPECT_EQ(again.schedule, found.schedule);

  EXPECT_TRUE(model::replay("0*2 1*2", torn_increment).ok());
  EXPECT_TRUE(contains(model::replay("7", torn_increment).failure, "left the schedule"));
  EXPECT_TRUE(contains(model::replay("0*x", torn_increment).failure, "not a schedule"));
}

// The fault shows only if the threads take turns, step by step: far more than two preemptions.
void needs_many_preemptions(run& run) {
  auto* const state = run.make<counter>();
  for (int me = 0; me < 2; ++me) {
    run.thread([=] {
      int turns = 0;
      for (int i = 0; i < 4; ++i) {
        if (state->x.exchange(me, acq_rel) != me) ++turns;
      }
      check(turns < 4 || me == 0, "they never alternate");
    });
  }
}

TEST(Explorer, RandomSchedulesGoBeyondTheBound) {
  const model::options bounded{.preemptions = 2};
  const auto few = model::explore(bounded, needs_many_preemptions);
  EXPECT_TRUE(few.ok() && few.complete) << few.text();

  const model::options random{.preemptions = 2, .random_runs = 10'000, .seed = 7};
  const auto many = model::explore(random, needs_many_preemptions);
  EXPECT_TRUE(contains(many.failure, "they never alternate")) << many.text();
  EXPECT_TRUE(contains(many.text(), "at random with seed 7")) << many.text();
  EXPECT_GT(many.random_executions, 0U);
  EXPECT_FALSE(model::replay(many.schedule, needs_many_preemptions).ok());

  const auto again = model::explore(random, needs_many_preemptions);
  EXPECT_EQ(again.schedule, many.schedule);
  EXPECT_EQ(again.executions, many.executions);
}

}  // namespace
