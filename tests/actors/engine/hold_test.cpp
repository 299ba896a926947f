// hold_test.cpp: the lock between a worker and the one that robs it, on real threads.
//
//   Kind     unit. All its schedules are in tests/model/hold_test.cpp; here are the real fences.
#include <troupe/actors/engine/scheduling/hold.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>

namespace {

using troupe::detail::asymmetric_fences;
using troupe::detail::hold;

TEST(Hold, H2_IsRobbedWhileItsOwnerIsOutside) {
  if (!asymmetric_fences::prepare()) GTEST_SKIP() << "the kernel refuses membarrier(2)";
  hold h;
  int taken = 0;
  h.enter();
  EXPECT_FALSE(h.rob([&] { ++taken; })) << "its owner is inside";
  EXPECT_EQ(taken, 0);
  h.leave();
  EXPECT_TRUE(h.rob([&] { ++taken; }));
  EXPECT_EQ(taken, 1);
  h.enter();
  h.leave();
}

/// What the owner keeps back is plain data: a robbery beside it would lose some, or count it twice.
TEST(Hold, H1_NothingIsLostBetweenAnOwnerInAHurryAndItsThief) {
  if (!asymmetric_fences::prepare()) GTEST_SKIP() << "the kernel refuses membarrier(2)";
  constexpr std::uint64_t count = 2'000'000;
  hold h;
  std::uint64_t kept = 0;
  std::uint64_t taken = 0;
  std::uint64_t robberies = 0;
  std::atomic<bool> done{false};
  std::thread thief([&] {
    while (!done.load(std::memory_order_acquire)) {
      const bool robbed = h.rob([&] { taken += std::exchange(kept, 0); });
      robberies += robbed ? 1 : 0;
    }
  });
  for (std::uint64_t i = 0; i < count; ++i) {
    h.enter();
    ++kept;
    h.leave();
  }
  done.store(true, std::memory_order_release);
  thief.join();
  EXPECT_EQ(taken + kept, count) << robberies << " robberies";
}

}  // namespace
