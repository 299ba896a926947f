// run_queue_test.cpp: the ring of one worker, its owner and thieves, under all schedules.
//
//   Before   nothing.   After   engine/scheduling/run_queue.hpp, the type under test; explorer.hpp.
//   Kind     model. Owners follow a script: `+` put as worker.cpp does, `-` pop.
//   Blind    Memory orders: see explorer.hpp.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // a half of two is one, never none
#endif

#include <troupe/actors/engine/scheduling/run_queue.hpp>

#include "explorer.hpp"
#include "verdicts.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace {

using model::check;
using model::expect_found;
using model::expect_passes;

constexpr auto relaxed = std::memory_order_relaxed;

struct element {
  unsigned number = 0;
  unsigned taken = 0;
};

enum class fault : std::uint8_t { none, forgets_what_was_refused, two_owners, steals_when_full };

struct plan {
  std::string_view owner;  // see above
  unsigned thieves = 0;
  unsigned steals = 1;  // by each thief
  bool grabs = false;   // thieves take_half, without a ring of their own: the order can be checked
  fault planted = fault::none;
};

inline constexpr unsigned elements_max = 8;

template <std::size_t Capacity, class Atomics>
struct world {
  using queue = troupe::detail::run_queue<element, Capacity, Atomics>;

  explicit world(const plan& how) : what(how) {
    for (unsigned i = 0; i < elements_max; ++i) all[i].number = i;
  }

  const plan what;
  std::array<element, elements_max> all;
  queue ring;
  std::array<queue, 2> of_thieves;
  unsigned put = 0;
  unsigned gone = 0;  // elements taken, if the order is checked

  // Plain code runs together with the claim before it, so takes are seen in their order.
  void take(element* e, bool in_order) {
    check(++e->taken == 1, "Q1: taken once");
    if (in_order) check(e->number == gone++, "first in, first out");
  }
};

// As worker::put: of a full ring the older half goes elsewhere. Elsewhere is taken at once here.
template <class World>
void put(World& w, element& e) {
  if (w.ring.push(&e) || w.what.planted == fault::forgets_what_was_refused) return;
  typename World::queue::batch half;
  const std::size_t count = w.ring.take_half(half);
  for (std::size_t i = 0; i < count; ++i) w.take(half[i], w.what.grabs);
  check(w.ring.push(&e), "there is room now");
}

template <class World>
void own(World& w) {
  for (const char step : w.what.owner) {
    if (step == '+') {
      put(w, w.all[w.put++]);
    } else if (element* const e = w.ring.pop()) {
      w.take(e, w.what.grabs);
    }
  }
}

template <class World>
void steal(World& w, unsigned me) {
  auto& mine = w.of_thieves[me];
  for (unsigned i = 0; i < w.what.steals; ++i) {
    if (element* const e = mine.steal_from(w.ring)) w.take(e, false);
    for (unsigned last = 0; element* const e = mine.pop(); last = e->number) {
      check(last <= e->number, "what was stolen keeps its order");
      w.take(e, false);
    }
  }
}

template <class World>
void grab(World& w) {
  for (unsigned i = 0; i < w.what.steals; ++i) {
    typename World::queue::batch taken;
    const std::size_t count = w.ring.take_half(taken);
    for (std::size_t k = 0; k < count; ++k) w.take(taken[k], true);
    check(w.ring.size() <= taken.size() * 2, "a size that can be");
  }
}

template <class World>
void steal_into_a_full_ring(World& w) {
  auto& mine = w.of_thieves[0];
  for (unsigned i = elements_max - 4; i < elements_max; ++i) check(mine.push(&w.all[i]), "room");
  if (element* const e = mine.steal_from(w.ring)) w.take(e, false);
  while (element* const e = mine.pop()) ++e->taken;
}

template <std::size_t Capacity, class Atomics = model::atomics>
auto program(const plan& how) {
  return [how](model::run& run) {
    auto* const w = run.make<world<Capacity, Atomics>>(how);
    run.name(&w->ring, "ring");
    run.thread([w] { own(*w); });
    if (how.planted == fault::two_owners) run.thread([w] { own(*w); });
    for (unsigned i = 0; i < how.thieves; ++i) {
      run.thread([w, i] {
        if (w->what.planted == fault::steals_when_full) return steal_into_a_full_ring(*w);
        w->what.grabs ? grab(*w) : steal(*w, i);
      });
    }
    run.at_end([w] {
      check(w->ring.size() <= Capacity, "never more than there is room for");
      while (element* const e = w->ring.pop()) w->take(e, w->what.grabs);
      check(w->ring.size() == 0, "empty");
      for (unsigned i = 0; i < w->put; ++i) check(w->all[i].taken == 1, "Q1: none is lost");
    });
  };
}

TEST(RunQueueModel, Q1_WithoutThievesThePopsAreInTheOrderOfThePushes) {
  const plan how{.owner = "-++-+-+--++--", .grabs = true};
  expect_passes(model::explore({}, program<2>(how)));
  expect_passes(model::explore({}, program<4>(how)));
}

TEST(RunQueueModel, Q1_AThiefTakesTheOlderHalfRoundedUp) {
  for (unsigned here = 1; here <= 4; ++here) {
    const auto r = model::explore({}, [here](model::run& run) {
      auto* const w = run.make<world<4, model::atomics>>(plan{});
      run.thread([w, here] {
        for (unsigned i = 0; i < here; ++i) check(w->ring.push(&w->all[i]), "room for four");
        check(here < 4 || !w->ring.push(&w->all[here]), "no room for five");
        const unsigned taken = (here + 1) / 2;
        auto& mine = w->of_thieves[0];
        check(mine.steal_from(w->ring) == &w->all[taken - 1], "one of them to be run at once");
        check(mine.size() == taken - 1 && w->ring.size() == here - taken, "the rest");
        check(mine.pop() == (taken == 2 ? &w->all[0] : nullptr), "oldest first");
      });
    });
    expect_passes(r);
  }
}

