// idle_test.cpp: no wake-up is lost between those who put work and the workers that fall asleep.
//
//   Before   nothing.   After   engine/scheduling/idle.hpp, the type under test; explorer.hpp.
//   Kind     model. The worker is that of worker.cpp, beside idle.hpp: take, search, park; its bed
//            is that of sleeper.cpp; putting is as in workers.cpp. Work is a number.
//   Blind    Memory orders, see explorer.hpp; save that a put may stay in a store buffer until a
//            fence, see `buffered`: this is what fence (1) of idle.hpp is for.
#include <troupe/actors/engine/scheduling/idle.hpp>

#include "explorer.hpp"
#include "verdicts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace {

using model::check;
using model::expect_found;
using model::expect_passes;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;

enum class fault : std::uint8_t {
  none,
  no_last_look,              ///< I1: the last searcher goes to sleep without looking once more
  looks_too_early,           ///< I1: it looks once more before it leaves the searchers
  notifies_too_early,        ///< I1: the producer reads the state before it puts
  bell_not_kept,             ///< a bell rung before the sleep is forgotten
  quiet_without_counting,    ///< all parked at two times, whatever was in between
  choice_forgotten,          ///< woken by chance, a worker does not know that it was chosen too
  wakes_no_other,            ///< I2: the last searcher finds work and does not wake the next
  last_look_wakes_itself,    ///< I2: what the last look finds wakes one worker only
  no_look_unless_searching,  ///< I1: a worker that may not search parks without a look
  searches_at_work,  ///< I2: a worker that was chosen takes work, and still counts as a searcher
};

/// A scenario.
struct plan {
  unsigned workers = 2;
  unsigned searchers = 1;  ///< how many may search at a time
  unsigned producers = 1;
  unsigned puts = 1;         ///< by each producer
  unsigned children = 0;     ///< put quietly by the first turn, which notifies at its end (D2)
  unsigned naps = 0;         ///< sleeps of each worker that end by themselves, as by a timer
  bool all_asleep = false;   ///< producers wait until all workers sleep
  bool together = false;     ///< turns end when all work is being run: one worker for each
  bool slow_stores = false;  ///< puts stay in the producer's store buffer, perhaps for long
  unsigned drains = 0;       ///< how often a thread looks whether all is done
  fault planted = fault::none;
};

constexpr unsigned workers_max = 3;

/// What producers have put and nobody else can see yet.
struct store_buffers {
  explicit store_buffers(model::atomic<unsigned>& to) : target(to) {}

  void empty(unsigned thread) {
    const unsigned n = std::exchange(held[thread], 0);
    if (n == 0) return;
    leaving[thread] += n;
    target.fetch_add(n, release);
    leaving[thread] -= n;
  }
  void wait_until_empty(unsigned thread) {
    empty(thread);
    model::wait_until([=, this] { return leaving[thread] == 0; });
  }

  model::atomic<unsigned>& target;
  std::array<unsigned, 8> held{};                  // by thread; the producers' are the first
  std::array<unsigned, 8> leaving{};               // on its way to the others
  inline static store_buffers* current = nullptr;  // of this execution
};

/// Fences empty the store buffer of the thread, as real ones do; those of model::atomics do not.
struct buffered : model::atomics {
  static void fence(std::memory_order order) noexcept {
    model::fence(order);
    store_buffers::current->wait_until_empty(model::detail::this_thread());
  }
};

template <class Atomics, class Mutex>
struct world {
  using idle_set = troupe::detail::idle_set<Atomics, Mutex>;

  explicit world(const plan& how)
      : what(how),
        idle(how.workers, how.searchers),
        producing(how.producers),
        draining(how.slow_stores ? how.producers : 0) {}

  struct bed {
    model::atomic<bool> rung{false};
    bool rings = false;  // the same, for predicates
    bool taken = false;  // somebody lies here
    unsigned naps = 0;
  };

