// timer_test.cpp: timers as values, on the manual clock, and very many of them.
#include <troupe/actors/timer.hpp>

#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using troupe::timer_id;

static_assert(std::is_nothrow_default_constructible_v<timer_id>);
static_assert(std::is_trivially_copyable_v<timer_id>);
static_assert(noexcept(timer_id().cancel()));

struct expire {
  int n;
};
struct count {
  using reply = std::uint64_t;
};

/// The time in which the next are set, and how many.
struct set_many {
  std::uint64_t count;
  std::chrono::seconds over;
};
struct cancel_all {};

class keeper : public troupe::actor<keeper> {
public:
  void on(const set_many& s) {
    ids_.reserve(s.count);
    for (std::uint64_t i = 0; i < s.count; ++i)
      ids_.push_back(self().after(std::chrono::nanoseconds(s.over) * (random_() % 1000) / 1000,
                                  expire{static_cast<int>(i)}));
  }
  void on(cancel_all) {
    for (const timer_id& id : ids_) id.cancel();
    ids_ = {};
  }
  void on(expire) { ++expired_; }
  std::uint64_t on(count) const { return expired_; }

private:
  std::mt19937_64 random_{1};
  std::vector<timer_id> ids_;
  std::uint64_t expired_ = 0;
};

constexpr std::uint64_t million = 1'000'000;

/// Sets one timer of a minute.
class patient : public troupe::actor<patient> {
public:
  void on_start() { self().after(60s, expire{1}); }
  void on(expire e) { expired_ += static_cast<std::uint64_t>(e.n); }
  std::uint64_t on(count) const { return expired_; }

private:
  std::uint64_t expired_ = 0;
};

TEST(Timer, TheManualClockDrivesIt) {
  troupe::kit::stage stage;
  auto p = stage.spawn<patient>();
  stage.advance(59s);
  EXPECT_EQ(p.ask(count{}).get(), 0U);
  stage.advance(2s);
  EXPECT_EQ(p.ask(count{}).get(), 1U);
}

TEST(Timer, WhatIsDueNowComesWhenTheStageSettles) {
  troupe::kit::stage stage;
  auto k = stage.spawn<keeper>();
  k.tell<set_many>(3U, 0s);
  stage.settle();
  EXPECT_EQ(k.ask(count{}).get(), 3U);
}

TEST(Timer, AMillionInOneActorComeAndLeaveNothing) {
  const auto before = troupe::detail::live_envelopes();
  troupe::kit::stage stage;
  auto k = stage.spawn<keeper>();
  k.tell<set_many>(million, 1000s);
  stage.advance(500s);
  const auto half = k.ask(count{}).get();
  EXPECT_GT(half, million * 49 / 100);
  EXPECT_LT(half, million * 51 / 100);
  stage.advance(500s);
  EXPECT_EQ(k.ask(count{}).get(), million);
  EXPECT_EQ(troupe::detail::live_envelopes(), before);
}

TEST(Timer, AMillionInOneActorAreCancelledAndLeaveNothing) {
  const auto before = troupe::detail::live_envelopes();
  troupe::kit::stage stage;
  auto k = stage.spawn<keeper>();
  k.tell<set_many>(million, 1000s);
  k.tell(cancel_all{});
  stage.settle();
  EXPECT_EQ(troupe::detail::live_envelopes(), before);
  stage.advance(2000s);
  EXPECT_EQ(k.ask(count{}).get(), 0U);
}

TEST(Timer, AMillionGoWithTheirActor) {
  const auto before = troupe::detail::live_envelopes();
  troupe::kit::stage stage;
  auto k = stage.spawn<keeper>();
  k.tell<set_many>(million, 1000s);
  stage.settle();
  EXPECT_EQ(stage.system().counters().timers, million);
  k.stop();
  stage.settle();
  EXPECT_EQ(troupe::detail::live_envelopes(), before);
}

TEST(Timer, AMillionOverManyActorsComeOnThreads) {
  const auto before = troupe::detail::live_envelopes();
  constexpr std::uint64_t actors = 10'000;
  troupe::actor_system sys({.workers = 2, .log = false});
  {
    std::vector<troupe::ref<keeper>> all;
    for (std::uint64_t i = 0; i < actors; ++i) all.push_back(sys.spawn<keeper>());
    for (auto& k : all) k.tell<set_many>(million / actors, 1s);
  }
  // Nobody refers to them: each ends when its last timer has come.
  const auto all_gone = [&] {
    const auto c = sys.counters();
    return c.alive() == 0 && c.cells_made == c.cells_freed;
  };
  while (!all_gone()) std::this_thread::yield();
  EXPECT_EQ(sys.counters().timers, million);
  EXPECT_EQ(sys.counters().ticks, million);
  EXPECT_EQ(troupe::detail::live_envelopes(), before);
}

}  // namespace
