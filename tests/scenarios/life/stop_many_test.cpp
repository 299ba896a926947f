// stop_many_test.cpp: ends with much in the mailbox, from inside, and of a parent by its child;
// what watchers are told of them (fault 50).
#include "witness.hpp"

#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace life;
using troupe::dead_reason;

// --- from inside

SCENARIO(StopInside, WatchersAreToldAfterTheHandlerHasReturned) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  b.tell<will>([a](witness& me) {
    me.self().stop(exit_reason(exit_kind::user, 1));
    for (int i = 0; i < 20; ++i) a.tell<say>(i);
    me.note("returns");
  });
  t.settle();
  EXPECT_EQ(t.of("b"), "returns stop(user1) gone");
  const auto lines = t.notes->lines("a");
  ASSERT_EQ(lines.size(), 21U) << t.of("a");
  EXPECT_EQ(lines.back(), "down(b user1)");
}

SCENARIO(StopInside, WhatIsQueuedIsDead) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  does(b, [](witness& me) {
    const ref<witness> mine = me.self();
    mine.tell<will>([](witness& self) { self.self().stop(); });
    for (int i = 0; i < 50; ++i) mine.tell<say>(i);
  });
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b normal)");
  EXPECT_EQ(t.of("b"), "stop(normal) gone");
  EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), 50U);
}

SCENARIO(StopInside, InOnStartIsSeenByTheSpawnerThatWatches) {
  troop t(w);
  auto a = t.add("a");
  does(a, [](witness& me) {
    auto child = me.bear(
        "c", {.at_start = [](witness& c) { c.self().stop(exit_reason(exit_kind::user, 2)); }});
    me.watch(child);
  });
  t.settle();
  EXPECT_EQ(t.of("a"), "down(c user2)");
}

SCENARIO(StopInside, InTheHandlerOfADown) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto x = t.add("x");
  t.watch(x, a);
  does(a, [b](witness& me) {
    for (int i = 0; i < 3; ++i) me.watch(b);
    me.at_down = [](witness& self, const down& d) { self.self().stop(d.reason); };
  });
  t.fail(b);
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b failed:disk) stop(failed:disk) gone");
  EXPECT_EQ(t.of("x"), "down(a failed:disk)");
}

SCENARIO(StopInside, AFailureInTheHandlerOfADownIsAFailure) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto x = t.add("x");
  t.watch(x, a);
  does(a, [b](witness& me) {
    me.watch(b);
    me.at_down = [](witness&, const down&) { throw std::logic_error("not now"); };
  });
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("x"), "down(a failed:not now)");
}

// --- by a child

SCENARIO(StopParent, ByItsChildEndsBothTheChildFirst) {
  troop t(w);
  auto x = t.add("x");
  auto p = t.add("p");
  auto c = t.bear(p, "c");
  t.watch(x, p);
  t.watch(x, c);
  c.tell<will>([p](witness&) { p.stop(exit_reason(exit_kind::user, 3)); });
  p = {};
  t.settle();
  EXPECT_EQ(t.of("x"), "down(c shutdown) down(p user3)");
  EXPECT_EQ(t.of("c"), "stop(shutdown) gone");
  EXPECT_EQ(t.of("p"), "stop(user3) gone");
}

SCENARIO(StopParent, ByAKillFromItsChildEndsBoth) {
  troop t(w);
  auto x = t.add("x");
  auto p = t.add("p");
  auto c = t.bear(p, "c");
  t.watch(x, p);
  t.watch(x, c);
  c.tell<will>([p](witness& me) {
    p.kill();
    me.note("returns");
  });
  t.settle();
  EXPECT_EQ(t.of("x"), "down(c killed) down(p killed)");
  EXPECT_EQ(t.of("c"), "returns gone");
  EXPECT_EQ(t.of("p"), "gone");
}

SCENARIO(StopParent, ByAChildThatItIsLinkedToEndsBoth) {
  troop t(w);
  auto x = t.add("x");
  auto p = t.add("p");
  auto c = t.bear(p, "c");
  t.link(c, p);
  t.watch(x, p);
  t.watch(x, c);
  c.tell<will>(&life::fail);
  t.settle();
  EXPECT_EQ(t.of("x"), "down(c failed:disk) down(p failed:disk)");
}

SCENARIO(StopParent, ByItsChildWhileTheParentStopsTheChild) {
  troop t(w);
  auto x = t.add("x");
  auto p = t.add("p");
  auto c = t.bear(p, "c");
  t.watch(x, p);
  t.watch(x, c);
  cast::at_once(2, [&](int i) {
    if (i == 0)
      p.tell<will>([c](witness&) { c.stop(); });
    else
      c.tell<will>([p](witness&) { p.stop(); });
  });
  t.settle();
  const auto got = t.notes->lines("x");
  ASSERT_FALSE(got.empty());
  if (got.size() == 1)  // the child had ended before it could stop its parent
    EXPECT_EQ(got[0], "down(c normal)");
  else
    EXPECT_EQ(got[1], "down(p normal)") << t.of("x");
}

// --- much is queued

const int much = real ? 1'000'000 : 100'000;

