// rlock_test.cpp: a lock that its owner may take again.
#include "contenders.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace contest;

/// What somebody else gets who tries: on threads a thread, and an actor in both worlds.
[[nodiscard]] wait_errc tried_by_others(scenario::world& w, rlock& l) {
  wait_errc by_thread = wait_errc::ok;
  wait_errc by_actor = wait_errc::ok;
  if (real) std::thread([&] { by_thread = contest::code_of(l.try_acquire()); }).join();
  run(w, [r = rlock::ref(l), &by_actor](player&) -> task<> {
    const auto got = co_await r.try_acquire();
    by_actor = contest::code_of(got);
  });
  if (real) {
    EXPECT_EQ(by_thread, by_actor);
  }
  return by_actor;
}
[[nodiscard]] bool is_free(scenario::world& w, rlock& l) {
  return !l.locked() && tried_by_others(w, l) == wait_errc::ok;
}
[[nodiscard]] bool is_taken(scenario::world& w, rlock& l) {
  return l.locked() && tried_by_others(w, l) == wait_errc::timeout;
}
/// What release() says to others.
void expect_released_by_others(scenario::world& w, rlock& l, wait_errc what) {
  if (real) std::thread([&] { EXPECT_EQ(l.release(), what); }).join();
  run(w, [r = rlock::ref(l), what](player&) -> task<> {
    const auto end = co_await r.release();
    EXPECT_EQ(end, what);
  });
}

SCENARIO(Rlock, ItsOwnerMayAcquireItAgain) {
  rlock l(w.system());
  auto first = l.acquire();
  auto second = l.acquire(1h);
  auto third = l.try_acquire();
  ASSERT_TRUE(second);
  ASSERT_TRUE(third);
  EXPECT_TRUE(is_taken(w, l));
  const auto fourth = l.acquire(troupe::duration::zero());
  EXPECT_TRUE(fourth);
}

SCENARIO(Rlock, TokensRiseWithEachOwnership) {
  rlock l(w.system());
  std::uint64_t before = 0;
  {
    const auto first = l.acquire();
    const auto second = l.acquire();
    EXPECT_EQ(first.token(), second.token()) << "it is held once more";
    before = first.token();
  }
  EXPECT_LT(before, l.acquire().token());
}

SCENARIO(Rlock, IsReleasedAsOftenAsItWasAcquired) {
  rlock l(w.system());
  std::vector<lock_hold> all;
  for (int i = 0; i < 6; ++i) all.push_back(l.acquire());
  // in no particular order
  EXPECT_EQ(all[0].release(), wait_errc::ok);
  EXPECT_TRUE(is_taken(w, l));
  EXPECT_EQ(all[0].release(), wait_errc::not_held);
  EXPECT_EQ(all[5].release(), wait_errc::ok);
  EXPECT_EQ(all[3].release(), wait_errc::ok);
  EXPECT_TRUE(is_taken(w, l));
  all.resize(3);  // lets go of the fifth
  EXPECT_EQ(all[1].release(), wait_errc::ok);
  EXPECT_TRUE(is_taken(w, l));
  EXPECT_EQ(all[2].release(), wait_errc::ok);
  EXPECT_FALSE(l.locked());
  all.clear();
  EXPECT_TRUE(is_free(w, l));
}

SCENARIO(Rlock, WhatIsKeptIsReleasedAsOftenToo) {
  rlock l(w.system());
  EXPECT_EQ(l.release(), wait_errc::not_held);
  for (int i = 0; i < 3; ++i) l.acquire().keep();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(is_taken(w, l));
    EXPECT_EQ(l.release(), wait_errc::ok);
  }
  EXPECT_EQ(l.release(), wait_errc::not_held);
  EXPECT_TRUE(is_free(w, l));
}

