// pool_life_test.cpp: members that end, pools that end, and what is asked meanwhile.
#include "../lives.hpp"
#include "crew.hpp"

#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

using crew::gang;
using crew::line;
using crew::query;
using crew::right_answer;
using troupe::ask_errc;
using troupe::dead_reason;
using troupe::exit_kind;
using troupe::routing;
using troupe::tell_status;

const bool real = scenario::world::real;

using lengths = std::vector<std::size_t>;

SCENARIO(PoolMember, ThatEndsIsChosenNoMoreAndTheOthersShareEvenly) {
  gang g(w, {.size = 4});
  g.all.tell<crew::quit>();
  w.settle();
  for (int i = 0; i < 99; ++i) g.all.tell<line>(i);
  w.settle();
  EXPECT_EQ(g.read->lengths(), (lengths{0, 33, 33, 33}));
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(PoolMember, ThatFailsAnswersWhatItHadAndTheOthersGoOn) {
  gang g(w, {.size = 2});
  const auto r = g.all.try_ask<crew::break_down>().get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::down);
  EXPECT_EQ(r.error().reason().text(), "broken");
  w.settle();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(g.all.ask<query>(i).get(), right_answer(i));
  EXPECT_EQ(w.counters().failed, 1U);
}

SCENARIO(PoolMember, ThatIsFullRefusesByItsOwnPolicy) {
  cast::gate gate;
  auto entered = std::make_shared<std::atomic<int>>(0);
  gang g(w, {.size = 2, .each = {.capacity = 3}});
  for (int i = 0; i < 2; ++i) g.all.tell<crew::pass>(gate.hinge(), entered);
  // Who began later would make room for one more.
  gate.wait_for(w.system().workers().size() == 1 ? 1 : 2);
  for (int i = 0; i < 20; ++i) g.all.tell<line>(i);
  line l{20};
  EXPECT_EQ(g.all.try_tell(l), tell_status::full);
  EXPECT_EQ(g.all.try_tell(l), tell_status::full);
  gate.open();
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(dead_reason::full) + g.read->sorted().size(), 20U);
  EXPECT_GE(w.counters().dead_letters(dead_reason::full), 14U);
}

/// Asks the pool that it is in.
struct meet {
  using reply = void;
  troupe::address<query> pool;
};
struct ask_around {
  using reply = int;
};
class member : public troupe::actor<member> {
public:
  void on(const meet& m) { pool_ = m.pool; }
  int on(query q) const { return right_answer(q.number); }
  void on(ask_around, troupe::reply_to<ask_around> reply) {
    pool_.ask<query>(7).then(this, [this, back = std::move(reply)](int n) mutable {
      pool_ = {};
      back(n);
    });
  }

private:
  troupe::address<query> pool_;
};

SCENARIO(PoolMember, MayAskItsPoolAndBeAskedItself) {
  auto pool = w.system().spawn_pool<member>({.size = 1});
  pool.ask<meet>(pool).get();
  EXPECT_EQ(pool.ask(ask_around{}).get(), right_answer(7));
}

SCENARIO(Pool, WhoseMembersHaveAllEndedAnswersDownAndTellsAreDeadLetters) {
  for (const routing route : {routing::round_robin, routing::random, routing::least_loaded,
                              routing::hash, routing::broadcast}) {
    gang g(w, {.size = 3, .route = route});
    while (g.read->left() < 3) {
      g.all.tell<crew::quit>(static_cast<int>(w.counters().messages));
      w.settle();
    }
    const auto before = w.counters().dead_letters(dead_reason::ended);
    const troupe::address<crew::whose, crew::quit> there = g.all;
    there.tell<crew::quit>();
    crew::quit q;
    EXPECT_EQ(there.try_tell(q), tell_status::closed);
    const auto r = there.try_ask<crew::whose>(1).get();
    ASSERT_FALSE(r.has_value());
    if (route != routing::broadcast) {
      EXPECT_EQ(r.error(), ask_errc::down);
      EXPECT_EQ(r.error().reason(), exit_kind::normal);
      EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), before + 2);
    } else {
      EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), before + 1);
    }
  }
}

SCENARIO(Pool, ThatNobodyRefersToDoesWhatItWasSentAndEnds) {
  auto read = crew::make_book();
  {
    gang g(w, {.size = 4}, read);
    for (int i = 0; i < 100; ++i) g.all.tell<line>(i);
  }
  w.settle();
  EXPECT_EQ(read->sorted(), cast::up_to(100));
  EXPECT_EQ(read->left(), 4);
  EXPECT_EQ(w.counters().alive(), 0U);
  EXPECT_EQ(w.counters().cells_made, w.counters().cells_freed);
  EXPECT_EQ(w.counters().spawned, 5U) << "the members and the pool";
}

