// lock_order_test.cpp: who gets a lock next, and that only one has it.
#include "contenders.hpp"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace contest;

[[nodiscard]] std::string numbers(int n) {
  std::string all;
  for (int i = 0; i < n; ++i) all += (i == 0 ? "" : " ") + std::to_string(i);
  return all;
}

/// Players with one journal, each of which waits before the next comes.
class line {
public:
  explicit line(scenario::world& w) : world_(w) {}
  template <class Ref>
  const ref<player>& add(Ref l, troupe::classic::wait_time t = forever) {
    all.push_back(world_.spawn<player>(wrote));
    all.back().tell<play>(takes(l, std::to_string(all.size() - 1), t));
    wait_for(all.back());
    return all.back();
  }
  /// Returns when it says that.
  void until_said(const std::string& what) {
    eventually(world_, [&] { return wrote->text() == what; });
    EXPECT_EQ(wrote->text(), what);
  }

  journal_ptr wrote = make_journal();
  std::vector<ref<player>> all;

private:
  scenario::world& world_;
};

SCENARIO(LockOrder, WaitersGetItInTheOrderInWhichTheyCame) {
  for (const bool fair : {false, true}) {
    lock l(w.system(), {.name = "l", .fair = fair});
    auto held = l.acquire();
    line waits(w);
    for (std::size_t i = 0; i < 12; ++i) {
      waits.add(lock::ref(l));
      until_waiting(w, "l", i + 1);
    }
    EXPECT_EQ(waits.wrote->text(), "");
    EXPECT_EQ(held.release(), wait_errc::ok);
    w.settle();
    EXPECT_EQ(waits.wrote->text(), numbers(12));
    EXPECT_FALSE(l.locked());
  }
}

SCENARIO(LockOrder, HandlersOfOneActorWaitInOrderToo) {
  lock l(w.system(), {.name = "l"});
  auto held = l.acquire();
  stage_of_one s(w);
  for (int i = 0; i < 30; ++i) s.p.tell<play>(takes(lock::ref(l), std::to_string(i)));
  until_waiting(w, "l", 30);
  EXPECT_EQ(held.release(), wait_errc::ok);
  w.settle();
  EXPECT_EQ(s.text(), numbers(30));
}

SCENARIO(LockOrder, ACoroutineGetsItByHandOver) {
  lock l(w.system(), {.name = "l"});
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  for (int i = 0; i < 20; ++i) {
    auto held = l.acquire();
    s.p.tell<play>(holds(lock::ref(l), k, "got"));
    until_waiting(w, "l", 1);
    EXPECT_EQ(held.release(), wait_errc::ok);
    EXPECT_EQ(code_of(l.try_acquire()), wait_errc::timeout) << "taken from one who waited";
    wait_for_kept(k, 1);
    let_answer(k, 1);
    w.settle();
    EXPECT_FALSE(l.locked());
  }
  EXPECT_EQ(s.wrote->count("got"), 20);
}

SCENARIO(LockOrder, ReleaseByOthersHandsOverToo) {
  lock l(w.system(), {.name = "l"});
  l.acquire().keep();
  line waits(w);
  for (std::size_t i = 0; i < 3; ++i) {
    waits.add(lock::ref(l));
    until_waiting(w, "l", i + 1);
  }
  EXPECT_EQ(l.release(), wait_errc::ok);
  w.settle();
  EXPECT_EQ(waits.wrote->text(), numbers(3));
}

// --- time

SCENARIO(LockOrder, AWaitEndsWithItsTimeAndLeavesNoTrace) {
  lock l(w.system(), {.name = "l"});
  auto held = l.acquire();
  EXPECT_EQ(code_of(l.acquire(1ms)), wait_errc::timeout);
  EXPECT_EQ(waiting(w, "l"), 0U);
  line waits(w);
  for (int i = 0; i < 5; ++i) waits.add(lock::ref(l), 1ms);
  w.advance(2ms);
  eventually(w, [&] { return waits.wrote->lines().size() == 5; });
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(waits.wrote->has(std::to_string(i) + ":timeout"));
  EXPECT_EQ(waiting(w, "l"), 0U);
  EXPECT_TRUE(l.locked());
  EXPECT_EQ(held.release(), wait_errc::ok);
  EXPECT_FALSE(l.locked()) << "given to one who has gone";
  waits.add(lock::ref(l), 1h);
  w.settle();
  EXPECT_TRUE(waits.wrote->has("5"));
}

