// threads_test.cpp: thread, timer and local.
#include "../coroutines/players.hpp"
#include <troupe/actors/classic/prelude.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace cast;
using namespace std::chrono_literals;
namespace classic = troupe::classic;
using classic::active_count;
using classic::enumerate;
using classic::wait_errc;
using classic::wait_failed;

template <class F>
wait_errc code_thrown_by(F f) {
  try {
    f();
  } catch (const wait_failed& e) {
    return e.code();
  }
  return wait_errc::ok;
}

SCENARIO(Thread, RunsItsFunctionBetweenStartAndJoin) {
  std::atomic<int> sum{0};
  classic::thread t(w.system(), {.name = "adder"}, [&sum](int a, int b) { sum = a + b; }, 3, 4);
  EXPECT_EQ(sum.load(std::memory_order_relaxed), 0);
  EXPECT_FALSE(t.is_alive());
  EXPECT_EQ(t.name(), "adder");
  EXPECT_FALSE(t.daemon());
  t.start();
  EXPECT_EQ(t.join(), wait_errc::ok);
  EXPECT_EQ(sum.load(std::memory_order_relaxed), 7);
  EXPECT_FALSE(t.is_alive());
  EXPECT_EQ(t.join(), wait_errc::ok) << "as often as one likes";
}

SCENARIO(Thread, StartingTwiceAndJoiningBeforeTheStartAreErrors) {
  classic::thread t(w.system(), [] {});
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(t.join()); }), wait_errc::not_started);
  t.start();
  EXPECT_EQ(code_thrown_by([&] { t.start(); }), wait_errc::started_before);
  EXPECT_EQ(t.join(-1ms), wait_errc::negative_timeout);
  EXPECT_EQ(t.join(), wait_errc::ok);
  EXPECT_EQ(code_thrown_by([&] { t.start(); }), wait_errc::started_before) << "ended or not";
}

SCENARIO(Thread, AnExceptionEndsItAndNothingElse) {
  classic::thread t(w.system(), [] { throw std::runtime_error("oh"); });
  t.start();
  EXPECT_EQ(t.join(), wait_errc::ok);
  EXPECT_FALSE(t.is_alive());
}

SCENARIO(Thread, NamesAreNumberedUnlessGiven) {
  const classic::thread a(w.system(), [] {});
  const classic::thread b(w.system(), [] {});
  EXPECT_EQ(a.name().substr(0, 7), "thread-");
  EXPECT_NE(a.name(), b.name());
}

SCENARIO_ON_THREADS(Thread, EnumerateListsThoseThatRun) {
  classic::event go(w.system());
  std::vector<classic::thread> all;
  for (int i = 0; i < 3; ++i)
    all.emplace_back(w.system(), classic::thread_options{.name = "n" + std::to_string(i)},
                     [&go] { static_cast<void>(go.wait()); });
  EXPECT_EQ(active_count(w.system()), 0U);
  for (auto& t : all) t.start();
  EXPECT_EQ(active_count(w.system()), 3U);
  std::vector<std::string> names;
  for (const auto& one : enumerate(w.system())) names.push_back(one.name);
  EXPECT_EQ(names, (std::vector<std::string>{"n0", "n1", "n2"}));
  go.set();
  for (auto& t : all) EXPECT_EQ(t.join(), wait_errc::ok);
  EXPECT_EQ(active_count(w.system()), 0U);
}

SCENARIO_ON_THREADS(Thread, JoiningItselfIsAnError) {
  std::atomic<wait_errc> seen{wait_errc::ok};
  std::atomic<classic::thread*> me{nullptr};
  classic::event known(w.system());
  classic::thread t(w.system(), [&] {
    static_cast<void>(known.wait());
    seen = code_thrown_by([&] { static_cast<void>(me.load(std::memory_order_relaxed)->join()); });
  });
  me = &t;
  t.start();
  known.set();
  EXPECT_EQ(t.join(), wait_errc::ok);
  EXPECT_EQ(seen.load(std::memory_order_relaxed), wait_errc::self_join);
}

SCENARIO_ON_THREADS(Thread, KnowsItsNameAndNumber) {
  std::string name;
  long ident = 0;
  classic::thread t(w.system(), {.name = "known"}, [&] {
    name = classic::current_thread().name;
    ident = classic::current_thread().ident;
  });
  t.start();
  static_cast<void>(t.join());
  EXPECT_EQ(name, "known");
  EXPECT_EQ(ident, t.ident());
  EXPECT_NE(ident, classic::current_thread().ident);
}

