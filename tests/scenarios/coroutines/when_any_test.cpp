// when_any_test.cpp: several operations at a time, until the first has ended.
#include "players.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace cast;
using troupe::dead_reason;
using troupe::when_all;
using troupe::when_any;

/// Waits for the keeper, with something in its frame that says so when it goes.
task<int> traced(troupe::ref<keeper> k, journal_ptr j, int number) {
  const trace t(j, "frame" + std::to_string(number));
  const int got = co_await kept_by(k, number);
  co_return got;
}
task<> fails_after(troupe::ref<keeper> k, int number) {
  co_await kept_by(k, number);
  throw std::out_of_range("number " + std::to_string(number));
}
task<int> at_once(int n) { co_return n; }

SCENARIO(WhenAny, GivesTheFirstThatEndsAtItsIndex) {
  for (const int winner : {0, 1, 2}) {
    auto k = w.spawn<keeper>();
    stage_of_one s(w);
    s.p.tell<play>([k](player& me) -> task<> {
      auto one = co_await when_any(kept_by(k, 0), tried_by(k, 1), traced(k, make_journal(), 2));
      static_assert(std::is_same_v<decltype(one), std::variant<int, troupe::result<int>, int>>);
      const int got = one.index() == 1   ? std::get<1>(one).value()
                      : one.index() == 0 ? std::get<0>(one)
                                         : std::get<2>(one);
      me.say(std::to_string(one.index()) + ":" + std::to_string(got));
    });
    wait_for_kept(k, 3);
    k.tell<answer>(winner);
    w.settle();
    EXPECT_EQ(s.text(), std::to_string(winner) + ":" + std::to_string(right_answer(winner)));
    const auto late = dead(w, dead_reason::late);
    k.tell(answer_all{});
    w.settle();
    EXPECT_EQ(dead(w, dead_reason::late) - late, 2U) << "the replies of the losers";
  }
}

SCENARIO(WhenAny, WhatGivesNothingWinsAsMonostate) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    auto one = co_await when_any(kept_by(k, 0), troupe::sleep(1ms));
    static_assert(std::is_same_v<decltype(one), std::variant<int, std::monostate>>);
    me.say(std::to_string(one.index()));
  });
  w.advance(1ms);
  until(w, [&] { return !s.text().empty(); });
  EXPECT_EQ(s.text(), "1");
  w.settle();
  EXPECT_EQ(w.counters().asked, w.counters().settled);
}

SCENARIO(WhenAny, TheSleepOfALoserIsGone) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.tell<play>([q](player& me) -> task<> {
    const auto began = me.self().system().now();
    const auto one = co_await when_any(troupe::sleep(24h), q.ask<query>(1).within(1h));
    me.say(std::to_string(one.index()));
    if (!real) {
      EXPECT_EQ(me.self().system().now(), began);
    }
  });
  EXPECT_TRUE(w.system().drain()) << "on threads: today";
  EXPECT_EQ(s.text(), "1");
}

SCENARIO(WhenAny, ALoserThatHasNotBeenHandledIsNeverRun) {
  held_box box(w, 10);
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([to = box.to, k](player& me) -> task<> {
    const auto one = co_await when_any(to.ask<query>(7).within(1h), kept_by(k, 1));
    me.say(std::to_string(one.index()));
  });
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  until(w, [&] { return s.text() == "1"; });
  tell(box.to, 0, 1);
  box.open();
  w.settle();
  EXPECT_EQ(box.read->lines(), up_to(1)) << "the request was not run";
  EXPECT_EQ(dead(w, dead_reason::cancelled), 1U);
  EXPECT_EQ(w.counters().asked, w.counters().settled);
}

SCENARIO(WhenAny, TheFramesOfTheLosersAreGoneBeforeItReturns) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k, j = s.wrote](player& me) -> task<> {
    const auto one = co_await when_any(traced(k, j, 0), traced(k, j, 1), traced(k, j, 2));
    me.say("winner" + std::to_string(one.index()));
  });
  wait_for_kept(k, 3);
  k.tell<answer>(1);
  w.settle();
  for (const int n : {0, 1, 2})
    EXPECT_TRUE(s.wrote->in_order("frame" + std::to_string(n), "winner1")) << s.text();
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.wrote->lines().size(), 4U) << s.text();
}

