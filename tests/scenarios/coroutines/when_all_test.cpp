// when_all_test.cpp: several operations at a time, until each has ended.
#include "players.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace cast;
using troupe::when_all;

task<> say_after(player& me, troupe::ref<keeper> k, int number) {
  co_await kept_by(k, number);
  me.say("end" + std::to_string(number));
}
task<> fail_after(player& me, troupe::ref<keeper> k, int number) {
  co_await say_after(me, k, number);
  throw std::out_of_range("number " + std::to_string(number));
}
task<int> twice(troupe::ref<keeper> k, int number) {
  const int got = co_await kept_by(k, number);
  co_return 2 * got;
}
task<std::string> at_once(std::string text) { co_return text; }

SCENARIO(WhenAll, GivesATupleInTheOrderOfTheOperands) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    auto all = co_await when_all(kept_by(k, 1), twice(k, 2), tried_by(k, 3));
    static_assert(std::is_same_v<decltype(all), std::tuple<int, int, troupe::result<int>>>);
    const auto& [a, b, c] = all;
    me.say(std::to_string(a) + " " + std::to_string(b) + " " + std::to_string(c.value()));
  });
  wait_for_kept(k, 3);
  for (const int n : {3, 1, 2}) {
    EXPECT_EQ(s.text(), "");
    let_answer(k, n);
    wait_for(s.p);
  }
  w.settle();
  EXPECT_EQ(s.text(), "10 40 30");
}

SCENARIO(WhenAll, OfWhatGivesNothingGivesMonostates) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  post to(w);
  s.p.tell<play>([k, to = to.to](player& me) -> task<> {
    auto all =
        co_await when_all(troupe::sleep(1ms), twice(k, 2), to.send<note>(0), say_after(me, k, 3),
                          troupe::blocking([] {}), troupe::blocking([] { return 5; }));
    using none = std::monostate;
    static_assert(std::is_same_v<decltype(all), std::tuple<none, int, none, none, none, int>>);
    me.say(std::to_string(std::get<1>(all) + std::get<5>(all)));
  });
  wait_for_kept(k, 2);
  k.tell(answer_all{});
  pass(w, 1ms);
  EXPECT_EQ(s.text(), "end3 45");
  EXPECT_EQ(to.read->lines(), up_to(1));
}

SCENARIO(WhenAll, IsLazyAndStartsAllInIt) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    auto both = when_all(twice(k, 1), kept_by(k, 2));
    co_await kept_by(k, 0);
    const auto got = co_await std::move(both);
    me.say(std::to_string(std::get<0>(got) + std::get<1>(got)));
  });
  wait_for_kept(k, 1);
  if (!real) w.settle();
  EXPECT_EQ(k.ask(how_many{}).get(), 1) << "nothing has been sent yet";
  k.tell(answer_all{});
  wait_for_kept(k, 2);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "40");
}

SCENARIO(WhenAll, OfWhatEndsAtOnceEndsAtOnce) {
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    me.self().tell<note>(1);
    const auto both = co_await when_all(at_once("a"), at_once("b"));
    me.say(std::get<0>(both) + std::get<1>(both));
  });
  w.settle();
  EXPECT_EQ(s.text(), "ab 1") << "within one turn";
}

SCENARIO(WhenAll, OthersAreHandledMeanwhile) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await when_all(say_after(me, k, 1), say_after(me, k, 2));
    me.say("all");
  });
  wait_for_kept(k, 2);
  tell(s.p, 0, 1);
  let_answer(k, 2);
  tell(s.p, 1, 1);
  let_answer(k, 1);
  tell(s.p, 2, 1);
  w.settle();
  EXPECT_EQ(s.text(), "0 end2 1 end1 all 2");
}

SCENARIO(WhenAll, Nests) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    const auto inner = [](troupe::ref<keeper> to, int n) -> task<int> {
      const auto both = co_await when_all(kept_by(to, n), kept_by(to, n + 1));
      co_return std::get<0>(both) + std::get<1>(both);
    };
    const auto all = co_await when_all(inner(k, 1), inner(k, 3), kept_by(k, 5));
    me.say(std::to_string(std::get<0>(all)) + " " + std::to_string(std::get<1>(all)));
  });
  wait_for_kept(k, 5);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "30 70");
}

