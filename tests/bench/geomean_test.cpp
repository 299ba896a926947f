// geomean_test.cpp: one ratio for a group of rows.
#include <troupe/bench/compare/geomean.hpp>

#include "samples.hpp"

#include <gtest/gtest.h>

namespace {

using namespace samples;
using compare::geomeans;

const compare::row first = row_named("savina_first");
const compare::row second = row_named("savina_second");
const compare::row other = row_named("other");

TEST(Geomean, IsTheRootOfTheProductOfTheRatiosOfItsGroup) {
  const auto means = geomeans({result_of(first, {1.0}, {2.0}), result_of(second, {1.0}, {8.0}),
                               result_of(other, {1.0}, {1000.0})});
  ASSERT_EQ(means.size(), 1u);
  EXPECT_EQ(means[0].group, "savina");
  EXPECT_EQ(means[0].peer->name, "peer");
  EXPECT_EQ(means[0].rows, 2u);
  EXPECT_DOUBLE_EQ(means[0].ratio.value(), 4);
}

TEST(Geomean, HasNoRatioWhenARowOfTheGroupHasNone) {
  const auto means =
      geomeans({result_of(first, {1.0}, {2.0}), result_of(second, {1.0}, {std::nullopt})});
  ASSERT_EQ(means.size(), 1u);
  EXPECT_EQ(means[0].rows, 2u);
  EXPECT_FALSE(means[0].ratio);
}

TEST(Geomean, AFailureBeforeAGoodRowIsNotForgotten) {
  const auto means =
      geomeans({result_of(first, {std::nullopt}, {2.0}), result_of(second, {1.0}, {2.0})});
  ASSERT_EQ(means.size(), 1u);
  EXPECT_FALSE(means[0].ratio);
}

TEST(Geomean, APeerThatLacksARowOfTheGroupHasNoRatio) {
  auto without = result_of(second, {1.0}, {1.0});
  without.standings.pop_back();
  const auto means = geomeans({result_of(first, {1.0}, {2.0}), without});
  ASSERT_EQ(means.size(), 1u);
  EXPECT_FALSE(means[0].ratio);
}

TEST(Geomean, ThereIsNoneWithoutRowsOfTheGroup) {
  EXPECT_TRUE(geomeans({result_of(other, {1.0}, {2.0})}).empty());
}

}  // namespace
