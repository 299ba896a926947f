// queue_order_test.cpp: lifo and priority, and the order of each producer.
#include "waiters.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cast;
using classic::lifo_queue;
using classic::priority_queue;
using classic::queue;

template <class Queue>
[[nodiscard]] std::vector<int> drained(Queue& q) {
  std::vector<int> all;
  for (auto got = q.get_nowait(); got; got = q.get_nowait()) all.push_back(*got);
  return all;
}
template <class Queue>
void fill(Queue& q, const std::vector<int>& with) {
  for (const int n : with) EXPECT_EQ(q.put(n), wait_errc::ok);
}
template <class Ref>
auto puts(Ref r, int number) {
  return [r, number](player&) -> task<> { static_cast<void>(co_await r.put(number)); };
}

// --- lifo

SCENARIO(LifoQueue, LastInFirstOut) {
  lifo_queue<int> q(w.system());
  fill(q, {1, 2, 3});
  EXPECT_EQ(*q.get(), 3);
  fill(q, {4, 5});
  EXPECT_EQ(drained(q), (std::vector{5, 4, 2, 1}));
  EXPECT_EQ(text_of(q.get_nowait()), "queue_empty");
}

SCENARIO(LifoQueue, IsBoundedAndOneLetInIsTheLast) {
  lifo_queue<int> q(w.system(), 2);
  fill(q, {1, 2});
  EXPECT_EQ(q.put_nowait(3), wait_errc::queue_full);
  crowd c(w);
  c.add(puts(ref_of(q), 3));
  c.add(puts(ref_of(q), 4));
  EXPECT_EQ(*q.get(), 2);
  EXPECT_EQ(*q.get(), 3) << "the first who waited was let in, and was the last in";
  EXPECT_EQ(*q.get(), 4);
  EXPECT_EQ(*q.get(), 1);
}

SCENARIO(LifoQueue, ThoseWhoWaitAreServedInTheOrderTheyCame) {
  lifo_queue<int> q(w.system());
  crowd c(w);
  for (int i = 0; i < 3; ++i)
    c.add([r = ref_of(q), j = c.wrote, i](player&) -> task<> {
      const auto got = co_await r.get();
      j->note(std::to_string(i) + std::to_string(*got));
    });
  fill(q, {7, 8, 9});
  c.expect_lines(3);
  EXPECT_TRUE(c.wrote->has("07") && c.wrote->has("18") && c.wrote->has("29")) << c.text();
}

// --- priority

SCENARIO(PriorityQueue, TheLowestFirst) {
  priority_queue<int> q(w.system());
  fill(q, {5, 1, 4, 2, 3});
  EXPECT_EQ(*q.get(), 1);
  fill(q, {0, 9});
  EXPECT_EQ(drained(q), (std::vector{0, 2, 3, 4, 5, 9}));
}

SCENARIO(PriorityQueue, AnyOrderGoesInTheLowestComesOut) {
  std::mt19937 dice(7);
  priority_queue<int> q(w.system());
  std::vector<int> model;
  for (int i = 0; i < 300; ++i) {
    if (dice() % 5 < 3 || model.empty()) {
      const int n = static_cast<int>(dice() % 50);
      EXPECT_EQ(q.put(n), wait_errc::ok);
      model.push_back(n);
    } else {
      const auto lowest = std::min_element(model.begin(), model.end());
      EXPECT_EQ(*q.get(), *lowest);
      model.erase(lowest);
    }
  }
  std::sort(model.begin(), model.end());
  EXPECT_EQ(drained(q), model);
}

struct job {
  int urgency;
  int number;
  friend bool operator<(const job& a, const job& b) { return a.urgency < b.urgency; }
};

SCENARIO(PriorityQueue, EqualOnesInTheOrderInWhichTheyCame) {
  priority_queue<job> q(w.system());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(q.put({i % 3, i}), wait_errc::ok);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(q.get()->number, 3 * i);
  for (int i = 100; i < 120; ++i) EXPECT_EQ(q.put({0, i}), wait_errc::ok);
  std::array<int, 3> last{-1, -1, -1};
  int urgency = 0;
  for (auto got = q.get_nowait(); got; got = q.get_nowait()) {
    EXPECT_GE(got->urgency, urgency);
    urgency = got->urgency;
    EXPECT_GT(got->number, std::exchange(last[static_cast<std::size_t>(urgency)], got->number));
  }
}

