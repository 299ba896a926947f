// contestant.hpp: who is measured: ours first, then the peers.
//
//   Rules    A contestant is a program beside `compare` that knows the command line of
//            common/row_program.hpp: --list, --about, and a row with --workers, --work, --variant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace compare {

struct row;

struct contestant {
  std::string name;      ///< as in the output: ours, caf_0.17_stealing, …
  std::string program;   ///< its path
  std::string variant;   ///< passed as --variant; empty: none
  std::string preload;   ///< a library preloaded into it; empty: none
  std::string only;      ///< it takes part in this row only; empty: in all it knows
  std::string about{};   ///< what it says of itself: versions, compiler
  std::string absent{};  ///< why it does not take part; empty: it does
  std::vector<std::string> rows{};

  bool measures(const row&) const;
  bool is_ours() const;
};

/// All contestants, ours first. Those whose program is missing or does not run say so in `absent`.
std::vector<contestant> find_contestants(const std::string& folder);

}  // namespace compare
