// condition_end_test.cpp: those who wait for a condition and end; many at once; the system's end.
#include "waiters_on.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace contest;

enum class end { kill, stop, fail };
void let_end(const ref<player>& who, end how) {
  if (how == end::kill) who.kill();
  if (how == end::stop) who.stop();
  if (how == end::fail) who.tell<fall>("the disk");
}
[[nodiscard]] bool is_gone(const crowd& all, std::ptrdiff_t many) {
  return all.wrote->count("gone") == many;
}

SCENARIO(ConditionEnd, AWaiterThatEndedTakesNoNotification) {
  for (const end how : {end::kill, end::stop, end::fail}) {
    crowd all(w);
    all.add(4);
    let_end(all.all[0], how);
    let_end(all.all[2], how);
    eventually(w, [&] { return is_gone(all, 2); });
    all.notify(2);
    eventually(w, [&] { return all.wrote->has("1") && all.wrote->has("3"); });
    EXPECT_FALSE(all.wrote->has("0") || all.wrote->has("2"));
    eventually(w, [&] { return !all.l.locked(); });
  }
}

SCENARIO(ConditionEnd, AWaiterThatEndsHoldsNothing) {
  for (const end how : {end::kill, end::stop, end::fail}) {
    crowd all(w);
    all.add(2);
    {
      auto held = all.l.acquire();
      let_end(all.all[0], how);
      eventually(w, [&] { return is_gone(all, 1); });
      EXPECT_TRUE(all.l.locked()) << "its end has released the lock of another";
      EXPECT_EQ(held.release(), wait_errc::ok);
    }
    const auto held = all.l.acquire();
    EXPECT_FALSE(held.owner_died()) << "it had given the lock up";
  }
}

SCENARIO(ConditionEnd, ANotificationForOneThatEndsBeforeItGoesOnIsNotLost) {
  for (const end how : {end::kill, end::stop, end::fail}) {
    crowd all(w);
    all.add(2);
    {
      auto held = all.l.acquire();
      EXPECT_EQ(all.c.notify(held, 1), wait_errc::ok);
      let_end(all.all[0], how);
      eventually(w, [&] { return is_gone(all, 1); });
    }
    eventually(w, [&] { return all.wrote->has("1") || all.wrote->has("1!"); });
    eventually(w, [&] { return !all.l.locked(); });
  }
}

SCENARIO(ConditionEnd, OneThatDiesWithTheLockIsSpokenOfToTheNext) {
  crowd all(w);
  all.add(1);
  auto holder = w.spawn<bearer>(lock::ref(all.l));
  EXPECT_EQ(holder.ask<take>().get(), wait_errc::ok);
  stage_of_one s(w);
  // who notifies and dies while it has the lock: the one that was notified is the next holder
  s.p.tell<play>([lr = lock::ref(all.l), cr = condition::ref(all.c)](player& me) -> task<> {
    auto got = co_await lr.acquire();
    const auto end = co_await cr.notify(*got);
    EXPECT_EQ(end, wait_errc::ok);
    me.self().stop();
    co_await troupe::sleep(1h);
  });
  until_waiting(w, "l", 1);
  EXPECT_EQ(holder.ask<put_back>().get(), wait_errc::ok);
  eventually(w, [&] { return all.wrote->has("0!") || all.wrote->has("0"); });
  EXPECT_EQ(all.wrote->text(), "0!");
  eventually(w, [&] { return !all.l.locked(); });
}

SCENARIO(ConditionEnd, OfAnRlockAWaiterThatEndsHoldsNothing) {
  rlock l(w.system(), {.name = "l"});
  condition c(l);
  const auto begun = std::make_shared<tally>();
  stage_of_one s(w);
  s.p.tell<play>([lr = rlock::ref(l), cr = condition::ref(c), begun](player&) -> task<> {
    auto one = co_await lr.acquire();
    auto two = co_await lr.acquire();
    begun->add();
    const auto end = co_await cr.wait(*two);
    EXPECT_EQ(end, wait_errc::closed);
  });
  eventually(w, [&] { return begun->read() == 1; });
  static_cast<void>(l.acquire());
  s.p.kill();
  eventually(w, [&] { return s.wrote->has("gone"); });
  EXPECT_FALSE(l.locked());
  const auto held = l.acquire();
  EXPECT_FALSE(held.owner_died());
}

