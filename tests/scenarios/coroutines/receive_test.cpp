// receive_test.cpp: a process chooses what it reads next, and how long it waits for it.
#include "players.hpp"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace cast;
using troupe::address;
using troupe::asked;
using troupe::inbox;
using troupe::tell_status;

struct letter {
  std::string text;
};
struct tick {
  int number = 0;
};

const troupe::duration patience = real ? 5ms : 50ms;

SCENARIO(Receive, TheOldestOfThatKindTheOthersWaitInOrder) {
  auto k = w.spawn<keeper>();
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note, letter, query> in, troupe::ref<keeper> first, journal_ptr j) -> task<> {
        co_await kept_by(first, 1);
        for (int i = 0; i < 2; ++i) {
          const auto l = co_await in.next<letter>();
          j->note(l->text);
        }
        auto q = co_await in.next<query>();
        q->reply(0);
        j->note("query");
        for (int i = 0; i < 4; ++i) {
          auto item = co_await in.next();
          troupe::match(
              std::move(*item), [&](note n) { j->note(std::to_string(n.number)); },
              [&](letter l) { j->note(l.text); }, [&](asked<query>) { j->note("another"); });
        }
      },
      k, wrote);
  p.tell<note>(0);
  p.tell<letter>("a");
  p.tell<note>(1);
  p.tell<query>(1);
  p.tell<letter>("b");
  p.tell<letter>("c");
  p.tell<note>(2);
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(wrote->text(), "a b query 0 1 c 2");
}

SCENARIO(Receive, WaitsForThatKindThoughOthersAreThere) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note, letter> in, journal_ptr j) -> task<> {
        const auto l = co_await in.next<letter>();
        j->note(l->text);
        for (int i = 0; i < 2; ++i) {
          const auto n = co_await in.next<note>();
          j->note(std::to_string(n->number));
        }
      },
      wrote);
  p.tell<note>(0);
  w.settle();
  p.tell<note>(1);
  w.settle();
  EXPECT_EQ(wrote->text(), "");
  p.tell<letter>("a");
  w.settle();
  EXPECT_EQ(wrote->text(), "a 0 1");
}

// --- how long

SCENARIO(Receive, GivesNothingWhenTheTimeIsOverAndIsNotClosed) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note, letter> in, journal_ptr j) -> task<> {
        const auto began = in.system().now();
        const auto l = co_await in.next<letter>(patience);
        const auto took = in.system().now() - began;
        EXPECT_GE(took, patience);
        if (!real) {
          EXPECT_EQ(took, patience);
        }
        j->note(l ? "something" : "nothing");
        j->note(in.closed() ? "closed" : "open");
        const auto n = co_await in.next<note>(patience);
        j->note(n ? std::to_string(n->number) : "nothing");
      },
      wrote);
  p.tell<note>(3);
  if (!real) {
    w.advance(patience - 1ns);
    EXPECT_EQ(wrote->text(), "");
  }
  w.advance(1ns);
  until(w, [&] { return wrote->lines().size() == 3; });
  EXPECT_EQ(wrote->text(), "nothing open 3");
}

SCENARIO(Receive, WithoutTimeGivesWhatIsThere) {
  auto k = w.spawn<keeper>();
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note, letter> in, troupe::ref<keeper> first, journal_ptr j) -> task<> {
        co_await kept_by(first, 1);
        for (int i = 0; i < 2; ++i) {
          const auto l = co_await in.next<letter>(0ns);
          j->note(l ? l->text : "nothing");
        }
        const auto n = co_await in.next<note>(0ns);
        j->note(n ? std::to_string(n->number) : "nothing");
      },
      k, wrote);
  p.tell<note>(0);
  p.tell<letter>("a");
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  until(w, [&] { return wrote->lines().size() == 3; });
  EXPECT_EQ(wrote->text(), "a nothing 0");
}

SCENARIO(Receive, ATimeThatIsOverDoesNotDisturbTheNext) {
  if (real) return;
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note> in, journal_ptr j) -> task<> {
        for (int i = 0; i < 3; ++i) {
          const auto n = co_await in.next<note>(10ms);
          j->note(n ? std::to_string(n->number) : "nothing");
        }
      },
      wrote);
  w.advance(9ms);
  p.tell<note>(1);
  w.advance(9ms);  // the first would be over now
  EXPECT_EQ(wrote->text(), "1");
  w.advance(1ms);
  EXPECT_EQ(wrote->text(), "1 nothing");
  p.tell<note>(2);
  w.settle();
  EXPECT_EQ(wrote->text(), "1 nothing 2");
}

