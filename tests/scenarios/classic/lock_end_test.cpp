// lock_end_test.cpp: holders and waiters that end, and the end of the system.
#include "contenders.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace contest;

enum class end { kill, stop, fail };

template <class Actor>
void let_end(const ref<Actor>& who, end how) {
  if (how == end::kill) who.kill();
  if (how == end::stop) who.stop();
  if (how == end::fail) who.template tell<fall>("the disk");
}

/// The next has it with owner_died, the one after it as if nothing had been.
void expect_owner_died(scenario::world& w, lock& l) {
  {
    auto next = l.acquire();
    EXPECT_TRUE(next.owner_died());
    w.settle();
    EXPECT_TRUE(l.locked());
  }
  const auto after = l.acquire();
  EXPECT_FALSE(after.owner_died()) << "it is said once";
}

// --- holders that end

void expect_passed_on_from_a_frame(scenario::world& w, end how) {
  lock l(w.system(), {.name = "l"});
  auto k = w.spawn<keeper>();
  stage_of_one holder(w);
  holder.p.tell<play>(holds(lock::ref(l), k, "holder"));
  wait_for_kept(k, 1);
  stage_of_one next(w);
  stage_of_one after(w);
  next.p.tell<play>(takes(lock::ref(l), "next"));
  until_waiting(w, "l", 1);
  after.p.tell<play>(takes(lock::ref(l), "after"));
  until_waiting(w, "l", 2);
  let_end(holder.p, how);
  eventually(w, [&] { return after.wrote->has("after") || after.wrote->has("after!"); });
  EXPECT_EQ(next.text(), "next!");
  EXPECT_EQ(after.text(), "after");
  eventually(w, [&] { return !l.locked(); });
}
SCENARIO(LockEnd, AHoldInTheFrameOfOneThatIsKilledPassesOn) {
  expect_passed_on_from_a_frame(w, end::kill);
}
SCENARIO(LockEnd, AHoldInTheFrameOfOneThatIsStoppedPassesOn) {
  expect_passed_on_from_a_frame(w, end::stop);
}
SCENARIO(LockEnd, AHoldInTheFrameOfOneThatFailsPassesOn) {
  expect_passed_on_from_a_frame(w, end::fail);
}

void expect_passed_on_from_an_object(scenario::world& w, end how) {
  lock l(w.system(), {.name = "l"});
  auto holder = w.spawn<bearer>(lock::ref(l));
  EXPECT_EQ(holder.ask<take>().get(), wait_errc::ok);
  stage_of_one next(w);
  stage_of_one after(w);
  next.p.tell<play>(takes(lock::ref(l), "next"));
  until_waiting(w, "l", 1);
  after.p.tell<play>(takes(lock::ref(l), "after"));
  until_waiting(w, "l", 2);
  let_end(holder, how);
  eventually(w, [&] { return after.wrote->has("after") || after.wrote->has("after!"); });
  EXPECT_EQ(next.text(), "next!");
  EXPECT_EQ(after.text(), "after");
  eventually(w, [&] { return !l.locked(); });
}
SCENARIO(LockEnd, AHoldInTheObjectOfOneThatIsKilledPassesOn) {
  expect_passed_on_from_an_object(w, end::kill);
}
SCENARIO(LockEnd, AHoldInTheObjectOfOneThatIsStoppedPassesOn) {
  expect_passed_on_from_an_object(w, end::stop);
}
SCENARIO(LockEnd, AHoldInTheObjectOfOneThatFailsPassesOn) {
  expect_passed_on_from_an_object(w, end::fail);
}

SCENARIO(LockEnd, WithNobodyWaitingTheNextToComeIsTold) {
  for (const end how : {end::kill, end::stop, end::fail}) {
    lock l(w.system());
    auto holder = w.spawn<bearer>(lock::ref(l));
    EXPECT_EQ(holder.ask<take>().get(), wait_errc::ok);
    let_end(holder, how);
    expect_owner_died(w, l);
  }
}

SCENARIO(LockEnd, AThreadThatWaitsIsToldToo) {
  for (const end how : {end::kill, end::stop, end::fail}) {
    lock l(w.system(), {.name = "l"});
    auto k = w.spawn<keeper>();
    stage_of_one holder(w);
    holder.p.tell<play>(holds(lock::ref(l), k, "holder"));
    wait_for_kept(k, 1);
    if (!real) let_end(holder.p, how);
    std::thread waiter([&] {
      if (real) expect_owner_died(w, l);
    });
    if (real) until_waiting(w, "l", 1);
    if (real) let_end(holder.p, how);
    waiter.join();
    if (!real) expect_owner_died(w, l);
  }
}

