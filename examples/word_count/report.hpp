// report.hpp: the results as text.
//
//   Before   the desk has answered.      After   main prints it.
#pragma once

#include "messages.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace word_count {

/// What is known of a run beside its result.
struct run {
  std::size_t files = 0;  ///< those that were read to their end
  std::chrono::duration<double> took{};
  std::vector<troupe::worker_info> workers{};
};

/// The top list as `uniq -c` writes it, the totals, time and rate, and a line per worker.
[[nodiscard]] std::string report(const summary& s, const run& r);

}  // namespace word_count
