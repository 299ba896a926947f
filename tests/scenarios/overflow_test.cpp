// overflow_test.cpp: what becomes of the messages for a mailbox that is full.
#include "cast.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace {

using cast::act;
using cast::note;
using cast::query;
using cast::says;
using cast::tell;
using cast::up_to;
using cast::writer;
using troupe::ask_errc;
using troupe::dead_reason;
using troupe::exit_kind;
using troupe::overflow_policy;
using troupe::tell_status;

/// Reads what it is told; held at its beginning until the test opens the gate.
class box : public troupe::actor<box> {
public:
  box(cast::gate::leaf held, cast::page_ptr read)
      : held_(std::move(held)), read_(std::move(read)) {}
  void on_start() { held_.pass(); }
  void on(note n) { read_->write(n.number); }
  int on(query q) {
    read_->write(q.number);
    return q.number;
  }
  void on_stop(const troupe::exit_reason& why) { read_->close(why.kind()); }

private:
  cast::gate::leaf held_;
  cast::page_ptr read_;
};

/// A box of that capacity, with nothing in it. It handles nothing before it is let go.
struct delivery {
  delivery(scenario::world& w, std::size_t capacity, overflow_policy what)
      : to(w.spawn<box>({.capacity = capacity, .overflow = what}, g.hinge(), read)) {}

  cast::gate g;
  cast::page_ptr read = std::make_shared<cast::page>();
  troupe::ref<box> to;
};

/// Counts from `first` to `last`.
std::vector<int> from_to(int first, int last) {
  std::vector<int> all(static_cast<std::size_t>(last - first + 1));
  std::iota(all.begin(), all.end(), first);
  return all;
}

std::uint64_t full(scenario::world& w) { return w.counters().dead_letters(dead_reason::full); }

using scenario::can_hold;

constexpr int capacities[] = {1, 2, 7, 4096};
constexpr int larger = 5000;  // counted exactly under a policy of its own

// --- reject_newest

SCENARIO(Overflow, RejectNewestRefusesWhatComesAndKeepsTheOldest) {
  for (const int capacity : capacities) {
    const auto before = full(w);
    delivery d(w, static_cast<std::size_t>(capacity), overflow_policy::reject_newest);
    tell(d.to, 0, capacity + 3);
    EXPECT_EQ(full(w) - before, 3U);
    note one{9};
    EXPECT_EQ(d.to.try_tell(one), tell_status::full);
    EXPECT_EQ(full(w) - before, 3U) << "a try leaves the message with the caller";
    d.g.open();
    w.settle();
    EXPECT_EQ(d.read->lines(), up_to(capacity));
    EXPECT_EQ(d.to.try_tell(one), tell_status::queued);
    w.settle();
  }
}

// --- drop_oldest

/// `count` messages are waiting, no more than twice the capacity.
void expect_newest(scenario::world& w, int capacity, int count) {
  const auto before = full(w);
  delivery d(w, static_cast<std::size_t>(capacity), overflow_policy::drop_oldest);
  tell(d.to, 0, count);
  EXPECT_EQ(full(w), before) << "the oldest go in the actor's own turn";
  d.g.open();
  w.settle();
  EXPECT_EQ(d.read->lines(), from_to(std::max(0, count - capacity), count - 1));
  EXPECT_EQ(full(w) - before, static_cast<std::uint64_t>(std::max(0, count - capacity)));
}

SCENARIO(Overflow, DropOldestKeepsTheNewest) {
  for (const int capacity : capacities)
    for (const int count : {capacity, capacity + 1, 2 * capacity})
      expect_newest(w, capacity, count);
}

SCENARIO(Overflow, DropOldestCountsALargerCapacityExactlyToo) {
  expect_newest(w, larger, larger + 1);
  expect_newest(w, larger, 2 * larger);
}

SCENARIO(Overflow, DropOldestRefusesTheNewestBeyondTwiceTheCapacity) {
  for (const int capacity : capacities) {
    const auto before = full(w);
    delivery d(w, static_cast<std::size_t>(capacity), overflow_policy::drop_oldest);
    tell(d.to, 0, 2 * capacity);
    tell(d.to, 2 * capacity, 3);
    EXPECT_EQ(full(w) - before, 3U);
    note one{9};
    EXPECT_EQ(d.to.try_tell(one), tell_status::full);
    d.g.open();
    w.settle();
    EXPECT_EQ(d.read->lines(), from_to(capacity, 2 * capacity - 1));
    EXPECT_EQ(full(w) - before, static_cast<std::uint64_t>(capacity + 3));
    EXPECT_EQ(d.to.try_tell(one), tell_status::queued) << "there is room again";
    w.settle();
    EXPECT_EQ(full(w) - before, static_cast<std::uint64_t>(capacity + 3));
  }
}

