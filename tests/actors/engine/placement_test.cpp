// placement_test.cpp: which worker sits on which CPU.
#include <troupe/actors/engine/scheduling/placement.hpp>

#include <troupe/actors/prelude.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sched.h>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {

using troupe::actor_system;
using troupe::detail::allowed_cpus;
using troupe::detail::choose_placement;

struct cpus_of_worker {
  using reply = std::vector<int>;
};
class inspector : public troupe::actor<inspector> {
public:
  std::vector<int> on(cpus_of_worker) const { return allowed_cpus(); }
};

/// Runs `f` on a thread that may use only these CPUs; what it starts inherits that.
void on_cpus(const std::vector<int>& cpus, const std::function<void()>& f) {
  std::thread([&] {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
    ASSERT_EQ(sched_setaffinity(0, sizeof(set), &set), 0);
    f();
  }).join();
}

TEST(Placement, AllowedCpusAreDistinctAndThoseOfTheMask) {
  const auto all = allowed_cpus();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(std::set<int>(all.begin(), all.end()).size(), all.size());
  for (const int cpu : all) on_cpus({cpu}, [&] { EXPECT_EQ(allowed_cpus(), std::vector{cpu}); });
}

TEST(Placement, TakesTheCpusThatAreNamed) {
  const int last = allowed_cpus().back();
  const auto p = choose_placement({.cpus = {last, last}});
  EXPECT_EQ(p.cpus, (std::vector{last, last}));
  EXPECT_FALSE(p.reason.empty());
  actor_system sys({.cpus = {last}});
  EXPECT_EQ(sys.spawn<inspector>().ask(cpus_of_worker{}).get(), std::vector{last});
  ASSERT_TRUE(sys.drain());
  EXPECT_EQ(sys.workers()[0].cpu, last);
  EXPECT_TRUE(sys.workers()[0].pinned);
}

TEST(Placement, PinsOneWorkerToEachCpuAndASecondSystemToNone) {
  const std::size_t cpus = allowed_cpus().size();
  if (troupe::detail::cpu_quota() > 0) GTEST_SKIP() << "a CPU quota is in force";
  const actor_system first;
  ASSERT_EQ(first.workers().size(), cpus);
  std::set<int> taken;
  for (const auto& w : first.workers()) taken.insert(w.cpu);
  EXPECT_EQ(taken.size(), cpus);
  EXPECT_FALSE(taken.contains(-1));
  const actor_system second;
  for (const auto& w : second.workers()) EXPECT_EQ(w.cpu, -1) << "two would share its core";
}

TEST(Placement, TheCoresAreFreeAgainWhenTheirSystemHasEnded) {
  if (troupe::detail::cpu_quota() > 0) GTEST_SKIP() << "a CPU quota is in force";
  for (int i = 0; i < 3; ++i) {
    const actor_system sys;
    for (const auto& w : sys.workers()) EXPECT_GE(w.cpu, 0);
  }
}

TEST(Placement, FewerWorkersThanCpusOrNoPinAreLeftToTheOperatingSystem) {
  const auto more = static_cast<int>(allowed_cpus().size()) + 1;
  for (const troupe::system_options& o :
       {troupe::system_options{.workers = more}, troupe::system_options{.pin = false}}) {
    const auto p = choose_placement(o);
    for (const int cpu : p.cpus) EXPECT_EQ(cpu, -1);
    EXPECT_FALSE(p.owns_cores);
  }
  EXPECT_FALSE(choose_placement({.workers = more}).may_spin) << "more workers than CPUs";
}

TEST(Placement, OneCpuIsEnough) {
  const int only = allowed_cpus().front();
  on_cpus({only}, [&] {
    actor_system sys;
    ASSERT_EQ(sys.workers().size(), 1U);
    const auto a = sys.spawn<inspector>();
    for (int i = 0; i < 100; ++i) ASSERT_EQ(a.ask(cpus_of_worker{}).get(), std::vector{only});
    EXPECT_FALSE(choose_placement({}).may_spin) << "spinning would keep others from the CPU";
  });
}

TEST(Placement, ManyWorkersOnOneCpuWorkToo) {
  on_cpus({allowed_cpus().front()}, [] {
    actor_system sys({.workers = 8});
    std::vector<troupe::ref<inspector>> all;
    for (int i = 0; i < 50; ++i) all.push_back(sys.spawn<inspector>());
    for (const auto& a : all) ASSERT_EQ(a.ask(cpus_of_worker{}).get().size(), 1U);
  });
}

TEST(Placement, TheTextHasALinePerWorkerAndSaysHowItWasChosen) {
  const int cpu = allowed_cpus().front();
  const actor_system sys({.cpus = {cpu, cpu}});
  const std::string text = sys.placement();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
  EXPECT_NE(text.find("system_options.cpus"), std::string::npos) << text;
  for (const char* const w : {"worker 0", "worker 1"})
    EXPECT_NE(text.find(w + std::string(": CPU ") + std::to_string(cpu)), std::string::npos)
        << text;
  const actor_system loose({.workers = 3, .pin = false});
  EXPECT_NE(loose.placement().find("pin is false"), std::string::npos) << loose.placement();
}

}  // namespace
