// awaited_deadline_test.cpp: what is asked while a request is served waits no longer than its
// asker, after a suspension too.
//
//   Note     on threads the inner asks would wait an hour: that the world settles is the proof.
#include "players.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cast;

const troupe::duration limit = real ? 5ms : 50ms;

struct outcome_of_inner {
  std::string code;
  troupe::duration after{};
};
using inner = std::shared_ptr<outcome_of_inner>;

/// Asks the keeper, patiently, and notes what became of it.
task<> ask_patiently(player& me, troupe::ref<keeper> k, inner seen, troupe::time_point began) {
  const auto r = co_await tried_by(k, 1);
  seen->code = code_of(r);
  seen->after = me.self().system().now() - began;
  me.say(seen->code);
}

/// On threads the reply of one who was cut may overtake the asker's own deadline, which is the
/// same.
void expect_ended(const stage_of_one& asker) {
  if (!real || asker.text() != "none") {
    EXPECT_EQ(asker.text(), "timeout");
  }
}

/// A request within `limit` to one who serves it with `what`; both end with a timeout.
void expect_cut(scenario::world& w,
                const std::function<task<>(player&, troupe::ref<keeper>, inner)>& what) {
  auto k = w.spawn<keeper>();
  stage_of_one broker(w);
  stage_of_one asker(w);
  const auto seen = std::make_shared<outcome_of_inner>();
  asker.p.tell<play>([to = broker.p, k, seen, what](player& me) -> task<> {
    auto request = to.try_ask<perform>(
        [k, seen, what](player& other) -> task<> { co_await what(other, k, seen); });
    auto limited = std::move(request).within(limit);
    const auto r = co_await limited;
    me.say(code_of(r));
  });
  pass(w, limit);
  expect_ended(asker);
  if (real && seen->code.empty()) return;  // the request came too late to be served
  EXPECT_EQ(seen->code, "timeout");
  if (!real) {
    EXPECT_EQ(seen->after, limit);
  }
  EXPECT_EQ(w.counters().failed, 0U);
}

SCENARIO(AwaitedDeadline, CutsTheFirstAskOfAServingCoroutine) {
  expect_cut(w, [](player& me, troupe::ref<keeper> k, inner seen) -> task<> {
    co_await ask_patiently(me, k, seen, me.self().system().now());
  });
}

SCENARIO(AwaitedDeadline, CutsAnAskAfterASuspensionByAnother) {
  auto q = w.spawn<prompt>();
  expect_cut(w, [q](player& me, troupe::ref<keeper> k, inner seen) -> task<> {
    const auto began = me.self().system().now();
    for (int i = 0; i < 3; ++i) {
      const auto r = co_await q.try_ask<query>(i);
      if (!r.has_value()) co_return;  // on slow threads this one is cut already
    }
    co_await ask_patiently(me, k, seen, began);
  });
}

SCENARIO(AwaitedDeadline, CutsAnAskAfterASleep) {
  expect_cut(w, [](player& me, troupe::ref<keeper> k, inner seen) -> task<> {
    const auto began = me.self().system().now();
    co_await troupe::sleep(limit / 5);
    co_await ask_patiently(me, k, seen, began);
  });
}

SCENARIO(AwaitedDeadline, CutsAnAskAfterABlockingJob) {
  expect_cut(w, [](player& me, troupe::ref<keeper> k, inner seen) -> task<> {
    const auto began = me.self().system().now();
    co_await troupe::blocking([] {});
    co_await ask_patiently(me, k, seen, began);
  });
}

SCENARIO(AwaitedDeadline, CutsTheAsksOfAGathering) {
  expect_cut(w, [](player& me, troupe::ref<keeper> k, inner seen) -> task<> {
    const auto began = me.self().system().now();
    co_await troupe::sleep(limit / 5);
    const auto both = co_await troupe::when_all(tried_by(k, 1), tried_by(k, 2));
    EXPECT_EQ(code_of(std::get<0>(both)), code_of(std::get<1>(both)));
    seen->code = code_of(std::get<1>(both));
    seen->after = me.self().system().now() - began;
  });
}

SCENARIO(AwaitedDeadline, CutsAnExclusiveAsk) {
  expect_cut(w, [](player& me, troupe::ref<keeper> k, inner seen) -> task<> {
    const auto began = me.self().system().now();
    co_await troupe::sleep(limit / 5);
    const auto r = co_await troupe::exclusive(tried_by(k, 1));
    seen->code = code_of(r);
    seen->after = me.self().system().now() - began;
  });
}

SCENARIO(AwaitedDeadline, GoesOnThroughAChainOfCoroutines) {
  auto k = w.spawn<keeper>();
  stage_of_one last(w);
  stage_of_one middle(w);
  stage_of_one first(w);
  const auto seen = std::make_shared<outcome_of_inner>();
  const scene at_the_end = [k, seen](player& me) -> task<> {
    co_await ask_patiently(me, k, seen, me.self().system().now());
  };
  const scene between = [to = last.p, at_the_end](player& me) -> task<> {
    co_await troupe::sleep(limit / 5);
    auto request = to.try_ask<perform>(at_the_end).within(1h);
    const auto r = co_await request;
    me.say(code_of(r));
  };
  first.p.tell<play>([to = middle.p, between](player& me) -> task<> {
    auto request = to.try_ask<perform>(between).within(limit);
    const auto r = co_await request;
    me.say(code_of(r));
  });
  pass(w, limit);
  expect_ended(first);
  if (real) return;
  EXPECT_EQ(middle.text(), "timeout");
  EXPECT_EQ(last.text(), "timeout");
  EXPECT_EQ(seen->after, limit - limit / 5);
}