SCENARIO_ON_THREADS(Thread, ItsEndWaitsForItUnlessItIsADaemon) {
  classic::event go(w.system());
  classic::event over(w.system());
  std::atomic<bool> done{false};
  {
    classic::thread daemon(w.system(), {.daemon = true}, [&] {
      static_cast<void>(go.wait());
      over.set();
    });
    daemon.start();
    classic::thread t(w.system(), [&done] { done = true; });
    t.start();
  }
  EXPECT_TRUE(done.load(std::memory_order_relaxed));
  EXPECT_FALSE(over.is_set());
  go.set();
  EXPECT_TRUE(over.wait());
}

// --- timers

SCENARIO(Timer, CallsOnceAfterItsTime) {
  std::atomic<int> calls{0};
  classic::event called(w.system());
  classic::timer t(w.system(), 5ms, [&] {
    calls.fetch_add(1, std::memory_order_relaxed);
    called.set();
  });
  EXPECT_FALSE(t.is_pending());
  const auto before = w.system().now();
  t.start();
  EXPECT_TRUE(called.wait());
  EXPECT_GE(w.system().now() - before, 5ms);
  EXPECT_FALSE(t.is_pending());
  EXPECT_FALSE(t.cancel()) << "it was called";
  w.advance(1h);
  w.settle();
  EXPECT_EQ(calls.load(std::memory_order_relaxed), 1);
}

SCENARIO(Timer, CancelledBeforeItFiresItNeverDoes) {
  std::atomic<int> calls{0};
  classic::timer t(w.system(), 1h, [&calls] { calls.fetch_add(1, std::memory_order_relaxed); });
  t.start();
  EXPECT_TRUE(t.is_pending());
  EXPECT_TRUE(t.cancel());
  EXPECT_FALSE(t.cancel());
  EXPECT_FALSE(t.is_pending());
  w.advance(2h);
  if (!real) w.settle();
  EXPECT_EQ(calls.load(std::memory_order_relaxed), 0);
}

SCENARIO(Timer, StartsOnceAndInTheFuture) {
  classic::timer t(w.system(), 1h, [] {});
  t.start();
  EXPECT_EQ(code_thrown_by([&] { t.start(); }), wait_errc::started_before);
  t.cancel();
  classic::timer past(w.system(), -1ms, [] {});
  EXPECT_EQ(code_thrown_by([&] { past.start(); }), wait_errc::negative_timeout);
}

SCENARIO_ON_SEEDS(Timer, ThoseOfOneTimeFireInTheOrderOfTheirStart) {
  std::vector<std::unique_ptr<classic::timer>> all;
  std::vector<int> seen;
  troupe::classic::event last(w.system());
  for (int i = 0; i < 5; ++i)
    all.push_back(
        std::make_unique<classic::timer>(w.system(), 1ms, [&seen, i] { seen.push_back(i); }));
  for (auto& t : all) {
    t->start();
    w.settle();
  }
  w.advance(1ms);
  std::vector<int> sorted = seen;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, (std::vector<int>{0, 1, 2, 3, 4}));
}

// --- locals

TEST(Local, IsOnePerThread) {
  classic::local<int> value([] { return 7; });
  *value = 8;
  int of_another = 0;
  std::jthread([&] { of_another = value.get(); }).join();
  EXPECT_EQ(of_another, 7);
  EXPECT_EQ(*value, 8);
}

SCENARIO(Local, IsOnePerActorWhicheverThreadRunsIt) {
  classic::local<int> value;
  *value = 100;
  stage_of_one a(w);
  stage_of_one b(w);
  for (int i = 0; i < 3; ++i)
    for (stage_of_one* const s : {&a, &b})
      s->p.tell<play>([&value](player& me) -> task<> {
        ++*value;
        me.say(std::to_string(*value));
        co_return;
      });
  w.settle();
  EXPECT_EQ(a.text(), "1 2 3");
  EXPECT_EQ(b.text(), "1 2 3");
  EXPECT_EQ(*value, 100);
}

SCENARIO(Local, EndsWithItsActorAndWithItsThread) {
  auto j = make_journal();
  classic::local<std::shared_ptr<trace>> value([] { return std::shared_ptr<trace>(); });
  {
    stage_of_one s(w);
    s.p.tell<play>([&value, j](player&) -> task<> {
      *value = std::make_shared<trace>(j, "of-actor");
      co_return;
    });
    w.settle();
    EXPECT_EQ(j->text(), "");
    s.p.kill();
    until(w, [&] { return j->text() == "of-actor"; });
  }
  std::jthread([&] { *value = std::make_shared<trace>(j, "of-thread"); }).join();
  EXPECT_EQ(j->text(), "of-actor of-thread");
}

}  // namespace
