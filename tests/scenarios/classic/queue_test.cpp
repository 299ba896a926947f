// queue_test.cpp: what goes in comes out, and who waits gets it.
#include "waiters.hpp"

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace cast;
using classic::queue;
using box = std::unique_ptr<int>;
using boxes = queue<box>;

/// Gets one, and says which.
auto gets(queue<int>::ref r, journal_ptr j, classic::wait_time t = forever) {
  return [r, j, t](int) -> scene {
    return [r, j, t](player&) -> task<> {
      const auto got = co_await r.get(t);
      j->note(got ? std::to_string(*got) : text_of(got));
    };
  };
}
/// Puts the number of its turn, and says it when it is in.
auto puts(queue<int>::ref r, journal_ptr j, classic::wait_time t = forever) {
  return [r, j, t](int i) -> scene {
    return [r, j, t, i](player&) -> task<> {
      const auto end = co_await r.put(i, t);
      j->note(end == wait_errc::ok ? std::to_string(i) : text_of(end));
    };
  };
}
[[nodiscard]] std::string drained(queue<int>& q) {
  std::string all;
  for (auto got = q.get_nowait(); got; got = q.get_nowait())
    all += (all.empty() ? "" : " ") + std::to_string(*got);
  return all;
}

// --- what goes in comes out

SCENARIO(Queue, FirstInFirstOut) {
  queue<int> q(w.system());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(q.put(i), wait_errc::ok);
  EXPECT_EQ(q.qsize(), 10U);
  EXPECT_EQ(drained(q), "0 1 2 3 4 5 6 7 8 9");
  EXPECT_TRUE(q.empty());
}

SCENARIO(Queue, KnowsItsSize) {
  queue<int> q(w.system(), 2);
  EXPECT_EQ(q.maxsize(), 2U);
  EXPECT_TRUE(q.empty());
  EXPECT_FALSE(q.full());
  EXPECT_EQ(q.put(1), wait_errc::ok);
  EXPECT_FALSE(q.empty());
  EXPECT_FALSE(q.full());
  EXPECT_EQ(q.put(2), wait_errc::ok);
  EXPECT_TRUE(q.full());
  EXPECT_EQ(q.qsize(), 2U);
  EXPECT_TRUE(q.get().has_value());
  EXPECT_FALSE(q.full());
}

SCENARIO(Queue, AMaxsizeOfZeroOrLessIsTwoToThe30th) {
  for (const std::ptrdiff_t size :
       {std::ptrdiff_t{0}, std::ptrdiff_t{-1}, std::numeric_limits<std::ptrdiff_t>::min()}) {
    queue<int> q(w.system(), size);
    EXPECT_EQ(q.maxsize(), std::size_t{1} << 30U);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(q.put_nowait(i), wait_errc::ok);
    EXPECT_FALSE(q.full());
  }
}

SCENARIO(Queue, WithoutRoomOrElementsItSaysSoAtOnce) {
  queue<int> q(w.system(), 1);
  EXPECT_EQ(text_of(q.get_nowait()), "queue_empty");
  EXPECT_EQ(text_of(q.get(0ms)), "queue_empty");
  EXPECT_EQ(q.put_nowait(1), wait_errc::ok);
  EXPECT_EQ(q.put_nowait(2), wait_errc::queue_full);
  EXPECT_EQ(q.put(2, 0ms), wait_errc::queue_full);
  EXPECT_EQ(drained(q), "1");
}

SCENARIO(Queue, AfterItsTimeAPutIsQueueFullAndAGetQueueEmpty) {
  queue<int> q(w.system(), 1);
  EXPECT_EQ(text_of(q.get(a_while)), "queue_empty");
  EXPECT_EQ(q.put(1), wait_errc::ok);
  EXPECT_EQ(q.put(2, a_while), wait_errc::queue_full);
  crowd c(w);
  c.add(1, puts(ref_of(q), c.wrote, a_while));
  w.advance(a_while);
  c.expect_lines(1);
  EXPECT_EQ(c.text(), "queue_full");
  EXPECT_EQ(drained(q), "1");
  crowd d(w);
  d.add(1, gets(ref_of(q), d.wrote, a_while));
  w.advance(a_while);
  d.expect_lines(1);
  EXPECT_EQ(d.text(), "queue_empty");
  EXPECT_EQ(q.put(3), wait_errc::ok);
  EXPECT_EQ(q.qsize(), 1U) << "who waited has gone";
}