SCENARIO(Rlock, ForeignReleaseIsAnErrorAndChangesNothing) {
  rlock l(w.system());
  expect_released_by_others(w, l, wait_errc::not_held);
  l.acquire().keep();
  l.acquire().keep();
  for (int i = 0; i < 3; ++i) expect_released_by_others(w, l, wait_errc::not_owner);
  EXPECT_TRUE(is_taken(w, l));
  EXPECT_EQ(l.release(), wait_errc::ok);
  expect_released_by_others(w, l, wait_errc::not_owner);
  EXPECT_EQ(l.release(), wait_errc::ok);
  expect_released_by_others(w, l, wait_errc::not_held);
  EXPECT_TRUE(is_free(w, l));
}

SCENARIO(Rlock, WhatAnActorOwnsAThreadDoesNotRelease) {
  rlock l(w.system());
  stage_of_one s(w);
  const scene keeps = [r = rlock::ref(l)](player&) -> task<> {
    auto got = co_await r.acquire();
    got->keep();
  };
  s.p.ask<perform>(keeps).get();
  s.p.ask<perform>(keeps).get();
  EXPECT_EQ(l.release(), wait_errc::not_owner);
  EXPECT_EQ(contest::code_of(l.try_acquire()), wait_errc::timeout);
  expect_released_by_others(w, l, wait_errc::not_owner);
  for (int i = 0; i < 2; ++i)
    s.p.ask<perform>([r = rlock::ref(l)](player&) -> task<> {
         const auto end = co_await r.release();
         EXPECT_EQ(end, wait_errc::ok);
       })
        .get();
  EXPECT_TRUE(is_free(w, l));
}

SCENARIO(Rlock, ANegativeTimeoutIsAnErrorForItsOwnerToo) {
  rlock l(w.system());
  EXPECT_EQ(contest::code_of(l.acquire(-1ms)), wait_errc::negative_timeout);
  {
    const auto held = l.acquire();
    EXPECT_EQ(contest::code_of(l.acquire(-1ns)), wait_errc::negative_timeout);
  }
  EXPECT_TRUE(is_free(w, l));
}

SCENARIO(Rlock, InATurnEachBlockingFormThrows) {
  rlock l(w.system());
  run(w, [&l](player&) -> task<> {
    const std::string refused = "would_block_worker";
    EXPECT_EQ(thrown_by([&] { static_cast<void>(l.acquire()); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(l.try_acquire()); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(l.release()); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(l.locked()); }), refused);
    EXPECT_EQ(thrown_by([&] { l.with([] { ADD_FAILURE() << "it ran"; }); }), refused);
    co_return;
  });
  EXPECT_TRUE(is_free(w, l));
}

SCENARIO(Rlock, TheOwnerGoesBeforeThoseWhoWait) {
  for (const bool fair : {false, true}) {
    rlock l(w.system(), {.name = "l", .fair = fair});
    auto first = l.acquire();
    stage_of_one s(w);
    s.p.tell<play>(takes(rlock::ref(l), "got"));
    until_waiting(w, "l", 1);
    auto second = l.acquire();
    EXPECT_EQ(first.release(), wait_errc::ok);
    EXPECT_EQ(waiting(w, "l"), 1U);
    EXPECT_EQ(s.text(), "");
    EXPECT_EQ(second.release(), wait_errc::ok);
    w.settle();
    EXPECT_EQ(s.text(), "got");
  }
}

SCENARIO(Rlock, ATimeoutLeavesNoTrace) {
  rlock l(w.system(), {.name = "l"});
  auto first = l.acquire();
  auto second = l.acquire();
  stage_of_one s(w);
  for (int i = 0; i < 5; ++i) s.p.tell<play>(takes(rlock::ref(l), "x", 1ms));
  wait_for(s.p);
  w.advance(2ms);
  eventually(w, [&] { return s.wrote->count("x:timeout") == 5; });
  EXPECT_EQ(waiting(w, "l"), 0U);
  first = {};
  EXPECT_TRUE(is_taken(w, l));
  second = {};
  EXPECT_TRUE(is_free(w, l));
}

// --- who the owner is

