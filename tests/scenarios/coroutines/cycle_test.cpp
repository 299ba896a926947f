// cycle_test.cpp: those who wait for themselves learn it at once, those who wait for each other
// when the time is over.
#include "players.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cast;
using troupe::address;
using troupe::exclusive;
using troupe::inbox;

const troupe::duration patience = real ? 20ms : 50ms;

/// "cycle" if the text shows one.
[[nodiscard]] std::string seen_as(const troupe::ask_error& e) {
  const bool cycle = says(e.text(), "cycle");
  return std::string(to_string(e.code())) + (cycle ? " cycle" : "");
}

// --- oneself

SCENARIO(Cycle, AnAskOfOneselfFailsAtOnceThroughEveryHandle) {
  stage_of_one s(w);
  s.p.ask<perform>([](player& me) -> task<> {
       const auto began = me.self().system().now();
       const troupe::ref<player> mine = me.self();
       const address<query> by_address = mine;
       const auto a = co_await me.self().try_ask<query>(1);
       const auto b = co_await mine.try_ask<query>(2);
       const auto c = co_await by_address.try_ask<query>(3);
       const auto d = co_await exclusive(mine.try_ask<query>(4));
       me.say(code_of(a) + " " + code_of(b) + " " + code_of(c) + " " + code_of(d));
       if (!real) {
         EXPECT_EQ(me.self().system().now(), began);
       }
     })
      .get();
  EXPECT_EQ(s.text(), "self_ask self_ask self_ask self_ask") << "and none was handled";
}

SCENARIO(Cycle, UncaughtItFailsTheActor) {
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    co_await me.self().ask<query>(1);
    me.say("never");
  });
  w.settle();
  EXPECT_EQ(s.text(), "stop(failed) gone");
  EXPECT_TRUE(says(reason_of(s.p).type(), "ask_failed"));
}

SCENARIO(Cycle, AProcessThatAsksItselfLearnsItAtOnce) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<query> in, journal_ptr j) -> task<> {
        const auto mine = in.self();
        const auto r = co_await mine.try_ask<query>(1);
        j->note(code_of(r));
      },
      wrote);
  w.settle();
  EXPECT_EQ(wrote->text(), "self_ask");
}

// --- each other

SCENARIO(Cycle, ActorsThatAskEachOtherAndHandleMeanwhileAreNone) {
  auto k = w.spawn<keeper>();
  stage_of_one a(w);
  stage_of_one b(w);
  const auto ask_the_other = [k](troupe::ref<player> other) -> scene {
    return [k, other](player& me) -> task<> {
      co_await kept_by(k, 1);
      const int got = co_await other.ask<query>(3).within(1h);
      me.say(std::to_string(got));
    };
  };
  a.p.tell<play>(ask_the_other(b.p));
  b.p.tell<play>(ask_the_other(a.p));
  wait_for_kept(k, 2);
  k.tell(answer_all{});
  w.settle();
  for (const auto* one : {&a, &b}) {
    EXPECT_EQ(one->wrote->count("30"), 1) << one->text();
    EXPECT_EQ(one->wrote->count("q3"), 1) << one->text();
  }
}

/// The first waits for the keeper, so that the others have asked when it closes the cycle.
scene closes(troupe::ref<keeper> k, troupe::ref<player> next) {
  return [k, next](player& me) -> task<> {
    co_await exclusive(kept_by(k, 1));
    const auto r = co_await exclusive(next.try_ask<query>(1).within(patience));
    me.say(r ? "answered" : seen_as(r.error()));
  };
}
scene goes_on(troupe::ref<player> next) {
  return [next](player& me) -> task<> {
    const auto r = co_await exclusive(next.try_ask<query>(2).within(1h));
    me.say(r ? "answered" : seen_as(r.error()));
  };
}

/// Returns when one more request is under way, in whose answer nobody is interested here.
void wait_for_ask(scenario::world& w, std::uint64_t before) {
  until(w, [&] { return w.counters().asked > before; });
}