SCENARIO(WhenAny, AnExceptionWinsToo) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k, j = s.wrote](player& me) -> task<> {
    try {
      co_await when_any(traced(k, j, 0), fails_after(k, 1), fails_after(k, 2));
      me.say("not thrown");
    } catch (const std::out_of_range& e) {
      me.say(e.what());
    }
  });
  wait_for_kept(k, 3);
  k.tell<answer>(2);
  w.settle();
  EXPECT_EQ(s.text(), "frame0 number 2");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(dead(w, dead_reason::late), 2U);
  EXPECT_EQ(w.counters().failed, 0U);
}

SCENARIO(WhenAny, AFailedAskWinsAndATryThatFailedWinsWithItsError) {
  auto ended = w.spawn<keeper>();
  ended.kill();
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k, ended](player& me) -> task<> {
    const auto one = co_await when_any(kept_by(k, 1), ended.try_ask<query>(2));
    me.say(std::to_string(one.index()) + " " + code_of(std::get<1>(one)));
    try {
      co_await when_any(kept_by(k, 3), ended.ask<query>(4));
    } catch (const troupe::ask_failed& e) {
      me.say(code_of(e));
    }
  });
  w.settle();
  EXPECT_EQ(s.text(), "1 down down");
}

SCENARIO(WhenAny, OfSeveralThatEndAtOnceTheFirstWins) {
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    const auto one = co_await when_any(troupe::sleep(1h), at_once(4), at_once(5));
    me.say(std::to_string(one.index()) + ":" + std::to_string(std::get<1>(one)));
  });
  w.settle();
  EXPECT_EQ(s.text(), "1:4");
}

SCENARIO(WhenAny, ALateReplyNeverReachesTheNextAsk) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    const auto one = co_await when_any(kept_by(k, 1), kept_by(k, 2));
    me.say("first " + std::to_string(one.index()));
    const int next = co_await kept_by(k, 3);
    me.say("then " + std::to_string(next));
  });
  wait_for_kept(k, 2);
  k.tell<answer>(1);
  until(w, [&] { return s.text() == "first 0"; });
  wait_for_kept(k, 2);
  let_answer(k, 2);
  wait_for(s.p);
  EXPECT_EQ(s.text(), "first 0");
  k.tell<answer>(3);
  w.settle();
  EXPECT_EQ(s.text(), "first 0 then 30");
  EXPECT_EQ(dead(w, dead_reason::late), 1U);
}

SCENARIO(WhenAny, ALosingSendIsNeverDelivered) {
  held_box box(w, 1);
  tell(box.to, 0, 1);
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([to = box.to, k](player& me) -> task<> {
    const auto one = co_await when_any(to.send<note>(9).within(1h), kept_by(k, 1));
    me.say(std::to_string(one.index()));
  });
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  until(w, [&] { return s.text() == "1"; });
  box.open();
  w.settle();
  EXPECT_EQ(box.read->lines(), up_to(1));
}

SCENARIO(WhenAny, AWinningSendIsDelivered) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  post to(w);
  s.p.tell<play>([to = to.to, k](player& me) -> task<> {
    const auto one = co_await when_any(kept_by(k, 1), to.send<note>(0));
    me.say(std::to_string(one.index()));
  });
  w.settle();
  EXPECT_EQ(s.text(), "1");
  EXPECT_EQ(to.read->lines(), up_to(1));
}

task<> job_done(ticket t) {
  co_await troupe::blocking([](ticket inside) { inside.call(); }, std::move(t));
}

SCENARIO(WhenAny, TheJobOfALoserRunsOnAndIsNotHeardOf) {
  const auto book = std::make_shared<ledger>();
  stage_of_one s(w);
  s.p.tell<play>([book](player& me) -> task<> {
    auto slow = job_done(ticket(book));
    const auto one = co_await when_any(at_once(1), std::move(slow));
    me.say(std::to_string(one.index()));
  });
  until(w, [&] { return s.text() == "0"; });
  w.settle();
  until(w, [&] { return ledger::read(book->destroyed) == 1; });
  EXPECT_LE(ledger::read(book->called), 1);
}

// --- vectors

SCENARIO(WhenAny, OfAVectorGivesIndexAndValue) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    std::vector<decltype(kept_by(k, 0))> asks;
    for (int i = 0; i < 4; ++i) asks.push_back(kept_by(k, i));
    auto one = co_await when_any(std::move(asks));
    static_assert(std::is_same_v<decltype(one), std::pair<std::size_t, int>>);
    me.say(std::to_string(one.first) + ":" + std::to_string(one.second));
  });
  wait_for_kept(k, 4);
  k.tell<answer>(2);
  w.settle();
  EXPECT_EQ(s.text(), "2:20");
}

