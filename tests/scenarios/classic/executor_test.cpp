// executor_test.cpp: functions that others run, and what becomes of them.
#include "../coroutines/players.hpp"
#include <troupe/actors/classic/prelude.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace cast;
using namespace std::chrono_literals;
using troupe::classic::event;
using troupe::classic::future;
using troupe::classic::thread_pool_executor;
using troupe::classic::wait_errc;
using troupe::classic::wait_failed;

/// The code that `f` throws.
template <class F>
wait_errc code_thrown_by(F f) {
  try {
    f();
  } catch (const wait_failed& e) {
    return e.code();
  }
  return wait_errc::ok;
}

[[noreturn]] int fail_with(const char* text) { throw std::runtime_error(text); }

SCENARIO(Executor, SubmitGivesWhatTheFunctionGives) {
  thread_pool_executor pool(w.system(), 2);
  auto product = pool.submit([](int a, int b) { return a * b; }, 6, 7);
  EXPECT_EQ(product.result(), 42);
  EXPECT_TRUE(product.done());
  EXPECT_FALSE(product.running());
  EXPECT_FALSE(product.cancelled());
  auto nothing = pool.submit([] {});
  nothing.result();
  auto owned = pool.submit([](std::unique_ptr<int> p) { return p; }, std::make_unique<int>(3));
  EXPECT_EQ(*owned.result(), 3) << "arguments and results may be move-only";
}

SCENARIO(Executor, AnExceptionReachesWhoeverWantsTheResult) {
  thread_pool_executor pool(w.system(), 1);
  auto bad = pool.submit([] { return fail_with("no"); });
  EXPECT_THROW(static_cast<void>(bad.result()), std::runtime_error);
  EXPECT_THROW(static_cast<void>(bad.result()), std::runtime_error) << "as often as it is asked";
  EXPECT_NE(bad.exception(), nullptr);
  EXPECT_EQ(pool.submit([] { return 1; }).exception(), nullptr);
  EXPECT_EQ(pool.submit([] { return 2; }).result(), 2) << "one failure does not stop the others";
}

SCENARIO(Executor, TasksOfOneThreadRunInTheOrderOfSubmission) {
  std::vector<int> seen;
  {
    thread_pool_executor pool(w.system(), 1);
    for (int i = 0; i < 20; ++i) static_cast<void>(pool.submit([&seen, i] { seen.push_back(i); }));
  }  // its end waits for all of them
  std::vector<int> expected(20);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(seen, expected);
}

SCENARIO(Executor, MapSubmitsAtOnceAndGivesResultsInOrder) {
  thread_pool_executor pool(w.system(), 3);
  std::vector<int> numbers(25);
  std::iota(numbers.begin(), numbers.end(), 0);
  for (const std::size_t chunk : {1U, 4U, 100U}) {
    std::atomic<int> calls{0};
    auto results = pool.map(
        [&calls](int n) {
          calls.fetch_add(1, std::memory_order_relaxed);
          return n * n;
        },
        numbers, troupe::classic::forever, chunk);
    std::vector<int> got;
    for (const int r : results) got.push_back(r);
    ASSERT_EQ(got.size(), numbers.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], numbers[i] * numbers[i]);
    EXPECT_EQ(calls.load(std::memory_order_relaxed), 25);
  }
  EXPECT_EQ(
      code_thrown_by([&] {
        static_cast<void>(pool.map([](int n) { return n; }, numbers, troupe::classic::forever, 0));
      }),
      wait_errc::bad_count);
}

SCENARIO(Executor, AMapWhoseCallFailsThrowsWhereItsResultWouldStand) {
  thread_pool_executor pool(w.system(), 2);
  const std::vector<int> numbers{0, 1, 2, 3};
  int before = 0;
  EXPECT_THROW(
      {
        for ([[maybe_unused]] const int r :
             pool.map([](int n) { return n == 2 ? fail_with("two") : n; }, numbers))
          ++before;
      },
      std::runtime_error);
  EXPECT_EQ(before, 2);
}

SCENARIO(Executor, AfterShutdownItTakesNoTask) {
  thread_pool_executor pool(w.system(), 2);
  auto before = pool.submit([] { return 1; });
  pool.shutdown();
  EXPECT_TRUE(before.done()) << "what was submitted is done";
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(pool.submit([] { return 2; })); }),
            wait_errc::shut_down);
  pool.shutdown();  // again
}

SCENARIO(Executor, NeedsAThread) {
  EXPECT_EQ(code_thrown_by([&] { thread_pool_executor none(w.system(), 0); }),
            wait_errc::bad_count);
}

SCENARIO(Executor, TheInitializerRunsOnceOnEachOfItsThreads) {
  std::atomic<int> begun{0};
  {
    thread_pool_executor pool(w.system(), 1, {.initializer = [&begun] {
                                begun.fetch_add(1, std::memory_order_relaxed);
                              }});
    for (int i = 0; i < 5; ++i) EXPECT_EQ(pool.submit([i] { return i; }).result(), i);
  }
  EXPECT_EQ(begun.load(std::memory_order_relaxed), 1);
}