SCENARIO(Rlock, InActorsTheActorIsTheOwnerAndItsHandlersShareIt) {
  rlock l(w.system(), {.name = "l"});
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  stage_of_one other(w);
  s.p.tell<play>(holds(rlock::ref(l), k, "a", 1));
  s.p.tell<play>(holds(rlock::ref(l), k, "b", 2));
  wait_for_kept(k, 2);
  other.p.tell<play>(takes(rlock::ref(l), "c"));
  until_waiting(w, "l", 1);
  EXPECT_EQ(contest::code_of(l.try_acquire()), wait_errc::timeout) << "nor is the thread";
  let_answer(k, 1);
  eventually(w, [&] { return s.wrote->has("a.out"); });
  EXPECT_EQ(other.text(), "") << "held by the other handler";
  let_answer(k, 2);
  eventually(w, [&] { return other.wrote->has("c"); });
  w.settle();
  EXPECT_TRUE(is_free(w, l));
}

SCENARIO(Rlock, AWorkerIsNoOwner) {
  // all of them may be on one worker, and on seeds on the test's own thread
  rlock l(w.system());
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>(holds(rlock::ref(l), k, "a"));
  wait_for_kept(k, 1);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(is_taken(w, l));
  k.tell(answer_all{});
  w.settle();
  const auto held = l.acquire();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(is_taken(w, l));
}

SCENARIO(Rlock, AnActorOwnsItHoweverItTakesIt) {
  struct both_ways {
    using reply = bool;
  };
  struct mixed : troupe::actor<mixed> {
    explicit mixed(rlock& of) : l(of) {}
    task<bool> on(both_ways) {
      auto blocked = l.acquire();
      auto awaited = co_await rlock::ref(l).try_acquire();
      auto again = l.try_acquire();
      co_return blocked&& awaited&& again;
    }
    rlock& l;
  };
  rlock l(w.system());
  auto a = w.spawn<mixed>({.own_thread = true}, l);
  EXPECT_TRUE(a.ask<both_ways>().get());
  w.settle();
  EXPECT_TRUE(is_free(w, l));
}

// --- functions

SCENARIO(Rlock, WithRunsForTheOwnerAtOnce) {
  rlock l(w.system());
  auto held = l.acquire();
  EXPECT_EQ(l.with([] { return 3; }), 3);
  EXPECT_EQ(thrown_by([&] { l.with([] { throw std::runtime_error("x"); }); }), "x");
  EXPECT_TRUE(is_taken(w, l));
  EXPECT_EQ(held.release(), wait_errc::ok);
  EXPECT_EQ(l.with([] { return 4; }), 4);
  EXPECT_TRUE(is_free(w, l));
}

SCENARIO(Rlock, InWithBlockingCallsAreRefused) {
  rlock l(w.system());
  auto held = l.acquire();
  l.with([&] {
    EXPECT_EQ(thrown_by([&] { static_cast<void>(l.acquire()); }), "would_block_worker");
    EXPECT_EQ(thrown_by([&] { l.with([] {}); }), "would_block_worker");
  });
  EXPECT_TRUE(is_taken(w, l));
}

// --- ends

SCENARIO(Rlock, AnActorThatEndsReleasesItAsOftenAsItAcquiredIt) {
  for (const int how : {0, 1, 2}) {
    rlock l(w.system(), {.name = "l"});
    auto k = w.spawn<keeper>();
    stage_of_one s(w);
    for (int i = 0; i < 3; ++i) s.p.tell<play>(holds(rlock::ref(l), k, "got", i));
    wait_for_kept(k, 3);
    if (how == 0) s.p.kill();
    if (how == 1) s.p.stop();
    if (how == 2) s.p.tell<fall>("the disk");
    {
      auto next = l.acquire();
      EXPECT_TRUE(next.owner_died());
      eventually(w, [&] { return s.wrote->has("gone"); });
      EXPECT_TRUE(is_taken(w, l));
      EXPECT_EQ(next.release(), wait_errc::ok) << "once is enough";
    }
    const auto after = l.acquire();
    EXPECT_FALSE(after.owner_died());
  }
}

