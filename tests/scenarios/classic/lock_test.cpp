// lock_test.cpp: one at a time: what a hold is, and who may do what with it.
#include "contenders.hpp"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace contest;

/// Whether it can be taken, and given back.
void expect_free(lock& l) {
  EXPECT_FALSE(l.locked());
  auto got = l.try_acquire();
  ASSERT_TRUE(got) << got.error();
  EXPECT_TRUE(l.locked());
  auto again = l.try_acquire();
  EXPECT_EQ(code_of(again), wait_errc::timeout) << "two have it";
  EXPECT_EQ(got->release(), wait_errc::ok);
  EXPECT_FALSE(l.locked());
}

// --- holds

SCENARIO(Lock, AHoldReleasesItAtItsEnd) {
  lock l(w.system());
  EXPECT_FALSE(l.locked());
  {
    const auto held = l.acquire();
    EXPECT_TRUE(held);
    EXPECT_FALSE(held.owner_died());
    EXPECT_TRUE(l.locked());
  }
  expect_free(l);
}

SCENARIO(Lock, TryAcquireOfOneThatIsHeldChangesNothing) {
  lock l(w.system());
  auto held = l.acquire();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(code_of(l.try_acquire()), wait_errc::timeout);
    EXPECT_EQ(code_of(l.acquire(troupe::duration::zero())), wait_errc::timeout);
  }
  EXPECT_TRUE(l.locked());
  EXPECT_EQ(held.release(), wait_errc::ok);
  expect_free(l);
}

SCENARIO(Lock, AHoldReleasesOnceAndIsEmptyThen) {
  lock l(w.system());
  auto held = l.acquire();
  EXPECT_EQ(held.release(), wait_errc::ok);
  EXPECT_FALSE(held);
  EXPECT_EQ(held.release(), wait_errc::not_held);
  lock_hold none;
  EXPECT_FALSE(none);
  EXPECT_FALSE(none.owner_died());
  EXPECT_EQ(none.release(), wait_errc::not_held);
  none.keep();
  expect_free(l);
}

SCENARIO(Lock, AHoldMovesAndWhatItIsMovedOverIsReleased) {
  lock l(w.system(), {.name = "l"});
  lock other(w.system());
  auto first = l.acquire();
  auto second = other.acquire();
  const auto token = first.token();
  lock_hold third(std::move(first));
  EXPECT_FALSE(first);
  EXPECT_EQ(first.release(), wait_errc::not_held);
  EXPECT_TRUE(l.locked());
  EXPECT_EQ(third.token(), token);
  second = std::move(third);
  EXPECT_FALSE(other.locked()) << "moved over";
  EXPECT_TRUE(l.locked());
  auto& same = second;
  second = std::move(same);
  EXPECT_TRUE(second);
  EXPECT_TRUE(l.locked());
  second = lock_hold();
  expect_free(l);
  expect_free(other);
}

SCENARIO(Lock, ANegativeTimeoutIsAnErrorAndNothingIsTaken) {
  lock l(w.system());
  EXPECT_EQ(code_of(l.acquire(-1ms)), wait_errc::negative_timeout);
  EXPECT_EQ(code_of(l.acquire(-1ns)), wait_errc::negative_timeout);
  EXPECT_EQ(code_of(l.acquire(-std::chrono::hours(24))), wait_errc::negative_timeout);
  expect_free(l);
  run(w, [r = lock::ref(l)](player&) -> task<> {
    const auto got = co_await r.acquire(-1ms);
    EXPECT_EQ(code_of(got), wait_errc::negative_timeout);
  });
  {
    const auto held = l.acquire(forever);
    ASSERT_TRUE(held) << "for ever is no negative time";
    EXPECT_EQ(code_of(l.acquire(-1ms)), wait_errc::negative_timeout);
  }
  expect_free(l);
}

SCENARIO(Lock, ReleasingAnUnlockedOneIsAnErrorAndChangesNothing) {
  lock l(w.system());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(l.release(), wait_errc::not_held);
  run(w, [r = lock::ref(l)](player&) -> task<> {
    const auto end = co_await r.release();
    EXPECT_EQ(end, wait_errc::not_held);
  });
  expect_free(l);
}