SCENARIO(Pool, LivesWhileAnAddressToItDoes) {
  auto read = crew::make_book();
  troupe::address<query> there;
  {
    gang g(w, {.size = 2}, read);
    there = g.all;
  }
  w.settle();
  EXPECT_EQ(there.ask<query>(3).get(), right_answer(3));
  there = {};
  w.settle();
  EXPECT_EQ(read->left(), 2);
  EXPECT_EQ(w.counters().alive(), 0U);
}

/// Has a pool of its own.
struct share_out {
  using reply = troupe::address<line>;
};
class boss : public troupe::actor<boss> {
public:
  boss(crew::book_ptr b, scenario::journal_ptr j) : book_(std::move(b)), journal_(std::move(j)) {}
  ~boss() { journal_->note("boss gone, " + std::to_string(book_->left()) + " of the crew before"); }
  troupe::address<line> on(share_out) {
    mine_ = self().spawn_pool<crew::hand>({.size = 3}, book_);
    return mine_;
  }
  void on(crew::quit) { self().stop(); }

private:
  crew::book_ptr book_;
  scenario::journal_ptr journal_;
  crew::crew_ref mine_;
};

SCENARIO(Pool, OfAnActorEndsBeforeItAndWithIt) {
  auto read = crew::make_book();
  auto j = scenario::make_journal();
  auto b = w.spawn<boss>(read, j);
  const auto there = b.ask(share_out{}).get();
  there.tell<line>(1);
  w.settle();
  b.tell<crew::quit>();
  w.settle();
  EXPECT_EQ(j->text(), "boss gone, 3 of the crew before");
  EXPECT_EQ(w.counters().alive(), 0U);
  there.tell<line>(2);
  EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), 1U);
  EXPECT_EQ(read->sorted(), std::vector<int>{1});
}

SCENARIO(Pool, EndsWithTheSystemAndIsInertThen) {
  gang g(w, {.size = 3});
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(g.read->left(), 3);
  const auto r = g.all.try_ask<query>(1).get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::down);
  line l{1};
  EXPECT_EQ(g.all.try_tell(l), tell_status::closed);
  g.all.tell(l);
}

class clumsy : public troupe::actor<clumsy> {
public:
  clumsy(std::shared_ptr<std::atomic<int>> built, int fails_at) : built_(std::move(built)) {
    if (built_->fetch_add(1, std::memory_order_acq_rel) == fails_at)
      throw std::runtime_error("clumsy");
  }
  ~clumsy() { built_->fetch_sub(100, std::memory_order_acq_rel); }
  void on(line) {}

private:
  std::shared_ptr<std::atomic<int>> built_;
};

SCENARIO(Pool, OfWhichAMemberCannotBeBuiltLeavesNothing) {
  auto built = std::make_shared<std::atomic<int>>(0);
  EXPECT_THROW(static_cast<void>(w.system().spawn_pool<clumsy>({.size = 4}, built, 2)),
               std::runtime_error);
  EXPECT_EQ(built->load(std::memory_order_acquire), 3 - 200)
      << "three constructors, two destructors";
  const auto c = w.counters();
  EXPECT_EQ(c.spawned, 0U);
  EXPECT_EQ(c.cells_made, c.cells_freed);
  EXPECT_TRUE(c.all_ended());
}

/// Ends in on_start, perhaps while the pool is still being put together.
class stillborn : public troupe::actor<stillborn> {
public:
  void on_start() { throw std::runtime_error("no"); }
  void on(line) {}
};

SCENARIO(Pool, OfMembersThatFailAtOnce) {
  for (int i = 0; i < 20; ++i) {
    auto p = w.system().spawn_pool<stillborn>({.size = 8});
    p.tell<line>(1);
    w.settle();
  }
  EXPECT_EQ(w.counters().failed, 160U);
  EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), 20U);
}

// --- requests on their way through

SCENARIO(Pool, AnswersARequestThatIsForwardedToIt) {
  gang g(w, {.size = 2});
  auto k = w.spawn<cast::keeper>();
  auto a = w.spawn<cast::asker>();
  for (int i = 0; i < 6; ++i) a.tell<cast::ask_for>(k, i);
  while (k.ask(cast::how_many{}).get() < 6) {}
  k.tell<cast::hand_on>(g.all);
  w.settle();
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 6U);
  for (const auto& one : seen) EXPECT_EQ(one.value, right_answer(one.number));
}

