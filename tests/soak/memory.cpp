// memory.cpp: the resident set, sampled and judged.
#include "memory.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace soak {
namespace {

/// How much more the largest sample of the last third may be than that of the middle third: the
/// work is random, and allocators keep what they have.
constexpr std::uint64_t growth_max = 8ULL << 20;
/// Fewer say nothing.
constexpr std::size_t samples_min = 60;

/// A sanitizer keeps what is freed, for a while.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

}  // namespace

void memory::sample() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0, resident = 0;
  if (!(statm >> total >> resident)) throw std::runtime_error("/proc/self/statm cannot be read");
  samples_.push_back(resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
}

bool memory::is_judged() const { return !sanitized && samples_.size() >= samples_min; }

memory::thirds memory::largest() const {
  const auto third = static_cast<std::ptrdiff_t>(samples_.size() / 3);
  const auto middle = samples_.begin() + third;
  const auto last = middle + third;
  return {*std::max_element(middle, last), *std::max_element(last, samples_.end())};
}

std::string memory::complaint() const {
  if (!is_judged()) return {};
  const auto [middle, last] = largest();
  if (last <= middle + growth_max) return {};
  return "memory grows: at most " + mebibytes(middle) + " resident in the middle third, " +
         mebibytes(last) + " in the last; " + mebibytes(growth_max) + " more are allowed";
}

std::string memory::verdict() const {
  if (sanitized) return "memory not judged under a sanitizer";
  if (!is_judged()) return "memory not judged after so few phases";
  const auto [middle, last] = largest();
  return "memory " + mebibytes(middle) + " in the middle third, " + mebibytes(last) +
         " in the last";
}

std::string mebibytes(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1 << 20));
  return text;
}

}  // namespace soak