// --- vectors

SCENARIO(WhenAll, OfAVectorGivesAVectorInItsOrder) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    std::vector<decltype(kept_by(k, 0))> asks;
    for (int i = 0; i < 5; ++i) asks.push_back(kept_by(k, i));
    auto all = co_await when_all(std::move(asks));
    static_assert(std::is_same_v<decltype(all), std::vector<int>>);
    for (const int one : all) me.say(std::to_string(one));
  });
  wait_for_kept(k, 5);
  for (const int n : {4, 0, 2, 1, 3}) k.tell<answer>(n);
  w.settle();
  EXPECT_EQ(s.text(), "0 10 20 30 40");
}

SCENARIO(WhenAll, OfAVectorOfTriesGivesEachOutcome) {
  auto k = w.spawn<keeper>();
  auto ended = w.spawn<keeper>();
  ended.kill();
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.tell<play>([k, ended, q](player& me) -> task<> {
    std::vector<troupe::try_request<query>> asks;
    asks.push_back(q.try_ask<query>(1));
    asks.push_back(ended.try_ask<query>(2));
    asks.push_back(k.try_ask<query>(3).within(5ms));
    asks.push_back(q.try_ask<query>(4));
    const auto all = co_await when_all(std::move(asks));
    for (const auto& one : all) me.say(one ? std::to_string(*one) : code_of(one));
  });
  pass(w, 5ms);
  EXPECT_EQ(s.text(), "10 down timeout 40");
}

SCENARIO(WhenAll, OfAnEmptyVectorEndsAtOnce) {
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    me.self().tell<note>(1);
    const auto none = co_await when_all(std::vector<troupe::try_request<query>>());
    co_await when_all(std::vector<task<>>());
    me.say(std::to_string(none.size()));
  });
  w.settle();
  EXPECT_EQ(s.text(), "0 1");
}

SCENARIO(WhenAll, OfAVectorOfTasksThatGiveNothingGivesNothing) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    std::vector<task<>> tasks;
    for (int i = 0; i < 3; ++i) tasks.push_back(say_after(me, k, i));
    co_await when_all(std::move(tasks));
    me.say("all");
  });
  wait_for_kept(k, 3);
  for (const int n : {1, 2, 0}) k.tell<answer>(n);
  w.settle();
  EXPECT_EQ(s.text(), "end1 end2 end0 all");
}

SCENARIO(WhenAll, OfAThousandAsks) {
  constexpr int count = 1000;
  auto q = w.spawn<prompt>();
  stage_of_one s(w);
  s.p.tell<play>([q](player& me) -> task<> {
    std::vector<troupe::try_request<query>> asks;
    for (int i = 0; i < count; ++i) asks.push_back(q.try_ask<query>(i).within(1h));
    const auto all = co_await when_all(std::move(asks));
    int right = 0;
    for (int i = 0; i < count; ++i) {
      const auto& one = all[static_cast<std::size_t>(i)];
      right += one && *one == right_answer(i);
    }
    me.say(std::to_string(right));
  });
  w.settle();
  EXPECT_EQ(s.text(), "1000");
}

// --- exceptions

SCENARIO(WhenAll, ThrowsTheFirstInTheOrderOfTheOperandsAfterAllHaveEnded) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    try {
      co_await when_all(say_after(me, k, 0), fail_after(me, k, 1), fail_after(me, k, 2),
                        say_after(me, k, 3));
      me.say("not thrown");
    } catch (const std::out_of_range& e) {
      me.say(e.what());
    }
  });
  wait_for_kept(k, 4);
  for (const int n : {2, 3, 1}) {
    let_answer(k, n);
    wait_for(s.p);
  }
  EXPECT_EQ(s.text(), "end2 end3 end1") << "0 has not ended yet";
  let_answer(k, 0);
  w.settle();
  EXPECT_EQ(s.text(), "end2 end3 end1 end0 number 1");
  EXPECT_EQ(w.counters().failed, 0U);
}