  const plan what;
  idle_set idle;
  model::atomic<unsigned> waiting{0};
  store_buffers buffers{waiting};
  std::array<bed, workers_max> beds;
  unsigned producing;
  bool begun = false;    // all workers have been asleep
  unsigned draining;     // store buffers that may still hold something
  unsigned running = 0;  // turns that end together
  unsigned done = 0;

  [[nodiscard]] bool planted(fault f) const noexcept { return what.planted == f; }
  [[nodiscard]] unsigned expected() const noexcept {
    return what.producers * what.puts + what.children;
  }
  [[nodiscard]] bool all_asleep() const {
    const auto asleep = [](const bed& b) { return b.taken && !b.rings; };
    return std::all_of(beds.begin(), beds.begin() + what.workers, asleep);
  }
  /// Nothing will happen any more.
  [[nodiscard]] bool over() const { return producing == 0 && draining == 0 && all_asleep(); }

  // --- putting, as in workers::schedule and workers::notify

  void notify() {
    const std::size_t chosen = idle.choose_sleeper();
    if (chosen == idle_set::nobody) return;
    beds[chosen].rung.exchange(true, release);
    beds[chosen].rings = true;
  }

  void put() {
    if (planted(fault::notifies_too_early)) notify();
    if (what.slow_stores) {
      ++buffers.held[model::detail::this_thread()];
    } else {
      waiting.fetch_add(1, release);
    }
    if (!planted(fault::notifies_too_early)) notify();
  }

  void produce() {
    if (what.all_asleep) model::wait_until([this] { return begun || all_asleep(); });
    begun = true;
    for (unsigned i = 0; i < what.puts; ++i) put();
    --producing;
  }

  // A store buffer empties by itself, but nobody knows when.
  void let_out(unsigned producer) {
    const auto holds_some = [=, this] { return buffers.held[producer] != 0; };
    while (producing != 0 || holds_some()) {
      model::wait_until([=, this] { return producing == 0 || holds_some(); });
      buffers.empty(producer);
    }
    --draining;
  }

  // As workers::is_quiet; what has been done stands for the counters that it adds up.
  void drain() {
    model::wait_until([this] { return producing == 0; });
    for (unsigned i = 0; i < what.drains; ++i) {
      const troupe::detail::idle_state before = idle.state();
      if (before.parked != what.workers || waiting.load(acquire) != 0) continue;
      const unsigned sum = done;
      const bool quiet =
          planted(fault::quiet_without_counting) ? idle.all_parked() : idle.state() == before;
      check(!quiet || sum == expected(), "quiet, and all is done");
    }
  }

  // --- a worker, as in worker.cpp

  [[nodiscard]] bool take() {
    auto n = waiting.load(acquire);
    while (n != 0)
      if (waiting.compare_exchange_weak(n, n - 1, acq_rel, acquire)) return true;
    return false;
  }

  void leave_search(bool& searching) {
    searching = false;
    if (idle.stop_search() && !planted(fault::wakes_no_other)) notify();
  }

  [[nodiscard]] bool search(bool& searching) {
    if (!searching && !idle.start_search()) return false;
    searching = true;
    if (!take()) return false;
    leave_search(searching);
    return true;
  }

  void run_one() {
    check(!idle.all_parked(), "a worker that runs is not parked");
    if (done++ == 0 && what.children != 0) {
      waiting.fetch_add(what.children, release);
      notify();
    }
    if (!what.together) return;
    ++running;
    model::wait_until([this] { return running == expected(); });
  }

  // The bell's own memory, as rule W1 of sleeper.hpp has it.
  void sleep(bed& b) {
    const bool rang = b.rung.exchange(false, acquire);
    b.rings = false;
    if (rang && !planted(fault::bell_not_kept)) return;
    b.taken = true;
    model::wait_until([&] { return b.rings || b.naps != 0 || over(); });
    if (over()) return;
    b.taken = false;
    if (b.naps != 0) --b.naps;
    b.rung.store(false, relaxed);
    b.rings = false;
  }

