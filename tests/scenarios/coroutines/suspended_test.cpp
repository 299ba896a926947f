// suspended_test.cpp: what becomes of handlers that wait when their actor ends.
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

enum class end { stop, self_stop, fail, kill, shutdown };
/// Those after which the world goes on.
constexpr end ends_of_one[] = {end::stop, end::self_stop, end::fail, end::kill};

[[nodiscard]] exit_kind kind_of(end how) {
  if (how == end::fail) return exit_kind::failed;
  if (how == end::kill) return exit_kind::killed;
  if (how == end::shutdown) return exit_kind::shutdown;
  return exit_kind::normal;
}

void make_end(scenario::world& w, const troupe::ref<player>& p, end how) {
  if (how == end::stop) p.stop();
  if (how == end::self_stop) p.tell(stop_now{});
  if (how == end::fail) p.tell<fall>("enough");
  if (how == end::kill) p.kill();
  if (how == end::shutdown) {
    EXPECT_TRUE(w.shutdown(60s).clean());
  }
}

/// A frame that ends with its actor, and before it; on_stop is called unless it is killed.
void expect_destroyed(const stage_of_one& s, end how) {
  EXPECT_EQ(s.wrote->count("never"), 0) << s.text();
  EXPECT_EQ(s.wrote->count("frame"), 1) << s.text();
  EXPECT_TRUE(s.wrote->in_order("frame", "gone")) << s.text();
  const auto stop = "stop(" + std::string(to_string(kind_of(how))) + ")";
  EXPECT_EQ(s.wrote->count(stop), how == end::kill ? 0 : 1) << s.text();
  if (how != end::kill) {
    EXPECT_TRUE(s.wrote->in_order(stop, "gone")) << s.text();
  }
}

using waits = std::function<task<>(player&, troupe::ref<keeper>)>;

/// One handler that waits as `wait` says, of which `asks` are kept by the keeper; then the end.
/// What else is open, `close` ends.
void expect_ends(
    scenario::world& w, end how, int asks, const waits& wait,
    const std::function<void()>& close = [] {}) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  const auto book = std::make_shared<ledger>();
  s.p.tell<play>([k, book, wait, j = s.wrote](player& me) -> task<> {
    const trace t(j, "frame");
    const ticket counted(book);
    co_await wait(me, k);
    me.say("never");
  });
  wait_for_kept(k, asks);
  wait_for(s.p);
  make_end(w, s.p, how);
  until(w, [&] { return s.wrote->has("gone"); });
  expect_destroyed(s, how);
  expect_balanced(*book, 1);
  if (how == end::shutdown) return;
  EXPECT_EQ(reason_of(s.p), kind_of(how));
  const auto late = dead(w, dead_reason::late);
  k.tell(answer_all{});
  close();
  w.settle();
  EXPECT_EQ(dead(w, dead_reason::late) - late, static_cast<std::uint64_t>(asks));
  expect_destroyed(s, how);
}

SCENARIO(Suspended, InAnAsk) {
  for (const end how : ends_of_one)
    expect_ends(w, how, 1,
                [](player&, troupe::ref<keeper> k) -> task<> { co_await kept_by(k, 1); });
}

SCENARIO(Suspended, InATriedAsk) {
  for (const end how : ends_of_one)
    expect_ends(w, how, 1,
                [](player&, troupe::ref<keeper> k) -> task<> { (void)co_await tried_by(k, 1); });
}

SCENARIO(Suspended, InASleep) {
  for (const end how : ends_of_one)
    expect_ends(w, how, 0,
                [](player&, troupe::ref<keeper>) -> task<> { co_await troupe::sleep(24h); });
}

SCENARIO(Suspended, InAGathering) {
  for (const end how : ends_of_one)
    expect_ends(w, how, 3, [](player&, troupe::ref<keeper> k) -> task<> {
      const auto race = [](troupe::ref<keeper> to) -> task<std::size_t> {
        const auto one = co_await troupe::when_any(kept_by(to, 2), kept_by(to, 3));
        co_return one.index();
      };
      co_await troupe::when_all(kept_by(k, 1), race(k), troupe::sleep(24h));
    });
}

template <class Keeper>
task<> deep(troupe::ref<Keeper> k, int depth) {
  if (depth == 0) {
    co_await kept_by(k, 1);
  } else {
    co_await deep(k, depth - 1);
  }
}

SCENARIO(Suspended, InANestedTask) {
  for (const end how : ends_of_one)
    expect_ends(w, how, 1, [](player&, troupe::ref<keeper> k) -> task<> { co_await deep(k, 50); });
}

SCENARIO(Suspended, InASendThatWaitsForRoom) {
  for (const end how : ends_of_one) {
    held_box box(w, 1);
    tell(box.to, 0, 1);
    const auto wait = [to = box.to](player&, troupe::ref<keeper>) -> task<> {
      co_await to.send<note>(9).within(24h);
    };
    expect_ends(w, how, 0, wait, [&] { box.open(); });
    EXPECT_EQ(box.read->lines(), up_to(1));
  }
}