SCENARIO(LockOrder, WhoIsLateIsPassedOver) {
  lock l(w.system(), {.name = "l"});
  auto held = l.acquire();
  line waits(w);
  for (std::size_t i = 0; i < 9; ++i) {
    if (i % 3 == 1)
      waits.add(lock::ref(l), 1ms);
    else
      waits.add(lock::ref(l), 1h);
  }
  w.advance(2ms);
  eventually(w, [&] { return waits.wrote->lines().size() == 3; });
  until_waiting(w, "l", 6);
  EXPECT_EQ(held.release(), wait_errc::ok);
  w.settle();
  const auto lines = waits.wrote->lines();
  std::string rest;
  for (std::size_t i = 3; i < lines.size(); ++i) rest += lines[i];
  EXPECT_EQ(rest, "023568");
  EXPECT_FALSE(l.locked());
}

SCENARIO(LockOrder, AThreadThatWaitsForAnActorGetsItInTime) {
  lock l(w.system());
  stage_of_one s(w);
  s.p.tell<play>([r = lock::ref(l)](player& me) -> task<> {
    auto got = co_await r.acquire();
    co_await troupe::sleep(2ms);
    me.say("done");
  });
  wait_for(s.p);
  auto got = l.acquire(1h);
  ASSERT_TRUE(got);
  EXPECT_EQ(s.text(), "done");
  EXPECT_FALSE(got->owner_died());
}

SCENARIO(LockOrder, GrantsAndTimeoutsThatMeetLoseNothing) {
  lock l(w.system(), {.name = "l"});
  room r;
  const auto granted = std::make_shared<tally>();
  const auto late = std::make_shared<tally>();
  std::vector<stage_of_one> all;
  constexpr int actors = 8;
  constexpr int times = 10;
  for (int i = 0; i < actors; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([&, granted, late, i, ref = lock::ref(l)](player&) -> task<> {
      for (int n = 0; n < times; ++n) {
        auto got = co_await ref.acquire(std::chrono::microseconds(10 * (i + n)));
        if (!got) {
          EXPECT_EQ(got.error(), wait_errc::timeout);
          late->add();
          continue;
        }
        r.enter();
        co_await troupe::sleep(20us);
        r.leave();
        granted->add();
      }
    });
  }
  at_once(real ? 8 : 0, [&](int i) {
    for (int n = 0; n < times; ++n) {
      auto got = l.acquire(std::chrono::microseconds(20 * (i + n)));
      if (!got) {
        EXPECT_EQ(got.error(), wait_errc::timeout);
        late->add();
        continue;
      }
      r.visit();
      granted->add();
    }
  });
  w.advance(1s);
  eventually(w,
             [&] { return granted->read() + late->read() == times * (actors + (real ? 8 : 0)); });
  w.settle();
  const auto held = l.acquire();  // what the last visitor wrote is seen
  r.expect_visits(granted->read());
  EXPECT_EQ(waiting(w, "l"), 0U);
}

// --- many

SCENARIO(LockOrder, OnlyOneHasItOfDozensOfThreadsAndActors) {
  lock l(w.system(), {.name = "l"});
  room r;
  const int threads = real ? 32 : 0;
  constexpr int actors = 12;
  const int times = real ? 50 : 10;
  std::vector<stage_of_one> all;
  for (int i = 0; i < actors; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([&r, i, times, ref = lock::ref(l)](player& me) -> task<> {
      for (int n = 0; n < times; ++n) {
        auto got = co_await ref.acquire();
        EXPECT_FALSE(got->owner_died());
        r.enter();
        if (n % 4 == i % 4) co_await troupe::sleep(1us);
        r.leave();
        if (n % 2 == 0) {
          EXPECT_EQ(got->release(), wait_errc::ok);
        }
      }
      me.say("done");
    });
  }
  at_once(threads, [&](int i) {
    for (int n = 0; n < times; ++n) {
      if ((n + i) % 3 == 0) {
        l.with([&] { r.visit(); });
      } else if ((n + i) % 3 == 1) {
        const auto held = l.acquire();
        r.visit();
      } else {
        l.acquire().keep();
        r.visit();
        EXPECT_EQ(l.release(), wait_errc::ok);
      }
    }
  });
  pass(w, 1s);
  eventually(w, [&] {
    for (const auto& s : all)
      if (!s.wrote->has("done")) return false;
    return true;
  });
  const auto held = l.acquire();
  r.expect_visits(times * (threads + actors));
  EXPECT_EQ(waiting(w, "l"), 0U);
}

