// delay_test.cpp: the wait before a restart, as a pure function.
//
//   Rules    K1 to K3: docs/semantics.md.
#include <troupe/supervision/policy/delay.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace std::chrono_literals;
using troupe::duration;
using troupe::exponential;
using troupe::fixed;
using troupe::no_backoff;
using troupe::detail::delay_before;
using troupe::detail::resets_after;

static_assert(noexcept(delay_before(no_backoff{}, 0, 0)));

/// The first waits, without jitter.
[[nodiscard]] std::vector<duration> series(const troupe::backoff_policy& how, unsigned count) {
  std::vector<duration> all;
  for (unsigned n = 0; n < count; ++n) all.push_back(delay_before(how, n, 0.999));
  return all;
}

TEST(Delay, NoBackoffIsNoWait) {
  for (const unsigned n : {0U, 1U, 100U}) EXPECT_EQ(delay_before(no_backoff{}, n, 0.5), 0s);
}

TEST(Delay, FixedIsAlwaysTheSame) {
  for (const unsigned n : {0U, 1U, 100U, std::numeric_limits<unsigned>::max()})
    EXPECT_EQ(delay_before(fixed{700ms}, n, 0.5), 700ms);
}

TEST(Delay, K1WithoutJitterTheSeriesIsExact) {
  const exponential e{.min = 3s, .max = 30s, .jitter = 0};
  EXPECT_EQ(series(e, 7), (std::vector<duration>{3s, 6s, 12s, 24s, 30s, 30s, 30s}));
  EXPECT_EQ(series(exponential{.min = 5s, .max = 5s, .jitter = 0}, 3),
            (std::vector<duration>{5s, 5s, 5s}));
  EXPECT_EQ(series(exponential{.min = 1ns, .max = 8ns, .jitter = 0}, 5),
            (std::vector<duration>{1ns, 2ns, 4ns, 8ns, 8ns}));
}

TEST(Delay, K1JitterIsAppliedAfterTheCap) {
  const exponential e{.min = 3s, .max = 30s, .jitter = 0.2};
  EXPECT_EQ(delay_before(e, 0, 0), 3s);
  EXPECT_EQ(delay_before(e, 0, 0.5), 3300ms);
  EXPECT_EQ(delay_before(e, 3, 0.5), 26400ms);
  EXPECT_EQ(delay_before(e, 4, 0), 30s);
  EXPECT_EQ(delay_before(e, 4, 0.5), 33s) << "longer than the longest";
  EXPECT_EQ(delay_before(e, 1000, 0.5), 33s);
}

TEST(Delay, K1NoWaitIsShorterThanTheCapOrLongerThanItsJitter) {
  for (const double jitter : {0.0, 0.1, 1.0, 2.5})
    for (unsigned n = 0; n < 70; ++n)
      for (const double u : {0.0, 0.25, 0.75, std::nextafter(1.0, 0.0)}) {
        const exponential e{.min = 100ms, .max = 40s, .jitter = jitter};
        const double least = std::min(40.0, 0.1 * std::exp2(n)) * 1e9;
        const auto d = static_cast<double>(delay_before(e, n, u).count());
        EXPECT_GE(d, least - 1) << n;
        EXPECT_LE(d, least * (1 + jitter)) << n;
        EXPECT_NEAR(d, least * (1 + u * jitter), 2) << n;
      }
}

TEST(Delay, K2WhatOverflowsIsTheLongest) {
  constexpr auto most = duration::max();
  constexpr auto often = std::numeric_limits<unsigned>::max();
  EXPECT_EQ(delay_before(exponential{.min = 3s, .max = 30s, .jitter = 0}, often, 0.5), 30s);
  EXPECT_EQ(delay_before(exponential{.min = 1ns, .max = most, .jitter = 0}, 62, 0.5),
            duration(std::int64_t{1} << 62U));
  for (const unsigned n : {63U, 64U, 65U, 128U, often})
    EXPECT_EQ(delay_before(exponential{.min = 1ns, .max = most, .jitter = 0}, n, 0.5), most) << n;
  EXPECT_EQ(delay_before(exponential{.min = most, .max = most, .jitter = 0}, 1, 0.5), most);
  EXPECT_EQ(delay_before(exponential{.min = 1s, .max = most, .jitter = 0.5}, often, 0.5), most)
      << "nor does the jitter overflow";
  EXPECT_EQ(delay_before(exponential{.min = 1s, .max = 1s, .jitter = 1e300}, 0, 0.5), most);
}

TEST(Delay, K3TheCountBeginsAnewAfterHalfTheSumUnlessSaid) {
  EXPECT_EQ(resets_after(exponential{.min = 100ms, .max = 900ms}), 500ms);
  EXPECT_EQ(resets_after(exponential{.min = 3s, .max = 30s}), 16500ms);
  EXPECT_EQ(resets_after(exponential{.min = 3s, .max = 30s, .reset_after = 1s}), 1s);
  EXPECT_GT(resets_after(exponential{.min = 1s, .max = duration::max()}), 100 * 8760h)
      << "the sum does not overflow";
}

TEST(Delay, K3WhatHasNoCountNeverBeginsAnew) {
  EXPECT_EQ(resets_after(no_backoff{}), duration::max());
  EXPECT_EQ(resets_after(fixed{1s}), duration::max());
}

}  // namespace
