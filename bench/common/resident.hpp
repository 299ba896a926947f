// resident.hpp: how much memory of this process is in RAM.
#pragma once

#include <cstdint>

namespace bench {

/// Resident bytes of the calling process, from /proc/self/statm.
/// @throws std::runtime_error when it cannot be read
std::uint64_t resident_bytes();

}  // namespace bench
