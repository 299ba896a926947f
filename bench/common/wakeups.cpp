// wakeups.cpp: voluntary_ctxt_switches in /proc/self/task/*/status.
#include "wakeups.hpp"

#include "row_program.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>

namespace bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds look{100};
constexpr int looks_max = 10;
constexpr seconds watch{2};

std::uint64_t switches_in(const std::filesystem::path& status) {
  std::ifstream in(status);
  std::string name;
  for (std::uint64_t count = 0; in >> name;)
    if (name == "voluntary_ctxt_switches:" && in >> count) return count;
  throw std::runtime_error(status.string() + " does not say how often its thread slept");
}

std::uint64_t switches_of_others() {
  const std::string me = std::to_string(gettid());
  std::uint64_t sum = 0;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task"))
    if (thread.path().filename() != me) sum += switches_in(thread.path() / "status");
  return sum;
}

std::uint64_t switches_during(milliseconds time) {
  const std::uint64_t before = switches_of_others();
  std::this_thread::sleep_for(time);
  const std::uint64_t after = switches_of_others();
  require(after >= before, "a thread ended while wake-ups were counted");
  return after - before;
}

}  // namespace

double wakeups_per_second() {
  for (int i = 0; i < looks_max && switches_during(look) > 0; ++i) {}
  return static_cast<double>(switches_during(watch)) / static_cast<double>(watch.count());
}

}  // namespace bench
