// pool_coroutine_test.cpp: members that suspend, and senders that wait for room in a pool.
#include "crew.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;

using crew::gang;
using crew::line;
using troupe::routing;

const bool real = scenario::world::real;

struct wait {
  using reply = int;
};
struct who {
  using reply = int;
};

/// Its handlers wait until another answers.
class sleeper : public troupe::actor<sleeper> {
public:
  sleeper(troupe::address<cast::query> until, std::shared_ptr<std::atomic<int>> built)
      : until_(std::move(until)), me_(built->fetch_add(1, std::memory_order_acq_rel)) {}
  troupe::task<int> on(wait) {
    co_await until_.ask<cast::query>(0).within(1h);
    co_return me_;
  }
  int on(who) const { return me_; }

private:
  troupe::address<cast::query> until_;
  int me_;
};

SCENARIO(LeastLoaded, SparesAMemberWhoseHandlerIsSuspended) {
  auto k = w.spawn<cast::keeper>();
  auto pool = w.system().spawn_pool<sleeper>({.size = 3, .route = routing::least_loaded},
                                             troupe::address<cast::query>(k),
                                             std::make_shared<std::atomic<int>>(0));
  auto by = w.spawn<cast::writer>();
  auto got = std::make_shared<std::atomic<int>>(-1);
  by.tell<cast::act>([=](cast::writer& self) {
    pool.try_ask<wait>().within(1h).then(&self, [got](const troupe::result<int>& r) {
      got->store(r ? *r : -2, std::memory_order_release);
    });
  });
  while (k.ask(cast::how_many{}).get() < 1) {}
  for (int i = 0; i < 12; ++i) {
    const int member = pool.ask(who{}).get();
    // On threads whoever has answered may still be busy with it.
    if (!real) {
      EXPECT_NE(member, 0) << "its handler is suspended";
    }
  }
  k.tell(cast::answer_all{});
  w.settle();
  EXPECT_EQ(got->load(std::memory_order_acquire), 0);
}

/// Sends lines one after the other, each when there is room.
struct send_all {
  using reply = void;
  troupe::address<line> to;
  int count;
};
struct send_text {
  using reply = std::string;
  troupe::address<line> to;
};
class steady : public troupe::actor<steady> {
public:
  troupe::task<void> on(send_all s) {
    for (int i = 0; i < s.count; ++i) co_await s.to.send<line>(i);
  }
  troupe::task<std::string> on(send_text s) {
    std::string said = "sent";
    try {
      co_await s.to.send<line>(1);
    } catch (const troupe::ask_failed& e) {
      said = std::string(to_string(e.error().code())) + ": " + e.error().text();
    }
    co_return said;
  }
};

SCENARIO(PoolSend, WaitsForRoomAtTheMemberThatWasChosen) {
  for (const routing route : {routing::round_robin, routing::random, routing::least_loaded}) {
    gang g(w, {.size = 3, .route = route, .each = {.capacity = 2}});
    auto s = w.spawn<steady>();
    s.ask<send_all>(g.all, 60).get();
    w.settle();
    EXPECT_EQ(g.read->sorted(), cast::up_to(60));
    for (const auto& page : g.read->pages()) {
      EXPECT_TRUE(std::is_sorted(page.begin(), page.end()));
    }
    if (route == routing::round_robin) {
      EXPECT_EQ(g.read->lengths(), (std::vector<std::size_t>{20, 20, 20}));
    }
  }
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(PoolSend, ThroughOneThatBroadcastsIsRefused) {
  gang g(w, {.size = 2, .route = routing::broadcast});
  auto s = w.spawn<steady>();
  const std::string said = s.ask<send_text>(g.all).get();
  EXPECT_TRUE(cast::says(said, "not_handled: send of")) << said;
  EXPECT_TRUE(cast::says(said, "it broadcasts")) << said;
}

SCENARIO(PoolSend, WithoutAKeyIsRefusedUnderHash) {
  gang g(w, {.size = 2, .route = routing::hash});
  auto s = w.spawn<steady>();
  const std::string said = s.ask<send_text>(g.all).get();
  EXPECT_TRUE(cast::says(said, "no key: give it a member key()")) << said;
}

SCENARIO(PoolSend, ToOneWhoseMembersHaveAllEndedIsDown) {
  gang g(w, {.size = 1});
  g.all.tell<crew::quit>();
  w.settle();
  auto s = w.spawn<steady>();
  const std::string said = s.ask<send_text>(g.all).get();
  EXPECT_TRUE(cast::says(said, "down: ")) << said;
}

}  // namespace
