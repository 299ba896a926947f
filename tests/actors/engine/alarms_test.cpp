// alarms_test.cpp: what whoever waits in an actor gets from its alarms.
#include <troupe/actors/engine/alarms.hpp>

#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using troupe::detail::alarm_ops;
using troupe::detail::cell;
using troupe::detail::clear_alarm;
using troupe::detail::ring_due;
using troupe::detail::set_alarm;

/// Says its name when it rings, and when it is forgotten.
struct bell : troupe::detail::alarm {
  bell(char its_name, std::string& its_log) : alarm(ops), name(its_name), log(its_log) {}

  static void ring(cell& c, alarm& a) {
    auto& b = static_cast<bell&>(a);
    EXPECT_FALSE(b.is_set());
    b.log += b.name;
    if (b.then) b.then(c);
  }
  static void forget(cell&, alarm& a) noexcept {
    auto& b = static_cast<bell&>(a);
    (b.log += '-') += b.name;
  }
  static constexpr alarm_ops ops{&ring, &forget};

  char name;
  std::string& log;
  std::function<void(cell&)> then{};
};

/// Does what a test says, in its turn.
struct doing {
  std::function<void(cell&)> what;
};
class host : public troupe::actor<host> {
public:
  void on(const doing& d) {
    cell& c = *troupe::detail::running_cell();
    troupe::detail::open_books(c);
    d.what(c);
  }
};

class Alarms : public ::testing::Test {
protected:
  troupe::time_point in(troupe::duration d) { return clock_start + elapsed + d; }
  void advance(troupe::duration d) {
    elapsed += d;
    stage.advance(d);
  }
  void in_turn(std::function<void(cell&)> what) {
    actor.tell<doing>(std::move(what));
    stage.settle();
  }

  static constexpr troupe::time_point clock_start{1h};  // the stage's
  troupe::duration elapsed{};
  std::string log;
  bell a{'a', log};
  bell b{'b', log};
  bell c{'c', log};
  troupe::kit::stage stage{1};
  troupe::ref<host> actor = stage.spawn<host>();
};

TEST_F(Alarms, RingInTheOrderOfTheirTimesAndNotBefore) {
  in_turn([&](cell& own) {
    set_alarm(own, a, in(3ms));
    set_alarm(own, b, in(1ms));
    set_alarm(own, c, in(2ms));
  });
  advance(1ms - 1ns);
  EXPECT_EQ(log, "");
  advance(1ns);
  EXPECT_EQ(log, "b");
  advance(1h);
  EXPECT_EQ(log, "bca");
}

TEST_F(Alarms, ThatAreClearedDoNotRing) {
  in_turn([&](cell& own) {
    set_alarm(own, a, in(1ms));
    set_alarm(own, b, in(2ms));
    clear_alarm(own, a);
    clear_alarm(own, c);  // it was never set
    EXPECT_FALSE(a.is_set());
  });
  advance(1h);
  EXPECT_EQ(log, "b");
}

TEST_F(Alarms, MayClearAndSetOthersWhenTheyRing) {
  a.then = [&](cell& own) {
    clear_alarm(own, b);
    set_alarm(own, a, in(0ms));  // due, but next time
    a.then = nullptr;
  };
  in_turn([&](cell& own) {
    set_alarm(own, a, in(1ms));
    set_alarm(own, b, in(1ms));
    set_alarm(own, c, in(1ms));
  });
  advance(1ms);
  EXPECT_EQ(log, "aca");
}

TEST_F(Alarms, OfAnActorThatStopsAreForgotten) {
  in_turn([&](cell& own) {
    set_alarm(own, a, in(1ms));
    set_alarm(own, b, in(2ms));
  });
  actor.stop();
  advance(1h);
  EXPECT_EQ(log, "-a-b");
}

TEST_F(Alarms, AfterAnExceptionTheOthersAreForgottenWithTheActor) {
  a.then = [](cell&) { throw std::runtime_error("rang"); };
  in_turn([&](cell& own) {
    set_alarm(own, a, in(1ms));
    set_alarm(own, b, in(1ms));
  });
  advance(1h);
  EXPECT_EQ(log, "a-b");
  EXPECT_EQ(stage.system().counters().failed, 1U);
}

TEST_F(Alarms, WhileOnlyOneMayRingTheOthersStayDue) {
  in_turn([&](cell& own) {
    set_alarm(own, a, in(-3ms));
    set_alarm(own, b, in(-2ms));
    set_alarm(own, c, in(-1ms));
    ring_due(own, &b);
    EXPECT_EQ(log, "b");
    EXPECT_TRUE(a.is_set() && c.is_set());
    ring_due(own, &b);  // it is not set any more
    EXPECT_EQ(log, "b");
  });
  EXPECT_EQ(log, "bac") << "as soon as nobody is alone any more";
}

TEST_F(Alarms, TheOnlyOneThatMayRingIsNotRungTooEarly) {
  in_turn([&](cell& own) {
    set_alarm(own, a, in(0ms));
    set_alarm(own, b, in(5ms));
    ring_due(own, &b);
    EXPECT_EQ(log, "");
  });
  advance(5ms - 1ns);
  EXPECT_EQ(log, "") << "what is due already does not make the clock run";
  advance(1ns);
  EXPECT_EQ(log, "ab");
}

TEST_F(Alarms, ManyThatAreDueTogetherLetMessagesComeBetween) {
  std::vector<std::unique_ptr<bell>> bells;
  for (unsigned i = 0; i < 3 * troupe::detail::alarms_per_turn; ++i)
    bells.push_back(std::make_unique<bell>('x', log));
  bells.front()->then = [&](cell&) { actor.tell<doing>([&](cell&) { log += '!'; }); };
  in_turn([&](cell& own) {
    for (auto& one : bells) set_alarm(own, *one, in(1ms));
  });
  advance(1ms);
  EXPECT_EQ(log.find('!'), troupe::detail::alarms_per_turn);
  EXPECT_EQ(log.size(), 3 * troupe::detail::alarms_per_turn + 1);
}

TEST_F(Alarms, ThatAreSetAgainAndAgainEarlierCostOneVisit) {
  in_turn([&](cell& own) {
    for (int i = 1000; i > 0; --i) {
      set_alarm(own, a, in(std::chrono::milliseconds(i)));
      clear_alarm(own, a);
    }
  });
  const auto before = stage.system().counters().turns;
  advance(1h);
  EXPECT_LE(stage.system().counters().turns, before + 1);
}

}  // namespace
