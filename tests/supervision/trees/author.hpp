// author.hpp: random scripts, and simpler ones for a script that fails. By RapidCheck.
//
//   Before   a seed.      After   trees_test.cpp plays them.
#pragma once

#include "plan.hpp"

#include <cstdint>
#include <functional>

namespace trees {

/// A tree of up to three floors and about ten children, and `steps` steps.
[[nodiscard]] script written(std::uint64_t seed, int steps);

/// The simplest one that RapidCheck finds which still fails.
[[nodiscard]] script simplified(const script& s, const std::function<bool(const script&)>& fails);

}  // namespace trees