SCENARIO(Executor, AnInitializerThatThrowsFailsTheTasks) {
  thread_pool_executor pool(w.system(), 1,
                            {.initializer = [] { throw std::runtime_error("not ready"); }});
  EXPECT_THROW(static_cast<void>(pool.submit([] { return 1; }).result()), std::runtime_error);
}

SCENARIO(Executor, InATurnItsBlockingFormsAreRefused) {
  thread_pool_executor pool(w.system(), 1);
  auto done = pool.submit([] { return 5; });
  EXPECT_EQ(done.result(), 5);
  stage_of_one s(w);
  s.p.tell<play>([&pool](player& me) -> task<> {
    try {
      static_cast<void>(pool.submit([] { return 1; }));
    } catch (const troupe::ask_failed& e) {
      me.say(std::string(to_string(e.error().code())));
    }
    co_return;
  });
  w.settle();
  EXPECT_EQ(s.text(), "would_block_worker");
}

SCENARIO(Executor, AnActorSubmitsAndAwaits) {
  thread_pool_executor pool(w.system(), 2);
  stage_of_one s(w);
  s.p.tell<play>([ref = thread_pool_executor::ref(pool)](player& me) -> task<> {
    auto submits = ref.submit([](int n) { return n + 1; }, 4);
    const auto sum = co_await submits;
    const int five = co_await sum;
    me.say(std::to_string(five));
    auto submits_bad = ref.submit([] { return fail_with("oh"); });
    const auto bad = co_await submits_bad;
    try {
      const int never = co_await bad;
      me.say(std::to_string(never));
    } catch (const std::runtime_error& e) {
      me.say(e.what());
    }
  });
  until(w, [&] { return s.text() == "5 oh"; });
}

// --- futures

SCENARIO(Future, CancelWorksOnlyBeforeItBegins) {
  thread_pool_executor pool(w.system(), 1);
  event go(w.system());
  event begun(w.system());
  std::atomic<bool> ran{false};
  future<int> first;
  if (real) {  // one that occupies the thread
    first = pool.submit([&] {
      begun.set();
      return go.wait() ? 1 : 0;
    });
    static_cast<void>(begun.wait());
    EXPECT_TRUE(first.running());
    EXPECT_FALSE(first.cancel()) << "it has begun";
  }
  auto second = pool.submit([&ran] { ran = true; });
  EXPECT_FALSE(second.done());
  EXPECT_TRUE(second.cancel());
  EXPECT_TRUE(second.cancel()) << "and it stays so";
  EXPECT_TRUE(second.cancelled());
  EXPECT_TRUE(second.done());
  EXPECT_EQ(code_thrown_by([&] { second.result(); }), wait_errc::cancelled);
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(second.exception()); }), wait_errc::cancelled);
  go.set();
  pool.shutdown();
  EXPECT_FALSE(ran.load(std::memory_order_relaxed));
  if (real) {
    EXPECT_EQ(first.result(), 1);
    EXPECT_FALSE(first.cancel()) << "it has ended";
  }
}

SCENARIO_ON_THREADS(Future, ShutdownMayCancelWhatHasNotBegun) {
  thread_pool_executor pool(w.system(), 1);
  event go(w.system());
  event begun(w.system());
  static_cast<void>(pool.submit([&] {
    begun.set();
    static_cast<void>(go.wait());
  }));
  static_cast<void>(begun.wait());
  std::vector<future<int>> all;
  for (int i = 0; i < 5; ++i) all.push_back(pool.submit([i] { return i; }));
  int told = 0;
  for (const auto& f : all)
    f.add_done_callback([&told](const future<int>& f2) { told += f2.cancelled(); });
  pool.shutdown(false, true);
  for (const auto& f : all) EXPECT_TRUE(f.cancelled());
  EXPECT_EQ(told, 5);
  go.set();
  pool.shutdown();
}

SCENARIO(Future, ATimeThatIsOverSaysSo) {
  thread_pool_executor pool(w.system(), 1);
  auto done = pool.submit([] { return 1; });
  EXPECT_EQ(done.result(), 1);
  EXPECT_EQ(done.result(0ms), 1) << "what is done needs no time";
  if (!real) return;
  event go(w.system());
  auto slow = pool.submit([&go] { return go.wait(); });
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(slow.result(1ms)); }), wait_errc::timeout);
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(slow.exception(1ms)); }), wait_errc::timeout);
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(slow.result(-1ms)); }),
            wait_errc::negative_timeout);
  go.set();
  EXPECT_TRUE(slow.result());
}

SCENARIO(Future, ACallbackIsCalledOnceAndAtOnceIfItIsDone) {
  thread_pool_executor pool(w.system(), 1);
  event called(w.system());
  std::atomic<int> calls{0};
  auto f = pool.submit([] { return 3; });
  f.add_done_callback([&](const future<int>& done) {
    calls.fetch_add(done.result(), std::memory_order_relaxed);
    called.set();
  });
  static_cast<void>(f.result());
  static_cast<void>(called.wait());
  EXPECT_EQ(calls.load(std::memory_order_relaxed), 3);
  int late = 0;
  f.add_done_callback([&late](const future<int>& done) { late = done.result(); });
  EXPECT_EQ(late, 3);
  pool.shutdown();
  EXPECT_EQ(calls.load(std::memory_order_relaxed), 3);
}

