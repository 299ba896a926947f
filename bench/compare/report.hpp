// report.hpp: the results for people, and the lines for machines.
#pragma once

#include "tournament.hpp"

#include <string>
#include <vector>

namespace compare {

struct machine;

/// Who takes part, on what machine, and what makes the numbers doubtful.
std::string preamble(const machine&, const options&, const std::vector<contestant>&);

/// A line for each row and peer, in columns.
std::string table(const std::vector<row_result>&);

/// A line for each row and peer: `metric=… ours=… peer=… peer_value=… ratio=…`. A value that is
/// missing is `none`; a ratio that a zero forbids is `peer_value_is_0` or `ours_is_0`. Then the
/// geometric means: `geomean=savina peer=… ratio=… rows=4`.
std::string machine_lines(const std::vector<row_result>&);

}  // namespace compare
