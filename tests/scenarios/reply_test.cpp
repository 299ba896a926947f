// reply_test.cpp: what is promised of reply_to: now, later, by another, or not at all.
#include "cast.hpp"

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

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

/// Asks of an asker, all of them in the keeper's mailbox.
void ask_and_keep(const troupe::ref<asker>& a, const troupe::ref<keeper>& k, int count) {
  for (int i = 0; i < count; ++i) a.ask<cast::ask_for>(k, i).get();
  EXPECT_EQ(k.ask(cast::how_many{}).get(), count);
}

void expect_answered(const troupe::ref<asker>& a, int count) {
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(count));
  for (const auto& got : seen) EXPECT_EQ(got.value, right_answer(got.number));
}

void expect_failed(const troupe::ref<asker>& a, int count, ask_errc code) {
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(count));
  for (const auto& got : seen) {
    ASSERT_TRUE(got.error.has_value());
    EXPECT_EQ(*got.error, code) << to_string(got.error->code());
  }
}

// --- told, not asked

struct was_asked {
  using reply = std::vector<bool>;
};
class curious : public troupe::actor<curious> {
public:
  void on(query, troupe::reply_to<query> reply) {
    asked_.push_back(static_cast<bool>(reply));
    reply(1);
    asked_.push_back(static_cast<bool>(reply));
    reply(2);
    reply.fail(ask_errc::no_reply);
  }
  std::vector<bool> on(was_asked) const { return asked_; }

private:
  std::vector<bool> asked_;
};

SCENARIO(Reply, IsEmptyIfToldAndAfterTheFirstAnswer) {
  auto a = w.spawn<curious>();
  const troupe::address<query> to = a;
  to.tell<query>(1);
  EXPECT_EQ(to.ask<query>(1).get(), 1) << "the first answer counts";
  EXPECT_EQ(a.ask(was_asked{}).get(), (std::vector<bool>{false, false, true, false}));
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Reply, OfARequestThatWasToldGoesNowhere) {
  auto p = w.spawn<prompt>();
  auto k = w.spawn<keeper>();
  p.tell<query>(1);
  k.tell<query>(1);
  k.tell<query>(2);
  k.tell<cast::answer>(1);
  k.tell<cast::hand_on>(p);  // forwards what nobody waits for
  w.settle();
  EXPECT_EQ(p.ask(cast::how_many{}).get(), 2);
  EXPECT_EQ(k.ask(cast::how_many{}).get(), 0);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

// --- later, by another

SCENARIO(Reply, MayComeInALaterMessage) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  ask_and_keep(a, k, 5);
  k.tell(cast::answer_all{});
  w.settle();
  expect_answered(a, 5);
}

struct please {
  query what;
  troupe::reply_to<query> reply;
};
class helper : public troupe::actor<helper> {
public:
  void on(please p) { p.reply(right_answer(p.what.number)); }
};
class delegates : public troupe::actor<delegates> {
public:
  explicit delegates(troupe::address<please> to) : to_(std::move(to)) {}
  void on(query q, troupe::reply_to<query> reply) { to_.tell<please>(q, std::move(reply)); }

private:
  troupe::address<please> to_;
};

SCENARIO(Reply, MayBeSentToAnotherWhoAnswers) {
  auto h = w.spawn<helper>();
  auto d = w.spawn<delegates>(h);
  auto a = w.spawn<asker>();
  for (int i = 0; i < 5; ++i) a.tell<cast::ask_for>(d, i);
  EXPECT_EQ(d.ask<query>(7).get(), 70);
  w.settle();
  expect_answered(a, 5);
}

SCENARIO(Reply, SentToAnEndedActorIsNoReply) {
  auto h = w.spawn<helper>();
  auto d = w.spawn<delegates>(h);
  auto a = w.spawn<asker>();
  h.stop();
  for (int i = 0; i < 3; ++i) a.tell<cast::ask_for>(d, i);
  w.settle();
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 3U);
  for (const auto& got : seen) {
    ASSERT_TRUE(got.error.has_value());
    EXPECT_EQ(*got.error, ask_errc::no_reply);
  }
}

