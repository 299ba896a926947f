// exclusive_test.cpp: until an exclusive request is answered, its actor handles nothing else.
#include "players.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace cast;
using troupe::dead_reason;
using troupe::exclusive;
using troupe::tell_status;

/// Asks exclusively, and says when it has the answer.
scene alone_with(troupe::ref<keeper> k, int number) {
  return [k, number](player& me) -> task<> {
    const auto r = co_await exclusive(tried_by(k, number));
    me.say(r ? "alone" : code_of(r));
  };
}

SCENARIO(Exclusive, NothingIsHandledUntilItIsAnswered) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  tell(s.p, 0, 1);
  s.p.tell<play>(alone_with(k, 1));
  tell(s.p, 1, 3);
  wait_for_kept(k, 1);
  if (!real) w.settle();
  EXPECT_EQ(s.text(), "0");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "0 alone 1 2 3");
}

SCENARIO(Exclusive, ItsReplyIsTheValue) {
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.ask<perform>([q](player& me) -> task<> {
       const int got = co_await exclusive(q.ask<query>(3));
       me.say(std::to_string(got));
       co_await exclusive(q.ask<query>(4));
       const auto tried = co_await exclusive(q.try_ask<query>(5));
       me.say(std::to_string(tried.value()));
     })
      .get();
  EXPECT_EQ(s.text(), "30 50");
}

SCENARIO(Exclusive, OtherCoroutinesAreNotResumed) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await kept_by(k, 1);
    me.say("other");
  });
  s.p.tell<play>(alone_with(k, 2));
  wait_for_kept(k, 2);
  let_answer(k, 1);
  if (!real) w.settle();
  EXPECT_EQ(s.text(), "");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "alone other");
}

SCENARIO(Exclusive, NorAreThoseWhoSleep) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    co_await troupe::sleep(1ms);
    me.say("slept");
  });
  s.p.tell<play>(alone_with(k, 1));
  wait_for_kept(k, 1);
  w.advance(5ms);
  if (!real) {
    EXPECT_EQ(s.text(), "");
  }
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.wrote->count("slept"), 1);
  EXPECT_EQ(s.wrote->count("alone"), 1);
  if (!real) {
    EXPECT_EQ(s.text(), "alone slept");
  }
}

SCENARIO(Exclusive, WhatIsHeldBackIsHandledInTheOrderItCame) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await kept_by(k, 1);
    me.say("reply");
  });
  s.p.tell<play>(alone_with(k, 2));
  wait_for_kept(k, 2);
  tell(s.p, 0, 2);
  let_answer(k, 1);
  tell(s.p, 2, 2);
  s.p.tell<query>(5);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "alone 0 1 reply 2 3 q5");
}

SCENARIO(Exclusive, OneAfterTheOtherHoldsBackInBetweenToo) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    for (int i = 0; i < 3; ++i) {
      co_await exclusive(kept_by(k, i));
      me.say("alone");
    }
  });
  tell(s.p, 0, 2);
  for (int i = 0; i < 3; ++i) {
    wait_for_kept(k, 1);
    let_answer(k, i);
  }
  w.settle();
  EXPECT_EQ(s.text(), "alone alone alone 0 1");
}

SCENARIO(Exclusive, ASecondOneBeginsAfterTheFirst) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>(alone_with(k, 1));
  s.p.tell<play>(alone_with(k, 2));
  wait_for_kept(k, 1);
  if (!real) w.settle();
  EXPECT_EQ(k.ask(how_many{}).get(), 1) << "the second has not begun";
  let_answer(k, 1);
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "alone alone");
}

task<> alone_below(troupe::ref<keeper> k, int depth) {
  if (depth == 0) {
    co_await exclusive(kept_by(k, 1));
  } else {
    co_await alone_below(k, depth - 1);
  }
}

SCENARIO(Exclusive, InANestedTaskHoldsTheWholeActor) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await alone_below(k, 3);
    me.say("alone");
  });
  tell(s.p, 0, 2);
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "alone 0 1");
}

SCENARIO(Exclusive, ThatFailsAtOnceHoldsNothing) {
  auto ended = w.spawn<keeper>();
  ended.kill();
  stage_of_one s(w);
  s.p.tell<play>(alone_with(ended, 1));
  s.p.tell<play>(alone_with(troupe::ref<keeper>(), 1));
  tell(s.p, 0, 1);
  w.settle();
  EXPECT_EQ(s.wrote->count("down"), 2);
  EXPECT_EQ(s.wrote->count("0"), 1);
}

SCENARIO(Exclusive, EndsWithItsDeadline) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    const auto r = co_await exclusive(k.try_ask<query>(1).within(real ? 5ms : 50ms));
    me.say(code_of(r));
  });
  tell(s.p, 0, 1);
  pass(w, 50ms);
  EXPECT_EQ(s.text(), "timeout 0");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(unanswered(w), 1U);
}

// --- what it does not hold back