/// The players ask each other in a ring.
void expect_cycle(scenario::world& w, std::size_t size) {
  auto k = w.spawn<keeper>();
  std::vector<stage_of_one> all;
  for (std::size_t i = 0; i < size; ++i) all.emplace_back(w);
  all[0].p.tell<play>(closes(k, all[1].p));
  wait_for_kept(k, 1);
  for (std::size_t i = size - 1; i > 0; --i) {  // each asks one who waits already
    const auto before = w.counters().asked;
    all[i].p.tell<play>(goes_on(all[(i + 1) % size].p));
    wait_for_ask(w, before);
  }
  k.tell(answer_all{});
  w.advance(patience);
  w.settle();
  EXPECT_EQ(all[0].wrote->count("timeout cycle"), 1) << all[0].text();
  for (std::size_t i = 1; i < size; ++i)
    EXPECT_EQ(all[i].wrote->count("answered"), 1) << "the circle was broken: " << all[i].text();
  EXPECT_EQ(w.counters().failed, 0U);
  EXPECT_EQ(w.counters().asked, w.counters().settled);
}

SCENARIO(Cycle, OfTwoExclusiveAsksTimesOutAndIsShown) { expect_cycle(w, 2); }
SCENARIO(Cycle, OfThreeExclusiveAsksTimesOutAndIsShown) { expect_cycle(w, 3); }
SCENARIO(Cycle, OfFiveExclusiveAsksTimesOutAndIsShown) { expect_cycle(w, 5); }

SCENARIO(Cycle, TheTextNamesThoseInIt) {
  auto k = w.spawn<keeper>();
  stage_of_one a(w, {.name = "north"});
  stage_of_one b(w, {.name = "south"});
  a.p.tell<play>([k, other = b.p](player& me) -> task<> {
    co_await exclusive(kept_by(k, 1));
    const auto r = co_await exclusive(other.try_ask<query>(1).within(patience));
    me.say(r ? "answered" : r.error().text());
  });
  wait_for_kept(k, 1);
  const auto before = w.counters().asked;
  b.p.tell<play>(goes_on(a.p));
  wait_for_ask(w, before);
  k.tell(answer_all{});
  w.advance(patience);
  w.settle();
  const auto said = a.text();
  EXPECT_TRUE(says(said, "cycle")) << said;
  EXPECT_TRUE(says(said, "player")) << said;
}

SCENARIO(Cycle, AChainThatEndsSomewhereIsNone) {
  auto k = w.spawn<keeper>();
  stage_of_one a(w);
  stage_of_one b(w);
  b.p.tell<play>([k](player& me) -> task<> {
    const auto r = co_await exclusive(tried_by(k, 2));
    me.say(code_of(r));
  });
  wait_for_kept(k, 1);
  a.p.tell<play>([to = b.p](player& me) -> task<> {
    const auto r = co_await exclusive(to.try_ask<query>(1).within(patience));
    me.say(r ? "answered" : seen_as(r.error()));
  });
  w.advance(patience);
  while (a.text().empty()) wait_for(a.p);
  EXPECT_EQ(a.text(), "timeout");
  k.tell(answer_all{});
  w.settle();
}

SCENARIO(Cycle, OfTwoProcessesTimesOutAndIsShown) {
  auto k = w.spawn<keeper>();
  const auto wrote = make_journal();
  struct meet {
    address<query> whom;
  };
  auto a = w.system().spawn(
      [](inbox<meet, query> in, troupe::ref<keeper> first, journal_ptr j) -> task<> {
        const auto other = co_await in.next<meet>();
        co_await kept_by(first, 1);
        const auto r = co_await other->whom.try_ask<query>(1).within(patience);
        j->note(r ? "answered" : seen_as(r.error()));
      },
      k, wrote);
  const auto before_b = w.counters().asked;
  auto b = w.system().spawn(
      [](inbox<query> in, address<query> other, journal_ptr j) -> task<> {
        const auto r = co_await other.try_ask<query>(2).within(1h);
        j->note("second " + code_of(r));
        static_cast<void>(in);
      },
      a, wrote);
  wait_for_ask(w, before_b);
  a.tell(meet{b});
  wait_for_kept(k, 1);
  k.tell(answer_all{});
  w.advance(patience);
  w.settle();
  EXPECT_EQ(wrote->text(), "timeout cycle second down");
}

SCENARIO(Cycle, WhoWaitedInOneGoesOn) {
  auto k = w.spawn<keeper>();
  stage_of_one a(w);
  stage_of_one b(w);
  for (int round = 0; round < 2; ++round) {
    a.p.tell<play>(closes(k, b.p));
    wait_for_kept(k, 1);
    const auto before = w.counters().asked;
    b.p.tell<play>(goes_on(a.p));
    wait_for_ask(w, before);
    k.tell(answer_all{});
    w.advance(patience);
    w.settle();
  }
  EXPECT_EQ(a.wrote->count("timeout cycle"), 2) << a.text();
  EXPECT_EQ(b.wrote->count("answered"), 2) << b.text();
}

}  // namespace
