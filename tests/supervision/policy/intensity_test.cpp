// intensity_test.cpp: how many restarts are allowed within how long, as plain arithmetic.
//
//   Rules    I1, I3: docs/semantics.md.
#include <troupe/supervision/policy/intensity.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace {

using namespace std::chrono_literals;
using troupe::duration;
using troupe::time_point;
using troupe::detail::restart_window;

[[nodiscard]] time_point at(duration since_the_start) {
  return time_point(std::chrono::hours(1)) + since_the_start;
}

TEST(RestartWindow, I1TheRestartAfterTheIntensityIsOneTooMany) {
  for (const int n : {0, 1, 2, 10}) {
    restart_window w(n, 5s);
    for (int i = 0; i < n; ++i) EXPECT_TRUE(w.add(at(0s))) << i << " of " << n;
    EXPECT_FALSE(w.add(at(0s))) << n;
  }
}

TEST(RestartWindow, I1IntensityZeroAllowsNone) {
  restart_window w(0, 5s);
  EXPECT_FALSE(w.add(at(0s)));
  EXPECT_FALSE(w.add(at(1h)));
}

TEST(RestartWindow, I1ThePeriodIncludesItsEnd) {
  restart_window w(1, 5s);
  EXPECT_TRUE(w.add(at(0s)));
  restart_window same = w;
  EXPECT_FALSE(w.add(at(5s)));
  EXPECT_TRUE(same.add(at(5s + 1ns)));
}

TEST(RestartWindow, I3ItSlides) {
  restart_window w(2, 10s);
  EXPECT_TRUE(w.add(at(0s)));
  EXPECT_TRUE(w.add(at(9s)));
  EXPECT_TRUE(w.add(at(11s))) << "the first does not count any more";
  EXPECT_FALSE(w.add(at(18s))) << "9, 11 and 18";
}

TEST(RestartWindow, I3CountsThoseWithinThePeriod) {
  restart_window w(9, 10s);
  EXPECT_EQ(w.count(at(0s)), 0U);
  for (const auto t : {0s, 4s, 8s}) EXPECT_TRUE(w.add(at(t)));
  EXPECT_EQ(w.count(at(8s)), 3U);
  EXPECT_EQ(w.count(at(10s)), 3U);
  EXPECT_EQ(w.count(at(10s + 1ns)), 2U);
  EXPECT_EQ(w.count(at(18s)), 1U);
  EXPECT_EQ(w.count(at(1h)), 0U);
  EXPECT_EQ(w.limit(), 9U);
  EXPECT_EQ(w.period(), 10s);
}

TEST(RestartWindow, TheLongestPeriodForgetsNothing) {
  restart_window w(1, duration::max());
  EXPECT_TRUE(w.add(at(0s)));
  EXPECT_FALSE(w.add(at(200 * 8760h)));
}

/// Beside the sentence of the contract: those within the last period, this one included.
TEST(RestartWindow, I1AndI3AtRandom) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 300; ++round) {
    const auto n = static_cast<int>(random() % 5);
    const duration period(1 + static_cast<std::int64_t>(random() % 20));
    restart_window w(n, period);
    std::vector<time_point> all;
    time_point now = at(0s);
    for (int i = 0; i < 50; ++i) {
      now += duration(static_cast<std::int64_t>(random() % 12));
      all.push_back(now);
      const auto within = std::count_if(all.begin(), all.end(),
                                        [&](time_point one) { return now - one <= period; });
      const bool is_allowed = w.add(now);
      EXPECT_EQ(is_allowed, within <= n) << "round " << round << ", restart " << i;
      EXPECT_EQ(w.count(now), static_cast<std::size_t>(within));
      if (!is_allowed) break;  // the supervisor gives up: nobody asks again
    }
  }
}

}  // namespace
