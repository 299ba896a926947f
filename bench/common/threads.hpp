// threads.hpp: the same function on several threads, clocked together.
#pragma once

#include "row_program.hpp"

#include <cstddef>
#include <latch>
#include <thread>
#include <vector>

namespace bench {

/// Runs `f(0)` … `f(count - 1)`, each on a thread of its own. What one throws ends the program.
/// @returns the seconds from when all stand ready until the last has ended
template <class F>
double seconds_on_threads(unsigned count, const F& f) {
  std::latch ready(static_cast<std::ptrdiff_t>(count)), go(1);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      ready.count_down();
      go.wait();
      f(i);
    });
  ready.wait();
  return seconds([&] {
    go.count_down();
    for (std::thread& t : threads) t.join();
  });
}

}  // namespace bench
