// process_test.cpp: actors that are one coroutine with an inbox: how they begin, talk and end.
#include "players.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace cast;
using troupe::address;
using troupe::asked;
using troupe::dead_reason;
using troupe::inbox;

struct letter {
  std::string text;
};

/// Notes what it gets until nothing comes any more.
constexpr auto reads_all = [](inbox<note> in, journal_ptr j) -> task<> {
  while (auto n = co_await in.next()) j->note(std::to_string(n->number));
  j->note("end");
};

// --- how it begins

SCENARIO(Process, IsAnAddressOfItsMessages) {
  auto p = w.system().spawn([](inbox<note, query>) -> task<> { co_return; });
  static_assert(std::is_same_v<decltype(p), address<note, query>>);
  auto named = w.system().spawn({.name = "reader", .capacity = 4}, reads_all, make_journal());
  static_assert(std::is_same_v<decltype(named), address<note>>);
  auto producer = w.system().spawn([](inbox<>) -> task<> { co_return; });
  static_assert(std::is_same_v<decltype(producer), address<>>);
  EXPECT_TRUE(p && named && producer);
  EXPECT_EQ(w.counters().spawned, 3U);
}

SCENARIO(Process, StartsInItsFirstTurn) {
  const auto wrote = make_journal();
  const auto here = std::this_thread::get_id();
  auto p = w.system().spawn(
      [](inbox<note> in, journal_ptr j, std::thread::id spawner) -> task<> {
        if (real) {
          EXPECT_NE(std::this_thread::get_id(), spawner);
        }
        j->note("runs");
        co_await in.next();
      },
      wrote, here);
  if (!real) {
    EXPECT_EQ(wrote->text(), "") << "not in the spawner's stack";
  }
  w.settle();
  EXPECT_EQ(wrote->text(), "runs");
}

SCENARIO(Process, GetsItsArgumentsByValueEachDestroyedOnce) {
  const auto book = std::make_shared<ledger>();
  const auto wrote = make_journal();
  {
    auto number = std::make_unique<int>(3);
    const std::string text(50, 'x');
    auto p = w.system().spawn(
        [](inbox<note> in, std::unique_ptr<int> n, std::string t, ticket mine,
           journal_ptr j) -> task<> {
          mine.call();
          const auto first = co_await in.next();
          j->note(std::to_string(*n + first->number) + " " + std::to_string(t.size()));
        },
        std::move(number), text, ticket(book), wrote);
    p.tell<note>(4);
  }
  w.settle();
  EXPECT_EQ(wrote->text(), "7 50");
  expect_balanced(*book, 1);
}

SCENARIO(Process, ThatNeverRanDestroysItsArguments) {
  const auto book = std::make_shared<ledger>();
  auto p = w.system().spawn(
      [](inbox<note> in, ticket mine) -> task<> {
        mine.call();
        co_await in.next();
      },
      ticket(book));
  EXPECT_TRUE(w.shutdown(60s).clean());
  expect_balanced(*book, 1);
}

// --- what it gets

SCENARIO(Process, ReadsInTheOrderOfArrival) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(reads_all, wrote);
  for (int i = 0; i < 5; ++i) p.tell<note>(i);
  w.settle();
  EXPECT_EQ(wrote->text(), "0 1 2 3 4");
  p = {};
  w.settle();
  EXPECT_EQ(wrote->text(), "0 1 2 3 4 end");
}

SCENARIO(Process, AnItemIsTheMessageOrTheRequestOrAVariantInTheOrderOfItsInbox) {
  auto p = w.system().spawn([](inbox<note> one) -> task<> {
    auto n = co_await one.next();
    static_assert(std::is_same_v<decltype(n), std::optional<note>>);
  });
  auto q = w.system().spawn([](inbox<query> one) -> task<> {
    auto n = co_await one.next();
    static_assert(std::is_same_v<decltype(n), std::optional<asked<query>>>);
  });
  auto v = w.system().spawn([](inbox<letter, query, note> all) -> task<> {
    using item = std::variant<letter, asked<query>, note>;
    auto n = co_await all.next();
    static_assert(std::is_same_v<decltype(n), std::optional<item>>);
    auto l = co_await all.next<letter>();
    static_assert(std::is_same_v<decltype(l), std::optional<letter>>);
    auto a = co_await all.next<query>(1ms);
    static_assert(std::is_same_v<decltype(a), std::optional<asked<query>>>);
  });
  w.settle();
  EXPECT_EQ(w.counters().alive(), 3U);
}

SCENARIO(Process, MatchCallsTheCaseOfTheMessage) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<letter, query, note> in, journal_ptr j) -> task<> {
        while (auto item = co_await in.next()) {
          const auto said = troupe::match(
              std::move(*item), [](note n) { return "note " + std::to_string(n.number); },
              [](letter l) { return "letter " + l.text; },
              [](asked<query> a) {
                a.reply(right_answer(a.message.number));
                return "query " + std::to_string(a.message.number);
              });
          j->note(said);
        }
      },
      wrote);
  p.tell<letter>("a");
  p.tell<note>(1);
  EXPECT_EQ(p.ask<query>(2).get(), 20);
  p.tell<letter>("b");
  w.settle();
  EXPECT_EQ(wrote->text(), "letter a note 1 query 2 letter b");
}

