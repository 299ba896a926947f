// series.cpp: medians and ratios.
#include "series.hpp"

#include <algorithm>

namespace compare {

std::optional<spread> spread_of(const series& values) {
  std::vector<double> sorted;
  for (const auto& v : values)
    if (v) sorted.push_back(*v);
  if (sorted.empty()) return std::nullopt;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t half = sorted.size() / 2;
  const bool odd = sorted.size() % 2 == 1;
  const double median = odd ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return spread{median, sorted.front(), sorted.back()};
}

std::optional<spread> ratio_of(const series& ours, const series& peer, better best) {
  series ratios;
  for (std::size_t i = 0; i < std::min(ours.size(), peer.size()); ++i) {
    if (!ours[i] || !peer[i] || *ours[i] == 0 || *peer[i] == 0) continue;
    ratios.emplace_back(best == better::bigger ? *ours[i] / *peer[i] : *peer[i] / *ours[i]);
  }
  return spread_of(ratios);
}

}  // namespace compare