// --- whose it is not

SCENARIO(AwaitedDeadline, IsNotThatOfAHandlerThatRunsMeanwhile) {
  auto k = w.spawn<keeper>();
  stage_of_one broker(w);
  stage_of_one asker(w);
  asker.p.tell<play>([to = broker.p, k](player& me) -> task<> {
    auto request = to.try_ask<perform>([k](player&) -> task<> { (void)co_await tried_by(k, 1); });
    auto limited = std::move(request).within(limit);
    const auto r = co_await limited;
    me.say(code_of(r));
  });
  // Told between the request and its end: nobody waits for it.
  broker.p.tell<play>([k](player& me) -> task<> {
    const auto r = co_await tried_by(k, 2);
    me.say(code_of(r));
  });
  w.advance(limit);
  while (asker.text().empty()) wait_for(asker.p);  // not settle(): the other ask is open
  expect_ended(asker);
  w.advance(30min);
  wait_for(broker.p);
  EXPECT_EQ(broker.text(), "") << "its own deadline is an hour";
  while (broker.text().empty()) let_answer(k, 2);
  EXPECT_EQ(broker.text(), "none");
}

/// A coroutine that nobody waits for is resumed after a step of one with a deadline.
SCENARIO(AwaitedDeadline, IsNotThatOfACoroutineThatIsResumedBetweenItsSteps) {
  auto k = w.spawn<keeper>();
  stage_of_one broker(w);
  stage_of_one asker(w);
  broker.p.tell<play>([k](player& me) -> task<> {
    co_await kept_by(k, 2);
    const auto r = co_await tried_by(k, 3);
    me.say(code_of(r));
  });
  wait_for_kept(k, 1);
  asker.p.tell<play>([to = broker.p, k](player& me) -> task<> {
    auto request = to.try_ask<perform>([k](player&) -> task<> { (void)co_await tried_by(k, 1); });
    auto limited = std::move(request).within(limit);
    const auto r = co_await limited;
    me.say(code_of(r));
  });
  wait_for(broker.p);
  let_answer(k, 2);
  w.advance(limit);
  while (asker.text().empty()) wait_for(asker.p);
  expect_ended(asker);
  w.advance(30min);
  wait_for(broker.p);
  EXPECT_EQ(broker.text(), "");
  while (broker.text().empty()) let_answer(k, 3);
  EXPECT_EQ(broker.text(), "none");
}

SCENARIO(AwaitedDeadline, IsStillThatOfItsOwnRequestWhenOthersWereServedBetween) {
  if (real) return;  // there the order of the two is not known
  auto k = w.spawn<keeper>();
  stage_of_one broker(w);
  stage_of_one one(w);
  stage_of_one two(w);
  const auto ask_after_reply = [&](stage_of_one& who, int number, troupe::duration within) {
    who.p.tell<play>([to = broker.p, k, number, within](player& me) -> task<> {
      auto request = to.try_ask<perform>([k, number](player&) -> task<> {
        co_await kept_by(k, number);
        (void)co_await tried_by(k, 10 + number);
      });
      auto limited = std::move(request).within(within);
      const auto r = co_await limited;
      me.say(code_of(r) + " " + std::to_string(number));
    });
  };
  ask_after_reply(one, 1, 10ms);
  ask_after_reply(two, 2, 40ms);
  wait_for_kept(k, 2);
  k.tell<answer>(2);
  k.tell<answer>(1);
  w.advance(10ms);
  EXPECT_EQ(one.text(), "timeout 1");
  EXPECT_EQ(two.text(), "");
  const auto open = [&w] { return w.counters().asked - w.counters().settled; };
  EXPECT_EQ(open(), 2U) << "that of two, and the one which the broker asks for it";
  w.advance(30ms);
  EXPECT_EQ(two.text(), "timeout 2");
  EXPECT_EQ(open(), 0U);
}

SCENARIO(AwaitedDeadline, EndsASleepOfNobody) {
  auto k = w.spawn<keeper>();
  stage_of_one broker(w);
  stage_of_one asker(w);
  asker.p.tell<play>([to = broker.p](player& me) -> task<> {
    auto request = to.try_ask<perform>([](player& other) -> task<> {
      co_await troupe::sleep(2 * limit);
      other.say("awake");
    });
    auto limited = std::move(request).within(limit);
    const auto r = co_await limited;
    me.say(code_of(r));
  });
  pass(w, limit);
  expect_ended(asker);
  pass(w, limit);
  if (!real) {
    EXPECT_EQ(broker.text(), "awake") << "a sleep is no request: it goes on";
    EXPECT_EQ(dead(w, troupe::dead_reason::late), 1U);
  }
}

}  // namespace