struct deepest_first {
  [[nodiscard]] bool operator()(const std::unique_ptr<int>& a,
                                const std::unique_ptr<int>& b) const {
    return *a > *b;
  }
};
SCENARIO(PriorityQueue, OrdersWhatCanOnlyBeMovedByALessOfItsOwn) {
  priority_queue<std::unique_ptr<int>, deepest_first> q(w.system(), 3);
  for (const int n : {2, 3, 1}) EXPECT_EQ(q.put(std::make_unique<int>(n)), wait_errc::ok);
  auto more = std::make_unique<int>(9);
  EXPECT_EQ(q.put_nowait(std::move(more)), wait_errc::queue_full);
  ASSERT_NE(more, nullptr);
  EXPECT_EQ(**q.get(), 3);
  EXPECT_EQ(q.put_nowait(std::move(more)), wait_errc::ok);
  for (const int n : {9, 2, 1}) EXPECT_EQ(**q.get(), n);
}

SCENARIO(PriorityQueue, WhoIsLetInTakesItsPlace) {
  priority_queue<int> q(w.system(), 2);
  fill(q, {5, 6});
  crowd c(w);
  c.add(puts(ref_of(q), 9));
  c.add(puts(ref_of(q), 1));
  EXPECT_EQ(*q.get(), 5);
  EXPECT_EQ(*q.get(), 6) << "1 was not in yet, 9 was";
  EXPECT_EQ(*q.get(), 1);
  EXPECT_EQ(*q.get(), 9);
}

SCENARIO(PriorityQueue, WhatIsInComesOutInOrderAfterShutdown) {
  priority_queue<int> q(w.system());
  fill(q, {3, 1, 2});
  q.shutdown();
  EXPECT_EQ(q.put(0), wait_errc::queue_shut_down);
  for (const int n : {1, 2, 3}) EXPECT_EQ(*q.get(), n);
  EXPECT_EQ(text_of(q.get()), "queue_shut_down");
  EXPECT_EQ(q.join(0ms), wait_errc::timeout);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(q.task_done(), wait_errc::ok);
  EXPECT_EQ(q.join(), wait_errc::ok);
}

/// What a killed getter had been given is in its place again.
SCENARIO(PriorityQueue, WhatComesBackTakesItsPlace) {
  priority_queue<int> q(w.system());
  crowd c(w);
  c.add([r = ref_of(q), j = c.wrote](player&) -> task<> {
    const auto got = co_await r.get();
    j->note(std::to_string(*got));
  });
  fill(q, {2});
  c.who(0).kill();
  fill(q, {3, 1});
  c.wait_until_gone(0);
  if (!real) w.settle();
  auto all = drained(q);
  if (c.wrote->has("2")) all.insert(all.begin() + 1, 2);
  EXPECT_EQ(all, (std::vector{1, 2, 3}));
}

// --- each producer's order

template <class Queue>
struct of_producers {
  static constexpr int producers = 4;
  static constexpr int each = 25;

  explicit of_producers(scenario::world& w) : q(w.system(), 3) {
    for (int p = 0; p < producers; ++p) {
      all.emplace_back(w);
      all.back().p.template tell<play>([r = ref_of(q), p](player&) -> task<> {
        for (int n = 0; n < each; ++n) static_cast<void>(co_await r.put(p * each + n));
      });
    }
  }
  Queue q;
  std::vector<stage_of_one> all;
};

SCENARIO(Queue, KeepsTheOrderOfEachProducer) {
  of_producers<queue<int>> made(w);
  std::array<int, 4> next{};
  for (int i = 0; i < 100; ++i) {
    const int got = *made.q.get();
    EXPECT_EQ(got % 25, next[static_cast<std::size_t>(got / 25)]++);
  }
  EXPECT_TRUE(made.q.empty());
}

SCENARIO(Queue, OtherOrdersLoseAndDoubleNothing) {
  of_producers<lifo_queue<int>> last(w);
  of_producers<priority_queue<int>> lowest(w);
  std::vector<int> a;
  std::vector<int> b;
  for (int i = 0; i < 100; ++i) {
    a.push_back(*last.q.get());
    b.push_back(*lowest.q.get());
  }
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  EXPECT_EQ(a, up_to(100));
  EXPECT_EQ(b, up_to(100));
}

