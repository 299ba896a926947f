// tournament.hpp: all contestants measure a row in turn, as often as asked for.
//
//   Rules    A B C A B C …: what slows the machine for a while slows all. One process for one
//            value. A contestant that fails loses its row only, and is not started in it again.
#pragma once

#include "contestant.hpp"
#include "options.hpp"
#include "row.hpp"
#include "series.hpp"

#include <string>
#include <vector>

namespace compare {

struct standing {
  const contestant* who;
  series values;        ///< one for each repetition
  std::string failure;  ///< why values are missing; empty: none is
};

struct row_result {
  const row* what;
  int workers;
  std::uint64_t work;
  std::vector<standing> standings;  ///< those who measure this row, ours first if it does

  /// @returns ours, or null when ours does not measure this row
  const standing* ours() const;
};

/// Measures one row. Says on stderr what it is doing.
row_result measure(const row&, const options&, const std::vector<contestant>&);

}  // namespace compare
