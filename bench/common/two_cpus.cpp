// two_cpus.cpp: the affinity mask, and /sys/devices/system/cpu for what shares a core.
#include "two_cpus.hpp"

#include "row_program.hpp"

#include <fstream>
#include <sched.h>
#include <string>

namespace bench {
namespace {

std::string core_of(int cpu) {
  std::ifstream in("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                   "/topology/thread_siblings_list");
  std::string siblings;
  return std::getline(in, siblings) ? siblings : std::to_string(cpu);
}

}  // namespace

std::vector<int> two_cpus() {
  cpu_set_t allowed;
  require(sched_getaffinity(0, sizeof allowed, &allowed) == 0, "sched_getaffinity failed");
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &allowed)) cpus.push_back(cpu);
  require(cpus.size() >= 2, "this row needs two CPUs");
  for (std::size_t i = 1; i < cpus.size(); ++i)
    if (core_of(cpus[i]) != core_of(cpus[0])) return {cpus[0], cpus[i]};
  return {cpus[0], cpus[1]};
}

void pin_this_thread(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  require(sched_setaffinity(0, sizeof set, &set) == 0, "sched_setaffinity failed");
}

}  // namespace bench
