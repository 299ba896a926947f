// verdicts.hpp: what a model test expects of a search.
//
//   Before   explorer.hpp has searched.   After   googletest.
//   Holds    nothing.
#pragma once

#include "explorer.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace model {

/// All schedules within the bound have been run, and the rules held in each.
inline void expect_passes(const report& r) {
  EXPECT_TRUE(r.ok()) << r.text();
  EXPECT_TRUE(r.complete) << "not all schedules within the bound: " << r.executions;
}

/// The mistake planted here shows: the failure's text contains `part`.
inline void expect_found(const report& r, std::string_view part) {
  EXPECT_NE(r.failure.find(part), std::string_view::npos) << r.text();
}

}  // namespace model