SCENARIO(LockEnd, AnActorThatNobodyRefersToPassesItOn) {
  lock l(w.system());
  {
    auto holder = w.spawn<bearer>(lock::ref(l));
    EXPECT_EQ(holder.ask<take>().get(), wait_errc::ok);
  }
  expect_owner_died(w, l);
}

SCENARIO(LockEnd, AnExceptionThatFailsTheActorIsADeath) {
  for (const bool nested : {false, true}) {
    lock l(w.system());
    stage_of_one s(w);
    s.p.tell<play>([r = lock::ref(l), nested](player&) -> task<> {
      const auto inner = [](lock::ref of) -> task<> {
        auto got = co_await of.acquire();
        throw std::runtime_error("the disk");
      };
      if (nested) co_await inner(r);
      auto got = co_await r.acquire();
      throw std::runtime_error("the disk");
    });
    eventually(w, [&] { return s.wrote->has("gone"); });
    EXPECT_TRUE(s.wrote->has("stop(failed)")) << s.text();
    expect_owner_died(w, l);
  }
}

SCENARIO(LockEnd, AnExceptionThatTheHandlerCatchesIsAnOrdinaryRelease) {
  lock l(w.system());
  for (const bool nested : {false, true}) {
    run(w, [r = lock::ref(l), nested](player&) -> task<> {
      const auto inner = [](lock::ref of) -> task<> {
        auto got = co_await of.acquire();
        throw std::runtime_error("the disk");
      };
      try {
        if (nested) co_await inner(r);
        auto got = co_await r.acquire();
        throw std::runtime_error("the disk");
      } catch (const std::runtime_error&) {
        // the handler knows what it left behind
      }
      auto again = co_await r.acquire();
      EXPECT_FALSE(again->owner_died());
    });
    const auto held = l.acquire();
    EXPECT_FALSE(held.owner_died());
  }
}

SCENARIO(LockEnd, AThreadThatUnwindsIsAnOrdinaryRelease) {
  lock l(w.system());
  EXPECT_EQ(thrown_by([&] {
              const auto held = l.acquire();
              throw std::runtime_error("the disk");
            }),
            "the disk");
  const auto held = l.acquire();
  EXPECT_FALSE(held.owner_died());
}

SCENARIO(LockEnd, WhatWasReleasedBeforeItsHolderEndedIsNotSpokenOf) {
  for (const end how : {end::kill, end::stop, end::fail}) {
    lock l(w.system());
    auto holder = w.spawn<bearer>(lock::ref(l));
    EXPECT_EQ(holder.ask<take>().get(), wait_errc::ok);
    EXPECT_EQ(holder.ask<put_back>().get(), wait_errc::ok);
    auto held = l.acquire();
    let_end(holder, how);
    w.settle();
    EXPECT_TRUE(l.locked()) << "the end of one that holds nothing has released it";
    EXPECT_EQ(held.release(), wait_errc::ok);
    held = l.acquire();
    EXPECT_FALSE(held.owner_died());
  }
}

SCENARIO(LockEnd, AStaleHoldThatDiesIsNotSpokenOf) {
  lock l(w.system());
  auto holder = w.spawn<bearer>(lock::ref(l));
  EXPECT_EQ(holder.ask<take>().get(), wait_errc::ok);
  EXPECT_EQ(l.release(), wait_errc::ok) << "by others";
  auto held = l.acquire();
  holder.kill();
  w.settle();
  EXPECT_TRUE(l.locked());
  EXPECT_EQ(held.release(), wait_errc::ok);
  held = l.acquire();
  EXPECT_FALSE(held.owner_died());
}

SCENARIO(LockEnd, AProcessThatFailsPassesItOnAndOneThatReturnsReleasesIt) {
  for (const bool fails : {false, true}) {
    lock l(w.system());
    auto p = w.system().spawn(
        [](troupe::inbox<note> in, lock::ref r, bool falls) -> task<> {
          auto got = co_await r.acquire();
          co_await in.next();
          if (falls) throw std::runtime_error("the disk");
        },
        lock::ref(l), fails);
    eventually(w, [&] { return l.locked(); });
    p.tell<note>(1);
    const auto held = l.acquire();
    EXPECT_EQ(held.owner_died(), fails);
  }
}

