// watch_cancel_test.cpp: after cancel() has returned nothing of that watch comes, whatever raced.
#include "witness.hpp"

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace life;

SCENARIO(WatchCancel, BeforeTheEndNothingComes) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  t.cancel(a);
  t.fail(b);
  t.settle();
  EXPECT_EQ(t.of("a"), "");
}

SCENARIO(WatchCancel, InTheHandlerThatWatchedNothingComes) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto dead = t.add("dead");
  dead.kill();
  t.settle();
  does(a, [b, dead](witness& me) {
    me.self().watch(b).cancel();
    me.self().watch(dead).cancel();  // its down is in the mailbox already
    me.self().watch(ref<witness>()).cancel();
    me.self().watch(dead, farewell{"bye"}).cancel();
  });
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "");
}

SCENARIO(WatchCancel, TwiceOrAfterTheDownDoesNothing) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  t.watch(a, b);
  t.watch(a, c);
  t.cancel(a, 0);
  t.cancel(a, 0);
  c.stop();
  t.settle();
  t.cancel(a, 1);
  t.cancel(a, 1);
  does(a, [](witness&) { monitor().cancel(); });
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "down(c normal)");
}

SCENARIO(WatchCancel, OfACopyOfTheMonitorCountsForAll) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  does(a, [](witness& me) {
    const monitor copy = me.monitors[0];
    copy.cancel();
    me.monitors[0].cancel();
  });
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "");
}

SCENARIO(WatchCancel, LeavesTheOtherWatchesOfTheSameActorAlone) {
  troop t(w);
  auto a = t.add("a");
  auto c = t.add("c");
  auto b = t.add("b");
  for (int i = 0; i < 5; ++i) t.watch(a, b);
  t.watch(c, b);
  t.cancel(a, 1);
  t.cancel(a, 3);
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b normal) down(b normal) down(b normal)");
  EXPECT_EQ(t.of("c"), "down(b normal)");
}

SCENARIO(WatchCancel, WhileTheDownWaitsInTheMailboxNothingComes) {
  if (!can_hold(w)) return;
  // The order to cancel is queued first, then the watched end: their downs come behind it. On
  // threads a gate holds the watcher until they have ended.
  troop t(w);
  cast::gate g;
  auto a = t.add("a");
  std::vector<ref<witness>> all;
  for (int i = 0; i < 6; ++i) {
    all.push_back(t.add("b" + std::to_string(i)));
    t.watch(a, all.back());
  }
  a.tell<will>([hinge = g.hinge()](witness& me) {
    hinge.pass();
    for (std::size_t i = 0; i < 5; ++i) me.monitors[i].cancel();
  });
  g.wait_for(1);
  for (const auto& b : all) b.kill();
  while (real && w.counters().ended < 6) std::this_thread::yield();
  g.open();
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b5 killed)");
}

SCENARIO(WatchCancel, ByOneWhoHasHeardOfTheEndFirstNothingComesAfterIt) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  t.watch(a, b);
  t.watch(c, b);
  // c hears of the end of b, then tells a to cancel: a may have seen its own down by then, or not.
  does(c, [a](witness& me) {
    me.at_down = [a](witness&, const down&) {
      a.tell<will>([](witness& other) {
        other.monitors[0].cancel();
        other.note("cancelled");
      });
    };
  });
  b.stop();
  t.settle();
  const auto got = t.of("a");
  EXPECT_TRUE(got == "cancelled" || got == "down(b normal) cancelled") << got;
}

/// Fault 46: downs come while they are cancelled. Each watch has a message with its number.
class gambler : public troupe::actor<gambler> {
public:
  struct numbered {
    std::size_t which;
  };
  struct watch_all {
    std::vector<ref<witness>> whom;
  };
  struct cancel_some {};

  gambler(std::uint64_t seed, std::shared_ptr<std::atomic<int>> over)
      : random_(seed), over_(std::move(over)) {}