SCENARIO(ConditionEnd, NotificationsAndDeathsThatMeetLoseNothing) {
  crowd all(w);
  all.add(12);
  at_once(2, [&](int i) {
    for (std::size_t n = 0; n < 6; ++n)
      if (i == 0)
        all.all[n * 2].kill();
      else
        all.notify(1);
  });
  // six notifications, six that died: those that live are woken by what the dead did not take
  eventually(w, [&] { return is_gone(all, 6); });
  std::ptrdiff_t woken = 0;
  eventually(w, [&] {
    woken = 0;
    for (int n = 0; n < 12; ++n)
      woken += all.wrote->count(std::to_string(n)) + all.wrote->count(std::to_string(n) + "!");
    return woken >= 6;
  });
  EXPECT_EQ(woken, 6) << all.wrote->text();
  all.notify_all();
  eventually(w, [&] {
    for (int n = 1; n < 12; n += 2)
      if (!all.wrote->has(std::to_string(n)) && !all.wrote->has(std::to_string(n) + "!"))
        return false;
    return true;
  });
}

// --- what it is for

/// A shelf with room for four.
struct shelf {
  explicit shelf(troupe::actor_system& sys) : l(sys, {.name = "l"}), room_for(l), there(l) {}
  lock l;
  condition room_for;
  condition there;
  std::deque<int> content;  // and the rest: touched under the lock
  long put = 0;
  long taken = 0;
  long sum = 0;

  void put_one(int n) {
    auto held = l.acquire();
    EXPECT_EQ(room_for.wait_for(held, [&] { return content.size() < 4; }), wait_errc::ok);
    content.push_back(n);
    ++put;
    EXPECT_EQ(there.notify(held), wait_errc::ok);
  }
  void take_one() {
    auto held = l.acquire();
    EXPECT_EQ(there.wait_for(held, [&] { return !content.empty(); }), wait_errc::ok);
    took();
    EXPECT_EQ(room_for.notify(held), wait_errc::ok);
  }
  void took() {
    EXPECT_LE(content.size(), 4U);
    sum += content.front();
    content.pop_front();
    ++taken;
  }
};
task<> puts(shelf& s, int n) {
  auto held = co_await lock::ref(s.l).acquire();
  while (s.content.size() >= 4) {
    const auto end = co_await condition::ref(s.room_for).wait(*held);
    EXPECT_EQ(end, wait_errc::ok);
  }
  s.content.push_back(n);
  ++s.put;
  const auto end = co_await condition::ref(s.there).notify(*held);
  EXPECT_EQ(end, wait_errc::ok);
}
task<> takes_one(shelf& s) {
  auto held = co_await lock::ref(s.l).acquire();
  while (s.content.empty()) {
    const auto end = co_await condition::ref(s.there).wait(*held);
    EXPECT_EQ(end, wait_errc::ok);
  }
  s.took();
  const auto end = co_await condition::ref(s.room_for).notify(*held);
  EXPECT_EQ(end, wait_errc::ok);
}

SCENARIO(ConditionEnd, DozensThatPutAndTakeMissNoNotification) {
  shelf s(w.system());
  const int threads = real ? 12 : 0;
  constexpr int actors = 6;
  const int times = real ? 40 : 10;
  const auto done = std::make_shared<tally>();
  std::vector<stage_of_one> all;
  for (int i = 0; i < 2 * actors; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([&s, i, done, times](player&) -> task<> {
      for (int n = 0; n < times; ++n) {
        if (i % 2 == 0) {
          co_await puts(s, n);
        } else {
          co_await takes_one(s);
        }
      }
      done->add();
    });
  }
  at_once(2 * threads, [&](int i) {
    for (int n = 0; n < times; ++n) {
      if (i % 2 == 0)
        s.put_one(n);
      else
        s.take_one();
    }
  });
  eventually(w, [&] { return done->read() == 2 * actors; });
  w.settle();
  const auto held = s.l.acquire();
  const long each = times * (threads + actors);
  EXPECT_EQ(s.put, each);
  EXPECT_EQ(s.taken, each);
  EXPECT_EQ(s.sum, each * (times - 1) / 2);
  EXPECT_TRUE(s.content.empty());
}

