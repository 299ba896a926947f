// home_test.cpp: actors that are bound to one worker, on real threads.
#include <troupe/actors/prelude.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <pthread.h>
#include <string>
#include <vector>

namespace {

std::string this_thread() {
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  return name;
}

struct where {
  using reply = std::string;
};
struct work {};
struct misplaced {
  using reply = int;
};

/// Counts the turns that it had elsewhere.
class settled : public troupe::actor<settled> {
public:
  explicit settled(int home) : home_("troupe-" + std::to_string(home)) {}
  std::string on(where) { return look(); }
  void on(work) { look(); }
  int on(misplaced) const { return misplaced_; }

protected:
  void on_start() { look(); }

private:
  friend troupe::handler_access;
  std::string look() {
    std::string here = this_thread();
    if (here != home_) ++misplaced_;
    return here;
  }
  std::string home_;
  int misplaced_ = 0;
};

/// Wakes its neighbours from wherever it happens to run.
class pusher : public troupe::actor<pusher> {
public:
  explicit pusher(std::vector<troupe::ref<settled>> to) : to_(std::move(to)) {}
  void on(work) {
    for (const auto& a : to_) a.tell(work{});
  }

private:
  std::vector<troupe::ref<settled>> to_;
};

TEST(Home, EveryTurnIsOnTheWorkerThatWasNamed) {
  troupe::actor_system sys({.workers = 3});
  std::vector<troupe::ref<settled>> all;
  for (int i = 0; i < 9; ++i) all.push_back(sys.spawn<settled>({.home = i % 3}, i % 3));
  for (int round = 0; round < 200; ++round)
    for (std::size_t i = 0; i < all.size(); ++i)
      ASSERT_EQ(all[i].ask(where{}).get(), "troupe-" + std::to_string(i % 3));
  for (const auto& a : all) EXPECT_EQ(a.ask(misplaced{}).get(), 0);
}

TEST(Home, WhoeverWakesThemTheyRunAtHome) {
  troupe::actor_system sys({.workers = 3});
  std::vector<troupe::ref<settled>> bound;
  for (int i = 0; i < 6; ++i) bound.push_back(sys.spawn<settled>({.home = i % 3}, i % 3));
  std::vector<troupe::ref<pusher>> free;
  for (int i = 0; i < 4; ++i) free.push_back(sys.spawn<pusher>(bound));
  for (int round = 0; round < 2'000; ++round) free[static_cast<unsigned>(round) % 4].tell(work{});
  ASSERT_TRUE(sys.drain());
  for (const auto& a : bound) EXPECT_EQ(a.ask(misplaced{}).get(), 0);
}

/// Keeps its worker until it is released.
class blocker : public troupe::actor<blocker> {
public:
  blocker(std::atomic<bool>& entered, std::atomic<bool>& release)
      : entered_(entered), release_(release) {}
  void on(work) {
    entered_.store(true, std::memory_order_release);
    entered_.notify_all();
    release_.wait(false, std::memory_order_acquire);
  }

private:
  std::atomic<bool>& entered_;
  std::atomic<bool>& release_;
};

TEST(Home, NobodyElseRunsThemWhileTheirWorkerIsBusy) {
  std::atomic<bool> entered{false};
  std::atomic<bool> release{false};
  troupe::actor_system sys({.workers = 2});
  const auto b = sys.spawn<blocker>({.home = 1}, entered, release);
  const auto a = sys.spawn<settled>({.home = 1}, 1);
  const auto elsewhere = sys.spawn<settled>({.home = 0}, 0);
  b.tell(work{});
  entered.wait(false, std::memory_order_acquire);
  for (int i = 0; i < 100; ++i) a.tell(work{});
  for (int i = 0; i < 100; ++i) ASSERT_EQ(elsewhere.ask(where{}).get(), "troupe-0");
  release.store(true, std::memory_order_release);
  release.notify_all();
  EXPECT_EQ(a.ask(misplaced{}).get(), 0);
}

/// Tells itself to go on.
class restless : public troupe::actor<restless> {
public:
  explicit restless(int rounds) : left_(rounds) {}
  void on(work) {
    if (--left_ > 0) self().tell(work{});
  }

private:
  int left_;
};

TEST(Home, TheyTakeTurnsWithTheOthersOfTheirWorker) {
  troupe::actor_system sys({.workers = 1});
  std::vector<troupe::ref<restless>> crowd;
  for (int i = 0; i < 8; ++i) {
    crowd.push_back(sys.spawn<restless>(
        i % 2 == 0 ? troupe::spawn_options{.home = 0} : troupe::spawn_options{}, 20'000));
    crowd.back().tell(work{});
  }
  // Both kinds answer while the other kind is busy.
  EXPECT_EQ(sys.spawn<settled>({.home = 0}, 0).ask(where{}).get(), "troupe-0");
  EXPECT_EQ(sys.spawn<settled>(0).ask(where{}).get(), "troupe-0");
  ASSERT_TRUE(sys.drain());
}

TEST(Home, WhatIsBoundEndsWithItsSystem) {
  troupe::ref<settled> kept;
  {
    troupe::actor_system sys({.workers = 2});
    kept = sys.spawn<settled>({.home = 1}, 1);
    for (int i = 0; i < 1'000; ++i) kept.tell(work{});
    EXPECT_TRUE(sys.shutdown(std::chrono::seconds(60)).clean());
  }
  kept.tell(work{});  // a dead letter
}

TEST(Home, AWorkerThatDoesNotExistIsRefusedByNumberAndRange) {
  troupe::actor_system sys({.workers = 2});
  for (const int wrong : {-2, 2, 1'000'000}) try {
      (void)sys.spawn<settled>({.home = wrong}, 0);
      ADD_FAILURE() << wrong;
    } catch (const troupe::bad_option& e) {
      const std::string text = e.what();
      EXPECT_NE(text.find("home is " + std::to_string(wrong)), std::string::npos) << text;
      EXPECT_NE(text.find("0 to 1"), std::string::npos) << text;
    }
  EXPECT_EQ(sys.counters().spawned, 0U);
}

}  // namespace
