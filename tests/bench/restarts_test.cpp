// restarts_test.cpp: percentiles, and how restarts are dealt out to trees.
#include <troupe/bench/common/restarts.hpp>

#include <gtest/gtest.h>

namespace {

namespace restarts = bench::restarts;

TEST(Restarts, APercentileIsTheSmallestValueThatSoManyDoNotExceed) {
  std::vector<double> all;
  for (int i = 200; i > 0; --i) all.push_back(i);
  EXPECT_DOUBLE_EQ(restarts::percentile(all, 50), 100);
  EXPECT_DOUBLE_EQ(restarts::percentile(all, 99), 198);
  EXPECT_DOUBLE_EQ(restarts::percentile(all, 100), 200);
}

TEST(Restarts, OfOneValueEveryPercentileIsThatValue) {
  EXPECT_DOUBLE_EQ(restarts::percentile({7}, 0.1), 7);
  EXPECT_DOUBLE_EQ(restarts::percentile({7}, 99), 7);
}

TEST(Restarts, PartsAddUpToAll) {
  std::vector<std::uint64_t> parts;
  restarts::in_parts(250, 100, [&](std::uint64_t n) { parts.push_back(n); });
  EXPECT_EQ(parts, (std::vector<std::uint64_t>{100, 100, 50}));
}

}  // namespace
