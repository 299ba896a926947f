// fork_test.cpp: a process that is forked without exec has an inert runtime (fault 19).
//
//   Kind     stress: what is forked are processes with threads, whose locks may be held.
#include "../lives.hpp"
#include "process.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TROUPE_TSAN
#endif
#endif

namespace {

using namespace scenario;
using namespace std::chrono_literals;

constexpr int returned_from_a_turn = 70;

/// The exit code of a child that calls `f`; one that hangs is ended by SIGALRM, and is below 0.
int exit_code_of_child(const std::function<int()>& f) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    _exit(f());
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return -1000;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// 0: each call in the child has done nothing, or has given a named error; else which has not.
int try_everything(std::unique_ptr<troupe::actor_system>& sys, troupe::ref<mortal>& a) {
  const auto j = make_journal();
  try {
    (void)sys->spawn<mortal>(j, "child");
    return 1;
  } catch (const troupe::system_forked& e) {
    if (std::string(e.what()).find("fork") == std::string::npos) return 2;
  }
  try {
    (void)sys->spawn<mortal>({.own_thread = true}, j, "child");
    return 3;
  } catch (const troupe::system_closed&) {}
  for (int i = 0; i < 100; ++i) a.tell<step>(i);
  step s{1};
  (void)a.try_tell(s);
  const auto r = a.try_ask<echo>(1).within(troupe::duration::max()).get();
  if (r || r.error() != troupe::ask_errc::down) return 4;
  if (r.error().text().find("fork") == std::string::npos) return 5;
  a.stop();
  a.kill();
  if (!sys->drain()) return 6;
  (void)sys->counters();
  (void)sys->snapshot(10);
  (void)sys->workers();
  (void)sys->own_threads();
  (void)sys->placement();
  if (!sys->shutdown(troupe::duration::max()).clean()) return 7;
  a = {};
  sys.reset();
  return j->lines().empty() ? 0 : 8;
}

struct more {};
/// Never rests.
class busy : public troupe::actor<busy> {
public:
  explicit busy(std::vector<troupe::ref<mortal>> others) : others_(std::move(others)) {}
  void on(more) {
    for (const auto& o : others_) o.tell<step>(1);
    (void)self().spawn<busy>(std::vector<troupe::ref<mortal>>{});
    self().after(1us, more{});
    self().tell<more>();
  }

private:
  std::vector<troupe::ref<mortal>> others_;
};

TEST(Fork, Fault19_InTheChildEveryCallIsANamedErrorOrDoesNothing) {
  auto sys =
      std::make_unique<troupe::actor_system>(troupe::system_options{.workers = 2, .log = false});
  const auto j = make_journal();
  auto a = sys->spawn<mortal>(j, "a");
  EXPECT_EQ(exit_code_of_child([&] { return try_everything(sys, a); }), 0);
  EXPECT_EQ(a.ask<echo>(1).get(), 1) << "the parent goes on";
}

TEST(Fork, Fault19_WhateverLocksAreHeldAtThatMoment) {
  auto sys =
      std::make_unique<troupe::actor_system>(troupe::system_options{.workers = 4, .log = false});
  std::vector<troupe::ref<mortal>> others;
  for (int i = 0; i < 4; ++i)
    others.push_back(sys->spawn<mortal>({.own_thread = i % 2 == 0}, make_journal(), "o"));
  const auto b = sys->spawn<busy>(others);
  b.tell<more>();
  auto a = sys->spawn<mortal>(make_journal(), "a");
  for (int round = 0; round < 100; ++round) {
    ASSERT_EQ(exit_code_of_child([&] { return try_everything(sys, a); }), 0) << "round " << round;
    ASSERT_EQ(a.ask<echo>(round).get(), round) << "the parent goes on";
  }
  b.kill();
  for (const auto& o : others) o.kill();
  EXPECT_TRUE(sys->shutdown(60s).clean());
}

struct fork_and_return {
  using reply = int;
};
struct fork_and_use {
  using reply = int;
};
struct fork_elsewhere {
  using reply = int;
};
/// Forks in its handlers.
class forker : public troupe::actor<forker> {
public:
  int on(fork_and_return) {
    const pid_t child = fork();
    return child == 0 ? 0 : exit_code(child);
  }
  int on(fork_and_use) {
    return exit_code_of_child([this] {
      self().tell<step>(1);
      try {
        (void)self().spawn<mortal>(make_journal(), "child");
        return 1;
      } catch (const troupe::system_forked&) {}
      self().after(1h, step{1});
      return 0;
    });
  }
  troupe::task<int> on(fork_elsewhere) {
    co_return co_await troupe::blocking([] {
      const pid_t child = fork();
      return child == 0 ? 0 : exit_code(child);
    });
  }
  void on(step) {}

private:
  static int exit_code(pid_t child) {
    int status = 0;
    if (waitpid(child, &status, 0) != child) return -1000;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
};

TEST(Fork, Fault19_AHandlerThatReturnsInTheChildEndsTheChild) {
  troupe::actor_system sys({.workers = 2, .log = false});
  for (const bool own : {false, true}) {
    const auto f = sys.spawn<forker>({.own_thread = own});
    for (int i = 0; i < 300; ++i) f.tell<step>(i);  // which are not handled twice
    EXPECT_EQ(f.ask<fork_and_return>().get(), returned_from_a_turn);
    EXPECT_EQ(f.ask<fork_elsewhere>().get(), returned_from_a_turn);
    EXPECT_EQ(f.ask<fork_and_use>().get(), 0);
  }
}

TEST(Fork, Fault19_ANewSystemInTheChildWorks) {
#if defined(TROUPE_TSAN)
  GTEST_SKIP() << "the sanitizer forbids threads in a forked process";
#endif
  troupe::actor_system sys({.workers = 2, .log = false});
  // Its threads are asleep: the address sanitizer's allocator does not survive a fork while another
  // thread is in it.
  EXPECT_TRUE(sys.drain());
  EXPECT_EQ(exit_code_of_child([] {
              troupe::actor_system mine({.workers = 2, .log = false});
              const auto a = mine.spawn<mortal>(make_journal(), "a");
              return a.ask<echo>(7).get() == 7 && mine.shutdown(60s).clean() ? 0 : 1;
            }),
            0);
}

TEST(Fork, Fault19_AStageHasNoThreadsAndGoesOnInTheChild) {
  troupe::kit::stage stage(1);
  const auto a = stage.spawn<mortal>(make_journal(), "a");
  EXPECT_EQ(exit_code_of_child([&] { return a.ask<echo>(7).get() == 7 ? 0 : 1; }), 0);
}

}  // namespace
