// reader_test.cpp: readers: from when on, how far behind, how long, and how many.
#include "../cast.hpp"
#include "stories.hpp"
#include <troupe/actors/kit/seeded.hpp>

#include <future>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

using cast::says;
using stories::kinds;
using stories::lives;
using stories::only;
using stories::told;
using troupe::event;
using troupe::event_kind;

const bool real = scenario::world::real;

struct note {
  int number = 0;
};
class plain : public troupe::actor<plain> {
public:
  void on(note) {}
};

/// A system of this world whose stream keeps `kept` events.
std::unique_ptr<troupe::actor_system> keeps(std::size_t kept) {
  const troupe::system_options options{.workers = 1, .log = false, .events_kept = kept};
  if (real) return std::make_unique<troupe::actor_system>(options);
  return std::make_unique<troupe::actor_system>(std::make_unique<troupe::kit::seeded>(1), options);
}

// --- from when on

SCENARIO(EventReader, SeesAllFromItsBeginningOnAndNothingBefore) {
  auto before = w.spawn<plain>();
  auto early = w.system().events();
  auto between = w.spawn<plain>();
  auto late = w.system().events();
  auto after = w.spawn<plain>();
  w.settle();
  const auto spawned = [](troupe::event_reader& r) {
    std::vector<troupe::actor_id> ids;
    for (const event& e : only(event_kind::spawned, r.take_all())) ids.push_back(e.who);
    return ids;
  };
  EXPECT_EQ(spawned(early), (std::vector{between.id(), after.id()}));
  EXPECT_EQ(spawned(late), std::vector{after.id()});
}

SCENARIO(EventReader, MayComeAgainAfterAllHaveGone) {
  for (int i = 0; i < 3; ++i) {
    auto unseen = w.spawn<plain>();
    w.settle();  // those of the last round have ended
    auto r = w.system().events();
    EXPECT_FALSE(r.next().has_value());
    auto seen = w.spawn<plain>();
    const auto e = r.next();
    ASSERT_TRUE(e.has_value());
    EXPECT_EQ(e->who, seen.id());
    EXPECT_EQ(r.missed(), 0U);
  }
}

SCENARIO(EventReader, MayOutliveItsSystemAndThenGivesWhatIsLeft) {
  std::optional<troupe::event_reader> r;
  troupe::actor_id who;
  {
    auto sys = keeps(100);
    r = sys->events();
    auto a = sys->spawn<plain>();
    who = a.id();
    a.stop();
  }
  const auto all = r->take_all();
  EXPECT_EQ(lives(all).at(who),
            (kinds{event_kind::spawned, event_kind::started, event_kind::stopped}));
  EXPECT_FALSE(r->next(1h).has_value()) << "nobody waits for a system that is gone";
  EXPECT_EQ(w.counters().alive(), 0U);
}

TEST(EventReader, ThatWasMovedFromGivesNothing) {
  troupe::kit::stage s;
  auto r = s.events();
  auto a = s.spawn<plain>();
  auto other = std::move(r);
  EXPECT_FALSE(r.next().has_value());  // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(r.next(1h).has_value());
  EXPECT_EQ(other.take_all().size(), 2U);
  other = s.events();
  EXPECT_FALSE(other.next().has_value());
}

// --- how far behind

SCENARIO(EventReader, ThatIsTooSlowIsToldHowManyItMissed) {
  auto sys = keeps(8);
  auto slow = sys->events();
  auto quick = sys->events();
  std::uint64_t given = 0;
  for (int i = 0; i < 50; ++i) {
    auto a = sys->spawn<plain>();  // spawned, started
    a.stop();                      // stopped
    ASSERT_TRUE(sys->drain());
    given += quick.take_all().size();
  }
  EXPECT_EQ(given, 150U);
  EXPECT_EQ(quick.missed(), 0U);
  EXPECT_EQ(slow.missed(), 0U) << "it has not looked yet";
  const auto first = slow.next();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->number, 142U) << "the oldest that is kept";
  EXPECT_EQ(slow.missed(), 142U);
  EXPECT_EQ(slow.take_all().size(), 7U);
  EXPECT_EQ(slow.missed(), 142U);
  auto a = sys->spawn<plain>();
  EXPECT_EQ(slow.take_all().size(), 2U) << "from there on it sees all";
  EXPECT_EQ(w.counters().alive(), 0U);
}

TEST(EventReader, OfAStreamThatKeepsNoneIsRefused) {
  for (const std::size_t kept : {std::size_t{0}, (std::size_t{1} << 24) + 1}) try {
      const troupe::actor_system sys({.workers = 1, .events_kept = kept});
      ADD_FAILURE() << kept;
    } catch (const troupe::bad_option& e) {
      EXPECT_EQ(std::string(e.what()), "troupe: system_options.events_kept is " +
                                           std::to_string(kept) + ": it is 1 to 16777216");
    }
}

