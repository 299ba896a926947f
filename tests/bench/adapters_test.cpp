// adapters_test.cpp: the rows of queues, locks and executors fail when work is lost.
#include <troupe/bench/common/adapters.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <stdexcept>

namespace {

using bench::order;

/// Holds one number: enough for a thread that gets what it has put. A bad one gets less.
template <bool is_right>
class queue_of_one {
  struct access {
    std::uint64_t& number;
    void put(std::uint64_t x) const { number = x; }
    [[nodiscard]] std::uint64_t get() const { return is_right ? number : number - 1; }
  };

public:
  explicit queue_of_one(int) {}
  access producer() { return {number_}; }
  access consumer() { return {number_}; }

private:
  std::uint64_t number_ = 0;
};

/// Every thread that gets makes the numbers itself. A bad one has lost the first.
template <unsigned first>
class queue_from {
  struct access {
    std::uint64_t next = first;
    void put(std::uint64_t) const {}
    [[nodiscard]] std::uint64_t get() { return next++; }
  };

public:
  explicit queue_from(int) {}
  access producer() { return {}; }
  access consumer() { return {}; }
};

template <unsigned step>
class counter {
public:
  explicit counter(int) {}
  void add_one() { sum_.fetch_add(step, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }

private:
  std::atomic<std::uint64_t> sum_{0};
};

template <unsigned lost>
class adder {
public:
  adder(int, unsigned submitters) : submitters_(submitters) {}
  [[nodiscard]] std::uint64_t sum_of(std::uint64_t first, std::uint64_t last) const {
    EXPECT_LE(last - first, bench::batch);
    EXPECT_EQ(submitters_, 2u);
    const auto sum = bench::sum_of_futures(
        first, last, [](std::uint64_t i) { return i; }, [](std::uint64_t i) { return i; });
    return sum - lost;
  }

private:
  unsigned submitters_;
};

const order thousands{.workers = 2, .work = 3'000, .variant = {}};

TEST(Adapters, AThreadThatPutsAndGetsIsMeasuredAndItsSumChecked) {
  EXPECT_GT(bench::queue_put_get<queue_of_one<true>>(thousands), 0);
  EXPECT_THROW(bench::queue_put_get<queue_of_one<false>>(thousands), std::runtime_error);
}

TEST(Adapters, ElementsHandedOverAreCountedOnEachThreadThatGets) {
  EXPECT_GT((bench::queue_handover<queue_from<1>, 8>(thousands)), 0);
  EXPECT_THROW((bench::queue_handover<queue_from<2>, 8>(thousands)), std::runtime_error);
}

TEST(Adapters, EveryStepUnderALockCounts) {
  EXPECT_GT(bench::lock_uncontended<counter<1>>(thousands), 0);
  EXPECT_GT((bench::lock_contended<counter<1>, 8>(thousands)), 0);
  EXPECT_THROW((bench::lock_contended<counter<2>, 8>(thousands)), std::runtime_error);
}

TEST(Adapters, ResultsOfTasksAreAddedUpBatchByBatch) {
  EXPECT_GT((bench::executor_submit<adder<0>, 2>(thousands)), 0);
  EXPECT_THROW((bench::executor_submit<adder<1>, 2>(thousands)), std::runtime_error);
}

}  // namespace