SCENARIO(Queue, ANegativeTimeIsAnErrorAndChangesNothing) {
  queue<int> q(w.system(), 2);
  EXPECT_EQ(text_of(q.get(-1ns)), "negative_timeout");
  EXPECT_EQ(q.put(1, -1ns), wait_errc::negative_timeout) << "though there is room";
  EXPECT_TRUE(q.empty());
  EXPECT_EQ(q.put(1), wait_errc::ok);
  EXPECT_EQ(text_of(q.get(troupe::duration::min())), "negative_timeout") << "though there is one";
  crowd c(w);
  c.add(1, gets(ref_of(q), c.wrote, -1ns));
  c.add(1, puts(ref_of(q), c.wrote, -1ns));
  EXPECT_EQ(c.text(), "negative_timeout negative_timeout");
  EXPECT_EQ(drained(q), "1");
}

// --- elements

SCENARIO(Queue, TakesElementsThatCanOnlyBeMoved) {
  boxes q(w.system());
  EXPECT_EQ(q.put(std::make_unique<int>(1)), wait_errc::ok);
  EXPECT_EQ(q.put_nowait(std::make_unique<int>(2)), wait_errc::ok);
  stage_of_one one(w);
  one.p
      .ask<perform>([r = ref_of(q)](player& me) -> task<> {
        const auto end = co_await r.put(std::make_unique<int>(3));
        me.say(text_of(end));
        auto got = co_await r.get();
        me.say(std::to_string(**got));
      })
      .get();
  EXPECT_EQ(one.text(), "ok 1");
  EXPECT_EQ(**q.get(), 2);
  box third = q.get().value();
  EXPECT_EQ(*third, 3);
}

SCENARIO(Queue, APutThatFailsLeavesTheElementWithItsCaller) {
  boxes q(w.system(), 1);
  auto x = std::make_unique<int>(7);
  EXPECT_EQ(q.put(std::move(x), -1ns), wait_errc::negative_timeout);
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(q.put(std::make_unique<int>(1)), wait_errc::ok);
  EXPECT_EQ(q.put_nowait(std::move(x)), wait_errc::queue_full);
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(q.put(std::move(x), a_while), wait_errc::queue_full);
  ASSERT_NE(x, nullptr);
  q.shutdown();
  EXPECT_EQ(q.put(std::move(x)), wait_errc::queue_shut_down);
  ASSERT_NE(x, nullptr);
  w.shutdown(60s);
  EXPECT_EQ(q.put(std::move(x)), wait_errc::closed);
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(*x, 7);
}

/// Its copy throws when it is told to; how many there are is counted.
struct fragile {
  explicit fragile(int n) : number(n) { alive.add(); }
  fragile(const fragile& other) : number(other.number) {
    if (number < 0) throw std::out_of_range("copy");
    alive.add();
  }
  fragile(fragile&& other) noexcept : number(other.number) { alive.add(); }
  fragile& operator=(const fragile&) = default;
  fragile& operator=(fragile&&) noexcept = default;
  ~fragile() { alive.add(-1); }
  friend bool operator<(const fragile& a, const fragile& b) { return a.number < b.number; }
  int number;
  inline static tally alive;
};

template <class Queue>
void expect_usable_after_a_copy_that_throws(scenario::world& w) {
  Queue q(w.system(), 2);
  const fragile good(1);
  const fragile bad(-1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW(static_cast<void>(q.put(bad)), std::out_of_range);
    EXPECT_THROW(static_cast<void>(q.put_nowait(bad)), std::out_of_range);
    EXPECT_THROW(static_cast<void>(q.put(bad, 1h)), std::out_of_range);
  }
  EXPECT_TRUE(q.empty());
  EXPECT_EQ(q.join(0ms), wait_errc::ok) << "what did not go in is no task";
  EXPECT_EQ(q.put(good), wait_errc::ok);
  EXPECT_EQ(q.put(fragile(-5)), wait_errc::ok) << "moved, not copied";
  EXPECT_THROW(static_cast<void>(q.put_nowait(bad)), std::out_of_range);
  EXPECT_EQ(q.qsize(), 2U);
  EXPECT_EQ(q.get()->number + q.get()->number, -4);
}
SCENARIO(Queue, AnElementWhoseCopyThrowsLeavesItUsable) {
  expect_usable_after_a_copy_that_throws<queue<fragile>>(w);
  expect_usable_after_a_copy_that_throws<classic::lifo_queue<fragile>>(w);
  expect_usable_after_a_copy_that_throws<classic::priority_queue<fragile>>(w);
}

