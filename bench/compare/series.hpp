// series.hpp: measured values, what is said about them, and the ratio of two series.
#pragma once

#include "row.hpp"

#include <optional>
#include <span>
#include <vector>

namespace compare {

/// Values in the order of the repetitions; nothing where a repetition failed.
using series = std::vector<std::optional<double>>;

struct spread {
  double median;
  double min;
  double max;
};

/// @returns nothing when there is no value
std::optional<spread> spread_of(const series& values);

/// How many times better ours is than the peer, repetition by repetition: the two ran one after
/// the other, so that a machine that slows down for a while slows both. The median of these is
/// what is reported. A repetition with a zero or without one of the values gives none.
std::optional<spread> ratio_of(const series& ours, const series& peer, better best);

}  // namespace compare
