// hold_test.cpp: the lock between a worker and the one that robs it, under all schedules.
//
//   Before   nothing.   After   engine/scheduling/hold.hpp, the type under test; explorer.hpp.
//   Kind     model. The owner keeps things back as engine/outgoing.cpp does, and sends what it no
//            longer keeps; the thief is that of worker.cpp.
//   Blind    Memory orders, see explorer.hpp; save that with `slow` a store stays in its thread's
//            buffer, perhaps for long, as on x86: this is what the fences of hold.hpp are for.
#include <troupe/actors/engine/scheduling/hold.hpp>

#include "explorer.hpp"
#include "verdicts.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace {

using model::check;
using model::expect_found;
using model::expect_passes;

constexpr auto relaxed = std::memory_order_relaxed;

// The threads.
constexpr std::size_t owner = 0;
constexpr std::size_t thief = 1;

// --- stores that are late

/// What each thread has stored and nobody else sees yet, in the order of its stores.
struct store_buffers {
  struct pending {
    void* object;
    std::uint64_t value;
    void (*write)(void*, std::uint64_t);
  };

  /// The oldest store of `thread` reaches the others.
  void let_one_out(std::size_t thread) {
    model::detail::point({nullptr, "a store arrives"});
    if (held[thread].empty()) return;
    const pending p = held[thread].front();
    held[thread].pop_front();
    p.write(p.object, p.value);
  }

  std::array<std::deque<pending>, 2> held;         // the owner's, the thief's
  inline static store_buffers* current = nullptr;  // of this execution
};

/// Sees its thread's own stores at once, those of others when they arrive.
template <class T>
class slow_atomic {
public:
  constexpr slow_atomic(T value) noexcept : value_(value) {}

  [[nodiscard]] T load(std::memory_order) const {
    model::detail::point({this, "load"});
    const T seen = newest();
    if (model::detail::tracing())
      model::detail::note(this, {"load = ", model::detail::value_text(seen)});
    return seen;
  }
  void store(T value, std::memory_order) {
    if (auto* const mine = buffer())
      return mine->push_back({this, static_cast<std::uint64_t>(value), &write});
    value_ = value;
  }

private:
  [[nodiscard]] T newest() const {
    if (const auto* const mine = buffer())
      for (auto p = mine->rbegin(); p != mine->rend(); ++p)
        if (p->object == this) return static_cast<T>(p->value);
    return value_;
  }
  static void write(void* self, std::uint64_t value) {
    if (model::detail::tracing())
      model::detail::note(self, {"becomes ", model::detail::word_text(value)});
    static_cast<slow_atomic*>(self)->value_ = static_cast<T>(value);
  }
  static std::deque<store_buffers::pending>* buffer() {
    const unsigned me = model::detail::this_thread();
    auto& all = store_buffers::current->held;
    return me < all.size() ? &all[me] : nullptr;
  }

  T value_;
};

struct slow {
  template <class T>
  using atomic = slow_atomic<T>;
};

// --- fences

/// How often something rare happened, over all executions of a search.
struct sightings {
  std::size_t robberies = 0;
  std::size_t gave_up = 0;
  std::size_t stepped_aside = 0;
  static inline sightings* current = nullptr;
};

struct fences {
  static void light() noexcept {}
  static bool heavy() noexcept {
    model::fence(std::memory_order_seq_cst);
    return true;
  }
  static void pause() noexcept {
    ++sightings::current->stepped_aside;
    model::yield();
  }
};

/// A full fence of this thread: all that it has stored arrives. Then, as membarrier(2), the same of
/// the other.
struct flushing : fences {
  static bool heavy() noexcept {
    for (const std::size_t thread : {thief, owner})
      while (!store_buffers::current->held[thread].empty())
        store_buffers::current->let_one_out(thread);
    return true;
  }
};
/// The other one first.
struct flushing_late : fences {
  static bool heavy() noexcept {
    for (const std::size_t thread : {owner, thief})
      while (!store_buffers::current->held[thread].empty())
        store_buffers::current->let_one_out(thread);
    return true;
  }
};

struct refused : fences {
  static bool heavy() noexcept { return false; }
};

// --- mistakes

enum class fault : std::uint8_t {
  none,
  owner_looks_first,    ///< H1: it looks for a thief before it says that it is inside
  thief_looks_first,    ///< H1: it looks for the owner before it says that it is there
  owner_looks_once,     ///< H2: having stepped aside it goes in without looking again
  thief_does_not_care,  ///< H2: it does not give up
  thief_stays,          ///< it does not say that it has gone
  sent_outside,         ///< O3: what was taken is sent when the owner may send again
};

