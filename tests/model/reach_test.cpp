// reach_test.cpp: the last handle goes while somebody comes who has none, in all schedules.
//
//   Before   nothing.   After   a copy of what life.cpp and runtime.cpp do to `reach`.
//   Kind     model of C2, C3 and C5; the mailbox between the last handle and the owner is a flag.
//   Blind    Memory orders: see explorer.hpp.
#include "atomics.hpp"
#include "explorer.hpp"
#include "verdicts.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace {

using model::expect_found;
using model::expect_passes;

constexpr std::uint64_t one_handle = 2;
constexpr std::uint64_t told = 1;
constexpr std::uint64_t leaving = std::uint64_t{1} << 63;
constexpr std::uint64_t reach_freed = ~std::uint64_t{0};
constexpr auto acquire = std::memory_order_acquire;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto relaxed = std::memory_order_relaxed;

enum class fault : std::uint8_t { none, end_not_claimed, claim_ignored, no_second_look };

struct plan {
  unsigned holders = 1;  ///< threads that let a handle go
  unsigned lockers = 1;  ///< threads that come without one
  unsigned walkers = 0;  ///< threads that look at every cell: snapshot, shutdown
  bool on_stop = false;  ///< the end itself makes a handle, which another thread lets go
  fault planted = fault::none;
};

struct world {
  plan what;
  model::atomics::atomic<std::uint64_t> reach{0};
  model::atomics::atomic<unsigned> unreferenced{0};  // in the mailbox
  model::atomics::atomic<unsigned> messages{0};      // the others there
  model::atomics::atomic<bool> stopping{false};
  bool told_seen = false;
  bool given = false;
  bool freed = false;
  unsigned held = 0;  ///< handles of those who have locked
  unsigned busy = 0;
};

void release(world& w) {
  model::check(!w.freed, "a handle keeps its cell");
  auto reach = w.reach.load(relaxed);
  std::uint64_t left = 0;
  do {
    left = reach == one_handle ? told : reach - one_handle;
  } while (!w.reach.compare_exchange_weak(reach, left, acq_rel, relaxed));
  if (reach == one_handle)
    model::check(w.unreferenced.fetch_add(1, acq_rel) == 0, "C2: it is pushed once");
}

bool acquire_if(world& w, std::uint64_t unless) {
  auto reach = w.reach.load(acquire);
  do {
    if ((reach & unless) == unless) return false;
  } while (!w.reach.compare_exchange_weak(reach, reach + one_handle, acq_rel, acquire));
  return true;
}

/// Locks, sends a message, and lets go.
void lock(world& w) {
  const bool ignores = w.what.planted == fault::claim_ignored;
  if (acquire_if(w, ignores ? reach_freed : leaving)) {
    if (!w.stopping.load(acquire)) {
      ++w.held;
      w.messages.fetch_add(1, acq_rel);
      model::check(!w.stopping.load(acquire), "C5: who has locked keeps it from ending");
      --w.held;
    }
    release(w);
  }
  --w.busy;
}

void walk(world& w) {
  if (acquire_if(w, reach_freed)) release(w);
  --w.busy;
}

[[nodiscard]] bool is_empty(world& w) {
  return w.messages.load(acquire) == 0 && w.unreferenced.load(acquire) == 0;
}

/// As refuse_the_late() in engine/life.cpp.
bool refuse_the_late(world& w, std::uint64_t& reach) {
  if (w.what.planted == fault::end_not_claimed) return true;
  if (!w.reach.compare_exchange_strong(reach, reach | leaving, acq_rel, relaxed)) return false;
  reach |= leaving;
  if (w.what.planted == fault::no_second_look || is_empty(w)) return true;
  w.reach.fetch_and(~leaving, acq_rel);
  return false;
}

