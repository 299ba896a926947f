// restarts.hpp: the numbers of the rows that supervise, and percentiles.
//
//   Rules    A tree is used for so many restarts, then another one is built, which is not clocked:
//            a supervisor that goes through all restarts of the last seconds at each one (Erlang's
//            does) would else be measured at that.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench::restarts {

inline constexpr std::uint64_t of_a_tree = 100;

/// More than there are, so that nobody gives up.
inline constexpr int intensity = 1'000'000;

/// Children of a small family, beside the one that has all of the row's work.
inline constexpr std::uint64_t small_family = 1'000;

/// The smallest value that so many percent of all do not exceed. @pre values, 0 < percent <= 100
inline double percentile(std::vector<double> values, double percent) {
  const double rank = std::ceil(percent / 100 * static_cast<double>(values.size()));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Calls `run(size)` with sizes of at most `each`, until their sum is `all`.
template <class F>
void in_parts(std::uint64_t all, std::uint64_t each, F run) {
  for (; all > 0; all -= std::min(all, each)) run(std::min(all, each));
}

}  // namespace bench::restarts