  /// @returns false when all is over
  [[nodiscard]] bool park(std::size_t me, bool& searching) {
    const bool too_early = planted(fault::looks_too_early) && waiting.load(acquire) != 0;
    const bool was_searching = std::exchange(searching, false);
    idle.park(me, was_searching);
    bool found = !planted(fault::looks_too_early) && !planted(fault::no_last_look) &&
                 (was_searching || !planted(fault::no_look_unless_searching)) &&
                 waiting.load(acquire) != 0;
    if (found && !planted(fault::last_look_wakes_itself)) {
      notify();  // a sleeper, perhaps this one
      found = false;
    }
    if (!too_early && !found) {
      sleep(beds[me]);
      if (beds[me].taken) return false;
    }
    searching = idle.unpark(me);
    if (planted(fault::choice_forgotten)) searching = false;
    return true;
  }

  void work(std::size_t me) {
    beds[me].naps = what.naps;
    for (bool searching = false;;) {
      bool found = take();
      if (found && searching && !planted(fault::searches_at_work)) leave_search(searching);
      if (!found) found = search(searching);
      if (found) {
        run_one();
      } else if (!park(me, searching)) {
        return;
      }
    }
  }
};

template <class Atomics = model::atomics, class Mutex = model::mutex>
auto program(const plan& how) {
  return [how](model::run& run) {
    auto* const w = run.make<world<Atomics, Mutex>>(how);
    run.name(&w->idle, "idle");
    run.name(&w->waiting, "waiting");
    run.name(&w->beds, "beds");
    store_buffers::current = &w->buffers;
    for (unsigned i = 0; i < how.producers; ++i) run.thread([=] { w->produce(); });
    for (unsigned i = 0; i < how.workers; ++i) run.thread([=] { w->work(i); });
    if (how.drains != 0) run.thread([=] { w->drain(); });
    for (unsigned i = 0; i < w->draining; ++i) run.thread([=] { w->let_out(i); });
    run.at_end([=] {
      check(w->waiting.load(relaxed) == 0, "I1: no work waits while everybody sleeps");
      check(w->done == w->expected(), "all work is done");
      check(w->idle.all_parked(), "all sleep, so all are parked");
    });
  };
}

model::report explore(const plan& how, const model::options& bounds = {}) {
  return model::explore(bounds, program(how));
}