/// All of these at a time, in a system that shuts down.
SCENARIO(Suspended, InEveryWayWhenTheSystemShutsDown) {
  const auto pile = make_pile();
  auto k = w.spawn<silent>(pile);
  auto box = w.spawn<full_box>({.capacity = 1, .max_suspended = 1}, k, std::make_shared<page>());
  box.tell(hold_still{});
  wait_for_kept(k, 1);
  tell(box, 0, 1);
  const std::vector<scene> scenes{
      [k](player&) -> task<> { co_await kept_by(k, 1); },
      [k](player&) -> task<> { co_await deep(k, 5); },
      [k](player&) -> task<> { co_await troupe::when_all(kept_by(k, 2), deep(k, 2)); },
      [k](player&) -> task<> { co_await troupe::when_any(kept_by(k, 3), deep(k, 2)); },
      [](player&) -> task<> { co_await troupe::sleep(24h); },
      [box](player&) -> task<> { co_await box.send<note>(9).within(24h); },
      [k](player&) -> task<> { co_await troupe::exclusive(kept_by(k, 4)); }};
  stage_of_one s(w);
  for (const scene& one : scenes)
    s.p.tell<play>([one, j = s.wrote](player& me) -> task<> {
      const trace t(j, "frame");
      co_await one(me);
      me.say("never");
    });
  wait_for_kept(k, 8);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(s.wrote->count("frame"), 7) << s.text();
  EXPECT_EQ(s.wrote->count("never"), 0);
  EXPECT_EQ(s.wrote->count("stop(shutdown)"), 1);
  EXPECT_EQ(s.wrote->lines().back(), "gone");
}

// --- the requests that were being served

SCENARIO(Suspended, TheRequestsThatWereServedAreAnsweredDownWithTheReason) {
  for (const end how : ends_of_one) {
    auto k = w.spawn<keeper>();
    stage_of_one s(w);
    stage_of_one askers(w);
    for (int i = 0; i < 3; ++i)
      askers.p.tell<play>([to = s.p, k, i](player& me) -> task<> {
        auto request = to.try_ask<perform>([k, i](player&) -> task<> { co_await kept_by(k, i); });
        auto patient = std::move(request).within(1h);
        const auto r = co_await patient;
        me.say(code_of(r) + " " + std::string(to_string(r.error().reason().kind())));
      });
    wait_for_kept(k, 3);
    wait_for(s.p);
    make_end(w, s.p, how);
    until(w, [&] { return askers.wrote->lines().size() == 3; });
    EXPECT_EQ(askers.wrote->count("down " + std::string(to_string(kind_of(how)))), 3)
        << askers.text();
  }
}

/// Has a reply_to in its frame when it ends.
class deferring : public troupe::actor<deferring> {
public:
  explicit deferring(troupe::ref<keeper> k) : keeper_(std::move(k)) {}
  task<> on(query q, troupe::reply_to<query> reply) {
    const int got = co_await kept_by(keeper_, q.number);
    reply(got);
  }

private:
  troupe::ref<keeper> keeper_;
};

SCENARIO(Suspended, AReplyToInAFrameIsAnsweredDownWithTheReason) {
  auto k = w.spawn<keeper>();
  auto d = w.spawn<deferring>(k);
  auto a = w.spawn<asker>();
  a.ask<ask_for>(d, 1, 1h).get();
  wait_for_kept(k, 1);
  d.kill();
  while (a.ask(so_far{}).get().empty()) {}
  const auto seen = a.ask(so_far{}).get();
  EXPECT_EQ(seen[0].error.value(), ask_errc::down);
  EXPECT_EQ(seen[0].error->reason(), exit_kind::killed);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(a.ask(so_far{}).get().size(), 1U);
}

// --- order

SCENARIO(Suspended, AStopComesAfterWhatWasQueuedAndDoesNotWaitForIt) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await kept_by(k, 1);
    me.say("never");
  });
  wait_for_kept(k, 1);
  tell(s.p, 0, 3);
  s.p.stop();
  tell(s.p, 3, 2);
  until(w, [&] { return dead(w, dead_reason::ended) == 2; });
  EXPECT_EQ(s.text(), "0 1 2 stop(normal) gone");
}

SCENARIO(Suspended, AReplyThatCameBeforeTheStopIsHandledBeforeIt) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await kept_by(k, 1);
    me.say("reply");
  });
  wait_for_kept(k, 1);
  wait_for(s.p);
  let_answer(k, 1);
  s.p.stop();
  w.settle();
  EXPECT_EQ(s.text(), "reply stop(normal) gone");
}

