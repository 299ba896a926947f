// timer_wheel_test.cpp: the wheel beside a sorted list.
#include <troupe/actors/engine/scheduling/timer_wheel.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <list>
#include <random>
#include <vector>

namespace {

using namespace std::chrono_literals;
using troupe::duration;
using troupe::time_point;
using troupe::detail::timer_wheel;
using troupe::detail::wheel_entry;

constexpr time_point start{1h};

/// A wheel, and the plain truth about it.
class both {
public:
  void add(time_point when) {
    wheel_entry& e = entries_.emplace_back();
    wheel_.add(e, when);
    truth_.push_back(&e);
    exact_ = exact_ || truth_.size() == 1;
  }
  void remove(std::size_t i) {
    wheel_.remove(*truth_[i]);
    EXPECT_EQ(truth_[i]->held, nullptr);
    truth_.erase(truth_.begin() + static_cast<std::ptrdiff_t>(i));
    exact_ = false;
  }
  /// Takes what is due at `now`, which must be what is due.
  void take(time_point now) {
    while (wheel_entry* const e = wheel_.take_due(now)) {
      ASSERT_LE(e->when, now) << "too early";
      ASSERT_EQ(e->held, nullptr);
      const auto known = std::find(truth_.begin(), truth_.end(), e);
      ASSERT_NE(known, truth_.end()) << "given out twice, or after it was removed";
      truth_.erase(known);
    }
    ASSERT_TRUE(truth_.empty() || earliest() > now) << "forgotten";
    ASSERT_TRUE(truth_.empty() || wheel_.next() > now) << "said to be due, and is not";
  }
  [[nodiscard]] time_point earliest() const {
    time_point t = time_point::max();
    for (const wheel_entry* e : truth_) t = std::min(t, e->when);
    return t;
  }
  [[nodiscard]] std::size_t size() const { return truth_.size(); }
  [[nodiscard]] time_point next() const { return wheel_.next(); }
  /// Nothing has been removed since the wheel was empty.
  [[nodiscard]] bool is_exact() const { return exact_; }

private:
  timer_wheel wheel_;
  std::list<wheel_entry> entries_;
  std::vector<wheel_entry*> truth_;
  bool exact_ = true;
};

/// Up to 2^61 ns, each order of magnitude as likely as another: every level has its share.
duration any_length(std::mt19937_64& random) {
  return duration(static_cast<duration::rep>(random() >> (3 + random() % 61)));
}

TEST(TimerWheel, IsEmptyAtFirst) {
  timer_wheel w;
  EXPECT_EQ(w.next(), time_point::max());
  EXPECT_EQ(w.take_due(start), nullptr);
}

TEST(TimerWheel, KnowsTheNextTimeToTheNanosecondAtEveryLevel) {
  for (unsigned bit = 0; bit < 62; ++bit) {
    timer_wheel w;
    wheel_entry one;
    wheel_entry other;
    const time_point when = start + duration(duration::rep{1} << bit);
    w.add(other, when + 1ns);
    w.add(one, when);
    EXPECT_EQ(w.next(), when);
    EXPECT_EQ(w.take_due(when - 1ns), nullptr) << "at bit " << bit;
    EXPECT_EQ(w.take_due(when), &one) << "at bit " << bit;
    EXPECT_EQ(w.take_due(when), nullptr) << "at bit " << bit;
    EXPECT_EQ(w.next(), when + 1ns);
    EXPECT_EQ(w.take_due(when + 1ns), &other) << "at bit " << bit;
    EXPECT_EQ(w.next(), time_point::max());
  }
}

TEST(TimerWheel, WhatIsAddedTooLateIsDueAtOnce) {
  timer_wheel w;
  wheel_entry far;
  wheel_entry near;
  wheel_entry late;
  w.add(near, start + 10h);
  w.add(far, start + 20h);
  EXPECT_EQ(w.take_due(start + 10h), &near);
  w.add(late, start);
  EXPECT_EQ(w.next(), start);
  EXPECT_EQ(w.take_due(start + 10h), &late);
  EXPECT_EQ(w.next(), start + 20h);
}

TEST(TimerWheel, WhatIsDueAndNotTakenYetCanBeRemoved) {
  timer_wheel w;
  wheel_entry one;
  wheel_entry two;
  wheel_entry later;
  w.add(one, start);
  w.add(two, start);
  w.add(later, start + 1ns);
  wheel_entry* const taken = w.take_due(start);
  wheel_entry& left = taken == &one ? two : one;
  w.remove(left);
  EXPECT_EQ(w.take_due(start), nullptr);
  EXPECT_EQ(w.next(), start + 1ns);
  EXPECT_EQ(w.take_due(start + 1ns), &later);
}

TEST(TimerWheel, GivesOutAtAnyTimeWhatASortedListWould) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    both b;
    time_point now = start;
    for (int step = 0; step < 400; ++step) {
      const auto dice = random() % 10;
      if (dice < 6) {
        b.add(now + any_length(random));
      } else if (dice == 6 && b.size() != 0) {
        b.remove(random() % b.size());
      } else if (dice == 7) {  // as late as it likes
        now += std::min(any_length(random), duration(time_point::max() - now) / 4);
        b.take(now);
      } else if (b.size() != 0) {  // as one who sleeps until then
        ASSERT_LE(b.next(), b.earliest());
        if (b.is_exact()) {
          ASSERT_EQ(b.next(), b.earliest());
        }
        now = std::max(now, b.next());
        b.take(now);
      }
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(TimerWheel, WhoSleepsUntilNextComesToAnEndThoughAllWasRemovedBefore) {
  std::mt19937_64 random(7);
  both b;
  for (int i = 0; i < 1000; ++i) b.add(start + any_length(random) / 4);
  while (b.size() > 1) b.remove(random() % b.size());
  time_point now = start;
  int sleeps = 0;
  for (; b.size() != 0 && sleeps < 1000; ++sleeps) {
    now = std::max(now, b.next());
    b.take(now);
    ASSERT_FALSE(::testing::Test::HasFatalFailure());
  }
  EXPECT_EQ(b.size(), 0U);
  EXPECT_LE(sleeps, 8) << "a sleep for each level at most";
}

}  // namespace