/// Where the test takes what was given to an actor.
struct shelf {
  std::mutex lock;
  std::vector<troupe::asked<query>> all;
};
class gives_away : public troupe::actor<gives_away> {
public:
  explicit gives_away(std::shared_ptr<shelf> to) : to_(std::move(to)) {}
  void on(query q, troupe::reply_to<query> reply) {
    const std::lock_guard held(to_->lock);
    to_->all.push_back({q, std::move(reply)});
  }
  int on(cast::how_many) const {
    const std::lock_guard held(to_->lock);
    return static_cast<int>(to_->all.size());
  }

private:
  std::shared_ptr<shelf> to_;
};

SCENARIO(Reply, MayBeAnsweredByOrdinaryThreads) {
  const auto s = std::make_shared<shelf>();
  auto g = w.spawn<gives_away>(s);
  auto a = w.spawn<asker>();
  for (int i = 0; i < 4; ++i) a.ask<cast::ask_for>(g, i).get();
  EXPECT_EQ(g.ask(cast::how_many{}).get(), 4);
  cast::at_once(4, [&s](int i) {
    auto& one = s->all[static_cast<std::size_t>(i)];
    one.reply(right_answer(one.message.number));
  });
  w.settle();
  expect_answered(a, 4);
}

// --- handed on

/// Hands on with one off the number, as long as there is one to hand on to.
class chain : public troupe::actor<chain> {
public:
  explicit chain(troupe::address<query> next) : next_(std::move(next)) {}
  void on(query q, troupe::reply_to<query> reply) {
    reply.forward(next_, query{q.number - 1});
    EXPECT_FALSE(reply);
  }

private:
  troupe::address<query> next_;
};

SCENARIO(Reply, MayBeForwardedManyTimes) {
  constexpr int length = 20;
  auto last = w.spawn<prompt>();
  std::vector<troupe::ref<chain>> all{w.spawn<chain>(last)};
  while (all.size() < length) all.push_back(w.spawn<chain>(all.back()));
  auto a = w.spawn<asker>();
  for (int i = 0; i < 5; ++i) a.tell<cast::ask_for>(all.back(), length + i);
  EXPECT_EQ(all.back().ask<query>(length + 5).get(), 50);
  all.back().tell<query>(length);
  w.settle();
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 5U);
  for (const auto& got : seen) EXPECT_EQ(got.value, right_answer(got.number - length));
  EXPECT_EQ(last.ask(cast::how_many{}).get(), 7);
}

SCENARIO(Reply, ForwardedBackToTheAskerIsAnsweredByIt) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  ask_and_keep(a, k, 2);
  k.tell<cast::hand_on>(a);
  w.settle();
  expect_answered(a, 2);
}

SCENARIO(Reply, ForwardedToAnEndedActorIsDownWithItsReason) {
  auto p = w.spawn<prompt>();
  p.stop(troupe::exit_reason(exit_kind::user, 9, "off"));
  w.settle();
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  ask_and_keep(a, k, 3);
  k.tell<cast::hand_on>(p);
  w.settle();
  expect_failed(a, 3, ask_errc::down);
  EXPECT_EQ(a.ask(cast::so_far{}).get()[0].error->reason().number(), 9);
}

SCENARIO(Reply, ForwardedThroughAnEmptyHandleIsDown) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  ask_and_keep(a, k, 3);
  k.tell<cast::hand_on>(troupe::address<query>());
  w.settle();
  expect_failed(a, 3, ask_errc::down);
}

// --- not at all

SCENARIO(Reply, DroppedIsNoReply) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  ask_and_keep(a, k, 3);
  k.tell(cast::let_go{});
  w.settle();
  expect_failed(a, 3, ask_errc::no_reply);
  const auto text = a.ask(cast::so_far{}).get()[0].error->text();
  EXPECT_TRUE(says(text, "query")) << text;
}

struct swap_them {
  using reply = bool;
};
class overwrites : public troupe::actor<overwrites> {
public:
  void on(query q, troupe::reply_to<query> reply) {
    newest_ = q.number;
    kept_ = std::move(reply);
  }
  bool on(swap_them) {
    troupe::reply_to<query> other = std::move(kept_);
    const bool emptied = !kept_;  // NOLINT: what a moved-from one is, is promised
    kept_ = std::move(other);
    kept_(right_answer(newest_));
    return emptied;
  }

private:
  int newest_ = 0;
  troupe::reply_to<query> kept_;
};