/// hold.hpp with one of these mistakes.
template <fault Planted>
class bad_hold {
public:
  void enter() noexcept {
    if (Planted == fault::owner_looks_first) {
      step_aside();
      return inside_.store(true, relaxed);
    }
    inside_.store(true, relaxed);
    if (!robbed_.load(relaxed)) return;
    leave();
    step_aside();
    if (Planted != fault::owner_looks_once) return enter();
    inside_.store(true, relaxed);
  }
  void leave() noexcept { inside_.store(false, relaxed); }

  template <class Take>
  bool rob(Take take) noexcept {
    if (Planted == fault::thief_looks_first && inside_.load(relaxed)) return false;
    robbed_.store(true, relaxed);
    const bool looks = Planted != fault::thief_looks_first && Planted != fault::thief_does_not_care;
    const bool may = !looks || !inside_.load(relaxed);
    if (may) take();
    if (Planted != fault::thief_stays) robbed_.store(false, relaxed);
    return may;
  }

private:
  void step_aside() noexcept {
    while (robbed_.load(relaxed)) model::yield();
  }

  model::atomic<bool> inside_{false};
  model::atomic<bool> robbed_{false};
};

// --- owner and thief

/// A scenario.
struct plan {
  unsigned sends = 3;      ///< by the owner, which keeps back what it can
  unsigned robberies = 1;  ///< attempts
  fault planted = fault::none;
};

template <class Atomics, class Hold>
struct world {
  world(const plan& how, sightings& found) : what(how), seen(found) {}

  const plan what;
  sightings& seen;
  store_buffers buffers;
  Hold hold;
  typename Atomics::template atomic<bool> keeps{true};       // it keeps things back: until robbed
  typename Atomics::template atomic<std::uint32_t> kept{0};  // how many
  unsigned first_kept = 0;
  bool somebody_inside = false;
  unsigned arrived = 0;
  std::array<bool, 2> ended{};

  /// So many of those that were sent next arrive. Plain code: the exchange of a mailbox.
  void arrive(unsigned first, unsigned count) {
    model::detail::point({nullptr, "publish"});
    check(first == arrived, "O1: what was sent first comes first");
    arrived += count;
  }
  template <class F>
  void alone(F f) {
    check(!std::exchange(somebody_inside, true), "H1: one inside");
    f();
    somebody_inside = false;
  }

  // The owner, as outgoing::append and deliver().
  void send(unsigned number) {
    hold.enter();
    bool is_kept = false;
    alone([&] {
      is_kept = keeps.load(relaxed);
      if (!is_kept) return;
      const std::uint32_t count = kept.load(relaxed);
      if (count == 0) first_kept = number;
      kept.store(count + 1, relaxed);
    });
    hold.leave();
    if (!is_kept) arrive(number, 1);
  }
  void own() {
    for (unsigned i = 0; i < what.sends; ++i) send(i);
    unsigned rest = 0;
    hold.enter();
    alone([&] {
      rest = kept.load(relaxed);
      kept.store(0, relaxed);
    });
    hold.leave();
    if (rest != 0) arrive(first_kept, rest);
    ended[owner] = true;
  }

  // The thief, as worker::rob and outgoing::rob.
  void rob() {
    for (unsigned i = 0; i < what.robberies; ++i) {
      unsigned first = 0;
      unsigned count = 0;
      const bool robbed = hold.rob([&] {
        alone([&] {
          first = first_kept;
          count = kept.load(relaxed);
          kept.store(0, relaxed);
          keeps.store(false, relaxed);
        });
        if (count != 0 && what.planted != fault::sent_outside) arrive(first, count);
      });
      if (count != 0 && what.planted == fault::sent_outside) arrive(first, count);
      ++(robbed ? seen.robberies : seen.gave_up);
    }
    ended[thief] = true;
  }

  // A store arrives by itself, but nobody knows when.
  void let_out(std::size_t thread) {
    for (;;) {
      model::wait_until([=, this] { return ended[thread] || !buffers.held[thread].empty(); });
      if (buffers.held[thread].empty()) return;
      buffers.let_one_out(thread);
    }
  }
};

template <class Atomics = model::atomics, class Hold = troupe::detail::basic_hold<Atomics, fences>>
auto program(const plan& how, sightings& seen) {
  return [how, &seen](model::run& run) {
    auto* const w = run.make<world<Atomics, Hold>>(how, seen);
    run.name(&w->hold, "hold");
    run.name(&w->keeps, "keeps");
    run.name(&w->kept, "kept");
    sightings::current = &seen;
    store_buffers::current = &w->buffers;
    run.thread([w] { w->own(); });
    run.thread([w] { w->rob(); });
    if (std::is_same_v<Atomics, slow>)
      for (const std::size_t t : {owner, thief}) run.thread([w, t] { w->let_out(t); });
    run.at_end([w] { check(w->arrived == w->what.sends, "nothing is lost, nothing sent twice"); });
  };
}

