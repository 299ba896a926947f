// address_test.cpp: lock, semaphore, event and queue through an address.
#include "../coroutines/players.hpp"
#include <troupe/actors/classic/prelude.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace cast;
using namespace std::chrono_literals;
namespace classic = troupe::classic;
using classic::wait_errc;

SCENARIO(LockAddress, TheHoldTravelsInTheReply) {
  classic::lock l(w.system());
  const classic::lock_address a = address_of(l);
  {
    const auto got = a.ask<classic::acquire>().get();
    ASSERT_TRUE(got);
    EXPECT_TRUE(l.locked());
    EXPECT_EQ(l.try_acquire().error(), wait_errc::timeout);
  }
  until(w, [&] { return !l.locked(); });
}

SCENARIO(LockAddress, AWaitEndsWithItsTimeOrWithItsAsk) {
  classic::lock l(w.system());
  const classic::lock_address a = address_of(l);
  auto held = l.try_acquire();
  const auto late = a.ask<classic::acquire>(1ms).within(1h).get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), wait_errc::timeout);
  const auto over = a.try_ask<classic::acquire>().within(1ms).get();
  EXPECT_TRUE(!over || !*over) << "no hold: the ask is over, and the wait with it";
  held->release();
  w.settle();
  until(w, [&] { return !l.locked(); });
}

SCENARIO(LockAddress, ReleaseOfWhatIsKept) {
  classic::lock l(w.system());
  const classic::lock_address a = address_of(l);
  EXPECT_EQ(a.ask<classic::release>().get(), wait_errc::not_held);
  auto got = a.ask<classic::acquire>().get();
  const std::uint64_t token = got->token();
  got->keep();
  EXPECT_EQ(a.ask<classic::release>(token + 1).get(), wait_errc::not_held) << "a stale token";
  EXPECT_EQ(a.ask<classic::release>(token).get(), wait_errc::ok);
  EXPECT_FALSE(l.locked());
}

SCENARIO(LockAddress, AnActorThatEndsReleasesWhatItGotThere) {
  classic::lock l(w.system());
  stage_of_one s(w);
  s.p.tell<play>([a = address_of(l)](player& me) -> task<> {
    auto held = co_await a.ask<classic::acquire>();
    me.say(held ? "held" : "not");
    co_await troupe::sleep(1h);
  });
  until(w, [&] { return s.text() == "held"; });
  s.p.kill();
  const auto next = l.acquire();
  EXPECT_TRUE(next.owner_died());
}

SCENARIO(SemaphoreAddress, TakesAndGives) {
  classic::bounded_semaphore s(w.system(), 1);
  const classic::semaphore_address a = address_of(s);
  EXPECT_EQ(a.ask<classic::take_permit>().get(), wait_errc::ok);
  EXPECT_EQ(a.ask<classic::take_permit>(1ms).get(), wait_errc::timeout);
  EXPECT_EQ(a.ask<classic::give_permits>().get(), wait_errc::ok);
  EXPECT_EQ(a.ask<classic::give_permits>().get(), wait_errc::too_many);
  EXPECT_EQ(s.value(), 1U);
}

SCENARIO(EventAddress, SetsAndWaits) {
  classic::event e(w.system());
  const classic::event_address a = address_of(e);
  EXPECT_FALSE(a.ask<classic::await_event>(1ms).get());
  a.ask<classic::set_event>().get();
  EXPECT_TRUE(e.wait());
  EXPECT_TRUE(a.ask<classic::await_event>().get());
  a.ask<classic::clear_event>().get();
  EXPECT_FALSE(e.is_set());
}

SCENARIO(QueueAddress, PutsAndGets) {
  classic::queue<int> q(w.system(), 1);
  const classic::queue_address<int> a = address_of(q);
  EXPECT_EQ(a.ask<classic::put<int>>(7).get(), wait_errc::ok);
  EXPECT_EQ(a.ask<classic::put<int>>(8, 1ms).get(), wait_errc::queue_full);
  EXPECT_EQ(*a.ask<classic::get<int>>().get(), 7);
  EXPECT_EQ(a.ask<classic::get<int>>(1ms).get().error(), wait_errc::queue_empty);
  EXPECT_EQ(a.ask<classic::mark_task_done>().get(), wait_errc::ok);
  EXPECT_EQ(a.ask<classic::mark_task_done>().get(), wait_errc::too_many);
  q.shutdown();
  EXPECT_EQ(a.ask<classic::get<int>>().get().error(), wait_errc::queue_shut_down);
}

}  // namespace