SCENARIO(Lock, KeepLetsGoOfTheObjectOnly) {
  lock l(w.system());
  {
    auto held = l.acquire();
    held.keep();
    EXPECT_FALSE(held);
    EXPECT_EQ(held.release(), wait_errc::not_held);
  }
  EXPECT_TRUE(l.locked());
  EXPECT_EQ(l.release(), wait_errc::ok);
  EXPECT_EQ(l.release(), wait_errc::not_held);
  expect_free(l);
}

SCENARIO(Lock, AnyThreadMayReleaseIt) {
  lock l(w.system());
  for (int i = 0; i < 5; ++i) {
    l.acquire().keep();
    tally ok;
    at_once(8, [&](int) {
      const auto end = l.release();
      if (end == wait_errc::ok)
        ok.add();
      else
        EXPECT_EQ(end, wait_errc::not_held);
    });
    EXPECT_EQ(ok.read(), 1) << "exactly one has released it";
    l.acquire().keep();
    run(w, [r = lock::ref(l)](player&) -> task<> {
      const auto end = co_await r.release();
      EXPECT_EQ(end, wait_errc::ok);
    });
    expect_free(l);
  }
}

SCENARIO(Lock, WhatAnActorKeptAThreadMayRelease) {
  lock l(w.system());
  stage_of_one s(w);
  s.p.ask<perform>([r = lock::ref(l)](player&) -> task<> {
       auto got = co_await r.acquire();
       got->keep();
     })
      .get();
  EXPECT_TRUE(l.locked());
  EXPECT_EQ(l.release(), wait_errc::ok);
  expect_free(l);
}

SCENARIO(Lock, AStaleHoldReleasesNothing) {
  lock l(w.system());
  auto stale = l.acquire();
  EXPECT_EQ(l.release(), wait_errc::ok) << "by others";
  {
    auto fresh = l.acquire();
    EXPECT_EQ(stale.release(), wait_errc::not_held);
    EXPECT_TRUE(l.locked()) << "the stale one has released the fresh one";
    EXPECT_EQ(fresh.release(), wait_errc::ok);
  }
  auto fresh = l.acquire();
  { const auto gone = std::move(stale); }
  {
    auto stale2 = std::move(fresh);
    EXPECT_EQ(l.release(), wait_errc::ok);
    fresh = l.acquire();
  }
  EXPECT_TRUE(l.locked()) << "the end of a stale one has released the fresh one";
  EXPECT_FALSE(fresh.owner_died());
  EXPECT_EQ(fresh.release(), wait_errc::ok);
  expect_free(l);
}

SCENARIO(Lock, TokensRise) {
  lock l(w.system());
  std::vector<std::uint64_t> tokens;
  at_once(16, [&](int) {
    for (int i = 0; i < 20; ++i) {
      const auto held = l.acquire();
      tokens.push_back(held.token());
    }
  });
  run(w, [r = lock::ref(l), &tokens](player&) -> task<> {
    const auto got = co_await r.acquire();
    tokens.push_back(got->token());
  });
  ASSERT_EQ(tokens.size(), 321U);
  EXPECT_GT(tokens[0], 0U);
  for (std::size_t i = 1; i < tokens.size(); ++i) ASSERT_LT(tokens[i - 1], tokens[i]);
}

SCENARIO(Lock, LivesAsLongAsAHoldOrARef) {
  stage_of_one s(w);
  {
    auto l = std::make_unique<lock>(w.system());
    auto held = l->acquire();
    const lock::ref r(*l);
    l.reset();
    s.p.tell<play>(takes(r, "a"));
    wait_for(s.p);
    EXPECT_EQ(s.text(), "");
    EXPECT_EQ(held.release(), wait_errc::ok);
  }
  eventually(w, [&] { return s.wrote->has("a"); });
  std::vector<lock_hold> orphans;
  for (int i = 0; i < 100; ++i) {
    lock l(w.system());
    orphans.push_back(l.acquire());
    EXPECT_TRUE(l.locked());
  }
  orphans.clear();
}

SCENARIO(Lock, OfOneNameIsNotTheOther) {
  lock a(w.system(), {.name = "x"});
  lock b(w.system(), {.name = "x"});
  const auto held = a.acquire();
  EXPECT_FALSE(b.locked());
  expect_free(b);
  EXPECT_EQ(b.release(), wait_errc::not_held);
  EXPECT_TRUE(a.locked());
}