// --- the end of the system

SCENARIO(ConditionEnd, AfterTheSystemsEndItIsClosed) {
  lock l(w.system());
  condition c(l);
  auto held = l.acquire();
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(c.wait(held), wait_errc::closed);
  EXPECT_EQ(c.wait(held, 1h), wait_errc::closed);
  EXPECT_EQ(c.notify(held), wait_errc::closed);
  EXPECT_EQ(c.notify_all(held), wait_errc::closed);
  EXPECT_EQ(c.wait_for(held, [] { return false; }), wait_errc::closed);
}

SCENARIO(ConditionEnd, ActorsThatWaitEndWithTheSystem) {
  crowd all(w);
  all.add(50);
  EXPECT_TRUE(w.shutdown(60s).clean());
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(all.wrote->has(std::to_string(i))) << "not notified";
  EXPECT_TRUE(is_gone(all, 50));
}

SCENARIO_ON_THREADS(ConditionEnd, ThreadsThatWaitAreToldThatItIsClosed) {
  lock l(w.system(), {.name = "l"});
  condition c(l);
  std::vector<wait_errc> ends(24, wait_errc::ok);
  tally begun;
  std::vector<std::jthread> all;
  for (std::size_t i = 0; i < ends.size(); ++i)
    all.emplace_back([&, i] {
      auto held = l.acquire();
      begun.add();
      if (i % 3 == 0) ends[i] = c.wait(held);
      if (i % 3 == 1) ends[i] = c.wait(held, 1h);
      if (i % 3 == 2) ends[i] = c.wait_for(held, [] { return false; });
    });
  eventually(w, [&] { return begun.read() == 24; });
  {
    auto held = l.acquire();  // all of them wait; eight are notified, and stand in the lock's line
    EXPECT_EQ(c.notify(held, 8), wait_errc::ok);
    EXPECT_TRUE(w.shutdown(60s).clean());
  }
  all.clear();
  for (const auto one : ends) EXPECT_EQ(one, wait_errc::closed);
}

SCENARIO_ON_THREADS(ConditionEnd, NoWakeUpOfDozensOfThreadsIsLostOrInvented) {
  lock l(w.system(), {.name = "l"});
  condition c(l);
  constexpr long threads = 24;
  long waits = 0;  // under the lock, as is the rest
  long woken = 0;
  long notified = 0;
  bool over = false;
  std::vector<std::jthread> all;
  for (long i = 0; i < threads; ++i)
    all.emplace_back([&] {
      auto held = l.acquire();
      while (!over) {
        ++waits;
        EXPECT_EQ(c.wait(held), wait_errc::ok);
        ++woken;
        EXPECT_LE(woken, notified) << "nobody has notified it";
      }
    });
  for (int round = 0; round < 200; ++round) {
    const auto held = l.acquire();
    const long there = waits - notified;  // they stand in the condition's line
    const long n = round % 4 == 3 ? there : std::min<long>(there, round % 5);
    EXPECT_EQ(n == there ? c.notify_all(held) : c.notify(held, static_cast<std::size_t>(n)),
              wait_errc::ok);
    notified += n;
  }
  eventually(w, [&] {
    const auto held = l.acquire();
    return waits - woken == threads && woken == notified;
  });
  {
    const auto held = l.acquire();
    over = true;
    notified += threads;
    EXPECT_EQ(c.notify_all(held), wait_errc::ok);
  }
  all.clear();
  EXPECT_EQ(woken, notified);
}

}  // namespace
