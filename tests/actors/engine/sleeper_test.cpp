// sleeper_test.cpp: how a worker sleeps, and who may look at its reactor.
#include <troupe/actors/engine/scheduling/sleeper.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace {

using troupe::time_point;
using troupe::detail::sleeper;

TEST(Sleeper, W1_AWakeBeforeTheSleepEndsItAtOnce) {
  sleeper s;
  s.own();
  for (int i = 0; i < 100; ++i) {
    s.wake();
    s.sleep(time_point::max());
  }
}

TEST(Sleeper, SleepsUntilItsDeadlineAndNotInSteps) {
  sleeper s;
  s.own();
  for (int round = 0; round < 20; ++round) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(round % 4);
    int naps = 0;
    for (; std::chrono::steady_clock::now() < deadline; ++naps) s.sleep(deadline);
    EXPECT_LE(naps, 2) << "an alarm of before, then its own";
    s.sleep(deadline);  // has passed
  }
}

TEST(Sleeper, AnAlarmOfBeforeDoesNotHideAnEarlierOne) {
  sleeper s;
  s.own();
  s.wake();
  s.sleep(std::chrono::steady_clock::now() + std::chrono::hours(1));
  std::thread rings([&] { s.wake(); });
  s.sleep(std::chrono::steady_clock::now() + std::chrono::hours(1));
  rings.join();
  const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(2);
  while (std::chrono::steady_clock::now() < soon) s.sleep(soon);
}

TEST(Sleeper, IsWokenFromAnotherThread) {
  sleeper s;
  std::atomic<int> woken{0};
  constexpr int rounds = 200;
  std::thread worker([&] {
    s.own();
    while (woken.load(std::memory_order_acquire) < rounds) {
      s.sleep(time_point::max());
      woken.fetch_add(1, std::memory_order_release);
      woken.notify_one();
    }
  });
  for (int seen = 0; seen < rounds; seen = woken.load(std::memory_order_acquire)) {
    s.wake();
    woken.wait(seen, std::memory_order_acquire);
  }
  worker.join();
}

TEST(Sleeper, LooksAtItsReactorOnlyIfSomethingIsExpected) {
  sleeper s;
  s.own();
  bool ran = false;
  asio::post(s.io(), [&] { ran = true; });
  s.poll();
  EXPECT_FALSE(ran);
  s.expect_one();
  s.poll();
  EXPECT_TRUE(ran);
  s.expect_one_less();
}

TEST(Sleeper, W2_WhoeverElseLooksRunsWhatIsReadyAndLeavesTheBell) {
  sleeper s;
  s.own();
  s.expect_one();
  for (int round = 0; round < 100; ++round) {
    std::thread::id ran_on;
    asio::post(s.io(), [&] { ran_on = std::this_thread::get_id(); });
    s.wake();
    std::thread other([&] {
      s.poll();
      EXPECT_EQ(ran_on, std::this_thread::get_id());
    });
    other.join();
    s.sleep(time_point::max());  // the bell that was rung before
    // And one that is rung now, with the eventfd as the others have left it.
    std::thread rings([&] { s.wake(); });
    s.sleep(time_point::max());
    rings.join();
  }
  s.expect_one_less();
}

TEST(Sleeper, IsNotKeptAsleepByOnesWhoPollWhileItIsRung) {
  sleeper s;
  s.expect_one();
  constexpr int rounds = 2'000;
  std::atomic<bool> stop{false};
  std::thread polls([&] {
    while (!stop.load(std::memory_order_relaxed)) s.poll();
  });
  std::atomic<int> slept{0};
  std::thread worker([&] {
    s.own();
    for (int i = 0; i < rounds; ++i) {
      s.sleep(time_point::max());
      slept.store(i + 1, std::memory_order_release);
      slept.notify_one();
    }
  });
  for (int seen = 0; seen < rounds; seen = slept.load(std::memory_order_acquire)) {
    s.wake();
    slept.wait(seen, std::memory_order_acquire);
  }
  worker.join();
  stop.store(true, std::memory_order_relaxed);
  polls.join();
  s.expect_one_less();
}

}  // namespace
