// one_cpu_test.cpp: a process that may use one CPU only (fault 42).
//
//   Kind     stress. What is said of spinning is counted in looks, not in time.
#include "../lives.hpp"
#include <troupe/actors/engine/scheduling/placement.hpp>

#include <functional>
#include <sched.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;

/// Runs `f` on a thread that may use one CPU; what it starts inherits that.
void on_one_cpu(const std::function<void()>& f) {
  std::thread([&] {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(troupe::detail::allowed_cpus().front()), &set);
    ASSERT_EQ(sched_setaffinity(0, sizeof(set), &set), 0);
    f();
  }).join();
}

int exit_code_of(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, argv.data(), environ) != 0) return -1;
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -2;
  return WEXITSTATUS(status);
}

TEST(OneCpu, Fault42_TheScenariosPassInAProcessThatHasOneOnly) {
  on_one_cpu([] {
    EXPECT_EQ(
        exit_code_of({"one_cpu", "--gtest_brief=1",
                      "--gtest_filter=Ask.*:Children.*:Chain.*:Send.*:Blocking.*:OwnThread.*"}),
        0);
  });
}

TEST(OneCpu, Fault42_ThePlacementSaysThatItIsDegraded) {
  on_one_cpu([] {
    troupe::actor_system sys({.log = false});
    ASSERT_EQ(sys.workers().size(), 1U);
    const std::string text = sys.placement();
    EXPECT_NE(text.find("degraded: a single CPU"), std::string::npos) << text;
  });
}

/// A worker that finds nothing looks `looks_max` times at the queues of others, then it parks.
void expect_few_looks(troupe::actor_system& sys, std::uint64_t looks_max) {
  const auto workers = sys.workers().size();
  const auto a = sys.spawn<mortal>(make_journal(), "a");
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(a.ask<echo>(i).get(), i);
  ASSERT_TRUE(sys.drain());  // all have parked
  const auto c = sys.counters();
  EXPECT_GE(c.parked, workers);
  EXPECT_LE(c.searched, looks_max * (c.parked + c.turns + workers));
}

TEST(OneCpu, Fault42_NobodySpins) {
  on_one_cpu([] {
    for (const int workers : {1, 2, 4}) {
      troupe::actor_system sys({.workers = workers, .log = false});
      expect_few_looks(sys, 1);
    }
  });
}

TEST(OneCpu, Fault42_WithSeveralASpinIsBoundedToo) {
  troupe::actor_system sys({.log = false});
  expect_few_looks(sys, 250);
}

}  // namespace
