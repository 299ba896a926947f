// capacity_test.cpp: what is promised of the bound of a mailbox.
#include "cast.hpp"

#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace {

using namespace std::chrono_literals;

using cast::keeper;
using cast::query;
using cast::reason_of;
using cast::right_answer;
using cast::says;
using troupe::ask_errc;
using troupe::dead_reason;
using troupe::tell_status;

const bool real = scenario::world::real;

struct item {
  int number = 0;
};
struct parcel {
  std::unique_ptr<int> content;
};
struct ask_three {
  troupe::address<query> whom;
};

/// What an actor has done, for those who cannot ask it.
struct tally {
  std::atomic<int> queued{0};
  std::atomic<int> handled{0};
  std::atomic<int> answered{0};
};
void add_one(std::atomic<int>& n) { n.fetch_add(1, std::memory_order_seq_cst); }
[[nodiscard]] int read(const std::atomic<int>& n) { return n.load(std::memory_order_seq_cst); }

/// Held in on_start until the test opens the gate.
class desk : public troupe::actor<desk> {
public:
  desk(cast::gate::leaf held, std::shared_ptr<tally> t)
      : held_(std::move(held)), tally_(std::move(t)) {}
  void on_start() { held_.pass(); }
  void on(item) { add_one(tally_->handled); }
  void on(const parcel&) { add_one(tally_->handled); }
  int on(query q) {
    add_one(tally_->handled);
    return right_answer(q.number);
  }

private:
  cast::gate::leaf held_;
  std::shared_ptr<tally> tally_;
};

// --- exactly

using scenario::can_hold;

void expect_exactly(scenario::world& w, int capacity) {
  const auto t = std::make_shared<tally>();
  cast::gate g;
  auto d = w.spawn<desk>({.capacity = static_cast<std::size_t>(capacity)}, g.hinge(), t);
  for (int i = 0; i < capacity; ++i) d.tell<item>(i);
  EXPECT_EQ(w.counters().dead_letters(), 0U) << "refused below its capacity";
  item one{};
  EXPECT_EQ(d.try_tell(one), tell_status::full) << "took more than its capacity";
  d.tell<item>(1);
  d.tell<item>(2);
  EXPECT_EQ(w.counters().dead_letters(dead_reason::full), 2U);
  g.open();
  w.settle();
  EXPECT_EQ(read(t->handled), capacity);
  EXPECT_EQ(w.counters().dead_letters(), 2U);
}

SCENARIO(Capacity, OfOneHoldsOne) { expect_exactly(w, 1); }
SCENARIO(Capacity, OfSevenHoldsSeven) { expect_exactly(w, 7); }
SCENARIO(Capacity, OfAHundredHoldsAHundred) { expect_exactly(w, 100); }
SCENARIO(Capacity, IsExactUpTo4096) { expect_exactly(w, 4096); }

SCENARIO(Capacity, CountsTellsTriesAndAsksTogether) {
  if (!can_hold(w)) return;
  const auto t = std::make_shared<tally>();
  cast::gate g;
  auto d = w.spawn<desk>({.capacity = 4}, g.hinge(), t);
  auto a = w.spawn<cast::asker>();
  item i{};
  d.tell<item>(1);
  EXPECT_EQ(d.try_tell(i), tell_status::queued);
  if (!real) {  // nothing runs by itself
    d.tell<item>(2);
    d.tell<item>(2);
    EXPECT_EQ(d.try_tell(i), tell_status::full);
    return;
  }
  for (int n = 0; n < 3; ++n) a.ask<cast::ask_for>(d, n).get();
  auto seen = a.ask(cast::so_far{}).get();
  while (seen.empty()) seen = a.ask(cast::so_far{}).get();
  EXPECT_EQ(*seen[0].error, ask_errc::full) << to_string(seen[0].error->code());
  EXPECT_EQ(seen[0].number, 2) << "the third was one too many";
  EXPECT_TRUE(says(seen[0].error->text(), "full")) << seen[0].error->text();
  g.open();
  w.settle();
  EXPECT_EQ(read(t->handled), 4);
}

SCENARIO(Capacity, IsExactWithManyTellersAtOnce) {
  constexpr int tellers = 4;
  constexpr int capacity = 150;
  const auto t = std::make_shared<tally>();
  cast::gate g;
  auto d = w.spawn<desk>({.capacity = capacity}, g.hinge(), t);
  cast::at_once(tellers, [&d, &t](int) {
    for (item i{}; i.number < 100; ++i.number)
      if (d.try_tell(i) == tell_status::queued) add_one(t->queued);
  });
  EXPECT_EQ(read(t->queued), capacity);
  g.open();
  w.settle();
  EXPECT_EQ(read(t->handled), capacity);
  EXPECT_EQ(w.counters().dead_letters(), 0U) << "whatever is queued is handled";
}