  void on(const watch_all& all) {
    for (const auto& one : all.whom) {
      monitors_.push_back(self().watch(one, numbered{monitors_.size()}));
      is_over_.push_back(false);
    }
  }
  void on(numbered n) {
    EXPECT_FALSE(is_over_[n.which]) << "delivered twice, or after cancel() had returned";
    if (!is_over_[n.which]) over_->fetch_add(1, std::memory_order_relaxed);
    is_over_[n.which] = true;
    on(cancel_some());
  }
  void on(cancel_some) {
    for (int i = 0; i < 2; ++i) {
      const std::size_t which = random_() % monitors_.size();
      monitors_[which].cancel();
      if (!is_over_[which]) over_->fetch_add(1, std::memory_order_relaxed);
      is_over_[which] = true;
    }
  }

private:
  std::mt19937_64 random_;
  std::shared_ptr<std::atomic<int>> over_;
  std::vector<monitor> monitors_;
  std::vector<bool> is_over_;
};

SCENARIO(WatchCancel, EachIsEitherCancelledOrComesHoweverBothRace) {
  troop t(w);
  constexpr int many = 60;
  const auto over = std::make_shared<std::atomic<int>>(0);
  auto g = w.spawn<gambler>(7U, over);
  std::vector<ref<witness>> all;
  for (int i = 0; i < many; ++i) all.push_back(t.add("b"));
  g.tell(gambler::watch_all{all});
  cast::at_once(2, [&](int thread) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (thread == 0) {
        i % 2 == 0 ? all[i].stop() : all[i].kill();
      } else if (i % 4 == 0) {
        g.tell(gambler::cancel_some{});
      }
    }
  });
  t.settle();
  EXPECT_EQ(over->load(std::memory_order_relaxed), many);
}

SCENARIO(WatchCancel, AndWatchAgainYieldsOne) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  does(a, [b](witness& me) {
    for (int i = 0; i < 100; ++i) me.self().watch(b).cancel();
    me.watch(b);
  });
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("a"), "down(b normal)");
}

SCENARIO(WatchCancel, AgainAndAgainWhileManyWatchAndEnd) {
  // Watches are made and cancelled by several while the watched ends: nobody gets two, and nobody
  // who has not cancelled gets none.
  troop t(w);
  auto b = t.add("b");
  std::vector<ref<witness>> all;
  for (int i = 0; i < 4; ++i) all.push_back(t.add("a" + std::to_string(i)));
  for (const auto& a : all)
    for (int i = 0; i < 20; ++i)
      a.tell<will>([b](witness& me) {
        me.self().watch(b).cancel();
        me.watch(b);
        me.self().watch(b).cancel();
      });
  b.stop(exit_reason(exit_kind::user, 3));
  t.settle();
  for (int i = 0; i < 4; ++i) {
    const std::string name = "a" + std::to_string(i);
    const auto got = t.notes->reasons(name);
    EXPECT_EQ(got.size(), 20U) << t.of(name);
    for (const auto& why : got)
      EXPECT_TRUE(why == exit_kind::gone || why == exit_reason(exit_kind::user, 3));
  }
}

SCENARIO(WatchCancel, OfOneWhoHasEndedAndWasFollowedByOthersTouchesNobody) {
  // Monitors outlive what they watched: those who come after, perhaps in the same memory, are
  // watched by watches of their own.
  troop t(w);
  auto a = t.add("a");
  for (int i = 0; i < 30; ++i) {
    auto b = t.add("b");
    t.watch(a, b);
    b.stop();
    b = {};
    t.settle();
    auto c = t.add("c");
    t.watch(a, c);
    does(a, [](witness& me) {
      for (std::size_t k = 0; k + 1 < me.monitors.size(); ++k) me.monitors[k].cancel();
    });
    c.stop();
    c = {};
    t.settle();
  }
  EXPECT_EQ(t.notes->reasons("a").size(), 60U);
}

}  // namespace
