// resident.cpp: the second number of /proc/self/statm, in pages.
#include "resident.hpp"

#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace bench {

std::uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0, resident = 0;
  if (!(statm >> total >> resident)) throw std::runtime_error("/proc/self/statm cannot be read");
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace bench