SCENARIO(Queue, WhatIsLeftInItGoesWithIt) {
  const int before = fragile::alive.read();
  {
    queue<fragile> q(w.system());
    for (int i = 0; i < 10; ++i) EXPECT_EQ(q.put(fragile(i)), wait_errc::ok);
    EXPECT_EQ(fragile::alive.read(), before + 10);
    EXPECT_EQ(q.get()->number, 0);
    EXPECT_EQ(fragile::alive.read(), before + 9);
  }
  until(w, [&] { return fragile::alive.read() == before; });
}

// --- who waits

SCENARIO(Queue, GettersAreServedInTheOrderTheyCame) {
  queue<int> q(w.system());
  crowd c(w);
  for (int i = 0; i < 6; ++i)
    c.add([r = ref_of(q), j = c.wrote, i](player&) -> task<> {
      const auto got = co_await r.get();
      j->note(std::to_string(10 * i + *got));
    });
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(q.put(i), wait_errc::ok);
    EXPECT_EQ(text_of(q.get_nowait()), "queue_empty") << "it belongs to who waited";
    c.expect_lines(static_cast<std::size_t>(i) + 1);
  }
  EXPECT_EQ(c.text(), "0 11 22 33 44 55");
}

SCENARIO(Queue, PuttersAreLetInInTheOrderTheyCame) {
  queue<int> q(w.system(), 1);
  EXPECT_EQ(q.put(9), wait_errc::ok);
  crowd c(w);
  c.add(5, puts(ref_of(q), c.wrote));
  EXPECT_EQ(c.text(), "");
  EXPECT_EQ(q.qsize(), 1U);
  EXPECT_EQ(*q.get(), 9);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(q.put_nowait(7), wait_errc::queue_full) << "the room belongs to who waited";
    c.expect_lines(static_cast<std::size_t>(i) + 1);
    EXPECT_EQ(*q.get(), i);
  }
  EXPECT_TRUE(q.empty());
}

SCENARIO(Queue, ActorsSlowEachOtherDown) {
  queue<int> q(w.system(), 2);
  const auto j = make_journal();
  stage_of_one producer(w);
  stage_of_one consumer(w);
  producer.p.tell<play>([r = ref_of(q)](player&) -> task<> {
    for (int i = 0; i < 20; ++i) static_cast<void>(co_await r.put(i));
  });
  consumer.p.tell<play>([r = ref_of(q), j](player&) -> task<> {
    for (int i = 0; i < 20; ++i) {
      const auto got = co_await r.get();
      j->note(std::to_string(*got));
      const auto size = co_await r.qsize();
      EXPECT_LE(size, 2U);
    }
  });
  until(w, [&] { return j->lines().size() == 20; });
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(j->lines()[static_cast<std::size_t>(i)], std::to_string(i));
}

