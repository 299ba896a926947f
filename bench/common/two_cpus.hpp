// two_cpus.hpp: the two CPUs between which the cross_core rows measure, and pinning to them.
#pragma once

#include <vector>

namespace bench {

/// Two CPUs this process may run on, of two physical cores if there are two.
/// @throws std::runtime_error when it may run on one only
std::vector<int> two_cpus();

/// From now on the calling thread runs on `cpu` only.
/// @throws std::runtime_error when the system refuses
void pin_this_thread(int cpu);

}  // namespace bench
