// wakeups.hpp: how often the threads of this process wake up while nothing happens.
#pragma once

namespace bench {

/// Voluntary context switches a second, summed over all threads but the caller's: each is a thread
/// that went to sleep, so that it had been awake. Counted for two seconds, after the process has
/// come to rest: when a tenth of a second has passed without any, or a second in which it did not.
/// @throws std::runtime_error when /proc/self/task cannot be read
/// @cost blocks for two to three seconds
double wakeups_per_second();

}  // namespace bench
