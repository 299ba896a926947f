// machine.cpp: /proc, /sys and git.
#include "machine.hpp"

#include "child.hpp"

#include <array>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sys/utsname.h>
#include <thread>

namespace compare {
namespace {

#ifdef __clang__
constexpr const char* compiler = "clang++ " __VERSION__;
#else
constexpr const char* compiler = "g++ " __VERSION__;
#endif

std::string cpu_model() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) {
      const auto colon = line.find(": ");
      if (colon != std::string::npos) return line.substr(colon + 2);
    }
  return "unknown";
}

std::string first_line(const char* path) {
  std::ifstream in(path);
  std::string line;
  return std::getline(in, line) ? line : "unknown";
}

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string kernel_release() {
  utsname names{};
  return uname(&names) == 0 ? names.release : "unknown";
}

outcome git(std::vector<std::string> words) {
  words.insert(words.begin(), {"/usr/bin/env", "git", "-C", TROUPE_SOURCE_DIR});
  return run_child({.words = std::move(words), .preload = {}, .quiet = true});
}

std::string commit() {
  const outcome head = git({"rev-parse", "--verify", "--quiet", "HEAD"});
  if (!head.failure.empty() || head.output.size() < 2) return "unknown";
  const outcome changes = git({"status", "--porcelain"});
  const std::string hash = head.output.substr(0, head.output.size() - 1);
  return changes.output.empty() ? hash : hash + "+changes";
}

double load_average() {
  double one_minute = 0;
  return getloadavg(&one_minute, 1) == 1 ? one_minute : 0;
}

}  // namespace

machine this_machine() {
  return {.cpu = cpu_model(),
          .governor = first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
          .kernel = kernel_release(),
          .compiler = compiler,
          .commit = commit(),
          .date = now_utc(),
          .cpus = static_cast<int>(std::thread::hardware_concurrency()),
          .load = load_average()};
}

}  // namespace compare
