// stage_test.cpp: the test kit's stage: what a seed decides, and how time passes.
#include <troupe/actors/kit/stage.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using troupe::kit::stage;

using trace = std::shared_ptr<std::vector<int>>;

struct go {
  int hops;
};
class racer : public troupe::actor<racer> {
public:
  racer(int me, trace t) : me_(me), trace_(std::move(t)) {}
  void on(go g) {
    trace_->push_back(me_);
    if (g.hops > 0) self().tell<go>(g.hops - 1);
  }

private:
  int me_;
  trace trace_;
};

/// The order in which four racers, with eight messages each, have their turns.
std::vector<int> race(std::uint64_t seed) {
  const auto t = std::make_shared<std::vector<int>>();
  stage s(seed);
  std::vector<troupe::ref<racer>> all;
  for (int i = 0; i < 4; ++i) all.push_back(s.spawn<racer>(i, t));
  for (auto& r : all) r.tell<go>(7);
  s.settle();
  return *t;
}

TEST(Stage, TheSameSeedGivesTheSameOrder) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto first = race(seed);
    EXPECT_EQ(first.size(), 32U);
    EXPECT_EQ(race(seed), first) << "seed " << seed;
  }
}

TEST(Stage, DifferentSeedsGiveManyOrders) {
  std::set<std::vector<int>> orders;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) orders.insert(race(seed));
  EXPECT_GT(orders.size(), 45U);
}

TEST(Stage, AnyActorMayComeFirstAndAnyLast) {
  std::set<int> first;
  std::set<int> last;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto order = race(seed);
    first.insert(order.front());
    last.insert(order.back());
  }
  EXPECT_EQ(first.size(), 4U);
  EXPECT_EQ(last.size(), 4U);
}

TEST(Stage, NothingRunsBeforeItIsTold) {
  const auto t = std::make_shared<std::vector<int>>();
  stage s;
  auto r = s.spawn<racer>(1, t);
  r.tell<go>(0);
  EXPECT_TRUE(t->empty());
  EXPECT_TRUE(s.step());
  EXPECT_EQ(t->size(), 1U);
  EXPECT_FALSE(s.step());
}

TEST(Stage, SettleReportsALivelockAndNamesTheSeed) {
  stage s(77);
  auto r = s.spawn<racer>(1, std::make_shared<std::vector<int>>());
  class endless : public troupe::actor<endless> {
  public:
    void on(go) { self().tell<go>(0); }
  };
  auto e = s.spawn<endless>();
  e.tell<go>(0);
  try {
    s.settle();
    FAIL() << "it settled";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("77"), std::string::npos) << error.what();
  }
  e.kill();
  s.settle();
}

// --- time

struct question {
  using reply = int;
};
struct ask_within {
  troupe::duration within;
};
class silent : public troupe::actor<silent> {
public:
  void on(question, troupe::reply_to<question> to) { kept_.push_back(std::move(to)); }

private:
  std::vector<troupe::reply_to<question>> kept_;
};
using times = std::shared_ptr<std::vector<troupe::time_point>>;
class asker : public troupe::actor<asker> {
public:
  asker(troupe::address<question> to, times t) : to_(std::move(to)), times_(std::move(t)) {}
  void on(ask_within a) {
    to_.try_ask(question{}).within(a.within).then(this, [this](const troupe::result<int>& r) {
      EXPECT_EQ(r.error(), troupe::ask_errc::timeout);
      times_->push_back(self().system().now());
    });
  }

private:
  troupe::address<question> to_;
  times times_;
};

TEST(Stage, AdvanceStopsAtEachDeadlineOnTheWay) {
  stage s;
  const auto seen = std::make_shared<std::vector<troupe::time_point>>();
  auto quiet = s.spawn<silent>();
  auto a = s.spawn<asker>(quiet, seen);
  auto b = s.spawn<asker>(quiet, seen);
  const auto start = s.system().now();
  a.tell<ask_within>(30ms);
  b.tell<ask_within>(10ms);
  a.tell<ask_within>(20ms);
  s.settle();
  EXPECT_TRUE(seen->empty());
  EXPECT_EQ(s.system().now(), start) << "settling takes no time";
  s.advance(25ms);
  EXPECT_EQ(s.system().now(), start + 25ms);
  EXPECT_EQ(*seen, (std::vector{start + 10ms, start + 20ms}));
  s.advance(5ms);
  EXPECT_EQ(seen->size(), 3U) << "a deadline that has come has passed";
  EXPECT_EQ(seen->back(), start + 30ms);
}

TEST(Stage, AdvanceWithNothingToDoMovesTheClockAlone) {
  stage s;
  const auto start = s.system().now();
  s.advance(3h);
  EXPECT_EQ(s.system().now(), start + 3h);
  EXPECT_EQ(s.system().counters().turns, 0U);
}

TEST(Stage, AGetThatNobodyAnswersPassesTimeToItsDeadline) {
  stage s;
  auto quiet = s.spawn<silent>();
  const auto start = s.system().now();
  const auto r = quiet.try_ask(question{}).within(90ms).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), troupe::ask_errc::timeout);
  EXPECT_EQ(s.system().now(), start + 90ms);
}

TEST(Stage, DrainPassesTimeForWhatIsPendingAndNoFurther) {
  stage s;
  const auto seen = std::make_shared<std::vector<troupe::time_point>>();
  auto quiet = s.spawn<silent>();
  auto a = s.spawn<asker>(quiet, seen);
  const auto start = s.system().now();
  a.tell<ask_within>(50ms);
  EXPECT_FALSE(s.system().drain(20ms));
  EXPECT_LE(s.system().now(), start + 20ms);
  EXPECT_TRUE(s.system().drain());
  EXPECT_EQ(s.system().now(), start + 50ms);
}

TEST(Stage, TellsItsSeed) { EXPECT_EQ(stage(12).seed(), 12U); }

TEST(Stage, SeedsAreOneToCountOrTheOneThatReplays) {
  unsetenv("TROUPE_SEED");  // NOLINT: the only thread
  EXPECT_EQ(troupe::kit::seeds(3), (std::vector<std::uint64_t>{1, 2, 3}));
  setenv("TROUPE_SEED", "41", 1);  // NOLINT: the only thread
  EXPECT_EQ(troupe::kit::seeds(3), (std::vector<std::uint64_t>{41}));
  unsetenv("TROUPE_SEED");  // NOLINT: the only thread
}

}  // namespace
