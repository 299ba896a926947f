// savina_test.cpp: how work is cut into iterations.
#include <troupe/bench/common/savina.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using bench::savina::ns_per_message;
using bench::savina::pseudo_random;

std::vector<std::uint64_t> iterations(std::uint64_t work, std::uint64_t standard) {
  std::vector<std::uint64_t> sizes;
  const double ns = ns_per_message({.workers = 1, .work = work, .variant = ""}, standard,
                                   [&](std::uint64_t messages) {
                                     sizes.push_back(messages);
                                     return messages;
                                   });
  EXPECT_GE(ns, 0);
  return sizes;
}

TEST(Savina, ATenthGoesFirstThenIterationsOfTheStandardSize) {
  EXPECT_EQ(iterations(300, 100), (std::vector<std::uint64_t>{10, 100, 100, 100}));
}

TEST(Savina, TheLastIterationIsWhatIsLeft) {
  EXPECT_EQ(iterations(250, 100), (std::vector<std::uint64_t>{10, 100, 100, 50}));
}

TEST(Savina, AnIterationThatDoesMoreThanItWasAskedEndsTheRow) {
  int count = 0;
  ns_per_message({.workers = 1, .work = 1, .variant = ""}, 100, [&](std::uint64_t) {
    ++count;
    return std::uint64_t{240};
  });
  EXPECT_EQ(count, 2);  // the warm-up, and one that was enough
}

TEST(Savina, TheGeneratorIsThatOfTheSuite) {
  pseudo_random random(0);
  EXPECT_EQ(random.below(65536), 13849u);
  EXPECT_EQ(random.below(65536), (13849u * 1309 + 13849) % 65536);
}

}  // namespace
