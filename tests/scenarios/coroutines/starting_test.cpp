// starting_test.cpp: on_start as a coroutine: messages wait until it has finished.
#include "players.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cast;
using troupe::dead_reason;
using troupe::tell_status;

class starter;
using opening = std::function<task<>(starter&)>;

/// A player whose on_start is written in the test.
class starter : public troupe::actor<starter> {
public:
  using starter::actor::self;

  starter(journal_ptr j, opening o) : journal_(std::move(j)), opening_(std::move(o)) {}
  ~starter() { say("gone"); }

  task<> on_start() {
    say("start");
    co_await opening_(*this);
    say("started");
  }
  void on_stop(const troupe::exit_reason& why) {
    say("stop(" + std::string(to_string(why.kind())) + ")");
  }
  void on(note n) { say(std::to_string(n.number)); }
  int on(query q) {
    say("q" + std::to_string(q.number));
    return right_answer(q.number + offset);
  }
  void say(const std::string& what) const { journal_->note(what); }

  int offset = 0;

private:
  journal_ptr journal_;
  opening opening_;
};

[[nodiscard]] opening wait_for_keeper(troupe::ref<keeper> k) {
  return [k](starter& me) -> task<> {
    const int got = co_await kept_by(k, 1);
    me.offset = got;
  };
}

struct one_starter {
  one_starter(scenario::world& w, opening o, troupe::spawn_options with = {})
      : wrote(make_journal()), p(w.spawn<starter>(std::move(with), wrote, std::move(o))) {}
  [[nodiscard]] std::string text() const { return wrote->text(); }

  journal_ptr wrote;
  troupe::ref<starter> p;
};

SCENARIO(Starting, MessagesWaitUntilItHasFinished) {
  auto k = w.spawn<keeper>();
  one_starter s(w, wait_for_keeper(k));
  tell(s.p, 0, 3);
  wait_for_kept(k, 1);
  if (!real) w.settle();
  EXPECT_EQ(s.text(), "start");
  tell(s.p, 3, 1);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "start started 0 1 2 3");
}

SCENARIO(Starting, ARequestSeesWhatItHasPrepared) {
  auto k = w.spawn<keeper>();
  one_starter s(w, wait_for_keeper(k));
  stage_of_one me(w);
  me.p.tell<play>([to = s.p](player& it) -> task<> {
    const int got = co_await to.ask<query>(1).within(1h);
    it.say(std::to_string(got));
  });
  wait_for_kept(k, 1);
  wait_for(me.p);
  EXPECT_EQ(me.text(), "");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(me.text(), std::to_string(right_answer(11)));
}

SCENARIO(Starting, ThatNeverSuspendsIsAnOnStart) {
  one_starter s(w, [](starter&) -> task<> { co_return; });
  tell(s.p, 0, 2);
  w.settle();
  EXPECT_EQ(s.text(), "start started 0 1");
}

SCENARIO(Starting, MayAwaitOneThingAfterTheOther) {
  auto q = w.spawn<prompt>();
  one_starter s(w, [q](starter& me) -> task<> {
    for (int i = 0; i < 3; ++i) co_await q.ask<query>(i);
    co_await troupe::sleep(1ms);
    co_await troupe::blocking([] {});
    co_await troupe::exclusive(q.ask<query>(1));
    co_await troupe::when_all(q.ask<query>(1), troupe::sleep(1ms));
    const auto child = me.self().spawn<prompt>();
    const int got = co_await child.ask<query>(5);
    me.say(std::to_string(got));
  });
  tell(s.p, 0, 1);
  pass(w, 2ms);
  EXPECT_EQ(s.text(), "start 50 started 0");
}

SCENARIO(Starting, WhatItTellsItselfWaitsToo) {
  auto k = w.spawn<keeper>();
  one_starter s(w, [k](starter& me) -> task<> {
    me.self().tell<note>(1);
    co_await kept_by(k, 1);
    me.self().tell<note>(2);
  });
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "start started 1 2");
}

SCENARIO(Starting, WhatWaitsCountsAgainstTheCapacity) {
  auto k = w.spawn<keeper>();
  one_starter s(w, wait_for_keeper(k), {.capacity = 3});
  wait_for_kept(k, 1);
  int queued = 0;
  for (int i = 0; i < 20; ++i) {
    note n{queued};
    queued += s.p.try_tell(n) == tell_status::queued;
    if (!real) w.settle();
    static_cast<void>(k.ask(how_many{}).get());
  }
  EXPECT_EQ(queued, 3);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "start started 0 1 2");
}

SCENARIO(Starting, ARequestMayTimeOutMeanwhileAndIsNotRun) {
  auto k = w.spawn<keeper>();
  one_starter s(w, wait_for_keeper(k));
  wait_for_kept(k, 1);
  auto a = w.spawn<asker>();
  a.tell<ask_for>(s.p, 5, real ? 5ms : 50ms);
  w.advance(50ms);
  while (a.ask(so_far{}).get().empty()) {}
  EXPECT_EQ(a.ask(so_far{}).get()[0].error.value(), ask_errc::timeout);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "start started");
}

