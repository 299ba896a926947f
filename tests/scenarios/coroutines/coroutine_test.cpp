// coroutine_test.cpp: handlers that wait, and what goes on meanwhile.
#include "players.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace cast;

// --- when it runs

SCENARIO(Coroutine, AHandlerThatAwaitsNothingIsAHandler) {
  stage_of_one s(w);
  s.p.ask<perform>([](player& me) -> task<> {
       me.say("done");
       co_return;
     })
      .get();
  EXPECT_EQ(s.text(), "done");
}

SCENARIO(Coroutine, OtherMessagesAreHandledWhileOneWaits) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    me.say("begin");
    const int got = co_await kept_by(k, 7);
    me.say("got " + std::to_string(got));
  });
  tell(s.p, 0, 3);
  wait_for_kept(k, 1);
  wait_for(s.p);
  EXPECT_EQ(s.text(), "begin 0 1 2") << "it began at once, and is waiting";
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "begin 0 1 2 got 70");
}

SCENARIO(Coroutine, HandlersGoOnInTheOrderOfTheirReplies) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  for (int i = 0; i < 4; ++i)
    s.p.tell<play>([k, i](player& me) -> task<> {
      const int got = co_await kept_by(k, i);
      me.say(std::to_string(got));
    });
  wait_for_kept(k, 4);
  for (const int n : {2, 0, 3, 1}) k.tell<answer>(n);
  w.settle();
  EXPECT_EQ(s.text(), "20 0 30 10");
}

SCENARIO(Coroutine, AReplyComesInLineWithTheMessages) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await kept_by(k, 1);
    me.say("reply");
  });
  wait_for_kept(k, 1);
  tell(s.p, 0, 2);
  let_answer(k, 1);
  tell(s.p, 2, 2);
  w.settle();
  EXPECT_EQ(s.text(), "0 1 reply 2 3");
}

SCENARIO(Coroutine, EachAwaitOfManyInARowGivesItsOwnReply) {
  auto q = w.spawn<prompt>();
  const auto seen = std::make_shared<page>();
  run(w, [q, seen](player&) -> task<> {
    for (int i = 0; i < 50; ++i) {
      const int got = co_await q.ask<query>(i);
      seen->write(got);
    }
  });
  std::vector<int> expected;
  for (int i = 0; i < 50; ++i) expected.push_back(right_answer(i));
  EXPECT_EQ(seen->lines(), expected);
  EXPECT_EQ(q.ask(how_many{}).get(), 50);
}

/// Finds out whether two of its turns overlap, coroutines included.
class careful : public troupe::actor<careful> {
public:
  explicit careful(troupe::address<query> other) : other_(std::move(other)) {}
  task<int> on(query q) {
    enter();
    leave();
    int sum = 0;
    for (int i = 0; i < 3; ++i) {
      sum += co_await other_.ask<query>(q.number);
      enter();
      leave();
    }
    co_return sum;
  }
  int on(how_many) const { return steps_; }

private:
  void enter() {
    EXPECT_FALSE(inside_);
    inside_ = true;
    ++steps_;
  }
  void leave() { inside_ = false; }

  troupe::address<query> other_;
  bool inside_ = false;  // no atomics: the thread sanitizer would see it
  int steps_ = 0;
};

SCENARIO(Coroutine, StepsOfOneActorRunOneAtATimeAndSeeWhatTheLastOneDid) {
  constexpr int askers = 4;
  constexpr int each = 10;
  auto q = w.spawn<prompt>();
  auto c = w.spawn<careful>(q);
  std::atomic<int> right{0};
  at_once(askers, [&](int me) {
    for (int i = 0; i < each; ++i) {
      const int n = me * each + i;
      right.fetch_add(c.ask<query>(n).get() == 3 * right_answer(n), std::memory_order_relaxed);
    }
  });
  EXPECT_EQ(right.load(std::memory_order_relaxed), askers * each);
  EXPECT_EQ(c.ask(how_many{}).get(), askers * each * 4);
}

// --- self, after a suspension

SCENARIO(Coroutine, WhatItSendsBeforeAndAfterASuspensionArrivesInOrder) {
  auto q = w.spawn<prompt>();
  post to(w);
  run(w, [q, whom = to.to](player&) -> task<> {
    whom.tell<note>(0);
    co_await q.ask<query>(1);
    whom.tell<note>(1);
    co_await q.ask<query>(1);
    whom.tell<note>(2);
  });
  w.settle();
  EXPECT_EQ(to.read->lines(), up_to(3));
}

SCENARIO(Coroutine, AfterASuspensionItMayTellItselfAndSpawn) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.ask<perform>([q](player& me) -> task<> {
       co_await q.ask<query>(1);
       me.self().tell<note>(5);
       const auto child = me.self().spawn<prompt>();
       const int got = co_await child.ask<query>(6);
       me.say("child " + std::to_string(got));
     })
      .get();
  EXPECT_EQ(s.wrote->count("5"), 1);
  EXPECT_EQ(s.wrote->count("child 60"), 1);
}

SCENARIO(Coroutine, AfterASuspensionItMayStopItself) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await kept_by(k, 1);
    me.self().stop();
    me.say("last");
  });
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "last stop(normal) gone");
}

SCENARIO(Coroutine, ThatStopsItselfAndSuspendsIsDestroyedThere) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k, j = s.wrote](player& me) -> task<> {
    const trace t(j, "frame");
    me.self().stop();
    co_await kept_by(k, 1);
    me.say("never");
  });
  w.settle();
  EXPECT_EQ(s.wrote->count("never"), 0);
  EXPECT_EQ(s.wrote->count("frame"), 1);
  EXPECT_EQ(s.wrote->count("stop(normal)"), 1);
  EXPECT_TRUE(s.wrote->in_order("frame", "gone")) << s.text();
}

