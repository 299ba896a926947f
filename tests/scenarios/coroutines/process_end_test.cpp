// process_end_test.cpp: how processes end: by themselves, unreferenced, stopped.
#include "players.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cast;
using troupe::address;
using troupe::asked;
using troupe::dead_reason;
using troupe::inbox;

// --- by itself

SCENARIO(ProcessEnd, ThatReturnsEndsNormally) {
  auto p = w.system().spawn([](inbox<query> in) -> task<> {
    auto one = co_await in.next();
    one->reply(1);
  });
  EXPECT_EQ(p.ask<query>(1).get(), 1);
  w.settle();
  EXPECT_EQ(reason_of(p), exit_kind::normal);
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(ProcessEnd, WhatWaitsThenIsDeadAndRequestsAreAnsweredDown) {
  auto k = w.spawn<keeper>();
  auto p = w.system().spawn(
      [](inbox<note, query> in, troupe::ref<keeper> first) -> task<> {
        co_await kept_by(first, 1);
        static_cast<void>(in);
      },
      k);
  for (int i = 0; i < 3; ++i) p.tell<note>(i);
  auto a = w.spawn<asker>();
  a.ask<ask_for>(p, 5, 1h).get();
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  w.settle();
  const auto seen = a.ask(so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].error.value(), ask_errc::down);
  EXPECT_EQ(seen[0].error->reason(), exit_kind::normal);
  EXPECT_EQ(w.counters().alive(), 2U);
  EXPECT_GE(dead(w, dead_reason::ended), 3U);
}

SCENARIO(ProcessEnd, ARequestInItsHandsIsAnsweredDown) {
  auto p = w.system().spawn([](inbox<query> in) -> task<> {
    auto one = co_await in.next();
    throw std::out_of_range("with it");
  });
  const auto r = p.try_ask<query>(1).get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::down);
  EXPECT_EQ(r.error().reason().text(), "with it");
}

void expect_failure(scenario::world& w, bool before) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note, query> in, bool at_once, journal_ptr j) -> task<> {
        const trace t(j, "frame");
        if (at_once) throw std::out_of_range("too far");
        co_await in.next<note>();
        throw std::out_of_range("too far");
      },
      before, wrote);
  p.tell<note>(1);
  w.settle();
  const auto why = reason_of(p);
  EXPECT_EQ(why, exit_kind::failed);
  EXPECT_TRUE(says(why.type(), "out_of_range")) << why.to_string();
  EXPECT_EQ(why.text(), "too far");
  EXPECT_EQ(wrote->text(), "frame");
  EXPECT_EQ(w.counters().failed, 1U);
}

SCENARIO(ProcessEnd, AnExceptionFailsIt) { expect_failure(w, true); }
SCENARIO(ProcessEnd, AnExceptionAfterASuspensionFailsIt) { expect_failure(w, false); }

SCENARIO(ProcessEnd, AFailedAskThatIsNotCaughtFailsIt) {
  auto ended = w.spawn<keeper>();
  ended.kill();
  auto p = w.system().spawn(
      [](inbox<query>, troupe::ref<keeper> whom) -> task<> { co_await whom.ask<query>(1); }, ended);
  w.settle();
  EXPECT_TRUE(says(reason_of(p).type(), "ask_failed"));
}

SCENARIO(ProcessEnd, AProducerRunsToItsEndThoughNobodyRefersToIt) {
  post to(w);
  {
    const auto producer = w.system().spawn(
        [](inbox<>, address<note> out) -> task<> {
          for (int i = 0; i < 5; ++i) {
            co_await out.send<note>(i);
            co_await troupe::sleep(1us);
          }
        },
        to.to);
  }
  pass(w, 5us);
  EXPECT_EQ(to.read->lines(), up_to(5));
  EXPECT_EQ(w.counters().alive(), 1U);
}

// --- unreferenced

constexpr auto reads_to_the_end = [](inbox<note> in, journal_ptr j) -> task<> {
  j->note(in.closed() ? "closed" : "open");
  while (auto n = co_await in.next()) j->note(std::to_string(n->number));
  j->note(in.closed() ? "closed" : "open");
  const auto again = co_await in.next();
  const auto once_more = co_await in.next<note>(24h);
  j->note(again || once_more ? "more" : "end");
};