SCENARIO(Process, KeepsARequestAndAnswersItLater) {
  auto p = w.system().spawn([](inbox<query, note> in) -> task<> {
    std::vector<asked<query>> kept;
    for (int i = 0; i < 2; ++i) {
      auto one = co_await in.next<query>();
      kept.push_back(std::move(*one));
    }
    co_await in.next<note>();
    for (auto& one : kept) one.reply(right_answer(one.message.number));
  });
  auto a = w.spawn<asker>();
  for (int i = 0; i < 2; ++i) a.ask<ask_for>(p, i, 1h).get();
  p.tell<note>(1);
  w.settle();
  const auto seen = a.ask(so_far{}).get();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].value, 0);
  EXPECT_EQ(seen[1].value, 10);
}

SCENARIO(Process, ARequestThatWasToldHasAReplyThatGoesNowhere) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<query> in, journal_ptr j) -> task<> {
        for (int i = 0; i < 2; ++i) {
          auto one = co_await in.next();
          j->note(one->reply ? "asked" : "told");
          one->reply(1);
        }
      },
      wrote);
  p.tell<query>(1);
  EXPECT_EQ(p.ask<query>(2).get(), 1);
  w.settle();
  EXPECT_EQ(wrote->text(), "told asked");
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Process, ARequestThatIsDroppedIsNoReply) {
  auto p = w.system().spawn([](inbox<query> in) -> task<> {
    for (;;) {
      auto one = co_await in.next();
      if (!one) co_return;
    }
  });
  const auto r = p.try_ask<query>(1).get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::no_reply);
}

// --- what it does

SCENARIO(Process, GivesItsOwnAddressToOthers) {
  struct ping {
    address<note> back;
  };
  auto echoes = w.system().spawn([](inbox<ping> in) -> task<> {
    while (auto p = co_await in.next()) p->back.tell<note>(7);
  });
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note, letter> in, address<ping> to, journal_ptr j) -> task<> {
        static_assert(std::is_same_v<decltype(in.self()), address<note, letter>>);
        to.tell<ping>(in.self());
        const auto n = co_await in.next<note>();
        j->note(std::to_string(n->number));
        in.self().tell<note>(8);
        const auto mine = co_await in.next<note>();
        j->note(std::to_string(mine->number));
      },
      echoes, wrote);
  w.settle();
  EXPECT_EQ(wrote->text(), "7 8");
}

SCENARIO(Process, AwaitsWhatHandlersAwait) {
  auto q = w.spawn<prompt>();
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note> in, troupe::ref<prompt> whom, journal_ptr j) -> task<> {
        const int a = co_await whom.ask<query>(1);
        co_await troupe::sleep(1ms);
        const int b = co_await troupe::blocking([] { return 5; });
        const auto both = co_await troupe::when_all(whom.ask<query>(2), whom.ask<query>(3));
        const int c = co_await troupe::exclusive(whom.ask<query>(4));
        const auto n = co_await in.next();
        j->note(std::to_string(a + b + c + std::get<0>(both) + std::get<1>(both) + n->number));
      },
      q, wrote);
  p.tell<note>(1000);
  pass(w, 1ms);
  EXPECT_EQ(wrote->text(), "1105");
}

SCENARIO(Process, ItsChildrenEndWithIt) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note> in, journal_ptr j) -> task<> {
        const auto child = in.spawn<player>(j);
        const auto reads = in.spawn(reads_all, j);
        child.tell<note>(1);
        reads.tell<note>(2);
        co_await in.next();
        j->note("leaves");
      },
      wrote);
  w.settle();
  EXPECT_EQ(w.counters().alive(), 3U);
  p.tell<note>(0);
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
  EXPECT_EQ(wrote->count("1"), 1);
  EXPECT_EQ(wrote->count("2"), 1);
  EXPECT_TRUE(wrote->in_order("leaves", "gone")) << wrote->text();
  EXPECT_EQ(wrote->count("end"), 1) << "the other's inbox gave nothing any more";
}

SCENARIO(Process, OfAnActorEndsWithIt) {
  const auto wrote = make_journal();
  auto k = w.spawn<keeper>();
  stage_of_one parent(w);
  parent.p.tell<play>([k, wrote](player& me) -> task<> {
    const auto child = me.self().spawn(reads_all, wrote);
    const auto named = me.self().spawn({.name = "named"}, reads_all, wrote);
    child.tell<note>(1);
    named.tell<note>(1);
    co_await kept_by(k, 1);
  });
  wait_for_kept(k, 1);
  until(w, [&] { return wrote->count("1") == 2; });
  EXPECT_EQ(wrote->text(), "1 1");
  parent.p.kill();
  until(w, [&] { return w.counters().alive() == 1; });
  EXPECT_EQ(wrote->count("1"), 2);
}

SCENARIO(Process, TwoPassABallThousandsOfTimes) {
  struct ball {
    int left;
    address<ball> back;
  };
  const auto wrote = make_journal();
  constexpr auto plays = [](inbox<ball> in, journal_ptr j) -> task<> {
    while (auto b = co_await in.next()) {
      if (b->left == 0) {
        j->note("done");
        co_return;
      }
      b->back.tell<ball>(b->left - 1, in.self());
    }
    j->note("end");
  };
  {
    auto a = w.system().spawn(plays, wrote);
    auto b = w.system().spawn(plays, wrote);
    a.tell<ball>(2000, b);
  }
  w.settle();
  EXPECT_EQ(wrote->text(), "done end");
  EXPECT_EQ(w.counters().alive(), 0U);
}

}  // namespace
