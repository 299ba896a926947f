// ask_failure_test.cpp: what is promised of asks that fail, and of the asks of those that end.
#include "cast.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace {

using cast::asker;
using cast::keeper;
using cast::prompt;
using cast::query;
using cast::reason_of;
using cast::right_answer;
using cast::says;
using troupe::ask_errc;
using troupe::exit_kind;

// --- what an uncaught failure does

struct ask_plainly {
  using reply = void;
  troupe::address<query> whom;
};
class trusting : public troupe::actor<trusting> {
public:
  void on(const ask_plainly& a) {
    a.whom.ask<query>(1).then(this, [](int) {});
  }
  int on(query q) { return q.number; }
};

SCENARIO(Ask, WithoutTryAFailedAskEndsTheAskerWithTheCause) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<trusting>();
  a.ask<ask_plainly>(k).get();
  EXPECT_EQ(k.ask(cast::how_many{}).get(), 1);
  k.tell<cast::fail_all>(ask_errc::not_handled, "the till is closed");
  w.settle();
  const auto why = reason_of(a);
  EXPECT_EQ(why, exit_kind::failed);
  EXPECT_TRUE(says(why.type(), "ask_failed")) << why.to_string();
  EXPECT_TRUE(says(why.text(), "the till is closed")) << why.to_string();
  EXPECT_EQ(w.counters().failed, 1U);
}

SCENARIO(Ask, WithTryAFailedAskIsAValueAndTheAskerLives) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  a.ask<cast::ask_for>(k, 1).get();
  EXPECT_EQ(k.ask(cast::how_many{}).get(), 1);
  k.tell<cast::fail_all>(ask_errc::not_handled, "the till is closed");
  w.settle();
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].error.value(), ask_errc::not_handled);
  EXPECT_TRUE(says(seen[0].error->text(), "the till is closed")) << seen[0].error->text();
  EXPECT_EQ(w.counters().failed, 0U);
}

class bomb : public troupe::actor<bomb> {
public:
  explicit bomb(cast::gate::leaf held) : held_(std::move(held)) {}
  void on_start() { held_.pass(); }
  int on(query q) {
    if (q.number < 0) throw std::out_of_range("below zero");
    return right_answer(q.number);
  }

private:
  cast::gate::leaf held_;
};

SCENARIO(Ask, AHandlerThatThrowsFailsItsAskAndThoseBehindItWithTypeAndText) {
  cast::gate g;
  auto b = w.spawn<bomb>(g.hinge());
  auto a = w.spawn<asker>();
  // All in the mailbox of `b`, in this order, before it handles the first.
  a.tell<cast::ask_for>(b, 1);
  a.tell<cast::ask_for>(b, -2);
  a.tell<cast::ask_for>(b, 3);
  a.tell<cast::ask_for>(b, 4);
  g.open();
  w.settle();
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 4U);
  for (const auto& got : seen) {
    if (got.number == 1) {
      EXPECT_EQ(got.value, right_answer(1));
      continue;
    }
    ASSERT_TRUE(got.error.has_value()) << got.number;
    EXPECT_EQ(*got.error, ask_errc::down) << got.number;
    const auto& why = got.error->reason();
    EXPECT_EQ(why, exit_kind::failed);
    EXPECT_TRUE(says(why.type(), "out_of_range")) << why.to_string();
    EXPECT_EQ(why.text(), "below zero");
  }
  EXPECT_EQ(reason_of(b), seen[1].error->reason());
}

struct odd_end {
  using reply = int;
};
class ends_oddly : public troupe::actor<ends_oddly> {
public:
  int on(odd_end) { throw 42; }
  int on(query q) {
    self().stop(troupe::exit_reason(exit_kind::user, 7, "enough"));
    return right_answer(q.number);
  }
};

SCENARIO(Ask, AnExceptionThatIsNoStdExceptionFailsTheAskToo) {
  auto a = w.spawn<ends_oddly>();
  const auto r = a.try_ask(odd_end{}).get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::down);
  EXPECT_EQ(r.error().reason(), exit_kind::failed);
  EXPECT_TRUE(says(r.error().reason().type(), "int")) << r.error().reason().to_string();
}

SCENARIO(Ask, AHandlerThatStopsItsActorStillAnswers) {
  auto a = w.spawn<ends_oddly>();
  auto b = w.spawn<asker>();
  EXPECT_EQ(a.ask<query>(3).get(), 30);
  EXPECT_EQ(reason_of(a).number(), 7);
}

// --- the asker ends

class moody_asker : public troupe::actor<moody_asker> {
public:
  explicit moody_asker(std::shared_ptr<cast::ledger> book) : book_(std::move(book)) {}
  void on(const cast::ask_for& what) {
    what.whom.ask<query>(what.number).then(this, [counted = cast::ticket(book_)](int n) {
      counted.call();
      if (n == right_answer(1)) throw std::runtime_error("one too many");
    });
  }
  int on(query) { return 0; }

private:
  std::shared_ptr<cast::ledger> book_;
};

