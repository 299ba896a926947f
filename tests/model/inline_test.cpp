// inline_test.cpp: threads that run the turns of an adapter themselves, in all schedules.
//
//   Before   nothing.   After   engine/mailbox.hpp, under test; the turns are those of
//            engine/callers/inline_turn.cpp, without what runs in them.
//   Kind     model. I1 to I3, and that an operation is its thread's again when it is answered.
//   Blind    Memory orders, sleep and wake-up of threads: see stress_classic.
#include "atomics.hpp"
#include "tracked.hpp"
#include "verdicts.hpp"
#include <troupe/actors/engine/mailbox.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>

namespace {

using model::expect_found;
using model::expect_passes;

using link = troupe::detail::basic_link<model::atomics>;

/// Mistakes that a turn can make; a test has to find each.
enum class fault : std::uint8_t {
  none,
  own_left_in_chain,  ///< others are answered behind the own one, which is its thread's again
  others_in_place,    ///< others' are answered while they still stand in the mailbox
  no_hand_over,       ///< a turn that meets a gap is given up for good
  given_twice,        ///< a turn is given to the next thread, and to the worker too
  waits_on            ///< who looks at another operation may still be given a turn
};

/// Of an operation, as far as its thread is concerned.
enum : std::uint32_t { under_way, answered, has_turn, elsewhere };

struct operation : model::tracked, link {
  model::atomic<std::uint32_t> state{under_way};
};

struct adapter {
  troupe::detail::basic_mailbox<model::atomics> box;
  model::atomic<bool> given_up{false};  ///< to the worker
  unsigned in_turn = 0;
  unsigned run = 0;
  unsigned ended = 0;  ///< threads
  std::size_t gaps = 0;
  std::size_t in_place = 0;  ///< turns that ended with their own operation
  std::size_t given = 0;     ///< turns that went to the next operation's thread
};

struct plan {
  unsigned threads = 2;
  unsigned operations = 1;  ///< of each
  unsigned others_max = 8;
  bool gives = false;   ///< the turn to the next operation's thread
  bool leaves = false;  ///< the first thread does not wait to the end, and says so
  fault planted = fault::none;
};

/// One thread of the adapter's at a time.
struct holds_turn {
  adapter& a;
  explicit holds_turn(adapter& of) : a(of) { model::check(++a.in_turn == 1, "one turn at a time"); }
  ~holds_turn() { --a.in_turn; }
};

void answer(adapter& a, operation& op) {
  op.touch();
  ++a.run;
  op.state.store(answered, std::memory_order_release);
}

/// @returns whether somebody else has the turn
bool gives_turn_to(adapter& a, const plan& how, operation& op) {
  std::uint32_t expected = under_way;
  if (!how.gives || !op.state.compare_exchange_strong(expected, has_turn, std::memory_order_acq_rel,
                                                      std::memory_order_relaxed))
    return false;
  ++a.given;
  return how.planted != fault::given_twice;
}

/// @returns false: somebody else has to go on
bool serve_others(adapter& a, const plan& how, unsigned others) {
  for (;;) {
    link* const next = a.box.front();
    link* retired = nullptr;
    if (next == nullptr) {
      if (a.box.try_idle(retired)) return true;
      if (a.box.front() != nullptr) continue;
      ++a.gaps;
      return false;
    }
    auto& op = static_cast<operation&>(*next);
    if (others == 0) return gives_turn_to(a, how, op);
    --others;
    if (how.planted == fault::others_in_place)
      static_cast<void>(a.box.advance(next));
    else if (!a.box.detach(next, retired))
      return false;
    answer(a, op);
  }
}

void hand_over(adapter& a, const plan& how) {
  if (how.planted != fault::no_hand_over) a.given_up.store(true, std::memory_order_release);
}

/// As run_inline().
void run_inline(adapter& a, const plan& how, operation& own) {
  const bool all_served = [&] {
    const holds_turn turn(a);
    answer(a, own);
    if (a.box.try_idle_behind(&own)) {
      ++a.in_place;
      return true;
    }
    link* retired = nullptr;
    if (how.planted == fault::own_left_in_chain)
      static_cast<void>(a.box.advance(&own));
    else
      while (!a.box.detach(&own, retired)) model::yield();
    return serve_others(a, how, how.others_max);
  }();
  if (!all_served) hand_over(a, how);
}

void begin(adapter& a, const plan& how, operation& op) {
  if (a.box.push(&op)) run_inline(a, how, op);
}

/// As wait_for().
void finish(adapter& a, const plan& how, operation& op) {
  for (;;) {
    model::wait_until([&] {
      const auto seen = op.state.load(std::memory_order_acquire);
      return seen == answered || seen == has_turn;
    });
    if (op.state.load(std::memory_order_acquire) == answered) return;
    op.state.store(under_way, std::memory_order_relaxed);
    run_inline(a, how, op);
  }
}

void change(operation& op, std::uint32_t from, std::uint32_t to) {
  static_cast<void>(op.state.compare_exchange_strong(from, to, std::memory_order_acq_rel,
                                                     std::memory_order_relaxed));
}

void perform(adapter& a, const plan& how) {
  const auto op = std::make_unique<operation>();
  begin(a, how, *op);
  finish(a, how, *op);
}

/// A wait whose time is over: a second operation says so.
void perform_and_leave(adapter& a, const plan& how) {
  const auto op = std::make_unique<operation>();
  begin(a, how, *op);
  if (op->state.load(std::memory_order_acquire) == has_turn) return finish(a, how, *op);
  std::uint32_t seen = under_way;
  if (how.planted != fault::waits_on &&
      !op->state.compare_exchange_strong(seen, elsewhere, std::memory_order_acq_rel,
                                         std::memory_order_acquire))
    return finish(a, how, *op);
  perform(a, how);
  change(*op, elsewhere, under_way);
  finish(a, how, *op);
}

/// Takes over what was given up, as a worker does.
void work(adapter& a, const plan& how) {
  const unsigned all = how.threads * how.operations + (how.leaves ? 1 : 0);
  for (;;) {
    model::wait_until([&] {
      return a.given_up.load(std::memory_order_acquire) || a.run == all || a.ended == how.threads;
    });
    if (!a.given_up.load(std::memory_order_acquire)) return;
    a.given_up.store(false, std::memory_order_release);
    bool all_served = false;
    while (!all_served) {
      {
        const holds_turn turn(a);
        all_served = serve_others(a, how, ~0U);
      }
      if (!all_served) model::yield();
    }
  }
}

/// How often something rare happened.
struct sightings {
  std::size_t gaps = 0;
  std::size_t in_place = 0;
  std::size_t given = 0;
};

auto program(const plan& how, sightings& seen) {
  return [&, how](model::run& run) {
    auto* const a = run.make<adapter>();
    for (unsigned t = 0; t < how.threads; ++t)
      run.thread([a, how, t] {
        for (unsigned i = 0; i < how.operations; ++i)
          how.leaves&& t == 0 && i == 0 ? perform_and_leave(*a, how) : perform(*a, how);
        ++a->ended;
      });
    run.thread([a, how] { work(*a, how); });
    run.at_end([a, how, &seen] {
      // One that leaves performs one more, unless it is answered at once.
      model::check(a->run - how.threads * how.operations <= (how.leaves ? 1U : 0U),
                   "each operation is run once");
      model::check(a->box.is_empty(), "nothing is left in the mailbox");
      seen.gaps += a->gaps;
      seen.in_place += a->in_place;
      seen.given += a->given;
    });
  };
}

model::report explore(const plan& how, model::options bounds = {.preemptions = 2}) {
  sightings unused;
  return model::explore(bounds, program(how, unused));
}

TEST(InlineModel, EachOperationIsRunOnceByOneThreadAtATime) {
  expect_passes(explore({.threads = 2}, {.preemptions = 4}));
  expect_passes(explore({.threads = 2, .operations = 2}));
  expect_passes(explore({.threads = 3}, {.preemptions = 2, .random_runs = 20'000}));
}

TEST(InlineModel, I3_AfterSomeOfOthersAWorkerGoesOn) {
  expect_passes(explore({.threads = 3, .others_max = 1}));
  expect_passes(explore({.threads = 3, .others_max = 0}));
}

TEST(InlineModel, TurnsEndInPlaceAndMeetGaps) {
  sightings seen;
  const plan how{.threads = 3};
  expect_passes(model::explore({.preemptions = 3}, program(how, seen)));
  EXPECT_GT(seen.gaps, 0U) << "no schedule had a thread between exchange and link";
  EXPECT_GT(seen.in_place, 0U) << "no schedule ended a turn with its own operation";
}

TEST(InlineModel, I3_OrTheNextOnesThreadDoes) {
  sightings seen;
  const plan how{.threads = 3, .others_max = 0, .gives = true};
  expect_passes(model::explore({.preemptions = 3, .random_runs = 10'000}, program(how, seen)));
  EXPECT_GT(seen.given, 0U) << "no schedule gave a turn away";
  expect_passes(explore({.threads = 2, .operations = 2, .others_max = 0, .gives = true}));
}

TEST(InlineModel, WhoLooksAtAnotherOperationIsGivenNoTurn) {
  expect_passes(explore({.threads = 3, .others_max = 0, .gives = true, .leaves = true},
                        {.preemptions = 2, .random_runs = 10'000}));
}

TEST(InlineModel, ATurnGivenToOneWhoLooksElsewhereIsFound) {
  expect_found(explore({.threads = 3,
                        .others_max = 0,
                        .gives = true,
                        .leaves = true,
                        .planted = fault::waits_on},
                       {.preemptions = 3}),
               "deadlock");
}

TEST(InlineModel, ATurnThatTwoHaveIsFound) {
  expect_found(
      explore({.threads = 3, .others_max = 0, .gives = true, .planted = fault::given_twice}),
      "no end within");
}

TEST(InlineModel, AnOwnOperationThatStaysInTheMailboxIsFound) {
  expect_found(explore({.threads = 3, .planted = fault::own_left_in_chain}), "destroyed object");
}

TEST(InlineModel, AnOtherOperationThatStaysInTheMailboxIsFound) {
  expect_found(explore({.threads = 3, .planted = fault::others_in_place}), "destroyed object");
}

TEST(InlineModel, ATurnThatNobodyTakesOverIsFound) {
  expect_found(explore({.threads = 3, .others_max = 0, .planted = fault::no_hand_over}),
               "deadlock");
}

}  // namespace