SCENARIO(ProcessEnd, NobodyRefersToItWhileItWaitsThenNextGivesNothing) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(reads_to_the_end, wrote);
  p.tell<note>(1);
  w.settle();
  EXPECT_EQ(wrote->text(), "open 1");
  auto copy = p;
  p = {};
  w.settle();
  EXPECT_EQ(wrote->text(), "open 1");
  copy.tell<note>(2);
  copy = {};
  w.settle();
  EXPECT_EQ(wrote->text(), "open 1 2 closed end");
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(ProcessEnd, WhatIsQueuedIsReadFirst) {
  const auto wrote = make_journal();
  {
    auto p = w.system().spawn(reads_to_the_end, wrote);
    for (int i = 0; i < 4; ++i) p.tell<note>(i);
  }
  w.settle();
  EXPECT_EQ(wrote->lines().size(), 7U) << wrote->text();
  EXPECT_TRUE(says(wrote->text(), "0 1 2 3 closed end")) << wrote->text();
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(ProcessEnd, UnreferencedWhileItWaitsElsewhereItGoesOn) {
  auto k = w.spawn<keeper>();
  const auto wrote = make_journal();
  {
    auto p = w.system().spawn(
        [](inbox<note> in, troupe::ref<keeper> first, journal_ptr j) -> task<> {
          const int got = co_await kept_by(first, 1);
          j->note(std::to_string(got));
          const auto n = co_await in.next();
          j->note(n ? std::to_string(n->number) : "nothing");
          const auto more = co_await in.next();
          j->note(more ? std::to_string(more->number) : "nothing");
          co_await kept_by(first, 2);
          j->note("end");
        },
        k, wrote);
    p.tell<note>(7);
  }
  wait_for_kept(k, 1);
  EXPECT_EQ(wrote->text(), "");
  let_answer(k, 1);
  wait_for_kept(k, 1);
  EXPECT_EQ(wrote->text(), "10 7 nothing");
  let_answer(k, 2);
  w.settle();
  EXPECT_EQ(wrote->text(), "10 7 nothing end");
}

SCENARIO(ProcessEnd, AHandleThatComesBackInAReplyKeepsItOpen) {
  // Its own address sleeps in a request that is answered later: somebody refers to it.
  struct keep {
    using reply = void;
    address<note> whom;
  };
  struct tell_all {};
  auto holder = w.system().spawn([](inbox<keep, tell_all> in) -> task<> {
    auto one = co_await in.next<keep>();
    co_await in.next<tell_all>();
    one->message.whom.tell<note>(1);
    one->reply();
  });
  const auto wrote = make_journal();
  {
    auto p = w.system().spawn(
        [](inbox<note> in, address<keep> to, journal_ptr j) -> task<> {
          auto request = to.ask<keep>(in.self()).within(1h);
          co_await request;
          j->note("kept");
          while (auto n = co_await in.next()) j->note(std::to_string(n->number));
          j->note("end");
        },
        holder, wrote);
  }
  holder.tell(tell_all{});
  w.settle();
  EXPECT_EQ(wrote->text(), "kept 1 end");
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(ProcessEnd, APipelineEndsStageAfterStage) {
  constexpr auto passes_on = [](inbox<note> in, address<note> out, journal_ptr j,
                                std::string name) -> task<> {
    while (auto n = co_await in.next()) co_await out.send<note>(n->number + 1);
    j->note(name);
  };
  const auto wrote = make_journal();
  post to(w);
  auto c = w.system().spawn({.capacity = 2}, passes_on, to.to, wrote, std::string("third"));
  auto b = w.system().spawn({.capacity = 2}, passes_on, std::move(c), wrote, std::string("second"));
  auto a = w.system().spawn({.capacity = 2}, passes_on, std::move(b), wrote, std::string("first"));
  run(w, [a](player&) -> task<> {
    for (int i = 0; i < 20; ++i) co_await a.send<note>(i - 3).within(1h);
  });
  a = {};
  w.settle();
  EXPECT_EQ(to.read->lines(), up_to(20));
  EXPECT_EQ(wrote->text(), "first second third");
  EXPECT_EQ(w.counters().alive(), 1U);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

// --- stopped

SCENARIO(ProcessEnd, AShutdownGivesNothingFromNextOnAndItMayTidyUp) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(reads_to_the_end, wrote);
  p.tell<note>(1);
  w.settle();
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(wrote->text(), "open 1 closed end");
}

SCENARIO(ProcessEnd, AShutdownWhileItWaitsElsewhereDestroysItsFrame) {
  const auto pile = make_pile();
  auto k = w.spawn<silent>(pile);
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note> in, troupe::ref<silent> first, journal_ptr j) -> task<> {
        const trace t(j, "frame");
        co_await kept_by(first, 1);
        j->note("never");
        co_await in.next();
      },
      k, wrote);
  wait_for_kept(k, 1);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(wrote->text(), "frame");
}

SCENARIO(ProcessEnd, StoppedItIsDestroyedWhereItSuspendsElsewhere) {
  const auto pile = make_pile();
  auto k = w.spawn<silent>(pile);
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note> in, troupe::ref<silent> last, journal_ptr j) -> task<> {
        const trace t(j, "frame");
        const auto n = co_await in.next();
        j->note(n ? "something" : "nothing");
        co_await kept_by(last, 1);
        j->note("never");
      },
      k, wrote);
  w.settle();
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(wrote->text(), "nothing frame");
}

SCENARIO(ProcessEnd, ThoseOfAParentThatEndsGetNothingMoreAndEndBeforeIt) {
  const auto wrote = make_journal();
  auto parent = w.system().spawn(
      [](inbox<note> in, journal_ptr j) -> task<> {
        const auto child = in.spawn(
            [](inbox<note> mine, journal_ptr notes) -> task<> {
              const trace t(notes, "child");
              const auto n = co_await mine.next();
              notes->note(n ? "something" : "nothing");
            },
            j);
        const trace t(j, "parent");
        co_await in.next();
        throw std::runtime_error("parent");
      },
      wrote);
  w.settle();
  parent.tell<note>(1);
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
  EXPECT_EQ(w.counters().failed, 1U);
  EXPECT_EQ(wrote->count("nothing"), 1) << wrote->text();
  EXPECT_EQ(wrote->count("child"), 1);
  EXPECT_EQ(wrote->count("parent"), 1);
}

SCENARIO(ProcessEnd, OnesThatAreBornAndEndAtOnceLeaveNothing) {
  const auto book = std::make_shared<ledger>();
  for (int i = 0; i < 50; ++i) {
    auto p = w.system().spawn(
        [](inbox<note> in, ticket mine, int n) -> task<> {
          mine.call();
          if (n % 3 == 0) co_return;
          if (n % 3 == 1) throw std::runtime_error("x");
          co_await in.next();
        },
        ticket(book), i);
    if (i % 2 == 0) p.tell<note>(i);
  }
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
  EXPECT_EQ(ledger::read(book->called), 50);
  expect_balanced(*book, 50);
}

}  // namespace