// --- failures

void expect_failed_start(scenario::world& w, bool before) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  one_starter s(w, [k, before](starter&) -> task<> {
    if (before) throw std::runtime_error("no start");
    co_await kept_by(k, 1);
    throw std::runtime_error("no start");
  });
  tell(s.p, 0, 2);
  for (int i = 1; i < 3; ++i) a.ask<ask_for>(s.p, i, 1h).get();
  if (!before) {
    wait_for_kept(k, 1);
    k.tell(answer_all{});
  }
  w.settle();
  EXPECT_EQ(s.text(), "start gone") << "on_stop is not called";
  const auto why = reason_of(s.p);
  EXPECT_EQ(why, exit_kind::failed);
  EXPECT_EQ(why.text(), "no start");
  EXPECT_EQ(w.counters().failed, 1U);
  const auto seen = a.ask(so_far{}).get();
  ASSERT_EQ(seen.size(), 2U);
  for (const auto& one : seen) {
    EXPECT_EQ(one.error.value(), ask_errc::down);
    EXPECT_EQ(one.error->reason(), why);
  }
}

SCENARIO(Starting, ThatThrowsFailsTheActor) { expect_failed_start(w, true); }
SCENARIO(Starting, ThatThrowsAfterASuspensionFailsTheActor) { expect_failed_start(w, false); }

SCENARIO(Starting, AFailedAskThatIsNotCaughtFailsTheActor) {
  auto ended = w.spawn<keeper>();
  ended.kill();
  one_starter s(w, wait_for_keeper(ended));
  tell(s.p, 0, 2);
  w.settle();
  EXPECT_EQ(s.text(), "start gone");
  EXPECT_TRUE(says(reason_of(s.p).type(), "ask_failed"));
}

// --- ends

SCENARIO(Starting, AKillEndsIt) {
  auto k = w.spawn<keeper>();
  one_starter s(w, [k](starter& me) -> task<> {
    co_await kept_by(k, 1);
    me.say("never");
  });
  tell(s.p, 0, 2);
  wait_for_kept(k, 1);
  s.p.kill();
  EXPECT_EQ(reason_of(s.p), exit_kind::killed);
  EXPECT_EQ(s.text(), "start gone");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(dead(w, dead_reason::late), 1U);
  EXPECT_EQ(s.text(), "start gone");
}

SCENARIO(Starting, AShutdownEndsIt) {
  const auto pile = make_pile();
  auto k = w.spawn<silent>(pile);
  const auto book = std::make_shared<ledger>();
  one_starter s(w, [k, book](starter& me) -> task<> {
    const ticket t(book);
    co_await kept_by(k, 1);
    me.say("never");
  });
  tell(s.p, 0, 2);
  wait_for_kept(k, 1);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(s.wrote->count("never") + s.wrote->count("0"), 0);
  EXPECT_EQ(s.wrote->lines().back(), "gone");
  expect_balanced(*book, 1);
}

SCENARIO(Starting, AStopWaitsBehindWhatWaits) {
  auto k = w.spawn<keeper>();
  one_starter s(w, wait_for_keeper(k));
  tell(s.p, 0, 2);
  s.p.stop();
  tell(s.p, 2, 2);
  wait_for_kept(k, 1);
  if (!real) w.settle();
  EXPECT_EQ(s.text(), "start");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "start started 0 1 stop(normal) gone");
  EXPECT_EQ(dead(w, dead_reason::ended), 2U);
}

SCENARIO(Starting, MayStopItself) {
  auto q = w.spawn<prompt>();
  one_starter s(w, [q](starter& me) -> task<> {
    co_await q.ask<query>(1);
    me.self().stop();
  });
  tell(s.p, 0, 2);
  w.settle();
  EXPECT_EQ(s.wrote->count("0"), 0) << s.text();
  EXPECT_EQ(s.wrote->lines().back(), "gone");
  EXPECT_EQ(reason_of(s.p), exit_kind::normal);
}

SCENARIO(Starting, AnActorThatNobodyRefersToStartsAndHandlesWhatItWasTold) {
  auto k = w.spawn<keeper>();
  journal_ptr wrote;
  {
    one_starter s(w, wait_for_keeper(k));
    wrote = s.wrote;
    tell(s.p, 0, 2);
  }
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(wrote->text(), "start started 0 1 stop(unreferenced) gone");
}

SCENARIO(Starting, TwoThatStartTogetherFindEachOther) {
  const auto first = make_journal();
  auto q = w.spawn<prompt>();
  auto a = w.spawn<starter>(first, [q](starter&) -> task<> { co_await q.ask<query>(1); });
  one_starter b(w, [a](starter& me) -> task<> {
    const int got = co_await a.ask<query>(2);
    me.say(std::to_string(got));
  });
  w.settle();
  EXPECT_EQ(first->text(), "start started q2");
  EXPECT_EQ(b.text(), "start 20 started");
}

}  // namespace