// --- many threads

constexpr int producers = 12;
constexpr int consumers = 12;
constexpr int each = 60;

/// Puts `each` of producer `p`, in all the ways there are.
template <class Queue>
void produce(Queue& q, int p) {
  for (int n = 0; n < each; ++n) {
    auto x = std::make_unique<int>(p * each + n);
    if (n % 3 == 0) {
      EXPECT_EQ(q.put(std::move(x)), wait_errc::ok);
    } else {
      while (q.put(std::move(x), n % 3 == 1 ? 0us : 3us) != wait_errc::ok) {
        ASSERT_NE(x, nullptr) << "the element of a put that failed is gone";
        std::this_thread::yield();
      }
    }
    EXPECT_EQ(x, nullptr);
  }
}
/// Gets as many, in all the ways there are.
template <class Queue>
[[nodiscard]] std::vector<int> consume(Queue& q) {
  std::vector<int> all;
  while (all.size() < each) {
    auto got = all.size() % 3 == 0 ? q.get() : q.get(all.size() % 3 == 1 ? 0us : 3us);
    if (got) {
      all.push_back(**got);
      EXPECT_EQ(q.task_done(), wait_errc::ok);
    } else {
      EXPECT_EQ(text_of(got), "queue_empty");
    }
  }
  return all;
}
template <class Queue>
void expect_all_once(scenario::world& w, bool in_order) {
  Queue q(w.system(), 5);
  std::vector<std::vector<int>> got(consumers);
  at_once(producers + consumers, [&](int i) {
    if (i < producers)
      produce(q, i);
    else
      got[static_cast<std::size_t>(i - producers)] = consume(q);
  });
  std::vector<int> all;
  for (const auto& one : got) {
    std::array<int, producers> last{};
    last.fill(-1);
    for (const int n : one) {
      all.push_back(n);
      const int before = std::exchange(last[static_cast<std::size_t>(n / each)], n);
      if (in_order) {
        EXPECT_LT(before, n) << "one producer's elements overtook each other";
      }
    }
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, up_to(producers * each));
  EXPECT_TRUE(q.empty());
  EXPECT_EQ(q.join(), wait_errc::ok);
  EXPECT_EQ(q.task_done(), wait_errc::too_many);
}

SCENARIO_ON_THREADS(Queue, DozensOfThreadsLoseAndDoubleNothingAndKeepTheirOrder) {
  expect_all_once<queue<std::unique_ptr<int>>>(w, true);
}
SCENARIO_ON_THREADS(LifoQueue, DozensOfThreadsLoseAndDoubleNothing) {
  expect_all_once<lifo_queue<std::unique_ptr<int>>>(w, false);
}
SCENARIO_ON_THREADS(PriorityQueue, DozensOfThreadsLoseAndDoubleNothing) {
  expect_all_once<priority_queue<std::unique_ptr<int>, deepest_first>>(w, false);
}

SCENARIO_ON_THREADS(Queue, ThreadsAndActorsLoseAndDoubleNothingThoughSomeAreKilled) {
  queue<int> q(w.system(), 4);
  const auto j = make_journal();
  std::vector<stage_of_one> all;
  for (int i = 0; i < 12; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([r = ref_of(q), j, i](player&) -> task<> {
      for (int n = 0;; ++n) {
        const auto got = co_await r.get(n % 3 == i % 3 ? 30us : 1h);
        if (got) {
          j->note(std::to_string(*got));
        } else if (got.error() == wait_errc::queue_shut_down) {
          break;
        }
      }
    });
  }
  at_once(12, [&](int p) {
    for (int n = 0; n < 40; ++n) EXPECT_EQ(q.put(p * 40 + n), wait_errc::ok);
    if (p % 3 == 0) all[static_cast<std::size_t>(p)].p.kill();
  });
  std::vector<int> left;
  until(w, [&] {
    for (auto got = q.get_nowait(); got; got = q.get_nowait()) left.push_back(*got);
    return j->lines().size() + left.size() >= 480;
  });
  for (const auto& line : j->lines()) left.push_back(std::stoi(line));
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, up_to(480));
  q.shutdown();
}

}  // namespace