SCENARIO(Capacity, IsNeverExceededWhileItIsEmptiedAndQueuedMeansHandled) {
  constexpr int tellers = 4;
  constexpr int capacity = 8;
  const auto t = std::make_shared<tally>();
  cast::gate g;
  g.open();
  auto d = w.spawn<desk>({.capacity = capacity}, g.hinge(), t);
  std::atomic<int> most{0};
  cast::at_once(tellers, [&](int) {
    for (item i{}; i.number < 500; ++i.number) {
      if (d.try_tell(i) != tell_status::queued) continue;
      add_one(t->queued);
      const int queued = read(t->queued);
      const int waiting = queued - read(t->handled);
      int before = most.load(std::memory_order_relaxed);
      while (waiting > before &&
             !most.compare_exchange_weak(before, waiting, std::memory_order_relaxed)) {}
    }
  });
  w.settle();
  EXPECT_LE(most.load(std::memory_order_relaxed), capacity + 1) << "one is being handled";
  EXPECT_EQ(read(t->handled), read(t->queued));
  EXPECT_GE(read(t->queued), capacity);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Capacity, ThatIsReachedLeavesTheMessageOfATryUntouched) {
  const auto t = std::make_shared<tally>();
  cast::gate g;
  auto d = w.spawn<desk>({.capacity = 1}, g.hinge(), t);
  parcel first{std::make_unique<int>(1)};
  parcel second{std::make_unique<int>(2)};
  const int* const content = second.content.get();
  EXPECT_EQ(d.try_tell(first), tell_status::queued);
  EXPECT_EQ(first.content, nullptr);
  EXPECT_EQ(d.try_tell(second), tell_status::full);
  EXPECT_EQ(second.content.get(), content);
  g.open();
  w.settle();
  EXPECT_EQ(d.try_tell(second), tell_status::queued);
  w.settle();
  EXPECT_EQ(read(t->handled), 2);
  d.stop();
  w.settle();
  parcel third{std::make_unique<int>(3)};
  EXPECT_EQ(d.try_tell(third), tell_status::closed);
  EXPECT_NE(third.content, nullptr);
}

SCENARIO(Capacity, ComesBackWithEachMessageThatIsHandled) {
  constexpr int capacity = 5;
  const auto t = std::make_shared<tally>();
  cast::gate g;
  g.open();
  auto d = w.spawn<desk>({.capacity = capacity}, g.hinge(), t);
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < capacity - 1; ++i) d.tell<item>(i);
    d.tell<query>(1);
    w.settle();
    EXPECT_EQ(d.ask<query>(1).get(), right_answer(1));
  }
  EXPECT_EQ(w.counters().dead_letters(), 0U);
  EXPECT_EQ(read(t->handled), 20 * (capacity + 1));
  item i{};
  for (int n = 0; !real && n < capacity; ++n) EXPECT_EQ(d.try_tell(i), tell_status::queued);
  if (!real) {
    EXPECT_EQ(d.try_tell(i), tell_status::full) << "more came back than was taken";
  }
}

SCENARIO(Capacity, ComesBackWithRequestsThatAreNotRun) {
  const auto t = std::make_shared<tally>();
  cast::gate g;
  g.open();
  auto d = w.spawn<desk>({.capacity = 2}, g.hinge(), t);
  for (int i = 0; i < 10; ++i) {
    std::ignore = d.try_ask<query>(1).within(0ns).get();
    w.settle();
  }
  EXPECT_EQ(w.counters().dead_letters(dead_reason::full), 0U);
  EXPECT_EQ(d.ask<query>(2).get(), right_answer(2));
}