SCENARIO(WhenAny, OfAVectorOfWhatGivesNothingGivesTheIndex) {
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    std::vector<decltype(troupe::sleep(1ms))> sleeps;
    sleeps.push_back(troupe::sleep(24h));
    sleeps.push_back(troupe::sleep(1ms));
    sleeps.push_back(troupe::sleep(24h));
    auto one = co_await when_any(std::move(sleeps));
    static_assert(std::is_same_v<decltype(one), std::size_t>);
    me.say(std::to_string(one));
  });
  pass(w, 1ms);
  EXPECT_EQ(s.text(), "1");
}

// --- within each other

SCENARIO(WhenAny, InsideAWhenAllCancelsItsOwnOnly) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k, j = s.wrote](player& me) -> task<> {
    const auto race = [](troupe::ref<keeper> to, journal_ptr wrote, int n) -> task<std::size_t> {
      const auto one = co_await when_any(traced(to, wrote, n), traced(to, wrote, n + 1));
      co_return one.index();
    };
    const auto both = co_await when_all(race(k, j, 0), race(k, j, 2));
    me.say(std::to_string(std::get<0>(both)) + std::to_string(std::get<1>(both)));
  });
  wait_for_kept(k, 4);
  let_answer(k, 1);
  wait_for(s.p);
  EXPECT_EQ(s.wrote->lines().size(), 2U) << s.text();
  EXPECT_TRUE(s.wrote->has("frame0"));
  EXPECT_TRUE(s.wrote->has("frame1"));
  let_answer(k, 2);
  w.settle();
  EXPECT_EQ(s.wrote->lines().back(), "10") << s.text();
  EXPECT_EQ(s.wrote->lines().size(), 5U) << s.text();
}

task<> both_traced(troupe::ref<keeper> k, journal_ptr j) {
  const trace t(j, "outer");
  co_await when_all(traced(k, j, 1), traced(k, j, 2));
}

SCENARIO(WhenAny, CancelsAWhenAllThatLost) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k, j = s.wrote](player& me) -> task<> {
    const auto one = co_await when_any(both_traced(k, j), kept_by(k, 3));
    me.say("winner" + std::to_string(one.index()));
  });
  wait_for_kept(k, 3);
  let_answer(k, 1);
  k.tell<answer>(3);
  w.settle();
  EXPECT_EQ(s.wrote->lines().size(), 4U) << s.text();
  EXPECT_TRUE(s.wrote->in_order("frame1", "frame2")) << s.text();
  EXPECT_TRUE(s.wrote->in_order("frame2", "outer")) << "the innermost first: " << s.text();
  EXPECT_TRUE(s.wrote->in_order("outer", "winner1")) << s.text();
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(dead(w, dead_reason::late), 1U);
}

SCENARIO(WhenAny, IsDestroyedWithItsActor) {
  for (const bool kill : {true, false}) {
    auto k = w.spawn<keeper>();
    stage_of_one s(w);
    s.p.tell<play>([k, j = s.wrote](player& me) -> task<> {
      co_await when_any(traced(k, j, 0), traced(k, j, 1), troupe::sleep(24h));
      me.say("never");
    });
    wait_for_kept(k, 2);
    wait_for(s.p);
    if (kill)
      s.p.kill();
    else
      s.p.stop();
    until(w, [&] { return s.wrote->has("gone"); });
    EXPECT_TRUE(s.wrote->in_order("frame0", "gone")) << s.text();
    EXPECT_TRUE(s.wrote->in_order("frame1", "gone")) << s.text();
    k.tell(answer_all{});
    w.settle();
  }
  EXPECT_EQ(dead(w, dead_reason::late), 4U);
}

/// Reply and clock at the same time: one of them wins, whole.
SCENARIO(WhenAny, OfAReplyAndAClockHasOneWinner) {
  constexpr int rounds = 10;
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.tell<play>([q](player& me) -> task<> {
    for (int i = 0; i < rounds; ++i) {
      const auto one = co_await when_any(q.ask<query>(i).within(1h), troupe::sleep(i * 1us));
      if (one.index() == 0) {
        EXPECT_EQ(std::get<0>(one), right_answer(i));
      }
      me.say("x");
    }
  });
  w.advance(1ms);
  w.settle();
  EXPECT_EQ(s.wrote->count("x"), rounds);
  EXPECT_EQ(w.counters().asked, w.counters().settled);
}

}  // namespace
