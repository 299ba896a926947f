// contestant.hpp: who is measured: ours first, then the peers.
//
//   Rules    A contestant is a program beside `compare` that knows the command line of
//            common/row_program.hpp: --about, and a row with --workers, --work, --variant.
//            Which rows a peer has stands in the table of rows (row.cpp).
#pragma once

#include "row.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace compare {

struct contestant {
  std::string name;      ///< as in the output: ours, caf_0.17_stealing, …
  peer_kind kind;        ///< no_peer: ours
  std::string program;   ///< its path
  std::string variant;   ///< passed as --variant; empty: none
  std::string preload;   ///< a library preloaded into it; empty: none
  std::string only;      ///< it takes part in this row only; empty: in all of its kind
  std::string about{};   ///< what it says of itself: versions, compiler
  std::string absent{};  ///< why it does not take part; empty: it does

  bool measures(const row&) const;
  bool is_ours() const;
};

/// All contestants, ours first. Those whose program is missing or does not run say so in `absent`.
std::vector<contestant> find_contestants(const std::string& folder);

/// The Debian packages that the peers of these rows are built and run with, a line each.
std::string packages_for(std::span<const row* const> rows);

}  // namespace compare
