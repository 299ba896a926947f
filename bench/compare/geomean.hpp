// geomean.hpp: one number for a group of rows: the geometric mean of their ratios.
#pragma once

#include "tournament.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace compare {

/// What a peer's ratios in the rows of a group come to.
struct geomean {
  std::string_view group;  ///< the rows are those whose names begin with it and a `_`
  const contestant* peer;
  std::size_t rows;             ///< how many rows of the group were measured
  std::optional<double> ratio;  ///< nothing unless each of these rows gave a ratio
};

/// One for each peer that takes part in the Savina rows; none if no such row was measured.
std::vector<geomean> geomeans(const std::vector<row_result>&);

}  // namespace compare