SCENARIO(Queue, ActorsAndTheThreadOutsideExchangeElements) {
  queue<int> there(w.system(), 1);
  queue<int> back(w.system(), 1);
  stage_of_one one(w);
  one.p.tell<play>([a = ref_of(there), b = ref_of(back)](player&) -> task<> {
    for (;;) {
      const auto got = co_await a.get();
      if (!got) break;
      static_cast<void>(co_await b.put(10 * *got));
    }
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(there.put(i), wait_errc::ok);
    EXPECT_EQ(*back.get(), 10 * i);
  }
  there.shutdown();
}

// --- who leaves at that moment

/// Some getters are killed, cancelled or late as elements come. Each element is either seen by one
/// getter or still there.
SCENARIO(Queue, WhatComesAsItsGetterEndsGoesToSomebodyElse) {
  constexpr int elements = 12;
  queue<int> q(w.system());
  auto k = w.spawn<keeper>();
  const auto j = make_journal();
  std::vector<stage_of_one> all;
  for (int i = 0; i < elements; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([r = ref_of(q), j, i, k](player&) -> task<> {
      if (i % 4 == 1) {
        auto first = co_await troupe::when_any(r.get(), kept_by(k, i));
        const auto* got = std::get_if<0>(&first);
        if (got != nullptr && got->has_value()) j->note(std::to_string(**got));
      } else {
        const auto got = co_await r.get(i % 4 == 2 ? (real ? 50us : 1ms) : 1h);
        if (got) j->note(std::to_string(*got));
      }
    });
  }
  for (int i = 0; i < elements; ++i) {
    EXPECT_EQ(q.put(i), wait_errc::ok);
    if (i % 4 == 3) all[static_cast<std::size_t>(i)].p.kill();
    if (i == 5) k.tell(answer_all{});
    if (i == 7) w.advance(1ms);
  }
  k.tell(answer_all{});
  std::vector<int> left;
  const auto take = [&] {
    for (auto got = q.get_nowait(); got; got = q.get_nowait()) left.push_back(*got);
    return j->lines().size() + left.size() == elements;
  };
  until(w, take);
  for (int n = 0; n < elements; ++n)
    EXPECT_EQ(j->count(std::to_string(n)) + std::count(left.begin(), left.end(), n), 1) << n;
  EXPECT_TRUE(q.empty());
}

/// Two queues and one who wants either: what it did not take stays where it was.
SCENARIO(Queue, TheLoserOfWhenAnyLosesNothing) {
  queue<int> a(w.system());
  queue<int> b(w.system());
  const auto j = make_journal();
  std::vector<stage_of_one> all;
  for (int i = 0; i < 4; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([x = ref_of(a), y = ref_of(b), j](player&) -> task<> {
      for (;;) {
        auto first = co_await troupe::when_any(x.get(), y.get());
        const auto& got = first.index() == 0 ? std::get<0>(first) : std::get<1>(first);
        if (!got) break;
        j->note(std::to_string(*got));
      }
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ((i % 2 == 0 ? a : b).put(i), wait_errc::ok);
  until(w, [&] { return j->lines().size() >= 20; });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(j->count(std::to_string(i)), 1) << i;
  EXPECT_TRUE(a.empty());
  EXPECT_TRUE(b.empty());
  a.shutdown();
  b.shutdown();
}

SCENARIO(Queue, APutterThatLeavesTakesItsElementWithIt) {
  for (const auto how : every_leaving) {
    queue<int> q(w.system(), 1);
    EXPECT_EQ(q.put(0), wait_errc::ok);
    auto k = w.spawn<keeper>();
    crowd c(w);
    c.add(leaves(how, [r = ref_of(q)](classic::wait_time t) { return r.put(99, t); }, k, c.wrote));
    crowd d(w);
    d.add([r = ref_of(q)](player&) -> task<> { static_cast<void>(co_await r.put(1)); });
    make_leave(w, how, c, 0, k);
    EXPECT_EQ(*q.get(), 0);
    EXPECT_EQ(*q.get(), 1);
    EXPECT_TRUE(q.empty());
    EXPECT_FALSE(c.wrote->has("taken"));
  }
}

// --- where it may be used, and the end

SCENARIO(Queue, InATurnTheFormsOfThreadsAreRefused) {
  auto q = std::make_shared<boxes>(w.system(), 1);
  stage_of_one one(w);
  one.p
      .ask<perform>([q](player& me) -> task<> {
        auto x = std::make_unique<int>(1);
        me.say(outcome_of([&] { return q->put(std::move(x)); }));
        me.say(outcome_of([&] { return q->put(std::move(x), 10ms); }));
        me.say(x != nullptr ? "kept" : "lost");
        me.say(outcome_of([&] { return q->get(); }));
        me.say(outcome_of([&] { return q->get(10ms); }));
        me.say(outcome_of([&] { return q->join(); }));
        co_return;
      })
      .get();
  EXPECT_EQ(one.wrote->count("would_block_worker"), 5) << one.text();
  EXPECT_TRUE(one.wrote->has("kept"));
  EXPECT_TRUE(q->empty());
}

TEST(Queue, OutlivesItsSystem) {
  std::optional<boxes> q;
  std::optional<boxes::ref> r;
  {
    scenario::own_system sys;
    q.emplace(*sys, 2);
    r.emplace(*q);
    EXPECT_EQ(q->put(std::make_unique<int>(1)), wait_errc::ok);
  }
  auto x = std::make_unique<int>(2);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(q->put(std::move(x)), wait_errc::closed);
    ASSERT_NE(x, nullptr);
    EXPECT_EQ(text_of(q->get()), "closed");
    EXPECT_EQ(text_of(q->get(1h)), "closed");
    EXPECT_EQ(q->join(), wait_errc::closed);
    q->shutdown();
  }
  q.reset();
  scenario::own_system other;
  const auto j = make_journal();
  auto p = other->spawn<player>(j);
  p.ask<perform>([r = *r](player& me) -> task<> {
     const auto put = co_await r.put(std::make_unique<int>(3));
     const auto got = co_await r.get();
     me.say(text_of(put) + " " + text_of(got));
   })
      .within(1h)
      .get();
  EXPECT_EQ(j->text(), "closed closed");
}

}  // namespace