SCENARIO(LockEnd, ALoopOfHoldersThatDiePassesItOnEachTime) {
  lock l(w.system(), {.name = "l"});
  for (int i = 0; i < 20; ++i) {
    auto holder = w.spawn<bearer>(lock::ref(l));
    EXPECT_EQ(holder.ask<take>().get(), wait_errc::ok);
    let_end(holder, static_cast<end>(i % 3));
    const auto held = l.acquire();
    EXPECT_TRUE(held.owner_died());
  }
}

// --- waiters that end

SCENARIO(LockEnd, AWaiterThatEndsLeavesNoTrace) {
  for (const end how : {end::kill, end::stop, end::fail}) {
    lock l(w.system(), {.name = "l"});
    auto held = l.acquire();
    const auto wrote = make_journal();
    std::vector<ref<player>> all;
    for (std::size_t i = 0; i < 9; ++i) {
      all.push_back(w.spawn<player>(wrote));
      all.back().tell<play>(takes(lock::ref(l), std::to_string(i)));
      until_waiting(w, "l", i + 1);
    }
    for (const std::size_t i : {0U, 4U, 8U}) let_end(all[i], how);
    eventually(w, [&] { return wrote->count("gone") == 3; });
    until_waiting(w, "l", 6);
    EXPECT_TRUE(l.locked());
    EXPECT_EQ(held.release(), wait_errc::ok);
    w.settle();
    std::string took;
    for (const auto& line : wrote->lines())
      if (line.size() <= 2) took += line;
    EXPECT_EQ(took, "123567") << wrote->text();
    EXPECT_FALSE(l.locked());
  }
}

SCENARIO(LockEnd, AWaiterThatIsKilledWhileItIsGrantedLosesNothing) {
  for (int i = 0; i < 10; ++i) {
    lock l(w.system(), {.name = "l"});
    auto held = l.acquire();
    auto k = w.spawn<keeper>();
    stage_of_one a(w);
    stage_of_one b(w);
    a.p.tell<play>(holds(lock::ref(l), k, "a"));
    until_waiting(w, "l", 1);
    b.p.tell<play>(takes(lock::ref(l), "b"));
    until_waiting(w, "l", 2);
    at_once(2, [&](int n) {
      if (n == i % 2)
        a.p.kill();
      else
        EXPECT_EQ(held.release(), wait_errc::ok);
    });
    eventually(w,
               [&] { return a.wrote->has("gone") && (b.wrote->has("b") || b.wrote->has("b!")); });
    if (a.wrote->has("a")) {
      EXPECT_EQ(b.text(), "b!") << "a had it and has died";
    }
    eventually(w, [&] { return !l.locked(); });
    k.tell(answer_all{});
    w.settle();
  }
}

SCENARIO(LockEnd, ManyThatDieAndManyThatWaitLoseNothing) {
  lock l(w.system(), {.name = "l"});
  room r;
  const auto k = w.spawn<keeper>();
  std::vector<stage_of_one> doomed;
  for (int i = 0; i < 16; ++i) {
    doomed.emplace_back(w);
    for (int n = 0; n < 4; ++n)
      doomed.back().p.tell<play>([ref = lock::ref(l)](player&) -> task<> {
        for (int times = 0; times < 50; ++times) {
          auto got = co_await ref.acquire();
          co_await troupe::sleep(1us);
        }
      });
  }
  constexpr int times = 20;
  at_once(real ? 10 : 1, [&](int i) {
    for (int n = 0; n < times; ++n) {
      const auto held = l.acquire();
      r.visit();
      if (n % 2 == 0 && i < 8) doomed[static_cast<std::size_t>((i + n) % 16)].p.kill();
    }
  });
  for (const auto& one : doomed) one.p.kill();
  eventually(w, [&] {
    for (const auto& one : doomed)
      if (!one.wrote->has("gone")) return false;
    return true;
  });
  { const auto held = l.acquire(); }
  r.expect_visits(times * (real ? 10 : 1));
  EXPECT_FALSE(l.locked());
  EXPECT_EQ(waiting(w, "l"), 0U);
}

// --- the end of the system

void expect_closed(lock& l) {
  EXPECT_EQ(thrown_by([&] { static_cast<void>(l.acquire()); }), "closed");
  EXPECT_EQ(code_of(l.acquire(1h)), wait_errc::closed);
  EXPECT_EQ(code_of(l.try_acquire()), wait_errc::closed);
  EXPECT_EQ(l.release(), wait_errc::closed);
  EXPECT_FALSE(l.locked());
  EXPECT_EQ(thrown_by([&] { l.with([] { ADD_FAILURE() << "it ran"; }); }), "closed");
}

