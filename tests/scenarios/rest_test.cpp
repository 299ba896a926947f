// rest_test.cpp: a system with nothing to do does nothing.
//
//   Kind     stress: what is looked at are threads.
#include "lives.hpp"

#include <algorithm>
#include <cstdint>
#include <dirent.h>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;

std::set<std::string> threads_of_this_process() {
  std::set<std::string> all;
  DIR* const tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return all;
  while (const dirent* const entry = readdir(tasks))  // NOLINT: one thread reads
    if (entry->d_name[0] != '.') all.insert(entry->d_name);
  closedir(tasks);
  return all;
}

/// How often these threads have gone to sleep and been put back on a CPU.
std::uint64_t switches_of(const std::set<std::string>& threads) {
  std::uint64_t sum = 0;
  for (const std::string& t : threads) {
    std::ifstream in("/proc/self/task/" + t + "/status");
    for (std::string word; in >> word;)
      if (word == "voluntary_ctxt_switches:") {
        std::uint64_t n = 0;
        in >> n;
        sum += n;
      }
  }
  return sum;
}

struct seen {
  std::uint64_t parked, turns, woken, switches;
  bool operator==(const seen&) const = default;
};
seen look_at(troupe::actor_system& sys, const std::set<std::string>& threads) {
  const auto c = sys.counters();
  return {c.parked, c.turns, c.woken, switches_of(threads)};
}

/// Something that takes a while, in another system: so much traffic with its worker.
void let_others_work() {
  troupe::actor_system other({.workers = 1, .log = false});
  const auto a = other.spawn<mortal>(make_journal(), "busy");
  for (int i = 0; i < 3000; ++i) static_cast<void>(a.ask<echo>(i).get());
}

/// A thread that wakes up of itself every now and then is seen in some period; ten are quiet.
void expect_rest(troupe::actor_system& sys, const std::set<std::string>& threads) {
  constexpr int periods = 10;
  int quiet = 0;
  for (int tries = 0; tries < 5 * periods && quiet < periods; ++tries) {
    const seen before = look_at(sys, threads);
    let_others_work();
    quiet = look_at(sys, threads) == before ? quiet + 1 : 0;
  }
  EXPECT_EQ(quiet, periods) << "its workers wake up though nobody needs them";
}

TEST(Rest, ASystemThatHasDrainedSleepsAndWakesForNothing) {
  std::thread([] {}).join();  // a sanitizer starts one of its own with the first
  const auto before = threads_of_this_process();
  troupe::actor_system sys({.workers = 4, .log = false});
  std::set<std::string> workers;
  for (const std::string& t : threads_of_this_process())
    if (!before.contains(t)) workers.insert(t);
  EXPECT_GE(workers.size(), 4U);
  std::vector<troupe::ref<mortal>> all;
  for (int i = 0; i < 100; ++i) all.push_back(sys.spawn<mortal>(make_journal(), "a"));
  for (const auto& a : all) a.tell<step>(1);
  ASSERT_TRUE(sys.drain());
  expect_rest(sys, workers);
  EXPECT_EQ(all[50].ask<echo>(3).get(), 3) << "and wakes when needed";
}

/// The names of the threads that are not among `before`. A thread names itself when it first runs.
std::multiset<std::string> names_of_others(const std::set<std::string>& before) {
  std::multiset<std::string> names;
  for (const std::string& t : threads_of_this_process()) {
    if (before.contains(t)) continue;
    std::string name;
    std::getline(std::ifstream("/proc/self/task/" + t + "/comm") >> std::ws, name);
    names.insert(name);
  }
  return names;
}

bool all_of_troupe(const std::multiset<std::string>& names) {
  return std::all_of(names.begin(), names.end(),
                     [](const std::string& n) { return n.rfind("troupe-", 0) == 0; });
}

TEST(Rest, TheThreadsOfASystemAreNamedAndEndWithIt) {
  std::thread([] {}).join();  // a sanitizer starts one of its own with the first
  const auto before = threads_of_this_process();
  {
    troupe::actor_system sys({.workers = 3, .log = false});
    while (!all_of_troupe(names_of_others(before))) std::this_thread::yield();
    const auto names = names_of_others(before);
    for (const char* const worker : {"troupe-0", "troupe-1", "troupe-2"})
      EXPECT_EQ(names.count(worker), 1U) << worker;
  }
  // The kernel lists a thread a moment longer than join() waits for it.
  while (threads_of_this_process() != before) std::this_thread::yield();
  EXPECT_TRUE(names_of_others(before).empty());
}

}  // namespace