SCENARIO(Future, ACallbackThatThrowsHarmsNobody) {
  thread_pool_executor pool(w.system(), 1);
  std::atomic<int> others{0};
  for (int i = 0; i < 3; ++i) {
    auto f = pool.submit([i] { return i; });
    f.add_done_callback([](const future<int>&) { throw std::runtime_error("callback"); });
    f.add_done_callback(
        [&others](const future<int>&) { others.fetch_add(1, std::memory_order_relaxed); });
    EXPECT_EQ(f.result(), i);
  }
  pool.shutdown();
  EXPECT_EQ(others.load(std::memory_order_relaxed), 3);
}

SCENARIO(Future, AsCompletedGivesThemAsTheyAreDone) {
  thread_pool_executor pool(w.system(), 2);
  std::vector<future<int>> all;
  for (int i = 0; i < 8; ++i) all.push_back(pool.submit([i] { return i; }));
  auto done = as_completed(w.system(), all);
  std::vector<int> got;
  while (const auto f = done.next()) {
    EXPECT_TRUE(f->done());
    got.push_back(f->result());
  }
  EXPECT_FALSE(done.late());
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
}

SCENARIO(Future, WaitReturnsAtTheFirstAtAFailureOrAtAll) {
  thread_pool_executor pool(w.system(), 1);
  const std::vector<future<int>> fine{pool.submit([] { return 1; }), pool.submit([] { return 2; })};
  const auto every = wait(w.system(), fine);
  EXPECT_EQ(every.done.size(), 2U);
  EXPECT_TRUE(every.not_done.empty());
  const std::vector<future<int>> bad{pool.submit([] { return fail_with("first"); }),
                                     pool.submit([] { return 2; })};
  const auto failed = wait(w.system(), bad, troupe::classic::first_exception);
  EXPECT_TRUE(std::find(failed.done.begin(), failed.done.end(), bad[0]) != failed.done.end());
  if (!real) return;
  event go(w.system());
  thread_pool_executor two(w.system(), 2);
  const std::vector<future<bool>> mixed{two.submit([&go] { return go.wait(); }),
                                        two.submit([] { return true; })};
  const auto first = wait(w.system(), mixed, troupe::classic::first_completed);
  EXPECT_EQ(first.done, (std::vector{mixed[1]}));
  EXPECT_EQ(first.not_done, (std::vector{mixed[0]}));
  const auto late = wait(w.system(), mixed, troupe::classic::all_completed, 1ms);
  EXPECT_EQ(late.not_done, (std::vector{mixed[0]}));
  go.set();
  EXPECT_EQ(wait(w.system(), mixed).done.size(), 2U);
}

SCENARIO(Future, WhoeverWaitsIsToldWhenTheSystemEnds) {
  if (real) return;  // there a task that runs is waited for
  thread_pool_executor pool(w.system(), 1);
  auto never = pool.submit([] { return 1; });
  w.shutdown(1s);
  const wait_errc end = code_thrown_by([&] { static_cast<void>(never.result()); });
  EXPECT_TRUE(end == wait_errc::ok || end == wait_errc::closed || end == wait_errc::cancelled)
      << to_string(end);
}

SCENARIO_ON_THREADS(Executor, ManyThreadsSubmitAndEachTaskRunsOnce) {
  thread_pool_executor pool(w.system(), 3);
  constexpr int submitters = 16;
  constexpr int each = 100;
  std::vector<std::atomic<int>> runs(submitters * each);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < submitters; ++t)
      threads.emplace_back([&, t] {
        std::vector<future<int>> mine;
        for (int i = 0; i < each; ++i)
          mine.push_back(pool.submit([&runs, n = t * each + i] {
            runs[static_cast<std::size_t>(n)].fetch_add(1, std::memory_order_relaxed);
            return n;
          }));
        for (int i = 0; i < each; ++i)
          EXPECT_EQ(mine[static_cast<std::size_t>(i)].result(), t * each + i);
      });
  }
  for (const auto& r : runs) EXPECT_EQ(r.load(std::memory_order_relaxed), 1);
}

SCENARIO_ON_THREADS(Executor, IdleThreadsAreUsedAgain) {
  thread_pool_executor pool(w.system(), 8);
  std::atomic<int> begun{0};
  thread_pool_executor counted(
      w.system(), 8, {.initializer = [&begun] { begun.fetch_add(1, std::memory_order_relaxed); }});
  for (int i = 0; i < 50; ++i) EXPECT_EQ(counted.submit([i] { return i; }).result(), i);
  EXPECT_LE(begun.load(std::memory_order_relaxed), 8);
}

}  // namespace