TEST(RunQueueModel, Q1_ElementsAreTakenOnceByTheOwnerOrOneThief) {
  const plan how{.owner = "++-+-", .thieves = 1, .steals = 2};
  expect_passes(model::explore({.preemptions = 4}, program<2>(how)));
  expect_passes(model::explore({.preemptions = 4}, program<4>(how)));
}

TEST(RunQueueModel, Q1_TwoThievesAndTheOwnerShareWithoutLoss) {
  const plan how{.owner = "+++-+-", .thieves = 2};
  expect_passes(model::explore({.preemptions = 3, .random_runs = 5000}, program<2>(how)));
  expect_passes(model::explore({.preemptions = 3, .random_runs = 5000}, program<4>(how)));
}

TEST(RunQueueModel, Q1_WhoeverTakesTakesTheOldest) {
  const plan how{.owner = "++++-+-", .thieves = 2, .grabs = true};
  expect_passes(model::explore({.preemptions = 3}, program<2>(how)));
  expect_passes(model::explore({.preemptions = 3}, program<4>(how)));
}

TEST(RunQueueModel, Q2_ASlotIsUsedAgainOnlyWhenNoOldClaimCanSucceed) {
  // Around the ring more than twice, while a thief holds what it has read.
  const plan around{.owner = "++-+-+-+-+-", .thieves = 1, .steals = 2, .grabs = true};
  expect_passes(model::explore({.preemptions = 4}, program<2>(around)));
  const plan four{.owner = "++++--++--++", .thieves = 1, .steals = 2, .grabs = true};
  expect_passes(model::explore({.preemptions = 4}, program<4>(four)));
}

TEST(RunQueueModel, Q2_AFullRingRefusesAndKeepsWhatItHas) {
  const plan how{.owner = "++++++", .thieves = 1, .steals = 2, .grabs = true};
  expect_passes(model::explore({.preemptions = 4}, program<2>(how)));
  expect_passes(model::explore({.preemptions = 4}, program<4>(how)));
  const plan two{.owner = "+++++", .thieves = 2};
  expect_passes(model::explore({.preemptions = 3}, program<2>(two)));
}

// Every other weak exchange fails without a reason, as it may.
struct flaky : model::atomics {
  template <class T>
  struct atomic : model::atomic<T> {
    using model::atomic<T>::atomic;
    bool compare_exchange_weak(T& expected, T desired, std::memory_order done,
                               std::memory_order failed) noexcept {
      if (++calls % 2 == 0)
        return model::atomic<T>::compare_exchange_weak(expected, desired, done, failed);
      expected = this->load(std::memory_order_acquire);
      return false;
    }
    unsigned calls = 0;
  };
};

TEST(RunQueueModel, Q1_AClaimThatFailsWithoutAReasonIsMadeAgain) {
  const plan how{.owner = "++-+-", .thieves = 1, .grabs = true};
  expect_passes(model::explore({.preemptions = 4}, program<2, flaky>(how)));
  expect_passes(model::explore({.preemptions = 4}, program<4, flaky>(how)));
}

// --- proofs that these tests can fail

// A claim that does not look whether the head has moved.
struct careless : model::atomics {
  template <class T>
  struct atomic : model::atomic<T> {
    using model::atomic<T>::atomic;
    bool compare_exchange_weak(T&, T desired, std::memory_order, std::memory_order) noexcept {
      this->exchange(desired, std::memory_order_acq_rel);
      return true;
    }
  };
};

TEST(RunQueueModel, Q1_AClaimThatDoesNotCompareIsFound) {
  const plan pops{.owner = "++--", .thieves = 1};
  expect_found(model::explore({}, program<2, careless>(pops)), "Q1");
  expect_found(model::explore({}, program<4, careless>(pops)), "Q1");
  const plan thieves{.owner = "++", .thieves = 2, .grabs = true};
  expect_found(model::explore({}, program<4, careless>(thieves)), "Q1");
}

// A head that counts modulo the ring's size only, so that an old claim fits again.
struct wrapping : model::atomics {
  template <class T>
  struct atomic : model::atomic<T> {
    using model::atomic<T>::atomic;
    bool compare_exchange_weak(T& expected, T desired, std::memory_order done,
                               std::memory_order failed) noexcept {
      const T now = this->load(relaxed);
      if (now % 2 == expected % 2) expected = now;
      return model::atomic<T>::compare_exchange_weak(expected, desired, done, failed);
    }
  };
  template <class T>
  struct atomic<T*> : model::atomic<T*> {
    using model::atomic<T*>::atomic;
  };
};

TEST(RunQueueModel, Q2_AnIndexThatComesBackIsFound) {
  const plan around{.owner = "++-+-+-", .thieves = 1, .grabs = true};
  expect_found(model::explore({}, program<2, wrapping>(around)), "check failed");
}

TEST(RunQueueModel, Q2_TwoOwnersAreFound) {
  expect_found(model::explore({}, program<4>({.owner = "+", .planted = fault::two_owners})), "Q1");
}

TEST(RunQueueModel, Q2_AnElementThatWasRefusedAndForgottenIsFound) {
  const plan how{.owner = "+++", .thieves = 1, .planted = fault::forgets_what_was_refused};
  expect_found(model::explore({}, program<2>(how)), "Q1: none is lost");
}

TEST(RunQueueModel, Q1_AThiefWhoseOwnRingIsFullIsFound) {
  const plan how{.owner = "++++", .thieves = 1, .planted = fault::steals_when_full};
  expect_found(model::explore({}, program<4>(how)), "Q1: none is lost");
}

}  // namespace
