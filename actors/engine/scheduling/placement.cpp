// placement.cpp: which worker on which CPU.
//
//   Source   the affinity mask, /sys/devices/system/cpu for siblings, the control group's cpu.max.
#include <troupe/actors/engine/scheduling/placement.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fstream>
#include <map>
#include <pthread.h>
#include <sched.h>
#include <span>

namespace troupe::detail {
namespace {

constexpr int workers_max = 1024;
constexpr int mask_cpus_max = 1 << 14;

/// Whether some system of this process has pinned its workers: a second one must not sit on the
/// same cores. Per process, because cores are.
std::atomic<bool> cores_taken{false};

std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

std::vector<int> affinity() {
  for (int cpus = 1024; cpus <= mask_cpus_max; cpus *= 2) {
    cpu_set_t* const set = CPU_ALLOC(static_cast<std::size_t>(cpus));
    if (set == nullptr) break;
    const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(cpus));
    std::vector<int> allowed;
    const bool known = sched_getaffinity(0, bytes, set) == 0;
    for (int i = 0; known && i < cpus; ++i)
      if (CPU_ISSET_S(static_cast<std::size_t>(i), bytes, set)) allowed.push_back(i);
    CPU_FREE(set);
    if (known) return allowed;
  }
  return {};
}

double quota_from(const std::string& quota, const std::string& period) {
  if (quota.empty() || period.empty() || quota == "max") return 0;
  const double q = std::atof(quota.c_str());
  const double p = std::atof(period.c_str());
  return q > 0 && p > 0 ? q / p : 0;
}

std::string list(const std::vector<int>& cpus) {
  std::string s;
  for (const int cpu : cpus) s += (s.empty() ? "" : ",") + std::to_string(cpu);
  return s;
}

placement explicit_placement(const system_options& options, const std::vector<int>& allowed) {
  placement p;
  for (const int cpu : options.cpus)
    if (std::find(allowed.begin(), allowed.end(), cpu) == allowed.end())
      throw bad_option("troupe: system_options.cpus names CPU " + std::to_string(cpu) +
                       ", which this process may not use. Allowed: " + list(allowed));
  if (options.workers != 0 && static_cast<std::size_t>(options.workers) != options.cpus.size())
    throw bad_option("troupe: system_options.workers is " + std::to_string(options.workers) +
                     " but cpus names " + std::to_string(options.cpus.size()) +
                     ": leave workers at 0, or name one CPU per worker");
  p.cpus = options.cpus;
  p.reason = "CPUs chosen by system_options.cpus";
  return p;
}

}  // namespace

std::vector<int> allowed_cpus() {
  std::vector<int> allowed = affinity();
  if (allowed.empty()) allowed.push_back(0);
  // CPUs of one physical core name the same siblings: the first of each core comes before the
  // second of any.
  std::map<std::string, int> seen;
  std::vector<std::pair<int, int>> ranked;
  for (const int cpu : allowed) {
    const std::string path =
        "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list";
    std::string core = first_line(path);
    if (core.empty()) core = "cpu" + std::to_string(cpu);
    ranked.emplace_back(seen[core]++, cpu);
  }
  std::sort(ranked.begin(), ranked.end());
  std::transform(ranked.begin(), ranked.end(), allowed.begin(),
                 [](const auto& r) { return r.second; });
  return allowed;
}

/// The smallest of the limits of this process's control group and those above it.
double cpu_quota() {
  const std::string root = "/sys/fs/cgroup";
  std::string group = first_line("/proc/self/cgroup");  // version 2: one line, `0::/path`
  group = group.rfind("0::/", 0) == 0 ? group.substr(3) : "/";
  double least = 0;
  for (;;) {
    const std::string both = first_line(root + group + "/cpu.max");
    const auto space = both.find(' ');
    if (space != std::string::npos) {
      const double here = quota_from(both.substr(0, space), both.substr(space + 1));
      if (here > 0 && (least == 0 || here < least)) least = here;
    }
    const auto up = group.rfind('/');
    if (up == std::string::npos || group == "/") break;
    group = up == 0 ? "/" : group.substr(0, up);
  }
  if (least > 0) return least;
  return quota_from(first_line(root + "/cpu/cpu.cfs_quota_us"),
                    first_line(root + "/cpu/cpu.cfs_period_us"));
}

placement choose_placement(const system_options& options) {
  if (options.workers < 0 || options.workers > workers_max)
    throw bad_option("troupe: system_options.workers is " + std::to_string(options.workers) +
                     ": give 0 (one per CPU) to " + std::to_string(workers_max));
  const std::vector<int> allowed = allowed_cpus();
  const double quota = cpu_quota();
  const bool limited = quota > 0 && quota < static_cast<double>(allowed.size());
  placement p;
  if (!options.cpus.empty()) {
    p = explicit_placement(options, allowed);
  } else {
    auto count = static_cast<std::size_t>(options.workers);
    if (count == 0) count = limited ? static_cast<std::size_t>(std::ceil(quota)) : allowed.size();
    const bool whole = options.pin && count == allowed.size() && !limited;
    if (whole) p.owns_cores = !cores_taken.exchange(true, std::memory_order_relaxed);
    p.cpus = p.owns_cores ? allowed : std::vector<int>(count, -1);
    p.reason = p.owns_cores   ? "one worker per allowed CPU, distinct cores first"
               : !options.pin ? "not pinned: system_options.pin is false"
               : limited      ? "not pinned: a CPU quota of " + std::to_string(quota)
               : whole        ? "not pinned: another system of this process has the cores"
                              : "not pinned: not as many workers as CPUs";
  }
  if (allowed.size() == 1) p.reason += "; degraded: a single CPU for all threads";
  p.allowed = allowed;
  p.may_spin = allowed.size() > 1 && !limited && p.cpus.size() <= allowed.size();
  return p;
}

void leave_cores(const placement& p) noexcept {
  if (p.owns_cores) cores_taken.store(false, std::memory_order_relaxed);
}

namespace {

bool run_on(pthread_t thread, std::span<const int> cpus) noexcept {
  const auto count = static_cast<std::size_t>(*std::max_element(cpus.begin(), cpus.end())) + 1;
  cpu_set_t* const set = CPU_ALLOC(count);
  if (set == nullptr) return false;
  const std::size_t bytes = CPU_ALLOC_SIZE(count);
  CPU_ZERO_S(bytes, set);
  for (const int cpu : cpus) CPU_SET_S(static_cast<std::size_t>(cpu), bytes, set);
  const bool pinned = pthread_setaffinity_np(thread, bytes, set) == 0;
  CPU_FREE(set);
  return pinned;
}

}  // namespace

bool pin(pthread_t thread, int cpu) noexcept { return run_on(thread, std::span(&cpu, 1)); }

void unpin(const std::vector<int>& cpus) noexcept {
  if (!cpus.empty()) (void)run_on(pthread_self(), cpus);  // refused: it stays where it may be
}

}  // namespace troupe::detail