SCENARIO(Lock, WhoHoldsItAndWhoWaitsIsSeen) {
  lock l(w.system(), {.name = "print"});
  EXPECT_TRUE(shown(w, "print").holders.empty());
  auto held = l.acquire();
  EXPECT_EQ(shown(w, "print").holders.size(), 1U);
  EXPECT_EQ(waiting(w, "print"), 0U);
  std::vector<stage_of_one> all;
  for (std::size_t i = 0; i < 3; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>(takes(lock::ref(l), "got"));
    until_waiting(w, "print", i + 1);
  }
  const auto seen = shown(w, "print");
  ASSERT_EQ(seen.waiters.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto number = "#" + std::to_string(all[i].p.id().value());
    EXPECT_TRUE(says(seen.waiters[i], "player " + number)) << seen.waiters[i];
  }
  EXPECT_EQ(held.release(), wait_errc::ok);
  w.settle();
  EXPECT_TRUE(shown(w, "print").holders.empty());
  EXPECT_EQ(waiting(w, "print"), 0U);
  for (const auto& s : all) EXPECT_EQ(s.text(), "got");
}

// --- inside turns

SCENARIO(Lock, InATurnEachBlockingFormThrowsAndChangesNothing) {
  for (const bool taken : {false, true}) {
    lock l(w.system());
    auto before = taken ? l.acquire() : lock_hold();
    run(w, [&l](player&) -> task<> {
      const std::string refused = "would_block_worker";
      EXPECT_EQ(thrown_by([&] { static_cast<void>(l.acquire()); }), refused);
      EXPECT_EQ(thrown_by([&] { static_cast<void>(l.acquire(1h)); }), refused);
      EXPECT_EQ(thrown_by([&] { static_cast<void>(l.acquire(troupe::duration::zero())); }),
                refused);
      EXPECT_EQ(thrown_by([&] { static_cast<void>(l.try_acquire()); }), refused);
      EXPECT_EQ(thrown_by([&] { static_cast<void>(l.release()); }), refused);
      EXPECT_EQ(thrown_by([&] { static_cast<void>(l.locked()); }), refused);
      EXPECT_EQ(thrown_by([&] { l.with([] { ADD_FAILURE() << "it ran"; }); }), refused);
      co_return;
    });
    EXPECT_EQ(l.locked(), taken);
    if (taken) {
      EXPECT_EQ(before.release(), wait_errc::ok);
    }
    expect_free(l);
  }
}

SCENARIO(Lock, ARefAwaitsEachOperation) {
  lock l(w.system());
  run(w, [r = lock::ref(l)](player&) -> task<> {
    bool is = co_await r.locked();
    EXPECT_FALSE(is);
    auto got = co_await r.try_acquire();
    EXPECT_EQ(code_of(got), wait_errc::ok);
    is = co_await r.locked();
    EXPECT_TRUE(is);
    auto more = co_await r.try_acquire();
    EXPECT_EQ(code_of(more), wait_errc::timeout);
    EXPECT_EQ(got->release(), wait_errc::ok) << "a hold may be released in a turn";
    is = co_await r.locked();
    EXPECT_FALSE(is);
    more = co_await r.acquire();
    more->keep();
    auto end = co_await r.release();
    EXPECT_EQ(end, wait_errc::ok);
    end = co_await r.release();
    EXPECT_EQ(end, wait_errc::not_held);
  });
  expect_free(l);
}

SCENARIO(Lock, ACoroutineThatWaitsBlocksNobody) {
  lock l(w.system(), {.name = "l"});
  auto held = l.acquire();
  stage_of_one s(w);
  for (int i = 0; i < 20; ++i) s.p.tell<play>(takes(lock::ref(l), "got"));
  tell(s.p, 7, 1);
  wait_for(s.p);
  EXPECT_EQ(s.text(), "7");
  until_waiting(w, "l", 20);
  EXPECT_EQ(held.release(), wait_errc::ok);
  w.settle();
  EXPECT_EQ(s.wrote->count("got"), 20);
  expect_free(l);
}