SCENARIO(LockEnd, AfterTheSystemsEndItIsClosed) {
  lock l(w.system());
  lock other(w.system());
  auto held = other.acquire();
  const lock::ref r(l);
  EXPECT_TRUE(w.shutdown(60s).clean());
  expect_closed(l);
  expect_closed(other);
  EXPECT_EQ(held.release(), wait_errc::closed);
  EXPECT_THROW(lock(w.system()), troupe::system_closed);
}

SCENARIO(LockEnd, ActorsThatWaitEndWithTheSystem) {
  lock l(w.system(), {.name = "l"});
  auto held = l.acquire();
  stage_of_one s(w);
  for (int i = 0; i < 100; ++i)
    s.p.tell<play>([r = lock::ref(l)](player& me) -> task<> {
      const auto got = co_await r.acquire();
      if (got || got.error() != wait_errc::closed) me.say("granted");
    });
  until_waiting(w, "l", 100);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_FALSE(s.wrote->has("granted")) << "nobody has released it";
  EXPECT_TRUE(s.wrote->has("gone"));
}

SCENARIO(LockEnd, AHolderThatEndsWithTheSystemHarmsNobody) {
  lock l(w.system(), {.name = "l"});
  auto holder = w.spawn<bearer>(lock::ref(l));
  EXPECT_EQ(holder.ask<take>().get(), wait_errc::ok);
  stage_of_one s(w);
  for (int i = 0; i < 20; ++i) s.p.tell<play>(takes(lock::ref(l), "next"));
  until_waiting(w, "l", 20);
  EXPECT_TRUE(w.shutdown(60s).clean());
  expect_closed(l);
}

TEST(LockEnd, HandlesHoldsAndRefsOutliveTheirSystem) {
  std::optional<lock> l;
  std::optional<lock::ref> r;
  std::optional<guarded<int>> g;
  lock_hold held;
  {
    scenario::own_system sys;
    l.emplace(*sys);
    g.emplace(*sys, 3);
    r.emplace(*l);
    held = l->acquire();
    lock_hold kept = lock(*sys).acquire();
    kept.keep();
  }
  EXPECT_TRUE(held);
  expect_closed(*l);
  EXPECT_EQ(thrown_by([&] { g->with([](int&) { ADD_FAILURE() << "it ran"; }); }), "closed");
  EXPECT_EQ(held.release(), wait_errc::closed);
  {
    scenario::own_system other;
    const auto wrote = make_journal();
    const auto p = other->spawn<player>(wrote);
    p.ask<perform>(takes(*r, "other")).within(1h).get();
    EXPECT_EQ(wrote->text(), "other:closed");
  }
  const lock::ref copy = *r;
  r.reset();
  l.reset();
}

// --- only on threads

SCENARIO_ON_THREADS(LockEnd, ThreadsThatWaitAreToldThatItIsClosed) {
  lock l(w.system(), {.name = "l"});
  auto held = l.acquire();
  std::vector<std::string> ends(24);
  std::vector<std::jthread> all;
  for (std::size_t i = 0; i < ends.size(); ++i)
    all.emplace_back([&, i] {
      if (i % 3 == 0) ends[i] = thrown_by([&] { static_cast<void>(l.acquire()); });
      if (i % 3 == 1) ends[i] = text_of(code_of(l.acquire(1h)));
      if (i % 3 == 2) ends[i] = thrown_by([&] { l.with([] { ADD_FAILURE() << "it ran"; }); });
    });
  until_waiting(w, "l", ends.size());
  EXPECT_TRUE(w.shutdown(60s).clean());
  all.clear();
  for (const auto& one : ends) EXPECT_EQ(one, "closed");
}

SCENARIO_ON_THREADS(LockEnd, ThreadsThatUseItWhileTheSystemEndsAllReturn) {
  lock l(w.system(), {.name = "l"});
  room r;
  tally begun;
  std::vector<std::jthread> all;
  for (int i = 0; i < 12; ++i)
    all.emplace_back([&, i] {
      for (int n = 0; n < 1'000'000; ++n) {
        if (n == 3) begun.add();
        if (i % 2 == 0) {
          const auto got = l.acquire(1h);
          if (!got) {
            EXPECT_EQ(got.error(), wait_errc::closed);
            return;
          }
          r.visit();
        } else {
          const auto why = thrown_by([&] { l.with([&] { r.visit(); }); });
          if (why.empty()) continue;
          EXPECT_EQ(why, "closed");
          return;
        }
      }
    });
  while (begun.read() < 12) std::this_thread::yield();
  EXPECT_TRUE(w.shutdown(60s).clean());
  all.clear();
  r.expect_visits(r.visits());
}

}  // namespace
