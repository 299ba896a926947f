// cross_core_test.cpp: the ball of the row cross_core_park, and the check that its players sleep.
#include <troupe/bench/common/cross_core.hpp>

#include <gtest/gtest.h>

#include <poll.h>
#include <stdexcept>

namespace {

using bench::cross_core::ball;
using bench::cross_core::landed;
using bench::cross_core::returned;
using bench::cross_core::served;
using namespace std::chrono_literals;

TEST(CrossCore, ABallCountsItsFlightsAndAddsThemUp) {
  const ball first = served(3);
  EXPECT_EQ(first.left, 2u);
  EXPECT_EQ(first.on_way, 0ns);
  ball seen = first;
  seen.touched -= 5ms;  // as if the flight had taken so long
  const ball second = returned(landed(seen));
  EXPECT_EQ(second.left, 1u);
  EXPECT_GE(second.on_way, 5ms);
}

TEST(CrossCore, TheRestOfAPlayerIsNotPartOfTheFlight) {
  const ball down = landed(served(2));
  const ball up = returned(down);
  EXPECT_GE(up.touched - down.touched, bench::cross_core::rest);
  EXPECT_EQ(up.on_way, down.on_way);
}

TEST(CrossCore, ARoundTripIsTwoFlights) {
  const double us = bench::cross_core::parked_round_trip(2, [](std::uint64_t flights) {
    EXPECT_EQ(flights, 4u);
    // What is checked is whether threads sleep, so this one does.
    for (std::uint64_t i = 0; i < flights; ++i) poll(nullptr, 0, 1);
    return ball{0, {}, 60us};
  });
  EXPECT_DOUBLE_EQ(us, 30);
}

TEST(CrossCore, PlayersThatDoNotSleepFailTheRow) {
  EXPECT_THROW(
      bench::cross_core::parked_round_trip(1000, [](std::uint64_t) { return ball{0, {}, 60us}; }),
      std::runtime_error);
}

}  // namespace
