// start_result_test.cpp: an on_start that says whether there is anything to do.
#include "../coroutines/players.hpp"
#include <troupe/actors/engine/cell.hpp>

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

using namespace cast;
using troupe::dead_reason;
using troupe::start_result;

static_assert(std::is_nothrow_move_constructible_v<start_result>);
static_assert(!std::is_default_constructible_v<start_result>, "one says what one means");

/// What the on_starts of this file have in common, and what comes after.
template <class A>
class beginner : public troupe::actor<A> {
public:
  using troupe::actor<A>::self;

  explicit beginner(journal_ptr j) : journal_(std::move(j)) {}
  ~beginner() { say("gone"); }
  void on_stop(const troupe::exit_reason& why) { say("stop(" + why.to_string() + ")"); }
  void on(note n) { say(std::to_string(n.number)); }
  int on(query q) const { return right_answer(q.number); }
  void say(const std::string& what) const { journal_->note(what); }

private:
  journal_ptr journal_;
};

/// Its on_start is written in the test.
class quick : public beginner<quick> {
public:
  using opening = std::function<start_result(quick&)>;
  quick(journal_ptr j, opening o) : beginner(std::move(j)), opening_(std::move(o)) {}
  start_result on_start() {
    say("start");
    return opening_(*this);
  }

private:
  opening opening_;
};

/// Waits for a keeper first.
class slow : public beginner<slow> {
public:
  slow(journal_ptr j, troupe::ref<keeper> k, start_result result)
      : beginner(std::move(j)), keeper_(std::move(k)), result_(std::move(result)) {}
  task<start_result> on_start() {
    say("start");
    co_await kept_by(keeper_, 1);
    say("started");
    co_return std::move(result_);
  }

private:
  troupe::ref<keeper> keeper_;
  start_result result_;
};

/// Never suspends.
class direct : public beginner<direct> {
public:
  direct(journal_ptr j, bool ignores) : beginner(std::move(j)), ignores_(ignores) {}
  task<start_result> on_start() {
    say("start");
    if (ignores_) co_return start_result::ignore();
    co_return start_result::ok("at once");
  }

private:
  bool ignores_;
};

[[nodiscard]] quick::opening says_ignore() {
  return [](quick&) { return start_result::ignore(); };
}

SCENARIO(StartResult, OkIsAnOnStartThatReturnsNothing) {
  const auto j = make_journal();
  auto a = w.spawn<quick>(j, [](quick&) { return start_result::ok(); });
  tell(a, 0, 2);
  a.stop();
  w.settle();
  EXPECT_EQ(j->text(), "start 0 1 stop(normal) gone");
}

SCENARIO(StartResult, OkAfterAWaitLetsTheMessagesIn) {
  const auto j = make_journal();
  auto k = w.spawn<keeper>();
  auto a = w.spawn<slow>(j, k, start_result::ok());
  tell(a, 0, 2);
  wait_for_kept(k, 1);
  if (!real) w.settle();
  EXPECT_EQ(j->text(), "start");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(j->text(), "start started 0 1");
}

SCENARIO(StartResult, IgnoreEndsNormallyWithoutOnStopAndBeforeAnyMessage) {
  const auto j = make_journal();
  auto a = w.spawn<quick>(j, says_ignore());
  tell(a, 0, 3);
  EXPECT_EQ(reason_of(a), exit_kind::normal);
  w.settle();
  EXPECT_EQ(j->text(), "start gone");
  EXPECT_EQ(dead(w, dead_reason::ended), 4U) << "the ask is one of them";
  EXPECT_EQ(w.counters().failed, 0U);
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(StartResult, IgnoreAfterAWaitMakesDeadLettersOfWhatHasWaited) {
  const auto j = make_journal();
  auto k = w.spawn<keeper>();
  auto a = w.spawn<slow>(j, k, start_result::ignore());
  auto who = w.spawn<asker>();
  tell(a, 0, 3);
  who.ask<ask_for>(a, 1, 1h).get();
  wait_for_kept(k, 1);
  if (!real) w.settle();
  EXPECT_EQ(j->text(), "start");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(j->text(), "start started gone");
  EXPECT_EQ(dead(w, dead_reason::ended), 4U) << "the ask is one of them";
  const auto seen = who.ask(so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].error.value(), ask_errc::down);
  EXPECT_EQ(seen[0].error->reason(), exit_kind::normal);
}

