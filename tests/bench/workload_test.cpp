// workload_test.cpp: rounds, leaves, shares, sums.
#include <troupe/bench/common/workload.hpp>

#include <gtest/gtest.h>

namespace {

TEST(Workload, AWarmUpIsATenthAndNeverNothing) {
  EXPECT_EQ(bench::warm_up(1'000), 100u);
  EXPECT_EQ(bench::warm_up(5), 2u);
}

TEST(Workload, HopsAreMadeEven) {
  EXPECT_EQ(bench::even(3), 4u);
  EXPECT_EQ(bench::even(4), 4u);
}

TEST(Workload, LeavesAreAPowerOfTenNotAboveTheWork) {
  EXPECT_EQ(bench::skynet_leaves(1), 1u);
  EXPECT_EQ(bench::skynet_leaves(9), 1u);
  EXPECT_EQ(bench::skynet_leaves(10), 10u);
  EXPECT_EQ(bench::skynet_leaves(999'999), 100'000u);
  EXPECT_EQ(bench::skynet_leaves(1'000'000), 1'000'000u);
}

TEST(Workload, SharesAreEqualAndNeverNothing) {
  EXPECT_EQ(bench::share_of(100, 8), 12u);
  EXPECT_EQ(bench::share_of(3, 8), 1u);
}

TEST(Workload, SumsAreThoseOfTheNumbersFromOne) {
  EXPECT_EQ(bench::sum_to(0), 0u);
  EXPECT_EQ(bench::sum_to(4), 10u);
}

}  // namespace
