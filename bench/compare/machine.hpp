// machine.hpp: where and of what a measurement was made.
#pragma once

#include <string>

namespace compare {

struct machine {
  std::string cpu;
  std::string governor;  ///< of the first CPU; "unknown" where the kernel does not say
  std::string kernel;
  std::string compiler;
  std::string commit;  ///< of our sources when we ran; "+changes": the tree had others
  std::string date;    ///< UTC, ISO 8601
  int cpus = 0;
  double load = 0;  ///< runnable threads before we began, averaged over the last minute
};

machine this_machine();

}  // namespace compare
