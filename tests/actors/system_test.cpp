// system_test.cpp: how a system is built, and what it says of itself.
#include <troupe/actors/system.hpp>

#include <troupe/actors/prelude.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <type_traits>
#include <unistd.h>

namespace {

using troupe::actor_system;
using troupe::bad_option;

static_assert(!std::is_copy_constructible_v<actor_system>);
static_assert(!std::is_move_constructible_v<actor_system>);
static_assert(!std::is_convertible_v<troupe::system_options, actor_system>);

struct where_am_i {
  using reply = pid_t;
};
class finder : public troupe::actor<finder> {
public:
  pid_t on(where_am_i) const { return gettid(); }
};

TEST(System, HasAsManyWorkersAsItIsTold) {
  for (const int n : {1, 2, 3, 7}) {
    const actor_system sys({.workers = n});
    const auto all = sys.workers();
    ASSERT_EQ(all.size(), static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)].number, i);
  }
}

TEST(System, RunsItsActorsOnItsWorkersOnly) {
  actor_system sys({.workers = 2});
  EXPECT_NE(sys.spawn<finder>().ask(where_am_i{}).get(), gettid());
}

/// What the constructor says of options that cannot be had.
std::string refusal(const troupe::system_options& options) {
  try {
    const actor_system sys(options);
    return "accepted";
  } catch (const bad_option& e) {
    return e.what();
  }
}

void expect_names(const std::string& said, const std::string& field, const std::string& value) {
  EXPECT_NE(said.find(field), std::string::npos) << said;
  EXPECT_NE(said.find(value), std::string::npos) << said;
}

TEST(System, ABadNumberOfWorkersIsRefusedByFieldAndValue) {
  expect_names(refusal({.workers = -3}), "workers", "-3");
  expect_names(refusal({.workers = 1'000'000}), "workers", "1000000");
}

TEST(System, BadCpusAreRefusedByFieldAndValue) {
  expect_names(refusal({.cpus = {-1}}), "cpus", "-1");
  expect_names(refusal({.cpus = {100'000}}), "cpus", "100000");
  expect_names(refusal({.workers = 2, .cpus = {0, 0, 0}}), "cpus", "3");
  expect_names(refusal({.workers = 2, .cpus = {0, 0, 0}}), "workers", "2");
}

TEST(System, ARefusedOneLeavesNothingBehind) {
  for (int i = 0; i < 20; ++i) EXPECT_NE(refusal({.cpus = {-1}}), "accepted");
  actor_system sys;
  EXPECT_NE(sys.spawn<finder>().ask(where_am_i{}).get(), 0);
}

TEST(System, ItsCountersBeginAtZero) {
  const actor_system sys({.workers = 2});
  const auto c = sys.counters();
  EXPECT_EQ(c.spawned + c.ended + c.failed + c.messages + c.asked + c.settled + c.cells_made +
                c.cells_freed + c.dead_letters() + c.turns,
            0U);
}

TEST(System, ItsCountersAreTheSumOfItsWorkersWhenOnlyTheyAct) {
  actor_system sys({.workers = 3});
  {
    const auto a = sys.spawn<finder>();
    for (int i = 0; i < 50; ++i) static_cast<void>(a.ask(where_am_i{}).get());
  }
  ASSERT_TRUE(sys.drain());
  std::uint64_t turns = 0;
  for (const auto& w : sys.workers()) turns += w.counted.turns;
  EXPECT_EQ(sys.counters().turns, turns);
  EXPECT_GT(turns, 0U);
}

TEST(System, ItsClockDoesNotGoBack) {
  const actor_system sys({.workers = 1});
  auto last = sys.now();
  for (int i = 0; i < 1000; ++i) {
    const auto now = sys.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

enum verdict : int {
  as_promised = 0,
  no_limit = 1,
  wrong_exception = 2,
  threads_left = 3,
  broken = 4
};

/// In a process of its own that may have three threads.
int start_under_a_limit() {
  constexpr uid_t nobody = 65534;
  if (getuid() == 0 && (setgid(nobody) != 0 || setuid(nobody) != 0)) return no_limit;
  const rlimit few{3, 3};
  if (setrlimit(RLIMIT_NPROC, &few) != 0) return no_limit;
  try {
    const actor_system sys({.workers = 64});
    return no_limit;
  } catch (const std::system_error&) {
  } catch (...) {
    return wrong_exception;
  }
  try {
    actor_system sys({.workers = 1});
    return sys.spawn<finder>().ask(where_am_i{}).get() != 0 ? as_promised : broken;
  } catch (const std::system_error&) {
    return threads_left;
  }
}

TEST(System, ThreadsThatCannotBeStartedAreASystemErrorAndLeaveNone) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer needs threads of its own";
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
  GTEST_SKIP() << "the sanitizer needs threads of its own";
#endif
#endif
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(start_under_a_limit());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  if (WEXITSTATUS(status) == no_limit) GTEST_SKIP() << "this system does not limit threads here";
  EXPECT_EQ(WEXITSTATUS(status), as_promised);
}

}  // namespace
