// flood_test.cpp: what a fair share is.
#include <troupe/bench/common/flood.hpp>

#include <gtest/gtest.h>

namespace {

namespace flood = bench::flood;

/// Answers of the flooding sender, then the same number for each polite one.
std::vector<std::uint64_t> answered(std::uint64_t flooding, std::uint64_t each) {
  std::vector<std::uint64_t> all(1 + flood::polite_senders, each);
  all[0] = flooding;
  return all;
}

TEST(Flood, WhoGetsOneAnswerForEachThousandOfTheFloodHasItsFairShare) {
  EXPECT_DOUBLE_EQ(flood::worst_share(answered(1000 * flood::flood_requests, 1000)), 1);
}

TEST(Flood, WhoGetsNothingHasNoShare) {
  auto all = answered(100'000, 100);
  all.back() = 0;
  EXPECT_DOUBLE_EQ(flood::worst_share(all), 0);
}

TEST(Flood, TheWorstPoliteSenderCounts) {
  auto all = answered(1'000'000 - 8'000 + 500, 1'000);
  all[3] = 500;
  EXPECT_NEAR(flood::worst_share(all), 0.5, 0.01);
}

TEST(Flood, MoreThanAFairShareIsNotFairer) {
  EXPECT_DOUBLE_EQ(flood::worst_share(answered(1'000, 1'000)), 1);
}

}  // namespace