SCENARIO(StartResult, OfACoroutineThatNeverWaits) {
  const auto j = make_journal();
  auto a = w.spawn<direct>(j, true);
  auto b = w.spawn<direct>(make_journal(), false);
  tell(a, 0, 1);
  EXPECT_EQ(reason_of(a), exit_kind::normal);
  EXPECT_EQ(b.ask<query>(4).get(), 40);
  EXPECT_EQ(troupe::detail::said_at_start(*b.cell_())->info(), "at once");
  w.settle();
  EXPECT_EQ(j->text(), "start gone");
}

SCENARIO(StartResult, IsKeptForWhoeverStartsItAndOnlyIfThereIsSomethingToKeep) {
  auto silent = w.spawn<quick>(make_journal(), [](quick&) { return start_result::ok(); });
  auto words = w.spawn<quick>(make_journal(), [](quick&) { return start_result::ok("port 7"); });
  auto none = w.spawn<quick>(make_journal(), says_ignore());
  EXPECT_EQ(silent.ask<query>(1).get(), 10);
  EXPECT_EQ(words.ask<query>(1).get(), 10);
  EXPECT_EQ(reason_of(none), exit_kind::normal);
  EXPECT_EQ(silent.cell_()->extras, nullptr) << "it costs nothing";
  EXPECT_EQ(troupe::detail::said_at_start(*silent.cell_()), nullptr);
  const start_result* const said = troupe::detail::said_at_start(*words.cell_());
  ASSERT_NE(said, nullptr);
  EXPECT_FALSE(said->is_ignore());
  EXPECT_EQ(said->info(), "port 7");
  ASSERT_NE(troupe::detail::said_at_start(*none.cell_()), nullptr);
  EXPECT_TRUE(troupe::detail::said_at_start(*none.cell_())->is_ignore());
}

SCENARIO(StartResult, IgnoreCountsMoreThanAStopOfItsOwn) {
  const auto j = make_journal();
  auto a = w.spawn<quick>(j, [](quick& me) {
    me.self().stop(exit_kind::user);
    return start_result::ignore();
  });
  EXPECT_EQ(reason_of(a), exit_kind::normal);
  w.settle();
  EXPECT_EQ(j->text(), "start gone");
}

SCENARIO(StartResult, IgnoreEndsTheChildrenFirstAndStillCallsNoOnStop) {
  const auto j = make_journal();
  const auto childs = make_journal();
  auto a = w.spawn<quick>(j, [childs](quick& me) {
    static_cast<void>(me.self().spawn<player>(childs));
    me.self().after(1h, note{1});
    return start_result::ignore();
  });
  EXPECT_EQ(reason_of(a), exit_kind::normal);
  w.settle();
  EXPECT_EQ(j->text(), "start gone");
  EXPECT_EQ(childs->lines().back(), "gone");
}

SCENARIO(StartResult, AnExceptionIsAFailureAsEver) {
  const auto j = make_journal();
  auto a = w.spawn<quick>(
      j, [](quick&) -> start_result { throw std::runtime_error("no port is free"); });
  const auto why = reason_of(a);
  EXPECT_EQ(why, exit_kind::failed);
  EXPECT_EQ(why.text(), "no port is free");
  w.settle();
  EXPECT_EQ(j->text(), "start gone");
}

SCENARIO(StartResult, AKillMeanwhileIsAKill) {
  const auto j = make_journal();
  auto k = w.spawn<keeper>();
  auto a = w.spawn<slow>(j, k, start_result::ignore());
  wait_for_kept(k, 1);
  a.kill();
  EXPECT_EQ(reason_of(a), exit_kind::killed);
  k.tell(let_go{});
  w.settle();
  EXPECT_EQ(j->text(), "start gone");
}

/// Bears one that has nothing to do.
class parent : public troupe::actor<parent> {
public:
  explicit parent(journal_ptr j) : journal_(std::move(j)) {}
  void on(note) { child_ = self().spawn<quick>(journal_, says_ignore()); }
  int on(query q) const { return right_answer(q.number); }

private:
  journal_ptr journal_;
  troupe::ref<quick> child_;
};

SCENARIO(StartResult, AChildThatIgnoresLeavesItsParentAlone) {
  const auto j = make_journal();
  auto p = w.spawn<parent>(j);
  p.tell<note>(1);
  w.settle();
  EXPECT_EQ(j->text(), "start gone");
  EXPECT_EQ(p.ask<query>(1).get(), 10);
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO(StartResult, APoolWhoseMembersAllIgnoreIsDown) {
  auto pool = w.system().spawn_pool<quick>({.size = 3}, make_journal(), says_ignore());
  w.settle();
  EXPECT_EQ(pool.try_ask<query>(1).get().error(), ask_errc::down);
}

}  // namespace