/// Counts what it handles; on threads it can be held until all is queued.
struct load {
  std::atomic<int> handled{0};
  std::latch inside{1};
  std::latch opened{1};
};
struct tick {};
struct block {};
class porter : public troupe::actor<porter> {
public:
  explicit porter(std::shared_ptr<load> l) : load_(std::move(l)) {}
  void on(tick) { load_->handled.fetch_add(1, std::memory_order_relaxed); }
  void on(block) {
    load_->inside.count_down();
    load_->opened.wait();
  }
  void on(cast::stop_now) { self().stop(); }
  int on(cast::query q) const { return cast::right_answer(q.number); }

private:
  std::shared_ptr<load> load_;
};

/// A porter with much in its mailbox, watched; `first` is told before all of it, `last` behind it.
void with_much_queued(const std::function<void(const ref<porter>&)>& first,
                      const std::function<void(const ref<porter>&)>& last, int handled,
                      exit_kind how) {
  scenario::own_system sys;
  const auto l = std::make_shared<load>();
  const auto notes = std::make_shared<book>();
  auto b = sys->spawn<porter>(l);
  auto a = sys->spawn<witness>(notes, "a");
  notes->know(b.id(), "b");
  does(a, [b](witness& me) { static_cast<void>(me.self().watch(b)); });
  if (real) {
    b.tell(block{});
    l->inside.wait();
  }
  first(b);
  for (int i = 0; i < much; ++i) b.tell(tick{});
  last(b);
  b.tell(tick{});
  l->opened.count_down();
  sys.settle();
  EXPECT_EQ(l->handled.load(std::memory_order_relaxed), handled);
  EXPECT_EQ(notes->of("a"), "down(b " + std::string(to_string(how)) + ")");
  EXPECT_EQ(sys->counters().dead_letters(dead_reason::ended),
            static_cast<std::uint64_t>(much + 1 - handled));
  EXPECT_EQ(sys->counters().alive(), 1U);
}
constexpr auto nothing = [](const ref<porter>&) {};

TEST(StopMany, AStopBehindAMillionIsToldWhenAllAreHandled) {
  with_much_queued(nothing, [](const auto& b) { b.stop(); }, much, exit_kind::normal);
}
TEST(StopMany, AKillIsToldAtOnceAndTheMillionIsDead) {
  with_much_queued(nothing, [](const auto& b) { b.kill(); }, 0, exit_kind::killed);
}
TEST(StopMany, ASelfStopBeforeAMillionLetsThemDie) {
  with_much_queued([](const auto& b) { b.tell(cast::stop_now{}); }, nothing, 0, exit_kind::normal);
}
TEST(StopMany, AStopBeforeAMillionLetsThemDie) {
  with_much_queued([](const auto& b) { b.stop(); }, nothing, 0, exit_kind::normal);
}

TEST(StopMany, ALinkOvertakesAMillion) {
  scenario::own_system sys;
  const auto l = std::make_shared<load>();
  const auto notes = std::make_shared<book>();
  auto b = sys->spawn<porter>(l);
  auto a = sys->spawn<witness>(notes, "a");
  does(a, [b](witness& me) { static_cast<void>(me.self().link(b)); });
  if (real) {
    b.tell(block{});
    l->inside.wait();
  }
  a.tell<will>(&life::fail);
  if (real)
    while (sys->counters().ended < 1) std::this_thread::yield();
  else
    sys.settle();
  for (int i = 0; i < much; ++i) b.tell(tick{});
  l->opened.count_down();
  sys.settle();
  EXPECT_EQ(l->handled.load(std::memory_order_relaxed), 0);
  EXPECT_EQ(cast::reason_of(b), exit_reason::failed("std::runtime_error", "disk"));
  EXPECT_EQ(sys->counters().alive(), 0U);
}

TEST(StopMany, AWatcherWithAMillionQueuedGetsTheDownBehindThem) {
  scenario::own_system sys;
  struct behind : troupe::actor<behind> {
    struct watch_it {
      ref<porter> whom;
    };
    struct seen {
      using reply = int;
    };
    explicit behind(std::shared_ptr<load> l) : load_(std::move(l)) {}
    void on(const watch_it& i) { static_cast<void>(self().watch(i.whom)); }
    void on(tick) { ++handled_; }
    void on(block) {
      load_->inside.count_down();
      load_->opened.wait();
    }
    void on(down) { at_ = handled_; }
    int on(seen) const { return at_; }
    std::shared_ptr<load> load_;
    int handled_ = 0;
    int at_ = -1;
  };
  const auto l = std::make_shared<load>();
  auto b = sys->spawn<porter>(std::make_shared<load>());
  auto a = sys->spawn<behind>(l);
  a.tell(behind::watch_it{b});
  if (real) {
    a.tell(block{});
    l->inside.wait();
  } else {
    sys.settle();
  }
  for (int i = 0; i < much; ++i) a.tell(tick{});
  b.kill();
  if (real)
    while (sys->counters().ended < 1) std::this_thread::yield();
  l->opened.count_down();
  sys.settle();
  EXPECT_EQ(a.ask(behind::seen{}).within(1h).get(), much);
}

}  // namespace
