// child.hpp: one program run to its end, or ended when its time is over.
//
//   Holds    the child's process until run_child returns. It dies with us, however we end.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace compare {

struct command {
  std::vector<std::string> words;  ///< the program's path, then its arguments
  std::string preload;             ///< a library for LD_PRELOAD; empty: none
  bool quiet = false;              ///< what it says on its standard error is dropped
  std::chrono::milliseconds limit{60'000};
};

struct outcome {
  std::string output;   ///< what it wrote to its standard output
  std::string failure;  ///< empty: it ended with exit code 0. Else what happened, for people
};

/// @throws std::system_error when no process can be made
/// @cost blocks until the child has ended
outcome run_child(const command&);

}  // namespace compare