SCENARIO(Ask, AContinuationThatThrowsEndsTheAskerAndItsOtherAsks) {
  const auto book = std::make_shared<cast::ledger>();
  auto k = w.spawn<keeper>();
  auto a = w.spawn<moody_asker>(book);
  for (int i = 0; i < 4; ++i) a.ask<cast::ask_for>(k, i).get();
  EXPECT_EQ(k.ask(cast::how_many{}).get(), 4);
  k.tell(cast::answer_all{});  // 0 is well, 1 throws, nobody waits for 2 and 3
  w.settle();
  EXPECT_EQ(reason_of(a).text(), "one too many");
  EXPECT_EQ(cast::ledger::read(book->called), 2);
  EXPECT_EQ(cast::ledger::read(book->made), 4);
  EXPECT_EQ(cast::ledger::read(book->destroyed), 4);
  EXPECT_EQ(w.counters().dead_letters(troupe::dead_reason::late), 2U);
}

/// A continuation whose move throws, as that of a lambda with a const string in it may.
class heavy {
public:
  explicit heavy(std::shared_ptr<cast::ledger> book) : counted_(std::move(book)) {}
  heavy(const heavy& other) : counted_(other.counted_.again()) {
    throw std::runtime_error("too heavy to move");
  }
  void operator()(int) const { counted_.call(); }

private:
  cast::ticket counted_;
};
class overloaded : public troupe::actor<overloaded> {
public:
  explicit overloaded(std::shared_ptr<cast::ledger> book) : book_(std::move(book)) {}
  void on(const cast::ask_for& what) { what.whom.ask<query>(what.number).then(this, heavy(book_)); }
  int on(query) { return 0; }

private:
  std::shared_ptr<cast::ledger> book_;
};

SCENARIO(Ask, AContinuationThatCannotBeMovedEndsTheAskerAndLeavesNothingBehind) {
  const auto book = std::make_shared<cast::ledger>();
  auto p = w.spawn<prompt>();
  auto a = w.spawn<overloaded>(book);
  EXPECT_THROW(a.ask<cast::ask_for>(p, 1).get(), troupe::ask_failed);
  w.settle();
  EXPECT_EQ(reason_of(a).text(), "too heavy to move");
  EXPECT_EQ(p.ask(cast::how_many{}).get(), 0) << "nothing was sent";
  EXPECT_EQ(cast::ledger::read(book->called), 0);
  EXPECT_EQ(cast::ledger::read(book->made), cast::ledger::read(book->destroyed));
}

enum class end { stop, self_stop, kill };

void expect_cancelled(scenario::world& w, end how) {
  const auto book = std::make_shared<cast::ledger>();
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>(book);
  for (int i = 0; i < 3; ++i) a.ask<cast::ask_for>(k, i).get();
  EXPECT_EQ(k.ask(cast::how_many{}).get(), 3);
  if (how == end::stop) a.stop();
  if (how == end::self_stop) a.tell(cast::stop_now{});
  if (how == end::kill) a.kill();
  const auto why = reason_of(a);
  EXPECT_EQ(why, how == end::kill ? exit_kind::killed : exit_kind::normal);
  k.tell(cast::answer_all{});
  w.settle();
  EXPECT_EQ(cast::ledger::read(book->called), 0) << "after the end nothing is called";
  EXPECT_EQ(cast::ledger::read(book->destroyed), 3) << "a continuation is destroyed once";
  EXPECT_EQ(w.counters().dead_letters(troupe::dead_reason::late), 3U);
}

SCENARIO(Ask, AsksOfAnActorThatIsStoppedAreCancelled) { expect_cancelled(w, end::stop); }
SCENARIO(Ask, AsksOfAnActorThatStopsItselfAreCancelled) { expect_cancelled(w, end::self_stop); }
SCENARIO(Ask, AsksOfAnActorThatIsKilledAreCancelled) { expect_cancelled(w, end::kill); }

SCENARIO(Ask, ContinuationsAreDestroyedOnceWhenTheyWereCalled) {
  const auto book = std::make_shared<cast::ledger>();
  auto p = w.spawn<prompt>();
  auto a = w.spawn<asker>(book);
  for (int i = 0; i < 5; ++i) a.tell<cast::ask_for>(p, i);
  w.settle();
  EXPECT_EQ(cast::ledger::read(book->made), 5);
  EXPECT_EQ(cast::ledger::read(book->called), 5);
  EXPECT_EQ(cast::ledger::read(book->destroyed), 5);
}

}  // namespace