SCENARIO(Exclusive, AKillWorks) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k, j = s.wrote](player& me) -> task<> {
    const trace t(j, "frame");
    co_await exclusive(kept_by(k, 1));
    me.say("never");
  });
  tell(s.p, 0, 3);
  wait_for_kept(k, 1);
  s.p.kill();
  until(w, [&] { return s.wrote->has("gone"); });
  until(w, [&] { return dead(w, dead_reason::ended) == 3; });
  EXPECT_EQ(reason_of(s.p), exit_kind::killed);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "frame gone");
  EXPECT_EQ(dead(w, dead_reason::late), 1U);
}

SCENARIO(Exclusive, AShutdownWorks) {
  const auto pile = make_pile();
  auto k = w.spawn<silent>(pile);
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await exclusive(kept_by(k, 1));
    me.say("never");
  });
  tell(s.p, 0, 3);
  wait_for_kept(k, 1);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(s.text(), "stop(shutdown) gone");
}

SCENARIO(Exclusive, AStopWaitsBehindWhatIsHeldBack) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>(alone_with(k, 1));
  wait_for_kept(k, 1);
  tell(s.p, 0, 2);
  s.p.stop();
  tell(s.p, 2, 2);
  if (!real) w.settle();
  EXPECT_EQ(s.text(), "");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "alone 0 1 stop(normal) gone");
  EXPECT_EQ(dead(w, dead_reason::ended), 2U);
}

// --- failures

SCENARIO(Exclusive, ThatFailsTheActorAnswersWhatWasHeldBackWithDown) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await exclusive(kept_by(k, 1));
    me.say("never");
  });
  wait_for_kept(k, 1);
  auto a = w.spawn<asker>();
  for (int i = 1; i < 4; ++i) a.ask<ask_for>(s.p, i, 1h).get();
  tell(s.p, 0, 2);
  k.tell<fail_all>(ask_errc::not_handled, "closed");
  w.settle();
  const auto seen = a.ask(so_far{}).get();
  ASSERT_EQ(seen.size(), 3U);
  for (const auto& one : seen) {
    ASSERT_TRUE(one.error.has_value());
    EXPECT_EQ(*one.error, ask_errc::down) << one.error->text();
    EXPECT_EQ(one.error->reason(), exit_kind::failed);
  }
  EXPECT_EQ(s.text(), "stop(failed) gone");
  EXPECT_EQ(w.counters().failed, 1U);
  EXPECT_GE(dead(w, dead_reason::ended), 2U);
}

SCENARIO(Exclusive, AHeldBackRequestThatTimesOutIsNotRun) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>(alone_with(k, 1));
  wait_for_kept(k, 1);
  auto a = w.spawn<asker>();
  a.tell<ask_for>(s.p, 5, real ? 5ms : 50ms);
  w.advance(50ms);
  while (a.ask(so_far{}).get().empty()) {}
  EXPECT_EQ(a.ask(so_far{}).get()[0].error.value(), ask_errc::timeout);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "alone");
}

// --- bounds

SCENARIO(Exclusive, WhatIsHeldBackCountsAgainstTheCapacity) {
  for (const int capacity : {1, 3}) {
    auto k = w.spawn<keeper>();
    stage_of_one s(w, {.capacity = static_cast<std::size_t>(capacity)});
    s.p.tell<play>(alone_with(k, 1));
    wait_for_kept(k, 1);
    int queued = 0;
    for (int i = 0; i < 20; ++i) {
      note n{queued};
      queued += s.p.try_tell(n) == tell_status::queued;
      if (!real) w.settle();
      static_cast<void>(k.ask(how_many{}).get());
    }
    EXPECT_EQ(queued, capacity);
    k.tell(answer_all{});
    w.settle();
    std::string expected = "alone";
    for (int i = 0; i < capacity; ++i) expected += " " + std::to_string(i);
    EXPECT_EQ(s.text(), expected);
  }
}

// --- what it is for

struct book {
  using reply = void;
  long amount;
};
/// Takes its time to write down each amount.
class ledger_book : public troupe::actor<ledger_book> {
public:
  task<> on(book b) {
    co_await troupe::sleep(1us);
    sum_ += b.amount;
  }
  int on(how_many) const { return static_cast<int>(sum_); }

private:
  long sum_ = 0;
};
struct pay_in {
  using reply = long;
  long amount;
};
class purse : public troupe::actor<purse> {
public:
  explicit purse(troupe::address<book> books) : books_(std::move(books)) {}
  task<long> on(pay_in p) {
    const long before = content_;
    co_await exclusive(books_.ask<book>(p.amount).within(1h));
    EXPECT_EQ(content_, before) << "somebody else was handled meanwhile";
    content_ = before + p.amount;
    co_return content_;
  }

private:
  troupe::address<book> books_;
  long content_ = 0;
};

SCENARIO(Exclusive, StateDoesNotChangeUnderIt) {
  auto books = w.spawn<ledger_book>();
  auto p = w.spawn<purse>(books);
  std::vector<stage_of_one> all;
  for (int i = 0; i < 4; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([p](player&) -> task<> {
      for (int n = 0; n < 3; ++n) co_await p.ask<pay_in>(5L).within(1h);
    });
  }
  pass(w, 1ms);
  EXPECT_EQ(books.ask(how_many{}).get(), 60);
}

}  // namespace