SCENARIO(Pool, ARequestForwardedToOneThatBroadcastsIsRefused) {
  gang g(w, {.size = 2, .route = routing::broadcast});
  auto k = w.spawn<cast::keeper>();
  auto a = w.spawn<cast::asker>();
  a.tell<cast::ask_for>(k, 1);
  while (k.ask(cast::how_many{}).get() < 1) {}
  k.tell<cast::hand_on>(g.all);
  w.settle();
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  ASSERT_TRUE(seen[0].error.has_value());
  EXPECT_EQ(*seen[0].error, ask_errc::not_handled);
}

SCENARIO(Pool, AnAskThroughItTimesOutAndNamesIt) {
  auto keepers = w.system().spawn_pool<cast::keeper>({.size = 2});
  const auto began = w.system().now();
  const auto r = keepers.try_ask<query>(1).within(5ms).get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::timeout);
  EXPECT_GE(w.system().now() - began, 5ms);
  EXPECT_TRUE(cast::says(r.error().text(), "troupe::pool<cast::keeper>")) << r.error().text();
}

/// Serves a request by asking another, who has an hour.
class relay : public troupe::actor<relay> {
public:
  relay(troupe::address<query> next, scenario::journal_ptr j)
      : next_(std::move(next)), journal_(std::move(j)) {}
  void on(query q, troupe::reply_to<query> reply) {
    next_.try_ask<query>(q.number).within(1h).then(
        this, [this, back = std::move(reply)](troupe::result<int> r) mutable {
          journal_->note(std::string(r ? "answered" : to_string(r.error().code())));
        });
  }

private:
  troupe::address<query> next_;
  scenario::journal_ptr journal_;
};

SCENARIO(Pool, ADeadlineTravelsThroughItAndIsInheritedByWhatItsMembersAsk) {
  auto j = scenario::make_journal();
  auto keepers = w.system().spawn_pool<cast::keeper>({.size = 2});
  auto relays = w.system().spawn_pool<relay>({.size = 2}, troupe::address<query>(keepers), j);
  auto a = w.spawn<cast::asker>();
  a.tell<cast::ask_for>(relays, 1, real ? 5ms : 50ms);
  w.settle();
  if (!real) {
    w.advance(49ms);
    EXPECT_EQ(j->text(), "");
    w.advance(1ms);
    EXPECT_EQ(j->text(), "timeout");
  }
  w.settle();  // on threads: not after an hour
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  ASSERT_TRUE(seen[0].error.has_value());
  EXPECT_EQ(*seen[0].error, ask_errc::timeout);
}

// --- many at once

SCENARIO(Pool, EachMessageIsHandledOrADeadLetterWhileMembersEnd) {
  constexpr int senders = 3;
  const int each = real ? 400 : 60;
  for (const routing route : {routing::round_robin, routing::random, routing::least_loaded}) {
    auto read = crew::make_book();
    const auto before = w.counters().dead_letters();
    {
      gang g(w, {.size = 6, .route = route}, read);
      cast::at_once(senders, [&](int n) {
        for (int i = 0; i < each; ++i) {
          g.all.tell<line>(n * each + i);
          if (i % (each / 2) == 5) g.all.tell<crew::quit>();
        }
      });
    }
    w.settle();
    const auto all = read->sorted();
    EXPECT_TRUE(std::adjacent_find(all.begin(), all.end()) == all.end()) << "handled twice";
    const auto dead = w.counters().dead_letters() - before;
    EXPECT_GE(all.size() + dead, static_cast<std::size_t>(senders * each));
    EXPECT_LE(all.size() + dead, static_cast<std::size_t>(senders * (each + 2)));
    EXPECT_EQ(read->left(), 6);
  }
}

SCENARIO(Pool, OrderOfOneSenderToOneMemberHolds) {
  for (const routing route :
       {routing::round_robin, routing::random, routing::least_loaded, routing::broadcast}) {
    gang g(w, {.size = 3, .route = route});
    const troupe::address<line> there = g.all;
    auto a = w.spawn<cast::writer>();
    a.ask<cast::act_and_answer>([=](cast::writer&) {
       for (int i = 0; i < 200; ++i) there.tell<line>(i);
     }).get();
    w.settle();
    for (const auto& page : g.read->pages()) EXPECT_TRUE(std::is_sorted(page.begin(), page.end()));
  }
}

}  // namespace