SCENARIO(WhenAll, OfAVectorThrowsTheFirstAfterAllHaveEndedToo) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    std::vector<task<>> tasks;
    tasks.push_back(say_after(me, k, 0));
    tasks.push_back(fail_after(me, k, 1));
    tasks.push_back(fail_after(me, k, 2));
    try {
      co_await when_all(std::move(tasks));
      me.say("not thrown");
    } catch (const std::out_of_range& e) {
      me.say(e.what());
    }
  });
  wait_for_kept(k, 3);
  for (const int n : {2, 1, 0}) k.tell<answer>(n);
  w.settle();
  EXPECT_EQ(s.text(), "end2 end1 end0 number 1");
}

task<> fail_at_once() {
  throw std::out_of_range("at once");
  co_return;
}

SCENARIO(WhenAll, StartsTheOthersThoughTheFirstFailsAtOnce) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    try {
      co_await when_all(fail_at_once(), say_after(me, k, 1));
    } catch (const std::out_of_range& e) {
      me.say(e.what());
    }
  });
  wait_for_kept(k, 1);
  wait_for(s.p);
  EXPECT_EQ(s.text(), "");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "end1 at once");
}

SCENARIO(WhenAll, AFailedAskIsThrownAndUncaughtFailsTheActorOnce) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    co_await when_all(kept_by(k, 1), kept_by(k, 2));
    me.say("never");
  });
  wait_for_kept(k, 2);
  k.tell<fail_all>(ask_errc::not_handled, "closed");
  w.settle();
  EXPECT_EQ(s.text(), "stop(failed) gone");
  EXPECT_TRUE(says(reason_of(s.p).text(), "closed"));
  EXPECT_EQ(w.counters().failed, 1U);
}

// --- ownership

task<std::unique_ptr<int>> owning(troupe::ref<keeper> k, int number, ticket t) {
  const int got = co_await kept_by(k, number);
  t.call();
  co_return std::make_unique<int>(got);
}

SCENARIO(WhenAll, OwnsItsOperandsAndHandsOverWhatTheyGive) {
  const auto book = std::make_shared<ledger>();
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k, book](player& me) -> task<> {
    auto first = owning(k, 1, ticket(book));
    auto second = owning(k, 2, ticket(book));
    auto both = co_await when_all(std::move(first), std::move(second));
    me.say(std::to_string(*std::get<0>(both) + *std::get<1>(both)));
    { auto never = when_all(owning(k, 3, ticket(book)), owning(k, 4, ticket(book))); }
  });
  wait_for_kept(k, 2);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "30");
  EXPECT_EQ(ledger::read(book->called), 2);
  expect_balanced(*book, 4);
}

enum class end { kill, stop, fail };

void expect_destroyed(scenario::world& w, end how) {
  const auto book = std::make_shared<ledger>();
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k, book](player& me) -> task<> {
    const ticket mine(book);
    auto first = owning(k, 1, ticket(book));
    co_await when_all(std::move(first), say_after(me, k, 2), kept_by(k, 3));
    me.say("never");
  });
  wait_for_kept(k, 3);
  let_answer(k, 2);
  wait_for(s.p);
  if (how == end::kill) s.p.kill();
  if (how == end::stop) s.p.stop();
  if (how == end::fail) s.p.tell<fall>("x");
  until(w, [&] { return s.wrote->has("gone"); });
  expect_balanced(*book, 2);
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(dead(w, troupe::dead_reason::late), 2U);
  EXPECT_EQ(s.wrote->count("never"), 0);
}

SCENARIO(WhenAll, IsDestroyedWithAnActorThatIsKilled) { expect_destroyed(w, end::kill); }
SCENARIO(WhenAll, IsDestroyedWithAnActorThatIsStopped) { expect_destroyed(w, end::stop); }
SCENARIO(WhenAll, IsDestroyedWithAnActorThatFails) { expect_destroyed(w, end::fail); }

}  // namespace