template <class Atomics = model::atomics, class Hold = troupe::detail::basic_hold<Atomics, fences>>
model::report explore(const plan& how, const model::options& bounds = {}) {
  sightings unused;
  return model::explore(bounds, program<Atomics, Hold>(how, unused));
}

using slow_hold = troupe::detail::basic_hold<slow, flushing>;

// --- H1

TEST(HoldModel, H1_OwnerAndThiefAreNeverInsideTogetherAndNothingIsLost) {
  expect_passes(explore({.sends = 1, .robberies = 1}, {.preemptions = 6}));
  expect_passes(explore({.sends = 3, .robberies = 1}, {.preemptions = 4}));
  expect_passes(explore({.sends = 2, .robberies = 2}, {.preemptions = 4}));
  expect_passes(explore({.sends = 4, .robberies = 3}, {.preemptions = 2, .random_runs = 20'000}));
  expect_passes(explore({.sends = 2, .robberies = 2}, {.preemptions = 3, .split = true}));
}

TEST(HoldModel, H1_AStoreThatTheProcessorHoldsBackIsOutBeforeTheThiefLooks) {
  expect_passes(explore<slow, slow_hold>({.sends = 1, .robberies = 1}));
  expect_passes(explore<slow, slow_hold>({.sends = 2, .robberies = 1},
                                         {.preemptions = 2, .random_runs = 20'000}));
  expect_passes(explore<slow, slow_hold>({.sends = 3, .robberies = 2},
                                         {.preemptions = 1, .random_runs = 20'000}));
}

TEST(HoldModel, H1_AHeavyFenceThatFencesNothingIsFound) {
  using bad = troupe::detail::basic_hold<slow, fences>;
  expect_found(explore<slow, bad>({.sends = 1}), "check failed");
}

TEST(HoldModel, H1_AHeavyFenceThatFencesTheThiefLastIsFound) {
  using bad = troupe::detail::basic_hold<slow, flushing_late>;
  expect_found(explore<slow, bad>({.sends = 1}), "check failed");
}

TEST(HoldModel, H1_WithoutItsFenceNobodyIsRobbed) {
  sightings seen;
  using guarded = troupe::detail::basic_hold<model::atomics, refused>;
  const plan how{.sends = 2, .robberies = 2};
  expect_passes(model::explore({}, program<model::atomics, guarded>(how, seen)));
  EXPECT_EQ(seen.robberies, 0U);
  EXPECT_GT(seen.gave_up, 0U);
}

template <fault Planted>
model::report explore_bad(const model::options& bounds = {.preemptions = 5}) {
  return explore<model::atomics, bad_hold<Planted>>({.sends = 2, .robberies = 2}, bounds);
}

TEST(HoldModel, H1_WithoutAMistakeTheirTwinPasses) { expect_passes(explore_bad<fault::none>()); }

TEST(HoldModel, H1_AnOwnerThatLooksBeforeItSaysIsFound) {
  expect_found(explore_bad<fault::owner_looks_first>(), "H1");
}

TEST(HoldModel, H1_AThiefThatLooksBeforeItSaysIsFound) {
  expect_found(explore_bad<fault::thief_looks_first>(), "H1");
}

// --- H2

TEST(HoldModel, H2_AThiefThatMeetsTheOwnerGivesUpAndAnOwnerStepsAsideAndGetsInLater) {
  sightings seen;
  expect_passes(model::explore({}, program({.sends = 2, .robberies = 2}, seen)));
  EXPECT_GT(seen.robberies, 0U) << "no schedule had a robbery";
  EXPECT_GT(seen.gave_up, 0U) << "no schedule had the thief meet the owner";
  EXPECT_GT(seen.stepped_aside, 0U) << "no schedule had the owner meet the thief";
}

TEST(HoldModel, H2_AnOwnerThatDoesNotLookAgainIsFound) {
  expect_found(explore_bad<fault::owner_looks_once>(), "H1");
}

TEST(HoldModel, H2_AThiefThatDoesNotGiveUpIsFound) {
  expect_found(explore_bad<fault::thief_does_not_care>(), "H1");
}

TEST(HoldModel, H2_AThiefThatDoesNotSayThatItHasGoneIsFound) {
  const model::options short_ones{.steps_max = 300};  // the owner waits for ever
  expect_found(explore_bad<fault::thief_stays>(short_ones), "no end within");
}

// --- O3, as far as it is the hold's

TEST(HoldModel, O3_WhatIsSentAfterARobberyComesBehindWhatWasTaken) {
  expect_passes(explore({.sends = 4, .robberies = 1}, {.preemptions = 4}));
}

TEST(HoldModel, O3_ALootThatIsSentAfterTheThiefHasGoneIsFound) {
  expect_found(explore({.planted = fault::sent_outside}), "O1");
}

}  // namespace