// --- how long

SCENARIO(EventReader, WaitsForWhatComes) {
  class sleeps : public troupe::actor<sleeps> {
  public:
    troupe::task<> on_start() { co_await troupe::sleep(2ms); }
    void on(note) {}
  };
  auto r = w.system().events();
  auto a = w.spawn<sleeps>();
  kinds seen;
  while (seen.size() < 2) {
    const auto e = r.next(60s);
    ASSERT_TRUE(e.has_value());
    seen.push_back(e->kind);
  }
  EXPECT_EQ(seen, (kinds{event_kind::spawned, event_kind::started}));
}

SCENARIO(EventReader, GivesNothingWhenItsTimeIsOver) {
  auto r = w.system().events();
  const auto before = w.system().now();
  EXPECT_FALSE(r.next(2ms).has_value());
  EXPECT_GE(w.system().now(), before + 2ms);
  EXPECT_FALSE(r.next(0ms).has_value());
  EXPECT_FALSE(r.next(-1ms).has_value());
}

TEST(EventReader, OnAStageDoesNotWaitWhereNothingCanHappen) {
  troupe::kit::stage s;
  auto r = s.events();
  EXPECT_FALSE(r.next(troupe::duration::max()).has_value());
  auto a = s.spawn<plain>();
  a.stop();
  int events = 0;
  while (r.next(troupe::duration::max()).has_value()) ++events;
  EXPECT_EQ(events, 3);
}

SCENARIO(EventReader, ThatWouldBlockATurnIsRefused) {
  class waits : public troupe::actor<waits> {
  public:
    void on(note) { (void)self().system().events().next(1s); }
  };
  auto r = w.system().events();
  auto a = w.spawn<waits>();
  a.tell<note>(1);
  w.settle();
  const auto failed = only(event_kind::failed, r.take_all());
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_TRUE(says(failed[0].reason.to_string(), "event_reader::next(within)"))
      << failed[0].to_string();
  EXPECT_TRUE(says(failed[0].reason.to_string(), "would block a worker"));
}

TEST(EventReader, ThatWaitsIsWokenByTheEndOfItsSystem) {
  if (!real) GTEST_SKIP() << "on a stage nobody else runs meanwhile";
  for (int round = 0; round < 20; ++round) {
    auto sys = keeps(100);
    auto r = sys->events();
    auto waits = std::async(std::launch::async, [&r] { return r.next(1h); });
    sys.reset();
    EXPECT_FALSE(waits.get().has_value());
  }
}

// --- how many

SCENARIO(EventReader, SeveralComeAndGoWhileActorsDo) {
  constexpr int spawners = 3;
  constexpr int each = 100;
  std::atomic<int> at_work{spawners};
  cast::at_once(spawners + 2, [&](int me) {
    if (me < spawners) {
      for (int i = 0; i < each; ++i) {
        auto a = w.spawn<plain>({.name = "one of many"});
        a.tell<note>(i);
        if (i % 3 == 0) a.kill();
        a.tell<note>(i);
      }
      at_work.fetch_sub(1, std::memory_order_acq_rel);
      return;
    }
    do {
      auto r = w.system().events();
      std::uint64_t expected = 0;
      for (int i = 0; i < 50; ++i) {
        const auto e = me % 2 == 0 || !real ? r.next() : r.next(100us);
        if (!e.has_value()) continue;
        EXPECT_GE(e->number, expected);
        expected = e->number + 1;
      }
    } while (at_work.load(std::memory_order_acquire) != 0);
  });
  w.settle();
}

SCENARIO(EventReader, EachThatIsQuickEnoughSeesEveryLifeWhole) {
  constexpr int spawners = 3;
  constexpr int each = 50;
  std::vector<troupe::event_reader> readers;
  for (int i = 0; i < 3; ++i) readers.push_back(w.system().events());
  cast::at_once(spawners, [&w](int) {
    for (int i = 0; i < each; ++i) w.spawn<plain>().tell<note>(i);
  });
  w.settle();
  for (auto& r : readers) {
    const auto all = r.take_all();
    const auto found = lives(all);
    EXPECT_EQ(found.size(), static_cast<std::size_t>(spawners * each));
    for (const auto& [who, life] : found)
      EXPECT_EQ(life, (kinds{event_kind::spawned, event_kind::started, event_kind::stopped}))
          << told(all);
    EXPECT_EQ(r.missed(), 0U);
  }
}

}  // namespace
