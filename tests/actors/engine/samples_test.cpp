// samples_test.cpp: how long the messages of each class take, and wait.
#include <troupe/actors/engine/samples.hpp>

#include <troupe/actors/detail/actor_ops.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>

namespace {

using namespace std::chrono_literals;
using troupe::detail::body_ops;
using troupe::detail::samples;

/// Classes; only their addresses count.
std::array<body_ops, 2 * samples::size> classes{};

TEST(Samples, WantsOneInEight) {
  samples s;
  for (int round = 0; round < 3; ++round) {
    int wanted = 0;
    for (int i = 0; i < 8; ++i) wanted += s.wants_one() ? 1 : 0;
    EXPECT_EQ(wanted, 1);
  }
}

TEST(Samples, HasNothingAtFirst) {
  const samples s;
  for (std::size_t i = 0; i < samples::size; ++i) EXPECT_EQ(s.at(i).count, 0U);
}

TEST(Samples, AddsUpByClassAndKeepsTheLongestWait) {
  samples s;
  s.add(classes[3], 10ns, 5ms);
  s.add(classes[1], 1ns, 1ms);
  s.add(classes[3], 20ns, 9ms);
  s.add(classes[3], 30ns, 0ms);
  const samples::sum first = s.at(0);
  EXPECT_EQ(first.actor, &classes[3]) << "places are given in the order of the first sample";
  EXPECT_EQ(first.count, 3U);
  EXPECT_EQ(first.busy, 60ns);
  EXPECT_EQ(first.waited, 14ms);
  EXPECT_EQ(first.waited_most, 9ms);
  const samples::sum second = s.at(1);
  EXPECT_EQ(second.actor, &classes[1]);
  EXPECT_EQ(second.count, 1U);
  EXPECT_EQ(second.busy, 1ns);
  EXPECT_EQ(second.waited_most, 1ms);
  EXPECT_EQ(s.at(2).count, 0U);
}

TEST(Samples, ClassesThatFindNoPlaceShareTheLastOne) {
  samples s;
  for (int round = 0; round < 2; ++round)
    for (const body_ops& c : classes) s.add(c, 1ns, 2ns);
  for (std::size_t i = 0; i + 1 < samples::size; ++i) {
    EXPECT_EQ(s.at(i).actor, &classes[i]);
    EXPECT_EQ(s.at(i).count, 2U);
  }
  const samples::sum rest = s.at(samples::size - 1);
  EXPECT_EQ(rest.actor, nullptr);
  EXPECT_EQ(rest.count, 2 * (classes.size() - samples::size + 1));
  EXPECT_EQ(rest.waited, 2ns * rest.count);
}

TEST(Samples, OnlyGrowForAThreadThatReadsMeanwhile) {
  constexpr int reads = 100'000;
  const auto s = std::make_unique<samples>();
  std::atomic<bool> done{false};
  int shrunk = 0;
  std::thread reader([&] {
    samples::sum before;
    for (int i = 0; i < reads; ++i) {
      const samples::sum now = s->at(1);
      const bool grows = now.count >= before.count && now.busy >= before.busy &&
                         now.waited >= before.waited && now.waited_most >= before.waited_most;
      shrunk += grows ? 0 : 1;
      before = now;
    }
    done.store(true, std::memory_order_release);
  });
  std::uint64_t count = 0;
  for (; count % 300 != 0 || !done.load(std::memory_order_acquire); ++count)
    s->add(classes[count % 3], 2ns, std::chrono::nanoseconds(count % 100));
  reader.join();
  EXPECT_EQ(shrunk, 0);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(s->at(i).count, count / 3);
    EXPECT_EQ(s->at(i).busy, 2ns * (count / 3));
    EXPECT_EQ(s->at(i).waited_most, count == 0 ? 0ns : 99ns);
  }
}

}  // namespace