SCENARIO(Coroutine, BlockingInItIsRefusedAfterASuspensionToo) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.ask<perform>([q](player& me) -> task<> {
       co_await q.ask<query>(1);
       try {
         static_cast<void>(q.ask<query>(2).get());
       } catch (const troupe::ask_failed& e) {
         me.say(code_of(e));
       }
     })
      .get();
  EXPECT_EQ(s.text(), "would_block_worker");
}

// --- replies of coroutine handlers

struct both_halves {
  using reply = std::string;
  std::string left;
};
class halves : public troupe::actor<halves> {
public:
  explicit halves(troupe::ref<keeper> k) : keeper_(std::move(k)) {}
  task<std::string> on(both_halves b) {
    const int right = co_await kept_by(keeper_, 4);
    co_return b.left + "/" + std::to_string(right);
  }
  /// Answered through reply_to, while the handler goes on.
  task<> on(query q, troupe::reply_to<query> reply) {
    const int got = co_await kept_by(keeper_, q.number);
    if (got < 0) co_return;
    if (q.number < 100) reply(got);
    co_await kept_by(keeper_, 1000 + q.number);
  }

private:
  troupe::ref<keeper> keeper_;
};

SCENARIO(Coroutine, TheReplyIsWhatItReturnsHoweverLate) {
  auto k = w.spawn<keeper>();
  auto h = w.spawn<halves>(k);
  stage_of_one s(w);
  s.p.tell<play>([h](player& me) -> task<> {
    const std::string got = co_await h.ask<both_halves>("a left half that is no short string");
    me.say(got);
  });
  wait_for_kept(k, 1);
  wait_for(s.p);
  EXPECT_EQ(s.text(), "");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "a left half that is no short string/40");
}

SCENARIO(Coroutine, ARequestThatWasToldRunsAndItsReplyGoesNowhere) {
  auto k = w.spawn<keeper>();
  auto h = w.spawn<halves>(k);
  h.tell<both_halves>("x");
  h.tell<query>(1);
  wait_for_kept(k, 2);
  k.tell(answer_all{});
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(), 0U);
  EXPECT_EQ(w.counters().failed, 0U);
}

SCENARIO(Coroutine, WithReplyToItAnswersBeforeItsEnd) {
  auto k = w.spawn<keeper>();
  auto h = w.spawn<halves>(k);
  stage_of_one s(w);
  s.p.tell<play>([h](player& me) -> task<> {
    const int got = co_await h.ask<query>(3).within(1h);
    me.say(std::to_string(got));
  });
  wait_for_kept(k, 1);
  k.tell<answer>(3);
  wait_for_kept(k, 1);  // the second, by the handler that goes on
  until(w, [&] { return s.text() == "30"; });
  k.tell(answer_all{});
  w.settle();
}

SCENARIO(Coroutine, AReplyToThatIsDestroyedWithItsFrameIsNoReply) {
  auto k = w.spawn<keeper>();
  auto h = w.spawn<halves>(k);
  stage_of_one s(w);
  s.p.tell<play>([h](player& me) -> task<> {
    const auto got = co_await h.try_ask<query>(100).within(1h);
    me.say(code_of(got));
  });
  wait_for_kept(k, 1);
  k.tell<answer>(100);
  wait_for_kept(k, 1);
  wait_for(s.p);
  EXPECT_EQ(s.text(), "") << "the frame still holds it";
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "no_reply");
}

// --- sleep

SCENARIO(Coroutine, SleepersWakeInTheOrderOfTheirTimes) {
  if (real) return;  // there nobody says when each begins
  stage_of_one s(w);
  for (const int n : {3, 1, 4, 2})
    s.p.tell<play>([n](player& me) -> task<> {
      co_await troupe::sleep(n * 1ms);
      me.say(std::to_string(n));
    });
  w.advance(10ms);
  EXPECT_EQ(s.text(), "1 2 3 4");
}

SCENARIO(Coroutine, ASleepIsNeverShorterThanWasSaid) {
  for (const troupe::duration d : std::vector<troupe::duration>{0ns, 1ns, 700us, 3ms}) {
    stage_of_one s(w);
    s.p.tell<play>([d](player& me) -> task<> {
      const auto began = me.self().system().now();
      co_await troupe::sleep(d);
      const auto took = me.self().system().now() - began;
      EXPECT_GE(took, d);
      if (!real) {
        EXPECT_EQ(took, d);
      }
      me.say("awake");
    });
    if (!real && d > 1ns) {
      w.advance(d - 1ns);
      EXPECT_EQ(s.text(), "") << "a nanosecond too early";
    }
    pass(w, d);
    EXPECT_EQ(s.text(), "awake");
  }
}

SCENARIO(Coroutine, OthersAreHandledWhileOneSleeps) {
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    co_await troupe::sleep(2ms);
    me.say("awake");
  });
  tell(s.p, 0, 1);
  wait_for(s.p);
  pass(w, 2ms);
  EXPECT_EQ(s.wrote->count("0"), 1);
  EXPECT_EQ(s.wrote->count("awake"), 1);
  if (!real) {
    EXPECT_EQ(s.text(), "0 awake");
  }
}

SCENARIO(Coroutine, DrainWaitsForThoseWhoSleep) {
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    for (int i = 0; i < 3; ++i) co_await troupe::sleep(1ms);
    me.say("awake");
  });
  EXPECT_TRUE(w.system().drain());
  EXPECT_EQ(s.text(), "awake");
}

}  // namespace
