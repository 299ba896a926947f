// circle_test.cpp: who holds what, who waits for whom, and who waits for himself in the end.
#include "../coroutines/players.hpp"
#include <troupe/actors/classic/prelude.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace {

using namespace cast;
using namespace std::chrono_literals;
namespace classic = troupe::classic;
using classic::wait_errc;
using classic::watch_waits;

const troupe::adapter_snapshot* find(const troupe::system_snapshot& seen, const std::string& name) {
  for (const auto& a : seen.adapters)
    if (a.name == name) return &a;
  return nullptr;
}

/// Takes `first`, says so, takes `second` when it is told to, and says what came of it.
scene takes_both(classic::lock::ref first, classic::lock::ref second, classic::event::ref go) {
  return [=](player& me) -> task<> {
    auto held = co_await first.acquire();
    me.say("first");
    auto waits = go.wait();
    static_cast<void>(co_await waits);
    auto both = co_await second.acquire();
    me.say(both ? "both" : std::string(to_string(both.error())));
  };
}

SCENARIO(AdapterSnapshot, ShowsWhoHoldsAndWhoWaits) {
  classic::lock l(w.system(), {.name = "door"});
  classic::queue<int> q(w.system(), 3, {.name = "jobs"});
  EXPECT_EQ(q.put(1), wait_errc::ok);
  auto p = w.spawn<player>(troupe::spawn_options{.name = "holder"}, make_journal());
  auto o = w.spawn<player>(troupe::spawn_options{.name = "waiter"}, make_journal());
  classic::event got(w.system());
  classic::event go(w.system());
  const auto keeps = [l = classic::lock::ref(l), got = classic::event::ref(got),
                      go = classic::event::ref(go)](player&) -> task<> {
    auto held = co_await l.acquire();
    got.set();
    auto waits = go.wait();
    static_cast<void>(co_await waits);
  };
  p.tell<play>(keeps);
  EXPECT_TRUE(got.wait());
  o.tell<play>(keeps);
  const auto waits = [&] {
    const auto seen = w.system().snapshot();
    const auto* const door = find(seen, "door");
    return door != nullptr && door->waiters.size() == 1;
  };
  until(w, waits);
  const auto seen = w.system().snapshot();
  const auto* const door = find(seen, "door");
  ASSERT_NE(door, nullptr);
  EXPECT_EQ(door->state, "held");
  ASSERT_EQ(door->holders.size(), 1U);
  EXPECT_NE(door->holders[0].find("\"holder\""), std::string::npos) << door->holders[0];
  EXPECT_NE(door->waiters[0].find("\"waiter\""), std::string::npos) << door->waiters[0];
  const auto* const jobs = find(seen, "jobs");
  ASSERT_NE(jobs, nullptr);
  EXPECT_EQ(jobs->state, "1 of 3 in it");
  EXPECT_NE(seen.to_string().find("door"), std::string::npos) << seen.to_string();
  go.set();
  w.settle();
}

SCENARIO(AdapterSnapshot, DoesNotShowThoseThatHaveEnded) {
  { const classic::lock l(w.system(), {.name = "gone"}); }
  w.settle();
  EXPECT_EQ(find(w.system().snapshot(), "gone"), nullptr);
}

SCENARIO(Circle, TheLastToWaitGetsAnErrorIfThatIsWanted) {
  watch_waits(w.system(), {.look_every = 10ms, .deadlock_is_error = true});
  classic::lock a(w.system(), {.name = "a"});
  classic::lock b(w.system(), {.name = "b"});
  classic::event go_one(w.system());
  classic::event go_two(w.system());
  stage_of_one one(w);
  stage_of_one two(w);
  one.p.tell<play>(takes_both(a, b, go_one));
  until(w, [&] { return one.text() == "first"; });
  two.p.tell<play>(takes_both(b, a, go_two));
  until(w, [&] { return two.text() == "first"; });
  go_one.set();
  w.settle();
  until(w, [&] {
    const auto seen = w.system().snapshot();
    return find(seen, "b")->waiters.size() == 1;
  });
  go_two.set();
  w.settle();
  w.advance(50ms);
  until(w, [&] { return two.text() == "first deadlock"; });
  until(w, [&] { return one.text() == "first both"; });
}

SCENARIO(Circle, OfOneIsFoundToo) {
  watch_waits(w.system(), {.look_every = 10ms, .deadlock_is_error = true});
  classic::lock a(w.system(), {.name = "a"});
  stage_of_one s(w);
  s.p.tell<play>([a = classic::lock::ref(a)](player& me) -> task<> {
    auto once = co_await a.acquire();
    auto twice = co_await a.acquire();
    me.say(twice ? "twice" : std::string(to_string(twice.error())));
  });
  w.settle();
  w.advance(50ms);
  until(w, [&] { return s.text() == "deadlock"; });
}

SCENARIO(Circle, AQueueOfWaitersIsNone) {
  watch_waits(w.system(), {.look_every = 1ms, .deadlock_is_error = true});
  classic::lock a(w.system(), {.name = "a"});
  auto held = a.try_acquire();
  ASSERT_TRUE(held);
  std::vector<std::unique_ptr<stage_of_one>> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(std::make_unique<stage_of_one>(w));
    all.back()->p.tell<play>([a = classic::lock::ref(a)](player& me) -> task<> {
      auto mine = co_await a.acquire();
      me.say(mine ? "mine" : std::string(to_string(mine.error())));
    });
  }
  w.settle();
  w.advance(20ms);
  if (real) until(w, [&] { return find(w.system().snapshot(), "a")->waiters.size() == 5; });
  held->release();
  for (const auto& s : all) until(w, [&] { return s->text() == "mine"; });
}

SCENARIO(Circle, IsOnlyReportedUnlessItIsAnError) {
  watch_waits(w.system(), {.look_every = 5ms});
  classic::lock a(w.system(), {.name = "a"});
  stage_of_one s(w);
  s.p.tell<play>([a = classic::lock::ref(a)](player& me) -> task<> {
    auto once = co_await a.acquire();
    auto twice = co_await a.acquire(20ms);
    me.say(twice ? "twice" : std::string(to_string(twice.error())));
  });
  w.settle();
  w.advance(30ms);
  until(w, [&] { return s.text() == "timeout"; });
}

SCENARIO(Circle, TheTimeBetweenLooksIsPositive) {
  EXPECT_THROW(watch_waits(w.system(), {.look_every = 0ms}), classic::wait_failed);
}

}  // namespace