SCENARIO(Rlock, AHandlerThatCatchesReleasesOnlyItsOwn) {
  rlock l(w.system(), {.name = "l"});
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>(holds(rlock::ref(l), k, "held"));
  wait_for_kept(k, 1);
  s.p.ask<perform>([r = rlock::ref(l)](player&) -> task<> {
       try {
         auto got = co_await r.acquire();
         throw std::runtime_error("the disk");
       } catch (const std::runtime_error&) {
         // so it is an ordinary release
       }
     })
      .get();
  EXPECT_TRUE(is_taken(w, l));
  k.tell(answer_all{});
  w.settle();
  const auto held = l.acquire();
  EXPECT_FALSE(held.owner_died());
}

// --- many

SCENARIO(Rlock, OnlyOneOwnerOfDozens) {
  rlock l(w.system(), {.name = "l"});
  room r;
  const int threads = real ? 24 : 0;
  constexpr int actors = 12;
  const int times = real ? 30 : 10;
  std::vector<stage_of_one> all;
  for (int i = 0; i < actors; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>([&r, times, ref = rlock::ref(l)](player& me) -> task<> {
      for (int n = 0; n < times; ++n) {
        auto one = co_await ref.acquire();
        r.enter();
        auto two = co_await ref.acquire();
        co_await troupe::sleep(1us);
        EXPECT_EQ(one->release(), wait_errc::ok);
        auto three = co_await ref.try_acquire();
        EXPECT_TRUE(three);
        r.leave();
      }
      me.say("done");
    });
  }
  at_once(threads, [&](int) {
    for (int n = 0; n < times; ++n) {
      auto one = l.acquire();
      r.enter();
      auto two = l.acquire();
      l.acquire().keep();
      EXPECT_EQ(one.release(), wait_errc::ok);
      r.leave();
      EXPECT_EQ(two.release(), wait_errc::ok);
      EXPECT_EQ(l.release(), wait_errc::ok);
    }
  });
  pass(w, 1s);
  for (const auto& s : all) eventually(w, [&] { return s.wrote->has("done"); });
  w.settle();
  const auto held = l.acquire();
  r.expect_visits(times * (threads + actors));
}

SCENARIO_ON_THREADS(Rlock, AHoldThatAnotherThreadReleasesStaysHeld) {
  rlock l(w.system());
  auto held = l.acquire();
  std::thread([&] { EXPECT_EQ(held.release(), wait_errc::not_owner); }).join();
  EXPECT_TRUE(is_taken(w, l)) << "foreign release has changed something";
  EXPECT_TRUE(held) << "the hold is what releases it";
  EXPECT_EQ(held.release(), wait_errc::ok);
  EXPECT_TRUE(is_free(w, l));
}

SCENARIO_ON_THREADS(Rlock, AThreadThatComesAfterItsOwnerHasEndedIsNotItsOwner) {
  rlock l(w.system());
  std::thread([&] { l.acquire().keep(); }).join();
  for (int i = 0; i < 20; ++i)  // some of them get the same identity from the operating system
    std::thread([&] {
      EXPECT_EQ(contest::code_of(l.try_acquire()), wait_errc::timeout);
      EXPECT_EQ(l.release(), wait_errc::not_owner);
    }).join();
  EXPECT_TRUE(l.locked());
}

SCENARIO_ON_THREADS(Rlock, ThreadsThatWaitAreToldThatItIsClosed) {
  rlock l(w.system(), {.name = "l"});
  auto first = l.acquire();
  auto second = l.acquire();
  std::vector<std::string> ends(16);
  std::vector<std::jthread> all;
  for (std::size_t i = 0; i < ends.size(); ++i)
    all.emplace_back([&, i] { ends[i] = thrown_by([&] { static_cast<void>(l.acquire()); }); });
  until_waiting(w, "l", ends.size());
  EXPECT_TRUE(w.shutdown(60s).clean());
  all.clear();
  for (const auto& one : ends) EXPECT_EQ(one, "closed");
  EXPECT_EQ(first.release(), wait_errc::closed);
}

}  // namespace