SCENARIO(Suspended, AFailureOfOneEndsTheOthers) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  for (int i = 0; i < 4; ++i)
    s.p.tell<play>([k, i, j = s.wrote](player&) -> task<> {
      const trace t(j, "frame");
      const int got = co_await kept_by(k, i);
      if (got == 20) throw std::runtime_error("twenty");
    });
  wait_for_kept(k, 4);
  let_answer(k, 1);
  let_answer(k, 2);
  until(w, [&] { return s.wrote->has("gone"); });
  EXPECT_EQ(s.wrote->count("frame"), 4) << s.text();
  EXPECT_EQ(s.wrote->count("stop(failed)"), 1) << s.text();
  EXPECT_EQ(s.wrote->lines().back(), "gone") << s.text();
  EXPECT_EQ(reason_of(s.p).text(), "twenty");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(dead(w, dead_reason::late), 2U);
}

SCENARIO(Suspended, RefsInAFrameAreLetGoWithIt) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  const auto other = make_journal();
  {
    auto held = w.spawn<player>(other);
    s.p.tell<play>([k](player& me) -> task<> {
      const auto child = me.self().system().spawn<player>(make_journal());
      co_await kept_by(k, 1);
    });
    s.p.tell<play>([k, held](player&) -> task<> { co_await kept_by(k, 2); });
  }
  wait_for_kept(k, 2);
  wait_for(s.p);
  EXPECT_EQ(other->text(), "");
  EXPECT_EQ(w.counters().alive(), 4U);
  s.p.stop();
  until(w, [&] { return other->has("gone") && w.counters().alive() == 1; });
  EXPECT_EQ(other->text(), "stop(unreferenced) gone");
}

// --- reach

SCENARIO(Suspended, AnActorThatNobodyRefersToEndsWhenItsHandlersHaveEnded) {
  auto k = w.spawn<keeper>();
  const auto wrote = make_journal();
  {
    auto p = w.spawn<player>(wrote);
    for (int i = 0; i < 2; ++i)
      p.tell<play>([k, i](player& me) -> task<> {
        co_await kept_by(k, i);
        me.say("end" + std::to_string(i));
      });
  }
  wait_for_kept(k, 2);
  if (!real) w.settle();
  EXPECT_EQ(wrote->text(), "");
  let_answer(k, 0);
  if (!real) w.settle();
  EXPECT_FALSE(wrote->has("gone"));
  k.tell(answer_all{});
  until(w, [&] { return wrote->has("gone"); });
  EXPECT_EQ(wrote->text(), "end0 end1 stop(unreferenced) gone");
}

SCENARIO(Suspended, ASleeperThatNobodyRefersToSleepsToItsEnd) {
  const auto wrote = make_journal();
  {
    auto p = w.spawn<player>(wrote);
    p.tell<play>([](player& me) -> task<> {
      co_await troupe::sleep(1ms);
      me.say("awake");
    });
  }
  pass(w, 1ms);
  until(w, [&] { return wrote->has("gone"); });
  EXPECT_EQ(wrote->text(), "awake stop(unreferenced) gone");
}

SCENARIO(Suspended, AChildEndsWithItsParent) {
  auto k = w.spawn<keeper>();
  stage_of_one parent(w);
  const auto wrote = make_journal();
  parent.p
      .ask<perform>([k, wrote](player& me) -> task<> {
        const auto child = me.self().spawn<player>(wrote);
        child.tell<play>([k, wrote](player& it) -> task<> {
          const trace t(wrote, "frame");
          co_await kept_by(k, 1);
          it.say("never");
        });
        co_return;
      })
      .get();
  wait_for_kept(k, 1);
  parent.p.stop();
  until(w, [&] { return parent.wrote->has("gone"); });
  EXPECT_EQ(wrote->lines().size(), 3U) << wrote->text();
  EXPECT_EQ(wrote->count("stop(shutdown)"), 1) << wrote->text();
  EXPECT_TRUE(wrote->in_order("frame", "gone")) << wrote->text();
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(dead(w, dead_reason::late), 1U);
}

/// Replies, messages and ends at the same time: whatever comes first, each frame goes once.
SCENARIO(Suspended, WhateverComesFirstEachFrameGoesOnce) {
  const auto book = std::make_shared<ledger>();
  for (const end how : ends_of_one) {
    auto q = w.spawn<prompt>();
    stage_of_one s(w);
    for (int i = 0; i < 6; ++i)
      s.p.tell<play>([q, i, book](player&) -> task<> {
        const ticket counted(book);
        for (int n = 0; n < i; ++n) {
          (void)co_await q.try_ask<query>(n);
          if (n % 2 == 0) co_await troupe::when_any(q.try_ask<query>(n), q.try_ask<query>(n));
        }
      });
    make_end(w, s.p, how);
    w.settle();
    EXPECT_EQ(s.wrote->count("gone"), 1);
    EXPECT_EQ(ledger::read(book->destroyed), ledger::read(book->made));
  }
  EXPECT_EQ(w.counters().asked, w.counters().settled);
}

}  // namespace
