// results.hpp: results.json, everything that was measured and what it was measured on.
#pragma once

#include "tournament.hpp"

#include <string>
#include <vector>

namespace compare {

struct machine;

/// The whole text of results.json.
std::string results_json(const machine&, const options&, const std::vector<contestant>&,
                         const std::vector<row_result>&);

/// Writes `text` to `path`, whose folders are made.
/// @throws std::exception naming the path when that is not possible
void write_file(const std::string& path, const std::string& text);

}  // namespace compare
