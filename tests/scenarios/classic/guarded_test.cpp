// guarded_test.cpp: functions that run where the value is.
#include "contenders.hpp"

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace contest;

/// Neither copied nor moved; says how many there are.
class rooted {
public:
  rooted(std::shared_ptr<tally> alive, std::unique_ptr<int> content)
      : alive_(std::move(alive)), content_(std::move(content)) {
    if (content_ == nullptr) throw std::invalid_argument("no content");
    alive_->add();
  }
  rooted(const rooted&) = delete;
  rooted& operator=(const rooted&) = delete;
  ~rooted() { alive_->add(-1); }
  [[nodiscard]] int& content() { return *content_; }

private:
  std::shared_ptr<tally> alive_;
  std::unique_ptr<int> content_;
};

SCENARIO(Guarded, BuildsItsValueWhereItStays) {
  guarded<int> zero(w.system());
  guarded<std::string> text(w.system(), 3U, 'x');
  guarded<std::vector<int>> named(w.system(), troupe::classic::options{.name = "stock"},
                                  std::vector<int>{1, 2});
  EXPECT_EQ(zero.with([](int& n) { return n; }), 0);
  EXPECT_EQ(text.with([](std::string& s) { return s; }), "xxx");
  EXPECT_EQ(named.with([](std::vector<int>& v) { return v.size(); }), 2U);
  EXPECT_EQ(shown(w, "stock").name, "stock");
}

SCENARIO(Guarded, ItsValueLivesAsLongAsItDoesAndIsDestroyedOnce) {
  const auto alive = std::make_shared<tally>();
  {
    guarded<rooted> g(w.system(), alive, std::make_unique<int>(5));
    EXPECT_EQ(alive->read(), 1);
    EXPECT_EQ(g.with([](rooted& r) { return r.content()++; }), 5);
    EXPECT_EQ(g.with([](rooted& r) { return r.content(); }), 6);
  }
  eventually(w, [&] { return alive->read() == 0; });
}

SCENARIO(Guarded, AConstructorThatThrowsLeavesNothing) {
  const auto alive = std::make_shared<tally>();
  const auto before = w.counters().cells_made;
  EXPECT_THROW(guarded<rooted>(w.system(), alive, nullptr), std::invalid_argument);
  EXPECT_EQ(alive->read(), 0);
  EXPECT_EQ(w.counters().cells_made, before);
}

SCENARIO(Guarded, WithGivesWhatTheFunctionReturnsOrThrows) {
  guarded<std::map<std::string, int>> stock(w.system());
  stock.with([](auto& s) { ++s["nails"]; });
  EXPECT_EQ(stock.with([](const std::map<std::string, int>& s) { return s.at("nails"); }), 1);
  int& there = stock.with([](auto& s) -> int& { return s["nails"]; });
  there = 7;
  EXPECT_EQ(stock.with([](auto& s) { return s["nails"]; }), 7) << "the value itself";
  EXPECT_THROW(static_cast<void>(stock.with([](auto& s) { return s.at("screws"); })),
               std::out_of_range);
  auto moved = stock.with([](auto& s) { return std::make_unique<int>(s["nails"]); });
  EXPECT_EQ(*moved, 7);
}

SCENARIO(Guarded, WhatAFunctionDidBeforeItThrewStays) {
  guarded<int> g(w.system(), 1);
  EXPECT_EQ(thrown_by([&] {
              g.with([](int& n) {
                n = 2;
                throw std::runtime_error("half done");
              });
            }),
            "half done");
  EXPECT_EQ(g.with([](int& n) { return n; }), 2);
}

int add_one(int& n) { return ++n; }

SCENARIO(Guarded, TakesAnyFunction) {
  guarded<int> g(w.system(), 1);
  EXPECT_EQ(g.with(add_one), 2);
  EXPECT_EQ(g.with(&add_one), 3);
  std::array<int, 4096> large{};
  large.back() = 4;
  EXPECT_EQ(g.with([large](int& n) { return n + large.back(); }), 7);
  auto only = std::make_unique<int>(10);
  EXPECT_EQ(g.with([o = std::move(only), times = 0](int& n) mutable {
    ++times;
    return n * *o * times;
  }),
            30);
  const std::function<int(int&)> wrapped = add_one;
  EXPECT_EQ(g.with(wrapped), 4);
}