/// Whom it counted against while it waited there is behind it.
SCENARIO(Capacity, IsThatOfTheOneARequestIsForwardedTo) {
  constexpr int count = 200;
  auto narrow = w.spawn<keeper>({.capacity = count + 1});
  auto wide = w.spawn<cast::prompt>();
  auto a = w.spawn<cast::asker>();
  for (int i = 0; i < count; ++i) a.ask<cast::ask_for>(narrow, i).get();
  while (narrow.ask(cast::how_many{}).get() < count) {}
  narrow.tell<cast::hand_on>(wide);
  w.settle();
  for (int i = 0; i < count; ++i) wide.tell<query>(i);
  w.settle();
  EXPECT_EQ(wide.ask(cast::how_many{}).get(), 2 * count);
  for (int i = 0; i < count; ++i) narrow.tell<query>(i);
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

// --- approximately: samples of 64, which a message's address chooses

/// Counts in samples of 64: a capacity of 64·k is reached after the k-th sample. Of n messages
/// n/64 are samples, give or take a few times the square root.
SCENARIO(Capacity, Above4096IsBoundedWithinSixSquareRootsOfItsSamples) {
  constexpr int capacity = 64 * 256;
  constexpr double spread = 64.0 * 6;
  const auto t = std::make_shared<tally>();
  cast::gate g;
  auto d = w.spawn<desk>({.capacity = capacity}, g.hinge(), t);
  int taken = 0;
  item i{};
  while (taken < 4 * capacity && d.try_tell(i) == tell_status::queued) ++taken;
  const double most = spread * std::sqrt(capacity / 64.0);
  EXPECT_LT(std::abs(taken - capacity), most) << taken << " were taken";
  g.open();
  w.settle();
  EXPECT_EQ(read(t->handled), taken);
  for (int n = 0; n < capacity / 8; ++n)
    EXPECT_EQ(d.try_tell(i), tell_status::queued) << "all the room has come back";
}

// --- what is never refused

/// Asks three times in one handler, then is held there.
class busy : public troupe::actor<busy> {
public:
  busy(cast::gate::leaf held, std::shared_ptr<tally> t)
      : held_(std::move(held)), tally_(std::move(t)) {}
  void on(const ask_three& a) {
    for (int i = 0; i < 3; ++i)
      a.whom.ask<query>(i).then(this, [this](int) { add_one(tally_->answered); });
    held_.pass();
  }
  void on(item) { add_one(tally_->handled); }

private:
  cast::gate::leaf held_;
  std::shared_ptr<tally> tally_;
};

SCENARIO(Capacity, DoesNotRefuseReplies) {
  if (!can_hold(w)) return;
  const auto t = std::make_shared<tally>();
  cast::gate g;
  auto k = w.spawn<keeper>();
  auto b = w.spawn<busy>({.capacity = 1}, g.hinge(), t);
  b.tell<ask_three>(k);
  while (k.ask(cast::how_many{}).get() < 3) {}
  item i{};
  EXPECT_EQ(b.try_tell(i), tell_status::queued);
  EXPECT_EQ(b.try_tell(i), tell_status::full);
  k.tell(cast::answer_all{});
  if (real) {
    EXPECT_EQ(k.ask(cast::how_many{}).get(), 0);
  }
  g.open();
  w.settle();
  EXPECT_EQ(read(t->answered), 3);
  EXPECT_EQ(read(t->handled), 1);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Capacity, DoesNotCountReplies) {
  if (!can_hold(w)) return;
  const auto t = std::make_shared<tally>();
  cast::gate g;
  auto k = w.spawn<keeper>();
  auto b = w.spawn<busy>({.capacity = 1}, g.hinge(), t);
  b.tell<ask_three>(k);
  while (k.ask(cast::how_many{}).get() < 3) {}
  k.tell(cast::answer_all{});
  if (real) {
    EXPECT_EQ(k.ask(cast::how_many{}).get(), 0);
  }
  item i{};
  EXPECT_EQ(b.try_tell(i), tell_status::queued) << "three replies took its room";
  EXPECT_EQ(b.try_tell(i), tell_status::full);
  g.open();
  w.settle();
  EXPECT_EQ(b.try_tell(i), tell_status::queued);
  if (!real) {
    EXPECT_EQ(b.try_tell(i), tell_status::full) << "a reply gave room that it never took";
  }
}

SCENARIO(Capacity, DoesNotRefuseAStop) {
  const auto t = std::make_shared<tally>();
  cast::gate g;
  auto d = w.spawn<desk>({.capacity = 3}, g.hinge(), t);
  for (int i = 0; i < 4; ++i) d.tell<item>(i);
  d.stop();
  g.open();
  w.settle();
  EXPECT_EQ(read(t->handled), 3) << "what was queued before the stop";
  EXPECT_EQ(reason_of(d), troupe::exit_kind::normal);
}

SCENARIO(Capacity, DoesNotRefuseAKill) {
  const auto t = std::make_shared<tally>();
  cast::gate g;
  auto d = w.spawn<desk>({.capacity = 3}, g.hinge(), t);
  for (int i = 0; i < 4; ++i) d.tell<item>(i);
  d.kill();
  g.open();
  w.settle();
  EXPECT_EQ(reason_of(d), troupe::exit_kind::killed);
}

SCENARIO(Capacity, DoesNotKeepAnUnreferencedActorAlive) {
  const auto t = std::make_shared<tally>();
  cast::gate g;
  {
    auto d = w.spawn<desk>({.capacity = 3}, g.hinge(), t);
    for (int i = 0; i < 4; ++i) d.tell<item>(i);
  }
  g.open();
  w.settle();
  EXPECT_EQ(read(t->handled), 3);
  EXPECT_EQ(w.counters().alive(), 0U);
}

// --- options

SCENARIO(Capacity, OfZeroIsRefusedWithAText) {
  const auto t = std::make_shared<tally>();
  cast::gate g;
  try {
    const auto d = w.spawn<desk>({.capacity = 0}, g.hinge(), t);
    FAIL() << "spawned";
  } catch (const troupe::bad_option& e) {
    EXPECT_TRUE(says(e.what(), "capacity")) << e.what();
    EXPECT_TRUE(says(e.what(), "0")) << e.what();
    EXPECT_TRUE(says(e.what(), "at least one")) << e.what();
  }
  EXPECT_EQ(w.counters().spawned, 0U);
}

SCENARIO(Capacity, OfAsManyAsThereAreNumbersIsAllowed) {
  const auto t = std::make_shared<tally>();
  cast::gate g;
  g.open();
  auto d = w.spawn<desk>({.capacity = ~std::size_t{0}}, g.hinge(), t);
  for (int i = 0; i < 200; ++i) d.tell<item>(i);
  w.settle();
  EXPECT_EQ(read(t->handled), 200);
}

}  // namespace