/// As leave() there. @returns true: it is freed
bool leave(world& w) {
  for (;;) {
    auto reach = w.reach.load(acquire);
    if ((reach & ~leaving) != told) {
      if (!w.reach.compare_exchange_strong(reach, reach & ~(told | leaving), acq_rel, relaxed))
        continue;
      w.told_seen = false;
      return false;
    }
    if (!is_empty(w)) return false;
    if (!w.stopping.load(relaxed)) {
      if (!refuse_the_late(w, reach)) continue;
      w.stopping.store(true, std::memory_order_release);
      model::check(w.held == 0, "C5: nobody has locked it");
      model::check(w.messages.load(relaxed) == 0, "C5: what was sent is handled before the end");
      if (w.what.on_stop) {
        w.reach.fetch_add(one_handle, relaxed);
        w.given = true;
      }
    }
    if (!w.reach.compare_exchange_strong(reach, reach_freed, acq_rel, relaxed)) continue;
    if (is_empty(w)) break;
    w.reach.store(told, std::memory_order_release);
    return false;
  }
  w.freed = true;
  return true;
}

void own(world& w) {
  for (;;) {
    model::wait_until([&] { return !is_empty(w) || w.busy == 0; });
    if (w.messages.load(acquire) != 0) {
      w.messages.fetch_sub(1, acq_rel);
    } else if (w.unreferenced.load(acquire) != 0) {
      w.unreferenced.fetch_sub(1, acq_rel);
      w.told_seen = true;
    }
    if (is_empty(w) && w.told_seen && leave(w)) return;
    if (w.busy == 0 && is_empty(w) && !w.told_seen) return;
  }
}

auto program(const plan& how) {
  return [how](model::run& run) {
    auto* const w = run.make<world>(how);
    run.name(w, "cell");
    const auto thread = [&](auto body) {
      ++w->busy;
      run.thread(body);
    };
    w->reach.store(how.holders * one_handle, relaxed);
    for (unsigned i = 0; i < how.holders; ++i)
      thread([=] {
        release(*w);
        --w->busy;
      });
    for (unsigned i = 0; i < how.lockers; ++i) thread([=] { lock(*w); });
    for (unsigned i = 0; i < how.walkers; ++i) thread([=] { walk(*w); });
    if (how.on_stop)
      thread([=] {
        model::wait_until([=] { return w->given; });
        release(*w);
        --w->busy;
      });
    run.thread([=] { own(*w); });
    run.at_end([=] { model::check(w->freed, "C3: the cell is freed in the end"); });
  };
}

model::report explore(const plan& how, const model::options& bounds = {.preemptions = 3}) {
  return model::explore(bounds, program(how));
}

TEST(ReachModel, C5_WhoLocksKeepsTheActorOrGetsNothing) {
  expect_passes(explore({}));
  expect_passes(explore({.lockers = 2}));
  expect_passes(explore({.holders = 2, .lockers = 2}, {.preemptions = 2, .random_runs = 20'000}));
}

TEST(ReachModel, C5_ItIsNotDisturbedByThoseWhoOnlyLook) {
  expect_passes(explore({.walkers = 1}));
  expect_passes(explore({.lockers = 2, .walkers = 1}, {.preemptions = 2, .random_runs = 20'000}));
}

TEST(ReachModel, C3_AHandleThatTheEndMakesDelaysTheCellOnly) {
  expect_passes(explore({.on_stop = true}));
  expect_passes(explore({.lockers = 1, .walkers = 1, .on_stop = true}, {.preemptions = 2}));
}

TEST(ReachModel, C5_AnEndThatIsNotClaimedIsFound) {
  expect_found(explore({.planted = fault::end_not_claimed}), "C5: ");
}

TEST(ReachModel, C5_AnEndThatDoesNotLookForWhatCameMeanwhileIsFound) {
  expect_found(explore({.planted = fault::no_second_look}), "C5: what was sent is handled");
}

TEST(ReachModel, C5_ALockThatDoesNotLookAtTheClaimIsFound) {
  expect_found(explore({.planted = fault::claim_ignored}), "C5: ");
}

}  // namespace