SCENARIO(Guarded, InATurnItIsRefusedAndNothingRuns) {
  guarded<int> g(w.system(), 1);
  run(w, [&g](player&) -> task<> {
    EXPECT_EQ(thrown_by([&] { g.with([](int& n) { n = 2; }); }), "would_block_worker");
    co_return;
  });
  EXPECT_EQ(g.with([](int& n) { return n; }), 1);
}

SCENARIO(Guarded, InAFunctionAsksAndBlockingCallsAreRefused) {
  guarded<int> g(w.system(), 1);
  guarded<int> other(w.system(), 1);
  lock l(w.system());
  auto q = w.spawn<prompt>();
  const std::string refused = "would_block_worker";
  g.with([&](int&) {
    EXPECT_EQ(thrown_by([&] { static_cast<void>(q.ask<query>(1).get()); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(l.acquire()); }), refused);
    EXPECT_EQ(thrown_by([&] { static_cast<void>(l.try_acquire()); }), refused);
    EXPECT_EQ(thrown_by([&] { other.with([](int& n) { n = 9; }); }), refused);
    EXPECT_EQ(thrown_by([&] { g.with([](int& n) { n = 9; }); }), refused);
  });
  EXPECT_EQ(g.with([](int& n) { return n; }), 1);
  EXPECT_EQ(other.with([](int& n) { return n; }), 1);
  EXPECT_FALSE(l.locked());
}

SCENARIO(Guarded, AnActorWithAThreadOfItsOwnMayUseIt) {
  struct count {
    using reply = int;
  };
  struct counts : troupe::actor<counts> {
    explicit counts(guarded<int>& of) : g(of) {}
    int on(count) { return g.with(add_one); }
    guarded<int>& g;
  };
  guarded<int> g(w.system());
  auto a = w.spawn<counts>({.own_thread = true}, g);
  for (int i = 1; i <= 5; ++i) EXPECT_EQ(a.ask<count>().get(), i);
}

SCENARIO(Guarded, OneFunctionAtATimeOfDozensOfThreads) {
  struct books {
    room visited;
    std::map<int, int> counts;
    std::vector<int> last = std::vector<int>(32, -1);
  };
  guarded<books> g(w.system());
  const int times = real ? 60 : 5;
  tally thrown;
  at_once(32, [&](int i) {
    for (int n = 0; n < times; ++n) {
      const auto f = [&](books& b) {
        b.visited.visit();
        ++b.counts[n];
        EXPECT_EQ(std::exchange(b.last[static_cast<std::size_t>(i)], n), n - 1) << "not in order";
        if (n % 5 == 0) throw std::runtime_error(std::to_string(i) + "/" + std::to_string(n));
        return i * 1000 + n;
      };
      try {
        EXPECT_EQ(g.with(f), i * 1000 + n) << "the answer of another";
      } catch (const std::runtime_error& e) {
        EXPECT_EQ(e.what(), std::to_string(i) + "/" + std::to_string(n)) << "thrown by another";
        thrown.add();
      }
    }
  });
  g.with([&](books& b) {
    b.visited.expect_visits(32 * times);
    for (int n = 0; n < times; ++n) EXPECT_EQ(b.counts[n], 32);
  });
  EXPECT_EQ(thrown.read(), 32 * ((times + 4) / 5));
}

SCENARIO(Guarded, ManyOfThemLeaveNothing) {
  std::vector<std::unique_ptr<guarded<int>>> all;
  for (int i = 0; i < 100; ++i) all.push_back(std::make_unique<guarded<int>>(w.system(), i));
  at_once(8, [&](int) {
    for (auto& g : all) g->with(add_one);
  });
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(all[static_cast<std::size_t>(i)]->with([](int& n) { return n; }), i + 8);
}

SCENARIO_ON_THREADS(Guarded, AtTheSystemsEndAFunctionHasRunOnceOrNotAtAll) {
  guarded<long> g(w.system());
  tally ran;
  tally returned;
  tally begun;
  std::vector<std::jthread> all;
  for (int i = 0; i < 12; ++i)
    all.emplace_back([&] {
      for (int n = 0; n < 1'000'000; ++n) {
        if (n == 3) begun.add();
        const auto why = thrown_by([&] {
          g.with([&](long& sum) {
            ++sum;
            ran.add();
          });
        });
        if (!why.empty()) {
          EXPECT_EQ(why, "closed");
          return;
        }
        returned.add();
      }
    });
  while (begun.read() < 12) std::this_thread::yield();
  EXPECT_TRUE(w.shutdown(60s).clean());
  all.clear();
  EXPECT_EQ(ran.read(), returned.read());
}

}  // namespace
