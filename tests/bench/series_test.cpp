// series_test.cpp: medians and ratios.
#include <troupe/bench/compare/series.hpp>

#include <gtest/gtest.h>

namespace {

using compare::better;
using compare::ratio_of;
using compare::spread_of;

TEST(Series, TheMedianOfAnOddNumberIsTheOneInTheMiddle) {
  const auto s = spread_of({3.0, 100.0, 1.0});
  ASSERT_TRUE(s);
  EXPECT_EQ(s->median, 3);
  EXPECT_EQ(s->min, 1);
  EXPECT_EQ(s->max, 100);
}

TEST(Series, TheMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle) {
  EXPECT_EQ(spread_of({4.0, 1.0, 2.0, 50.0})->median, 3);
}

TEST(Series, RepetitionsThatFailedDoNotCount) {
  EXPECT_EQ(spread_of({std::nullopt, 7.0, std::nullopt})->median, 7);
  EXPECT_FALSE(spread_of({std::nullopt}));
  EXPECT_FALSE(spread_of({}));
}

TEST(Series, ARatioSaysHowManyTimesBetterOursIs) {
  EXPECT_EQ(ratio_of({10.0}, {30.0}, better::smaller)->median, 3);
  EXPECT_EQ(ratio_of({30.0}, {10.0}, better::bigger)->median, 3);
}

TEST(Series, RatiosAreTakenRepetitionByRepetition) {
  // The second repetition was slow for both: the ratio of the medians would be 2.
  const auto r = ratio_of({10.0, 40.0, 20.0}, {30.0, 40.0, 60.0}, better::smaller);
  EXPECT_EQ(r->median, 3);
  EXPECT_EQ(r->min, 1);
  EXPECT_EQ(r->max, 3);
}

TEST(Series, ARepetitionWithAZeroOrAGapGivesNoRatio) {
  EXPECT_FALSE(ratio_of({0.0, 1.0, std::nullopt}, {1.0, 0.0, 1.0}, better::smaller));
  EXPECT_EQ(ratio_of({1.0, 1.0}, {5.0}, better::smaller)->median, 5);
}

}  // namespace
