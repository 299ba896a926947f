// mailbox_test.cpp: the rules of the mailbox, with senders and workers around it, in all schedules.
//
//   Before   nothing.   After   turn_model.hpp, whose world runs; engine/mailbox.hpp, under test.
//   Kind     model. That the rules hold, and that these tests can fail.
//   Blind    Memory orders: see explorer.hpp. Whether a payload is visible to the handler is the
//            thread sanitizer's business.
#include "turn_model.hpp"
#include "verdicts.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <type_traits>

namespace {

using model::expect_found;
using model::expect_passes;
using turn_model::fault;
using turn_model::journey;
using turn_model::plan;
using turn_model::program;
using turn_model::sightings;

model::report explore(const plan& how, model::options bounds = {}) {
  sightings unused;
  return model::explore(bounds, program(how, unused));
}

constexpr model::options two{.preemptions = 2};
constexpr model::options two_then_random{.preemptions = 2, .random_runs = 20'000};
constexpr model::options four{.preemptions = 4};

// --- M1

TEST(MailboxModel, M1_WhoFindsTheIdleMarkSchedulesTheOwnerExactlyOnce) {
  expect_passes(explore({.producers = 2, .workers = 2}));
  expect_passes(explore({.producers = 3, .workers = 1}));
  expect_passes(explore({.producers = 3, .workers = 2}, two_then_random));
}

TEST(MailboxModel, M1_OneAtATimeServesManyPushesInTheOrderOfEachSender) {
  expect_passes(explore({.pushes = 2}, four));
  expect_passes(explore({.pushes = 3}));
  expect_passes(explore({.pushes = 2, .workers = 2}, two_then_random));
  expect_passes(explore({.pushes = 3, .workers = 2}, two_then_random));
}

TEST(MailboxModel, M1_ATurnWithoutBudgetIsScheduledAgain) {
  expect_passes(explore({.pushes = 3, .budget = 1}));
  expect_passes(explore({.pushes = 2, .workers = 2, .budget = 1}, two_then_random));
}

TEST(MailboxModel, M1_AHalfLinkedEnvelopeEndsTheTurnAndIsServedLater) {
  sightings seen;
  expect_passes(model::explore({}, program({.pushes = 2}, seen)));
  EXPECT_GT(seen.gaps, 0U) << "no schedule had a sender between exchange and link";
}

TEST(MailboxModel, M1_AForgottenScheduleIsFound) {
  expect_found(explore({.planted = fault::push_without_schedule}), "no envelope is left behind");
}

TEST(MailboxModel, M1_AScheduleTooManyIsFound) {
  expect_found(explore({.workers = 2, .planted = fault::schedule_without_mark}), "M1");
}

TEST(MailboxModel, M1_AGapTakenForTheEndIsFound) {
  expect_found(explore({.planted = fault::gap_taken_for_idle}), "no envelope is left behind");
}

// An exchange in two steps: two senders may find the same mark, or the same last link.
struct torn : model::atomics {
  template <class T>
  struct atomic : model::atomic<T> {
    using model::atomic<T>::atomic;
    T exchange(T desired, std::memory_order) noexcept {
      const T before = this->load(std::memory_order_relaxed);
      this->store(desired, std::memory_order_relaxed);
      return before;
    }
  };
};

TEST(MailboxModel, M1_AnExchangeInTwoStepsIsFound) {
  sightings unused;
  expect_found(model::explore({}, program<torn>({.workers = 2}, unused)), "check failed");
}

// --- M2

TEST(MailboxModel, M2_AnIdleOwnerOwnsNoEnvelopeAndEachIsGivenBackOnce) {
  // Leaks, second destructions and touches of the dead are failures of tracked messages. Split: the
  // owner's plain fields must be right before the mark is set, not just soon after.
  expect_passes(explore({.producers = 2, .workers = 2}, {.preemptions = 2, .split = true}));
  expect_passes(explore({.pushes = 2, .workers = 1}, {.preemptions = 3, .split = true}));
  expect_passes(explore({.producers = 1, .pushes = 3, .workers = 2}));
}

TEST(MailboxModel, M2_AMailboxWithAHalfLinkedEnvelopeIsNotEmpty) {
  sightings seen;
  expect_passes(model::explore({.preemptions = model::unbounded}, [&seen](model::run& run) {
    struct state {
      turn_model::cell<model::atomics> c;
      std::array<turn_model::message<model::atomics>, 2> sent;
      bool second_is_in = false;
    };
    auto* const s = run.make<state>();
    static_cast<void>(s->c.box.wake());
    run.thread([s] { static_cast<void>(s->c.box.push(&s->sent[0])); });
    run.thread([s] {
      static_cast<void>(s->c.box.push(&s->sent[1]));
      s->second_is_in = true;
    });
    run.thread([s, &seen] {
      model::wait_until([s] { return s->second_is_in; });
      if (s->c.box.front() == nullptr) ++seen.gaps;
      model::check(!s->c.box.is_empty(), "something is in, perhaps half-linked");
    });
  }));
  EXPECT_GT(seen.gaps, 0U);
}

TEST(MailboxModel, M2_AnEnvelopeFreedBeforeItsSuccessorIsKnownIsFound) {
  expect_found(explore({.planted = fault::front_retired_at_once}), "destroyed object");
}

TEST(MailboxModel, M2_AnEnvelopeGivenBackTwiceIsFound) {
  expect_found(explore({.planted = fault::last_retired_twice}), "second destruction");
}

// The mark without the swing: the tail keeps the last envelope, which the owner then frees.
struct unswung : model::atomics {
  template <class T>
  struct atomic : model::atomic<T> {
    using model::atomic<T>::atomic;
    bool compare_exchange_strong(T& expected, T desired, std::memory_order done,
                                 std::memory_order failed) noexcept {
      if constexpr (std::is_integral_v<T>) {
        if ((desired & 1U) != 0) desired = static_cast<T>(expected | 1U);
      }
      return model::atomic<T>::compare_exchange_strong(expected, desired, done, failed);
    }
  };
};

TEST(MailboxModel, M2_AMarkThatDoesNotSwingTheTailIsFound) {
  sightings unused;
  const plan how{.producers = 1, .pushes = 2, .workers = 2};
  expect_found(model::explore({}, program<unswung>(how, unused)), "destroyed object");
}

// --- M3

TEST(MailboxModel, M3_NoCommandIsLostWhateverTheOwnerDoes) {
  expect_passes(explore({.producers = 0, .system_senders = 2, .workers = 2}));
  expect_passes(explore({.producers = 1, .system_senders = 1, .workers = 2}));
  expect_passes(explore({.producers = 1, .pushes = 2, .system_senders = 1, .workers = 2}));
  expect_passes(explore({.producers = 1, .system_senders = 2, .workers = 2}, two_then_random));
  expect_passes(explore({.producers = 2, .system_senders = 1, .workers = 2}, two_then_random));
  expect_passes(explore({.producers = 2, .pushes = 2, .system_senders = 1}, two_then_random));
}

TEST(MailboxModel, M3_TheSecondLookFindsCommandsWithAndWithoutTheTurn) {
  sightings seen;
  const plan how{.producers = 1, .system_senders = 1, .workers = 2};
  expect_passes(model::explore({}, program(how, seen)));
  EXPECT_GT(seen.seconds, 0U) << "no schedule took the turn back";
  EXPECT_GT(seen.yielded, 0U) << "no schedule left the turn to whom the sender had scheduled";
}

constexpr plan one_of_each{.producers = 1, .system_senders = 1, .workers = 2};

plan one_of_each_with(fault f) {
  plan how = one_of_each;
  how.planted = f;
  return how;
}

TEST(MailboxModel, M3_AMarkWithoutASecondLookIsFound) {
  expect_found(explore(one_of_each_with(fault::no_second_look)), "M3: no command");
}

TEST(MailboxModel, M3_ASenderThatLeavesTheMarkIsFound) {
  expect_found(explore(one_of_each_with(fault::command_without_wake)), "M3: no command");
}

TEST(MailboxModel, M3_ACommandPublishedBehindTheMarkIsFound) {
  expect_found(explore(one_of_each_with(fault::command_after_wake)), "M3: no command");
}

TEST(MailboxModel, M3_ATurnGoneOnWithWithoutTakingItBackIsFound) {
  const model::options short_ones{.steps_max = 300};  // a turn under the mark never ends
  expect_found(explore(one_of_each_with(fault::turn_not_taken_back), short_ones), "no end within");
}

// --- chains: several envelopes by one push

TEST(MailboxModel, M1_WhoPushesAChainSchedulesTheOwnerOnce) {
  expect_passes(explore({.producers = 1, .pushes = 3, .chained = 3, .workers = 2}));
  expect_passes(explore({.producers = 2, .pushes = 2, .chained = 2, .workers = 2}));
  expect_passes(explore({.producers = 3, .pushes = 2, .chained = 2}, two));
  expect_passes(explore({.producers = 3, .pushes = 3, .chained = 3, .workers = 2},
                        {.preemptions = 1, .random_runs = 20'000}));
}

TEST(MailboxModel, M1_ChainsAndWhatOthersPushKeepTheOrderOfEachSender) {
  expect_passes(explore({.pushes = 4, .chained = 2}));
  expect_passes(explore({.pushes = 3, .chained = 2, .workers = 2}, two_then_random));
  expect_passes(explore({.pushes = 5, .chained = 3, .budget = 2}, two_then_random));
  expect_passes(explore({.pushes = 2, .chained = 2, .budget = 1}));
}

TEST(MailboxModel, M1_AChainWhoseSenderIsHalfWayEndsTheTurnAndIsServedLater) {
  sightings seen;
  expect_passes(model::explore({}, program({.pushes = 2, .chained = 2}, seen)));
  EXPECT_GT(seen.gaps, 0U) << "no schedule had a sender between exchange and link";
}

TEST(MailboxModel, M2_AnIdleOwnerOwnsNothingOfAChain) {
  const model::options split{.preemptions = 2, .split = true};
  expect_passes(explore({.producers = 1, .pushes = 3, .chained = 3, .workers = 2}, split));
  expect_passes(explore({.pushes = 2, .chained = 2, .workers = 2}, split));
}

TEST(MailboxModel, M2_EnvelopesAreDetachedFromTheMiddleOfAChain) {
  for (const unsigned travellers : {0b111U, 0b001U, 0b010U, 0b100U, 0b101U}) {
    const plan at_once{
        .pushes = 3, .chained = 3, .detached = journey::ends_at_once, .travellers = travellers};
    expect_passes(explore(at_once, two));
    const plan back{.producers = 1,
                    .pushes = 3,
                    .chained = 3,
                    .workers = 2,
                    .detached = journey::back_to_the_same,
                    .travellers = travellers};
    expect_passes(explore(back, two));
  }
  expect_passes(explore(
      {.pushes = 2, .chained = 2, .workers = 2, .detached = journey::to_the_other_cell}, two));
}

TEST(MailboxModel, M3_NoCommandIsLostBesideAChain) {
  expect_passes(
      explore({.producers = 1, .pushes = 2, .chained = 2, .system_senders = 1, .workers = 2}));
  expect_passes(
      explore({.producers = 2, .pushes = 2, .chained = 2, .system_senders = 1}, two_then_random));
}

TEST(MailboxModel, M2_TheEmbeddedLinkComesBehindAChainAndEndsTheCell) {
  expect_passes(
      explore({.producers = 1, .pushes = 3, .chained = 3, .workers = 2, .counted = true}));
  expect_passes(
      explore({.pushes = 2, .chained = 2, .workers = 2, .counted = true}, two_then_random));
  expect_passes(explore(
      {.producers = 1, .pushes = 2, .chained = 2, .counted = true, .gives_one = true}, four));
}

model::report explore_chain(fault f, unsigned pushes = 2, const model::options& bounds = {}) {
  return explore({.producers = 1, .pushes = pushes, .chained = 2, .workers = 2, .planted = f},
                 bounds);
}

TEST(MailboxModel, M1_ASenderThatSchedulesForEachOfAChainIsFound) {
  expect_found(explore_chain(fault::chain_scheduled_each), "M1: scheduled once");
}

TEST(MailboxModel, M1_AChainPushedByItsFirstIsFound) {
  expect_found(explore_chain(fault::chain_by_its_first), "no envelope is left behind");
}

TEST(MailboxModel, M1_AChainLinkedBackwardsIsFound) {
  expect_found(explore_chain(fault::chain_backwards), "come in order, once");
}

TEST(MailboxModel, M1_AChainThatGrowsAfterItWasPushedIsFound) {
  const model::options short_ones{.steps_max = 300};  // the owner never finds the end
  expect_found(explore_chain(fault::chain_grows_behind, 3, short_ones), "no end within");
}

// --- envelopes that travel on

TEST(MailboxModel, M2_ADetachedEnvelopeGoesToAnotherMailboxAtOnce) {
  expect_passes(explore({.pushes = 2, .detached = journey::to_the_other_cell}));
  expect_passes(explore({.pushes = 2, .workers = 2, .detached = journey::to_the_other_cell}, two));
}

TEST(MailboxModel, M2_ADetachedEnvelopeComesBackToTheSameMailbox) {
  expect_passes(explore({.pushes = 2, .detached = journey::back_to_the_same}));
  expect_passes(explore({.pushes = 3, .detached = journey::back_to_the_same, .travellers = 0b010}));
  expect_passes(explore({.producers = 1, .workers = 2, .detached = journey::back_to_the_same}));
}

TEST(MailboxModel, M2_ADetachedEnvelopeMayEndAtOnce) {
  for (const unsigned travellers : {0b11U, 0b01U, 0b10U}) {
    const plan how{.pushes = 2, .detached = journey::ends_at_once, .travellers = travellers};
    expect_passes(explore(how));
  }
  expect_passes(explore({.pushes = 2, .workers = 2, .detached = journey::ends_at_once}, two));
  expect_passes(
      explore({.pushes = 2, .detached = journey::ends_at_once}, {.preemptions = 3, .split = true}));
}

TEST(MailboxModel, M2_ATurnThatEndsAtATravellerBeginsWithItAgain) {
  sightings seen;
  const plan how{.producers = 3, .detached = journey::ends_at_once};
  expect_passes(model::explore({}, program(how, seen)));
  EXPECT_GT(seen.gaps, 0U);
}

TEST(MailboxModel, M2_AnEnvelopeSentOnWhileItIsLinkedIsFound) {
  const plan how{.detached = journey::to_the_other_cell, .planted = fault::sent_on_in_chain};
  expect_found(explore(how), "destroyed object");
}

// --- the embedded link

TEST(MailboxModel, M2_TheEmbeddedLinkComesLastAndEndsTheCell) {
  for (const fault chained : {fault::none, fault::last_link_in_chain}) {
    expect_passes(explore({.pushes = 2, .counted = true, .planted = chained}));
    expect_passes(explore({.workers = 2, .counted = true, .planted = chained}, two_then_random));
    expect_passes(explore({.producers = 3, .counted = true, .planted = chained}, two));
  }
}

TEST(MailboxModel, M2_TheEmbeddedLinkComesBackAfterItWasDetached) {
  expect_passes(explore({.producers = 1, .counted = true, .gives_one = true}, four));
  expect_passes(
      explore({.producers = 1, .workers = 2, .counted = true, .gives_one = true}, two_then_random));
  expect_passes(explore({.pushes = 2, .counted = true, .gives_one = true}, two_then_random));
}

TEST(MailboxModel, M3_ACommandThatRacesWithTheEndWakesNobodyInAFreedCell) {
  const plan how{.producers = 1, .system_senders = 1, .workers = 2, .counted = true};
  expect_passes(explore(how, {.preemptions = 2, .random_runs = 50'000}));
}

TEST(MailboxModel, M3_ALateLookMayWakeWhoeverLivesInTheCellNow) {
  const plan how{
      .producers = 1, .system_senders = 1, .workers = 2, .counted = true, .used_again = true};
  expect_passes(explore(how, {.preemptions = 1, .random_runs = 50'000}));
}

TEST(MailboxModel, M2_AnEmbeddedLinkThatComesBackWhileItIsChainedIsFound) {
  const plan how{
      .producers = 1, .counted = true, .gives_one = true, .planted = fault::last_link_in_chain};
  expect_found(explore(how), "check failed");
}

TEST(MailboxModel, M2_AnEndThatDoesNotLookForWhatCameMeanwhileIsFound) {
  const plan how{
      .producers = 1, .counted = true, .gives_one = true, .planted = fault::ends_without_a_look};
  expect_found(explore(how), "served while the actor lives");
}

TEST(MailboxModel, M3_ALateLookAtAFreedCellIsFound) {
  const plan how{.producers = 1,
                 .system_senders = 1,
                 .workers = 2,
                 .counted = true,
                 .planted = fault::late_look_unguarded};
  expect_found(explore(how), "no turn of a cell that is gone");
}

}  // namespace