SCENARIO(Overflow, DropOldestTakesATryThatDropsAnother) {
  delivery d(w, 2, overflow_policy::drop_oldest);
  for (note n{0}; n.number < 4; ++n.number) EXPECT_EQ(d.to.try_tell(n), tell_status::queued);
  note n{4};
  EXPECT_EQ(d.to.try_tell(n), tell_status::full);
  d.g.open();
  w.settle();
  EXPECT_EQ(d.read->lines(), from_to(2, 3));
  EXPECT_EQ(full(w), 2U);
}

SCENARIO(Overflow, DropOldestAnswersAnAskThatItDropsWithFull) {
  if (!can_hold(w)) return;
  delivery d(w, 2, overflow_policy::drop_oldest);
  auto me = w.spawn<writer>();
  const auto answers = std::make_shared<cast::page>();
  std::atomic<int> refused{0};
  const auto ask = [&](writer& self, int number) {
    d.to.try_ask<query>(number).then(&self, [&, answers](const troupe::result<int>& r) {
      if (r) return answers->write(*r);
      EXPECT_EQ(r.error(), ask_errc::full) << to_string(r.error().code());
      EXPECT_TRUE(says(r.error().text(), "full")) << r.error().text();
      refused.fetch_add(1, std::memory_order_relaxed);
    });
  };
  me.ask<cast::act_and_answer>([&](writer& self) {
      ask(self, 0);      // dropped
      tell(d.to, 1, 2);  // the second is kept
      ask(self, 3);      // kept
      ask(self, 4);      // refused
    }).get();
  d.g.open();
  w.settle();
  EXPECT_EQ(d.read->lines(), from_to(2, 3));
  EXPECT_EQ(answers->lines(), from_to(3, 3));
  EXPECT_EQ(refused.load(std::memory_order_relaxed), 2);
  EXPECT_EQ(full(w), 3U);
}

SCENARIO(Overflow, DropOldestNeverDropsAStop) {
  delivery d(w, 1, overflow_policy::drop_oldest);
  tell(d.to, 0, 1);
  d.to.stop();
  tell(d.to, 1, 1);
  d.g.open();
  w.settle();
  EXPECT_TRUE(d.read->lines().empty()) << "the first was too old";
  EXPECT_EQ(d.read->ends(), std::vector{exit_kind::normal});
  EXPECT_EQ(w.counters().dead_letters(), 2U);
}

/// Many tell at once while it is emptied: whatever is not handled is a dead letter.
SCENARIO(Overflow, WhateverThePolicyEachMessageIsHandledOrCounted) {
  constexpr int tellers = 4;
  constexpr int each = 300;
  for (const auto policy :
       {overflow_policy::reject_newest, overflow_policy::drop_oldest, overflow_policy::stop_actor})
    for (const std::size_t capacity : {std::size_t{1}, std::size_t{2}, std::size_t{50}}) {
      const auto before = w.counters().dead_letters();
      delivery d(w, capacity, policy);
      d.g.open();
      cast::at_once(tellers, [&d](int me) { tell(d.to, me * each, each); });
      w.settle();
      const auto got = d.read->lines();
      EXPECT_EQ(got.size() + w.counters().dead_letters() - before,
                static_cast<std::size_t>(tellers * each));
      std::array<int, tellers> last{-1, -1, -1, -1};
      for (const int n : got)
        EXPECT_LT(std::exchange(last[static_cast<std::size_t>(n / each)], n), n);
    }
}

// --- stop_actor

void expect_failed(scenario::world& w, delivery& d) {
  const auto reason = cast::reason_of(d.to);
  EXPECT_EQ(reason, exit_kind::failed);
  EXPECT_EQ(reason.type(), "mailbox_full");
  EXPECT_TRUE(says(reason.text(), "capacity")) << reason.text();
  EXPECT_TRUE(d.read->lines().empty()) << "it ends before it handles the next";
  EXPECT_EQ(w.counters().failed, 1U);
}

SCENARIO(Overflow, StopActorFailsWithMailboxFull) {
  delivery d(w, 3, overflow_policy::stop_actor);
  d.g.wait_for(1);
  tell(d.to, 0, 3);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
  tell(d.to, 3, 1);
  EXPECT_EQ(full(w), 1U) << "the one that is too many";
  tell(d.to, 4, 1);
  d.g.open();
  w.settle();
  EXPECT_EQ(full(w), 2U);
  EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), 3U) << "what was queued";
  expect_failed(w, d);
}

