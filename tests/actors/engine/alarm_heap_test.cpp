// alarm_heap_test.cpp: the heap beside a sorted set.
#include <troupe/actors/engine/alarm_heap.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <iterator>
#include <list>
#include <random>
#include <set>
#include <string>
#include <utility>

namespace {

using namespace std::chrono_literals;
using troupe::time_point;
using troupe::detail::alarm_heap;
using troupe::detail::alarm_ops;

constexpr alarm_ops nothing{nullptr, nullptr};
struct any_alarm : troupe::detail::alarm {
  any_alarm() : alarm(nothing) {}
};

constexpr time_point start{1h};

TEST(AlarmHeap, IsEmptyAtFirst) { EXPECT_EQ(alarm_heap().first(), nullptr); }

TEST(AlarmHeap, OfEqualTimesTheFirstToBeSetIsTheFirst) {
  alarm_heap heap;
  std::list<any_alarm> all(1000);
  for (any_alarm& a : all) {
    a.when = start;
    heap.insert(a);
  }
  for (any_alarm& a : all) {
    ASSERT_EQ(heap.first(), &a);
    heap.remove(a);
    ASSERT_FALSE(a.is_set());
  }
  EXPECT_EQ(heap.first(), nullptr);
}

TEST(AlarmHeap, IsInOrderWhateverIsTakenOut) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    alarm_heap heap;
    std::list<any_alarm> all;
    const auto sooner = [](const any_alarm* a, const any_alarm* b) {
      return std::pair(a->when, a->order) < std::pair(b->when, b->order);
    };
    std::set<any_alarm*, decltype(sooner)> truth(sooner);
    for (int step = 0; step < 1000; ++step) {
      if (truth.empty() || random() % 8 < 4 + (seed % 3)) {
        any_alarm& a = all.emplace_back();
        a.when = start + std::chrono::nanoseconds(random() % 64);
        heap.insert(a);
        truth.insert(&a);
      } else {
        const auto one =
            random() % 2 == 0
                ? truth.begin()
                : std::next(truth.begin(), static_cast<std::ptrdiff_t>(random() % truth.size()));
        heap.remove(**one);
        truth.erase(one);
      }
      ASSERT_EQ(heap.first(), truth.empty() ? nullptr : *truth.begin());
    }
  }
}

TEST(AlarmHeap, HoldsAMillionWithoutRecursion) {
  alarm_heap heap;
  std::list<any_alarm> all(1'000'000);
  std::int64_t n = 0;
  for (any_alarm& a : all) {
    a.when =
        start - std::chrono::nanoseconds(n++);  // each above the one before: as deep as it gets
    heap.insert(a);
  }
  time_point last = time_point::min();
  while (heap.first() != nullptr) {
    ASSERT_GT(heap.first()->when, last);
    last = heap.first()->when;
    heap.remove(*heap.first());
  }
}

}  // namespace
