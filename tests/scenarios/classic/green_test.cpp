// green_test.cpp: the manner of gevent: functions that wait without a thread.
#include "../coroutines/players.hpp"
#include <troupe/actors/classic/prelude.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace cast;
using namespace std::chrono_literals;
namespace green = troupe::classic::green;
using troupe::classic::wait_errc;
using troupe::classic::wait_failed;

task<int> nap(int n, troupe::duration d) {
  co_await green::sleep(d);
  co_return n* n;
}

SCENARIO(Green, TenThatSleepAtOnceTakeAsLongAsOne) {
  const auto before = w.system().now();
  std::vector<green::greenlet<int>> all;
  for (int i = 0; i < 10; ++i)
    all.push_back(green::spawn(w.system(), nap, i, troupe::duration(5ms)));
  EXPECT_TRUE(joinall(w.system(), all));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)].value(), i * i);
  EXPECT_GE(w.system().now() - before, 5ms);
  if (!real) {
    EXPECT_EQ(w.system().now() - before, 5ms);
  }
}

SCENARIO(Green, AFailureReachesWhoeverWantsTheValue) {
  auto g = green::spawn(
      w.system(),
      [](std::string text) -> task<int> {
        throw std::runtime_error(text);
        co_return 0;
      },
      std::string("no"));
  EXPECT_EQ(g.join(), wait_errc::ok);
  EXPECT_TRUE(g.ready());
  EXPECT_FALSE(g.successful());
  EXPECT_THROW(static_cast<void>(g.value()), std::runtime_error);
  EXPECT_EQ(w.counters().failed, 0U) << "it is a value, no failure of an actor";
}

SCENARIO(Green, KillEndsItWhereItWaits) {
  auto g = green::spawn(w.system(), nap, 1, troupe::duration(1h));
  EXPECT_FALSE(g.ready());
  g.kill();
  EXPECT_EQ(g.join(), wait_errc::ok);
  try {
    static_cast<void>(g.value());
    FAIL() << "it has no value";
  } catch (const wait_failed& e) {
    EXPECT_EQ(e.code(), wait_errc::killed);
  }
}

SCENARIO(Green, JoinWaitsNoLongerThanItsTime) {
  auto g = green::spawn(w.system(), nap, 1, troupe::duration(1h));
  EXPECT_EQ(g.join(1ms), wait_errc::timeout);
  EXPECT_EQ(g.join(-1ms), wait_errc::negative_timeout);
  EXPECT_FALSE(joinall(w.system(), std::vector{g}, 1ms));
  EXPECT_THROW(static_cast<void>(joinall(w.system(), std::vector{g}, -1ms)), wait_failed);
  g.kill();
}

SCENARIO(Green, RunsOnWithoutAnybodyWhoRefersToIt) {
  auto text = make_journal();
  {
    auto g = green::spawn(
        w.system(),
        [](journal_ptr j) -> task<> {
          co_await green::sleep(1ms);
          j->note("done");
        },
        text);
  }
  w.advance(1ms);
  until(w, [&] { return text->text() == "done"; });
}

SCENARIO(Green, AnActorAwaitsIt) {
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    auto g = green::spawn(me.self().system(), nap, 3, troupe::duration(1ms));
    const int nine = co_await g;
    me.say(std::to_string(nine));
  });
  w.advance(1ms);
  until(w, [&] { return s.text() == "9"; });
}

SCENARIO(Green, APoolRunsSoManyAtOnce) {
  struct gauge {
    int now = 0;
    int most = 0;
  };
  green::pool two(w.system(), 2);
  troupe::classic::guarded<gauge> g(w.system());
  using ref = troupe::classic::guarded<gauge>::ref;
  std::vector<green::greenlet<void>> all;
  for (int i = 0; i < 6; ++i)
    all.push_back(two.spawn(
        [](ref counts) -> task<> {
          auto up = counts.with([](gauge& x) { x.most = std::max(x.most, ++x.now); });
          co_await up;
          co_await green::sleep(1ms);
          auto down = counts.with([](gauge& x) { --x.now; });
          co_await down;
        },
        ref(g)));
  EXPECT_TRUE(joinall(w.system(), all));
  EXPECT_EQ(g.with([](gauge& x) { return x.most; }), 2);
}

SCENARIO(Green, OneOfAPoolThatIsKilledMakesRoom) {
  green::pool one(w.system(), 1);
  auto first = one.spawn(nap, 1, troupe::duration(1h));
  auto second = one.spawn(nap, 2, troupe::duration(1ms));
  if (!real) w.settle();  // on threads that would be an hour
  first.kill();
  EXPECT_EQ(second.value(), 4);
}

SCENARIO(Green, AMapOfAPoolKeepsTheOrder) {
  green::pool three(w.system(), 3);
  const std::vector<int> numbers{5, 1, 4, 2};
  const auto squares = three.map(
      [](int n) -> task<int> {
        co_await green::sleep(std::chrono::milliseconds(n));
        co_return n* n;
      },
      numbers);
  EXPECT_EQ(squares, (std::vector<int>{25, 1, 16, 4}));
}

}  // namespace