/// Message and clock at the same time: each message is read once, by one of them.
SCENARIO(Receive, WhatComesAsTheTimeEndsIsReadOnce) {
  const auto wrote = make_journal();
  constexpr int count = 20;
  auto p = w.system().spawn(
      [](inbox<note, tick> in, journal_ptr j) -> task<> {
        for (int got = 0; got < count;) {
          const auto n = co_await in.next<note>(real ? 1us : 1ms);
          if (!n.has_value()) continue;
          j->note(std::to_string(n->number));
          ++got;
        }
      },
      wrote);
  for (int i = 0; i < count; ++i) {
    p.tell<note>(i);
    w.advance(i % 3 * 500us);
  }
  until(w, [&] { return wrote->lines().size() == count; });
  std::string expected = "0";
  for (int i = 1; i < count; ++i) expected += " " + std::to_string(i);
  EXPECT_EQ(wrote->text(), expected);
}

SCENARIO(Receive, DrainDoesNotWaitForATimeout) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note> in, journal_ptr j) -> task<> {
        const auto n = co_await in.next<note>(24h);
        j->note(n ? "something" : in.closed() ? "closed" : "timeout");
      },
      wrote);
  const auto began = w.system().now();
  EXPECT_TRUE(w.system().drain());
  EXPECT_EQ(wrote->text(), "");
  if (!real) {
    EXPECT_EQ(w.system().now(), began);
  }
  p = {};
  w.settle();
  EXPECT_EQ(wrote->text(), "closed") << "a timeout keeps nobody alive";
}

// --- closing

SCENARIO(Receive, NothingWhenNoneIsThereAndNoneCanCome) {
  const auto wrote = make_journal();
  {
    auto p = w.system().spawn(
        [](inbox<note, letter> in, journal_ptr j) -> task<> {
          const auto first = co_await in.next<letter>();
          j->note(first ? first->text : "nothing");
          const auto second = co_await in.next<letter>();
          j->note(second ? second->text : "nothing");
          j->note(in.closed() ? "closed" : "open");
          const auto n = co_await in.next<note>();
          j->note(n ? std::to_string(n->number) : "nothing");
          const auto m = co_await in.next<note>(24h);
          j->note(m ? "something" : "nothing");
        },
        wrote);
    p.tell<note>(1);
    p.tell<letter>("a");
  }
  w.settle();
  EXPECT_EQ(wrote->text(), "a nothing closed 1 nothing");
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Receive, NothingAtOnceWhenItIsStopped) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note, letter> in, journal_ptr j) -> task<> {
        const auto l = co_await in.next<letter>();
        j->note(l ? "something" : in.closed() ? "closed" : "open");
        const auto n = co_await in.next();
        j->note(n ? "something" : "nothing");
      },
      wrote);
  p.tell<note>(1);
  w.settle();
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(wrote->text(), "closed nothing") << "what was queued is not read any more";
}

// --- bounds

SCENARIO(Receive, WhatIsPassedOverCountsAgainstTheCapacity) {
  const auto wrote = make_journal();
  auto q = w.spawn<prompt>();
  auto p = w.system().spawn(
      {.capacity = 3},
      [](inbox<note, letter> in, journal_ptr j) -> task<> {
        const auto l = co_await in.next<letter>(real ? 20ms : 50ms);
        j->note(l ? "something" : "nothing");
        while (auto n = co_await in.next<note>()) j->note(std::to_string(n->number));
      },
      wrote);
  int queued = 0;
  for (int i = 0; i < 10 && wrote->text().empty(); ++i) {
    note n{queued};
    queued += p.try_tell(n) == tell_status::queued;
    if (!real) w.settle();
    wait_for(q);
  }
  if (!real || wrote->text().empty()) {
    EXPECT_LE(queued, 3);
  }
  w.advance(50ms);
  until(w, [&] { return wrote->lines().size() == 1U + static_cast<std::size_t>(queued); });
  std::string expected = "nothing";
  for (int i = 0; i < queued; ++i) expected += " " + std::to_string(i);
  EXPECT_EQ(wrote->text(), expected);
  note again{queued};
  EXPECT_EQ(p.try_tell(again), tell_status::queued) << "there is room again";
  w.settle();
}

SCENARIO(Receive, SendWaitsForAProcessThatPassesOver) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      {.capacity = 2},
      [](inbox<note, query> in, journal_ptr j) -> task<> {
        auto q = co_await in.next<query>();
        q->reply(0);
        while (auto n = co_await in.next<note>()) j->note(std::to_string(n->number));
      },
      wrote);
  stage_of_one s(w);
  wait_for(s.p);
  s.p.tell<play>([to = p](player& me) -> task<> {
    co_await to.send<note>(0);
    auto open = to.ask<query>(1).within(1h);
    co_await open;
    for (int i = 1; i < 6; ++i) co_await to.send<note>(i).within(1h);
    me.say("sent");
  });
  w.settle();
  EXPECT_EQ(s.text(), "sent");
  EXPECT_EQ(wrote->text(), "0 1 2 3 4 5");
}

}  // namespace