// --- only on threads

SCENARIO_ON_THREADS(LockOrder, AFairOneServesThreadsInTheOrderInWhichTheyCame) {
  lock l(w.system(), {.name = "l", .fair = true});
  auto held = l.acquire();
  const auto wrote = make_journal();
  std::vector<std::jthread> all;
  for (int i = 0; i < 16; ++i) {
    all.emplace_back([&, i] {
      const auto mine = l.acquire();
      wrote->note(std::to_string(i));
    });
    until_waiting(w, "l", static_cast<std::size_t>(i) + 1);
  }
  EXPECT_EQ(held.release(), wait_errc::ok);
  all.clear();
  EXPECT_EQ(wrote->text(), numbers(16));
  EXPECT_FALSE(l.locked());
}

SCENARIO_ON_THREADS(LockOrder, ThreadsAndActorsStandInOneLine) {
  lock l(w.system(), {.name = "l", .fair = true});
  auto held = l.acquire();
  const auto wrote = make_journal();
  std::vector<std::jthread> threads;
  std::vector<ref<player>> actors;
  for (int i = 0; i < 12; ++i) {
    if (i % 2 == 0) {
      actors.push_back(w.spawn<player>(wrote));
      actors.back().tell<play>(takes(lock::ref(l), std::to_string(i)));
    } else {
      threads.emplace_back([&, i] {
        const auto mine = l.acquire();
        wrote->note(std::to_string(i));
      });
    }
    until_waiting(w, "l", static_cast<std::size_t>(i) + 1);
  }
  EXPECT_EQ(held.release(), wait_errc::ok);
  threads.clear();
  w.settle();
  EXPECT_EQ(wrote->text(), numbers(12));
}

/// A thread that waits keeps it until the gate opens: so who had it next is certain.
void expect_hand_over(scenario::world& w, bool fair, troupe::duration waited) {
  lock l(w.system(), {.name = "l", .fair = fair});
  auto held = l.acquire();
  gate g;
  std::jthread other([&l, hinge = g.hinge()] {
    const auto mine = l.acquire();
    hinge.pass();
  });
  until_waiting(w, "l", 1);
  let_pass(w, waited);
  EXPECT_EQ(held.release(), wait_errc::ok);
  EXPECT_EQ(code_of(l.try_acquire()), wait_errc::timeout) << "taken from one who waited";
  g.open();
  other.join();
  EXPECT_FALSE(l.locked());
}
SCENARIO_ON_THREADS(LockOrder, WhoHasWaitedAMillisecondGetsItByHandOver) {
  expect_hand_over(w, false, 5ms);
}
SCENARIO_ON_THREADS(LockOrder, AFairOneIsAlwaysHandedOver) { expect_hand_over(w, true, 0ms); }

SCENARIO_ON_THREADS(LockOrder, AThreadThatWaitsIsNotForgottenWhileOthersRun) {
  lock l(w.system(), {.name = "l"});
  tally got;
  auto held = l.acquire();
  std::jthread patient([&] {
    const auto mine = l.acquire();
    got.add();
  });
  until_waiting(w, "l", 1);
  EXPECT_EQ(held.release(), wait_errc::ok);
  at_once(3, [&](int) {  // they take it again and again until the other has had it
    while (got.read() == 0) static_cast<void>(l.acquire());
  });
  EXPECT_EQ(got.read(), 1);
}

SCENARIO_ON_THREADS(LockOrder, ABlockingJobMayHoldIt) {
  lock l(w.system());
  room r;
  run(w, [&](player&) -> task<> {
    for (int i = 0; i < 5; ++i) {
      co_await troupe::blocking(
          [](lock* of, room* to) {
            const auto held = of->acquire();
            to->visit();
          },
          &l, &r);
      auto got = co_await lock::ref(l).acquire();
      r.visit();
    }
  });
  r.expect_visits(10);
}

}  // namespace
