// geomean.cpp: logarithms of ratios, averaged.
#include "geomean.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace compare {
namespace {

constexpr std::string_view savina = "savina";

bool is_in(std::string_view group, const row_result& r) {
  return r.what->name.starts_with(std::string(group) + "_");
}

std::optional<double> ratio_in(const row_result& r, const contestant* peer) {
  const standing* ours = r.ours();
  if (ours == nullptr) return std::nullopt;
  for (const standing& s : r.standings)
    if (s.who == peer) {
      const auto ratio = ratio_of(ours->values, s.values, r.what->best);
      return ratio ? std::optional(ratio->median) : std::nullopt;
    }
  return std::nullopt;
}

geomean geomean_of(std::string_view group, const contestant* peer,
                   const std::vector<row_result>& results) {
  geomean mean{group, peer, 0, 0.0};
  for (const row_result& r : results) {
    if (!is_in(group, r)) continue;
    ++mean.rows;
    const auto ratio = ratio_in(r, peer);
    if (!ratio)
      mean.ratio.reset();
    else if (mean.ratio)
      *mean.ratio += std::log(*ratio);
  }
  if (mean.ratio) mean.ratio = std::exp(*mean.ratio / static_cast<double>(mean.rows));
  return mean;
}

}  // namespace

std::vector<geomean> geomeans(const std::vector<row_result>& results) {
  std::vector<geomean> all;
  for (const row_result& r : results)
    for (const standing& s : r.standings) {
      const bool known =
          std::any_of(all.begin(), all.end(), [&](const geomean& g) { return g.peer == s.who; });
      if (is_in(savina, r) && !s.who->is_ours() && !known)
        all.push_back(geomean_of(savina, s.who, results));
    }
  return all;
}

}  // namespace compare