SCENARIO(Reply, OverwrittenIsNoReplyAndMovedIsKept) {
  auto o = w.spawn<overwrites>();
  auto a = w.spawn<asker>();
  for (int i = 0; i < 3; ++i) a.ask<cast::ask_for>(o, i).get();
  EXPECT_TRUE(o.ask(swap_them{}).get());
  w.settle();
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].error.value(), ask_errc::no_reply);
  EXPECT_EQ(seen[1].error.value(), ask_errc::no_reply);
  EXPECT_EQ(seen[2].value, 20);
}

SCENARIO(Reply, FailedGivesCodeAndText) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  ask_and_keep(a, k, 2);
  k.tell<cast::fail_all>(ask_errc::unreachable, "cable cut");
  w.settle();
  expect_failed(a, 2, ask_errc::unreachable);
  const auto text = a.ask(cast::so_far{}).get()[1].error->text();
  EXPECT_TRUE(says(text, "cable cut")) << text;
}

class throws_with_reply : public troupe::actor<throws_with_reply> {
public:
  void on(query, troupe::reply_to<query> reply) {
    const auto mine = std::move(reply);
    throw std::runtime_error("while it was here");
  }
};

SCENARIO(Reply, HeldByAHandlerThatThrowsIsDownWithItsReason) {
  auto t = w.spawn<throws_with_reply>();
  const auto r = t.try_ask<query>(1).get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::down) << to_string(r.error().code());
  EXPECT_EQ(r.error().reason().text(), "while it was here");
}

SCENARIO(Reply, KeptByAnActorThatEndsIsDownWithItsReason) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  ask_and_keep(a, k, 3);
  k.stop(troupe::exit_reason(exit_kind::user, 5, "closing"));
  w.settle();
  expect_failed(a, 3, ask_errc::down);
  EXPECT_EQ(a.ask(cast::so_far{}).get()[2].error->reason().number(), 5);
}

/// Its conversion to a reply may throw, as that of any string may.
struct brittle {
  bool breaks = true;
};
struct glass {
  glass() = default;
  glass(const brittle& b) {
    if (b.breaks) throw std::runtime_error("broke on the way");
  }
};
struct pour {
  using reply = glass;
};
class butler : public troupe::actor<butler> {
public:
  void on(pour, troupe::reply_to<pour> reply) { reply(brittle{}); }
};

SCENARIO(Reply, WhoseConversionThrowsStillEndsItsAsk) {
  auto b = w.spawn<butler>();
  const auto r = b.try_ask(pour{}).get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::down) << to_string(r.error().code());
}

// --- nobody waits any more

SCENARIO(Reply, AfterTheAskerEndedIsLate) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  ask_and_keep(a, k, 3);
  a.stop();
  EXPECT_EQ(reason_of(a), exit_kind::normal);
  k.tell<cast::answer>(0);
  k.tell(cast::let_go{});
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(troupe::dead_reason::late), 3U);
  EXPECT_EQ(w.counters().dead_letters(troupe::dead_reason::ended), 1U) << "that of reason_of";
  EXPECT_EQ(w.counters().dead_letters(), 4U);
}

SCENARIO(Reply, AnActorThatIsOwedOneDoesNotEndUnreferenced) {
  const auto book = std::make_shared<cast::ledger>();
  auto k = w.spawn<keeper>();
  {
    auto a = w.spawn<asker>(book);
    ask_and_keep(a, k, 1);
  }
  k.tell(cast::answer_all{});
  w.settle();
  EXPECT_EQ(cast::ledger::read(book->called), 1);
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO(Reply, AnActorWhoseReplyToIsHeldElsewhereMayEndBeforeTheAnswer) {
  const auto s = std::make_shared<shelf>();
  auto a = w.spawn<asker>();
  {
    auto g = w.spawn<gives_away>(s);
    a.ask<cast::ask_for>(g, 1).get();
    EXPECT_EQ(g.ask(cast::how_many{}).get(), 1);
    g.stop();
    w.advance(std::chrono::milliseconds(1));
  }
  s->all[0].reply(right_answer(1));
  w.settle();
  expect_answered(a, 1);
}

}  // namespace