SCENARIO(Overflow, StopActorToleratesItsCapacityExactly) {
  for (const int capacity : {1, 2, 4096, larger}) {
    delivery d(w, static_cast<std::size_t>(capacity), overflow_policy::stop_actor);
    tell(d.to, 0, capacity);
    d.g.open();
    w.settle();
    EXPECT_EQ(d.read->lines(), up_to(capacity));
    tell(d.to, capacity, 1);
    w.settle();
    EXPECT_EQ(d.read->lines(), up_to(capacity + 1));
  }
  EXPECT_EQ(w.counters().failed, 0U);
}

SCENARIO(Overflow, StopActorCountsALargerCapacityExactlyToo) {
  delivery d(w, larger, overflow_policy::stop_actor);
  tell(d.to, 0, larger + 1);
  d.g.open();
  w.settle();
  EXPECT_EQ(full(w), 1U);
  expect_failed(w, d);
}

SCENARIO(Overflow, StopActorFailsAtATryThatFindsNoRoom) {
  delivery d(w, 1, overflow_policy::stop_actor);
  note n{0};
  EXPECT_EQ(d.to.try_tell(n), tell_status::queued);
  EXPECT_EQ(d.to.try_tell(n), tell_status::full);
  EXPECT_EQ(full(w), 0U) << "the message is still the caller's";
  d.g.open();
  w.settle();
  EXPECT_EQ(d.to.try_tell(n), tell_status::closed);
  expect_failed(w, d);
}

SCENARIO(Overflow, StopActorAnswersAnAskThatFindsNoRoomWithFull) {
  if (!can_hold(w)) return;
  delivery d(w, 1, overflow_policy::stop_actor);
  auto me = w.spawn<writer>();
  std::atomic<int> refused{0};
  std::atomic<int> down{0};
  me.ask<cast::act_and_answer>([&](writer& self) {
      for (int i = 0; i < 2; ++i)
        d.to.try_ask<query>(i).then(&self, [&](const troupe::result<int>& r) {
          refused.fetch_add(!r && r.error() == ask_errc::full, std::memory_order_relaxed);
          down.fetch_add(!r && r.error() == ask_errc::down, std::memory_order_relaxed);
        });
    }).get();
  d.g.open();
  w.settle();
  EXPECT_EQ(refused.load(std::memory_order_relaxed), 1);
  EXPECT_EQ(down.load(std::memory_order_relaxed), 1) << "it was queued when the actor failed";
  expect_failed(w, d);
}

/// Tells its parent, when it ends, more than its mailbox holds.
class child : public troupe::actor<child> {
public:
  explicit child(troupe::address<note> to) : to_(std::move(to)) {}
  void on_stop(const troupe::exit_reason&) { tell(to_, 0, 4); }

private:
  troupe::address<note> to_;
};
struct bear {
  using reply = void;
};
class parent : public troupe::actor<parent> {
public:
  void on(bear) { child_ = self().spawn<child>(troupe::address<note>(self())); }
  void on(note) {}

private:
  troupe::ref<child> child_;
};

SCENARIO(Overflow, StopActorFailsOnceThoughMoreComesWhileItStops) {
  auto p = w.spawn<parent>({.capacity = 1, .overflow = overflow_policy::stop_actor});
  p.ask(bear{}).get();
  for (note n{0}; p.try_tell(n) != tell_status::full;) {}  // which makes it fail
  w.settle();
  EXPECT_EQ(w.counters().failed, 1U);
  EXPECT_EQ(w.counters().ended, 2U);
}

// --- what a person sees

TEST(OverflowLog, NamesTheActorTheFirstTimeItDropsAndWhenItFails) {
  if (!scenario::world::real) GTEST_SKIP() << "a gate holds actors on threads only";
  troupe::actor_system sys({.workers = 1, .log = true});
  const auto read = std::make_shared<cast::page>();
  cast::gate g;
  testing::internal::CaptureStderr();
  auto drops = sys.spawn<box>(
      {.name = "left", .capacity = 1, .overflow = overflow_policy::drop_oldest}, g.hinge(), read);
  auto fails = sys.spawn<box>(
      {.name = "right", .capacity = 1, .overflow = overflow_policy::stop_actor}, g.hinge(), read);
  tell(drops, 0, 2);
  tell(fails, 0, 2);
  g.open();
  ASSERT_TRUE(sys.drain());
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(says(said, "box \"left\"")) << said;
  EXPECT_TRUE(says(said, "full mailbox")) << said;
  EXPECT_TRUE(says(said, "box \"right\"")) << said;
  EXPECT_TRUE(says(said, "failed: ")) << said;
  EXPECT_TRUE(says(said, "mailbox_full")) << said;
}

}  // namespace
