// flood.hpp: the numbers of the row flood_fairness, and what a fair share is.
//
//   Rules    One desk answers requests in the order of its mailbox. A sender sends its next request
//            when one is answered: the flooding one keeps flood_requests under way, each polite one
//            a single request. Fair is that each request under way gets on as quickly as any other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace bench::flood {

inline constexpr std::uint64_t flood_requests = 1'000;
inline constexpr std::uint64_t polite_senders = 8;

/// How many requests sender `id` keeps under way; the flooding one is number 0.
constexpr std::uint64_t requests_of(std::uint64_t id) { return id == 0 ? flood_requests : 1; }

/// The requests of each sender that were answered -> what the worst polite one got of its fair
/// share: below 1, it was held up. More than its share is not fairer: it counts as 1.
inline double worst_share(const std::vector<std::uint64_t>& answered) {
  std::uint64_t all = 0;
  for (const auto n : answered) all += n;
  const auto worst = *std::min_element(answered.begin() + 1, answered.end());
  const double fair =
      static_cast<double>(all) / static_cast<double>(flood_requests + polite_senders);
  return std::min(1.0, static_cast<double>(worst) / fair);
}

}  // namespace bench::flood