constexpr model::options one_then_random{.preemptions = 1, .random_runs = 20'000};
constexpr model::options two{.preemptions = 2};

// --- I1

TEST(IdleModel, I1_NoWakeUpIsLostBetweenAPutAndAWorkerThatFallsAsleep) {
  expect_passes(explore({.workers = 1, .puts = 2}, {.preemptions = 5}));
  expect_passes(explore({.workers = 2}));
  expect_passes(explore({.workers = 2, .puts = 2}, two));
  expect_passes(explore({.workers = 2, .producers = 2}, one_then_random));
  expect_passes(explore({.workers = 2, .searchers = 2, .puts = 2}, two));
  expect_passes(explore({.workers = 3, .searchers = 2, .puts = 2}, one_then_random));
  expect_passes(explore({.workers = 3}, one_then_random));
  expect_passes(explore({.workers = 3, .producers = 2}, {.preemptions = 0, .random_runs = 20'000}));
}

// The heart of it, small enough for split: the state and the list change together.
TEST(IdleModel, I1_EitherTheSleeperSeesTheWorkOrTheProducerSeesTheSleeper) {
  for (const std::size_t workers : {1U, 2U}) {
    const auto r = model::explore({.preemptions = 3, .split = true}, [workers](model::run& run) {
      struct state {
        explicit state(std::size_t n) : idle(n) {}
        troupe::detail::idle_set<model::atomics, model::mutex> idle;
        model::atomic<bool> work{false};
        bool seen = false;
      };
      auto* const s = run.make<state>(workers);
      for (std::size_t i = 0; i < workers; ++i) {
        run.thread([s, i] {
          s->idle.park(i, false);
          if (s->work.load(relaxed)) s->seen = true;
        });
      }
      run.thread([s] {
        s->work.store(true, relaxed);
        if (s->idle.choose_sleeper() != s->idle.nobody) s->seen = true;
      });
      run.at_end([s] { check(s->seen, "I1: one of the two sees the other"); });
    });
    expect_passes(r);
  }
}

TEST(IdleModel, I1_SleepsThatEndByThemselvesLoseNothing) {
  expect_passes(explore({.workers = 1, .puts = 2, .naps = 2}));
  expect_passes(explore({.workers = 2, .puts = 2, .naps = 1}, two));
  expect_passes(explore({.workers = 3, .naps = 1}, one_then_random));
}

TEST(IdleModel, I1_WhatATurnPutsIsFoundToo) {
  expect_passes(explore({.workers = 2, .children = 1}));
  expect_passes(explore({.workers = 2, .children = 2, .naps = 1}, two));
}

TEST(IdleModel, I1_APutThatTheProcessorHoldsBackIsOutBeforeTheStateIsRead) {
  expect_passes(
      model::explore({}, program<buffered>({.workers = 1, .puts = 2, .slow_stores = true})));
  expect_passes(
      model::explore(one_then_random, program<buffered>({.workers = 2, .slow_stores = true})));
}

TEST(IdleModel, I1_AForgottenFenceIsFound) {
  expect_found(explore({.workers = 1, .slow_stores = true}), "I1");
}

TEST(IdleModel, I1_AParkWithoutTheLastLookIsFound) {
  expect_found(explore({.workers = 1, .planted = fault::no_last_look}), "I1");
  expect_found(explore({.workers = 2, .planted = fault::no_last_look}), "I1");
}

TEST(IdleModel, I1_ALookBeforeTheSearchIsLeftIsFound) {
  expect_found(explore({.workers = 1, .planted = fault::looks_too_early}), "I1");
}

TEST(IdleModel, I1_ANotifyBeforeThePutIsFound) {
  expect_found(explore({.workers = 1, .planted = fault::notifies_too_early}), "I1");
}

TEST(IdleModel, I1_ABellThatKeepsNothingIsFound) {
  expect_found(explore({.workers = 1, .puts = 2, .planted = fault::bell_not_kept}), "check failed");
}

TEST(IdleModel, I1_AForgottenChoiceIsFound) {
  // It counts as a searcher for ever: nobody is woken any more.
  expect_found(explore({.workers = 1, .puts = 2, .planted = fault::choice_forgotten}), "I1");
}

TEST(IdleModel, I1_TheSameStateTwiceWithAllParkedMeansThatAllIsDone) {
  expect_passes(explore({.workers = 1, .drains = 1}, {.preemptions = 5}));
  expect_passes(explore({.workers = 1, .puts = 2, .naps = 1, .drains = 2}));
  expect_passes(explore({.workers = 2, .puts = 2, .drains = 2}, one_then_random));
  expect_passes(explore({.workers = 2, .children = 1, .drains = 3}, one_then_random));
}

TEST(IdleModel, I1_AllParkedAtTwoTimesIsNotEnoughAndIsFound) {
  const plan how{.workers = 1, .drains = 1, .planted = fault::quiet_without_counting};
  expect_found(explore(how, {.preemptions = 5}), "quiet, and all is done");
}

// --- I2

// All sleep, `callers` put something each, and nobody goes to look.
template <class Mutex>
auto callers_and_sleepers(std::size_t workers, unsigned callers) {
  return [=](model::run& run) {
    struct state {
      explicit state(std::size_t n) : idle(n) {}
      troupe::detail::idle_set<model::atomics, Mutex> idle;
      std::size_t chosen = 0;
    };
    auto* const s = run.make<state>(workers);
    for (std::size_t i = 0; i < workers; ++i) s->idle.park(i, false);
    check(s->idle.all_parked(), "all parked");
    for (unsigned i = 0; i < callers; ++i)
      run.thread([s] { s->chosen += s->idle.choose_sleeper() != s->idle.nobody ? 1 : 0; });
    run.at_end([=] {
      check(s->chosen == 1, "I2: one is woken, and searches for all");
      check(!s->idle.all_parked(), "who was chosen is not parked");
      check(s->idle.choose_sleeper() == s->idle.nobody, "I2: nobody else while it searches");
      check(s->idle.stop_search(), "it was the last searcher");
      check((s->idle.choose_sleeper() != s->idle.nobody) == (workers > 1), "I2: now the next");
    });
  };
}

TEST(IdleModel, I2_WhileSomebodySearchesNobodyElseIsWoken) {
  const model::options all{.preemptions = model::unbounded};
  for (const std::size_t workers : {1U, 2U, 3U}) {
    expect_passes(model::explore(all, callers_and_sleepers<model::mutex>(workers, 2)));
    expect_passes(model::explore({}, callers_and_sleepers<model::mutex>(workers, 3)));
    expect_passes(model::explore({.preemptions = 2, .split = true},
                                 callers_and_sleepers<model::mutex>(workers, 3)));
  }
}

struct no_mutex {
  void lock() noexcept {}
  void unlock() noexcept {}
};

TEST(IdleModel, I2_TwoWokenAtOnceAreFound) {
  expect_found(model::explore({}, callers_and_sleepers<no_mutex>(2, 2)), "I2: one is woken");
}

TEST(IdleModel, I2_ASleeperWokenByChanceKnowsWhetherItWasChosenToo) {
  expect_passes(model::explore({.preemptions = model::unbounded}, [](model::run& run) {
    struct state {
      troupe::detail::idle_set<model::atomics, model::mutex> idle{1};
      bool called = false;
      bool known = false;
    };
    auto* const s = run.make<state>();
    s->idle.park(0, false);
    run.thread([s] { s->called = s->idle.choose_sleeper() == 0; });
    run.thread([s] { s->known = s->idle.unpark(0); });
    run.at_end([s] {
      check(s->called == s->known, "chosen, or woken by chance: not both");
      check(!s->idle.all_parked(), "it is awake");
      check(s->idle.start_search() == !s->known, "it counts as a searcher if it was chosen");
    });
  }));
}

// Turns that end together need a worker each: nobody may sleep while something waits.
TEST(IdleModel, I2_TheLastSearcherThatFindsWorkWakesTheNext) {
  expect_passes(explore({.workers = 2, .puts = 2, .all_asleep = true, .together = true}));
  expect_passes(explore({.producers = 2, .all_asleep = true, .together = true}, two));
  expect_passes(explore({.workers = 3, .puts = 3, .all_asleep = true, .together = true},
                        {.preemptions = 1, .random_runs = 20'000}));
}

TEST(IdleModel, I2_NobodySleepsWhileWorkWaits) {
  expect_passes(explore({.workers = 2, .puts = 2, .together = true}, two));
  expect_passes(explore({.workers = 2, .producers = 2, .together = true}, one_then_random));
  expect_passes(explore({.workers = 2, .puts = 2, .naps = 1, .together = true}, two));
  expect_passes(explore({.workers = 2, .children = 1, .naps = 1, .together = true}, two));
  expect_passes(explore({.workers = 3, .puts = 2, .together = true}, one_then_random));
  expect_passes(explore({.workers = 3, .children = 2, .together = true}, one_then_random));
}

TEST(IdleModel, I2_AWorkerThatCountsAsASearcherWhileItRunsIsFound) {
  const plan how{
      .puts = 2, .all_asleep = true, .together = true, .planted = fault::searches_at_work};
  expect_found(explore(how), "deadlock");
}

TEST(IdleModel, I2_ASearcherThatWakesNoOtherIsFound) {
  const plan how{.puts = 2, .all_asleep = true, .together = true, .planted = fault::wakes_no_other};
  expect_found(explore(how), "deadlock");
}

TEST(IdleModel, I2_ALastLookThatWakesOneForAllIsFound) {
  const plan how{.puts = 2, .together = true, .planted = fault::last_look_wakes_itself};
  expect_found(explore(how), "deadlock");
}

TEST(IdleModel, I1_AWorkerThatMayNotSearchAndDoesNotLookIsFound) {
  const plan how{.puts = 2, .together = true, .planted = fault::no_look_unless_searching};
  expect_found(explore(how), "deadlock");
}

}  // namespace