SCENARIO(Lock, AnActorWithAThreadOfItsOwnMayBlock) {
  struct asks {
    using reply = bool;
  };
  struct visitor : troupe::actor<visitor> {
    visitor(lock& of, room& to) : l(of), r(to) {}
    bool on(asks) {
      const auto held = l.acquire();
      r.visit();
      return !held.owner_died();
    }
    lock& l;
    room& r;
  };
  lock l(w.system());
  room r;
  std::vector<ref<visitor>> all;
  for (int i = 0; i < 4; ++i) all.push_back(w.spawn<visitor>({.own_thread = true}, l, r));
  for (int n = 0; n < 5; ++n)
    for (const auto& one : all) EXPECT_TRUE(one.ask<asks>().get());
  r.expect_visits(20);
  expect_free(l);
}

// --- functions

SCENARIO(Lock, WithGivesWhatTheFunctionReturnsOrThrows) {
  lock l(w.system());
  EXPECT_EQ(l.with([] { return 7; }), 7);
  auto number = std::make_unique<int>(8);
  auto back = l.with([n = std::move(number)]() mutable { return std::move(n); });
  EXPECT_EQ(*back, 8);
  int there = 9;
  int& same = l.with([&]() -> int& { return there; });
  EXPECT_EQ(&same, &there);
  int ran = 0;
  l.with([&] { ++ran; });
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(thrown_by([&] { l.with([] { throw std::out_of_range("the shelf"); }); }), "the shelf");
  EXPECT_EQ(thrown_by([&] { l.with([]() -> int { throw wait_failed(wait_errc::broken, "x"); }); }),
            "broken");
  EXPECT_THROW(l.with([] { throw 3; }), int);
  expect_free(l);
}

SCENARIO(Lock, WithRunsWhenNobodyHoldsIt) {
  lock l(w.system(), {.name = "l"});
  const auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([r = lock::ref(l)](player& me) -> task<> {
    auto got = co_await r.acquire();
    for (int i = 0; i < 3; ++i) {
      co_await troupe::sleep(100us);
      me.say("held");
    }
  });
  eventually(w, [&] { return l.locked() || s.wrote->has("held"); });
  l.with([&] { s.wrote->note("ran"); });
  EXPECT_EQ(s.text(), "held held held ran");
  expect_free(l);
}

SCENARIO(Lock, InWithAsksAndBlockingCallsAreRefused) {
  lock l(w.system());
  lock other(w.system());
  guarded<int> number(w.system(), 5);
  auto q = w.spawn<prompt>();
  const std::string refused = "would_block_worker";
  l.with([&] {
    EXPECT_EQ(thrown_by([&] { static_cast<void>(q.ask<query>(1).get()); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(other.acquire()); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(other.try_acquire()); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(other.release()); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(l.acquire()); }), refused);
    EXPECT_EQ(thrown_by([&] { l.with([] { ADD_FAILURE() << "nested"; }); }), refused);
    EXPECT_EQ(thrown_by([&] { number.with([](int&) { ADD_FAILURE() << "nested"; }); }), refused);
  });
  EXPECT_EQ(thrown_by([&] { l.with([&] { static_cast<void>(l.acquire()); }); }), refused)
      << "uncaught it reaches the caller";
  EXPECT_EQ(q.ask<query>(1).get(), 10) << "outside of it they work again";
  expect_free(l);
  expect_free(other);
}

SCENARIO(Lock, InWithDrainAndShutdownAreRefused) {
  lock l(w.system());
  const std::string refused = "would_block_worker";
  l.with([&] {
    EXPECT_EQ(thrown_by([&] { static_cast<void>(w.system().drain(1ms)); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(w.system().shutdown(1ms)); }), refused);
  });
  EXPECT_FALSE(l.locked());
}

SCENARIO(Lock, WithMayTellAndLetGoOfThings) {
  lock l(w.system());
  lock other(w.system());
  post p(w);
  auto held = other.acquire();
  l.with([&] {
    for (int i = 0; i < 10; ++i) p.to.tell<note>(i);
    EXPECT_EQ(held.release(), wait_errc::ok) << "a hold may be released in a turn";
  });
  w.settle();
  EXPECT_EQ(p.read->lines(), up_to(10));
  expect_free(other);
}

}  // namespace
