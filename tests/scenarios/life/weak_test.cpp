// weak_test.cpp: references that keep nobody alive.
#include "../cast.hpp"
#include "../lives.hpp"

#include <array>
#include <atomic>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

namespace {

using namespace scenario;
using troupe::exit_kind;
using troupe::weak;

static_assert(sizeof(weak<mortal>) == 24);
static_assert(std::is_nothrow_move_constructible_v<weak<mortal>>, "it is part of messages");
static_assert(std::is_nothrow_copy_constructible_v<weak<mortal>>);

SCENARIO(Weak, LocksWhileItsActorLives) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  auto b = w.spawn<mortal>(j, "b");
  const weak<mortal> to_a = a;
  const weak<mortal> also_a(a);
  weak<mortal> moved(b);
  const weak<mortal> to_b = std::move(moved);
  EXPECT_EQ(to_a.lock(), a);
  EXPECT_EQ(to_b.lock(), b);
  EXPECT_EQ(to_a.lock().ask<echo>(7).get(), 7);
  EXPECT_EQ(to_a.id(), a.id());
  EXPECT_TRUE(to_a == also_a);
  EXPECT_TRUE(to_a == a);
  EXPECT_FALSE(to_a == to_b);
}

SCENARIO(Weak, OfNobodyIsEmpty) {
  const weak<mortal> none;
  const weak<mortal> of_empty{troupe::ref<mortal>()};
  EXPECT_FALSE(none.lock());
  EXPECT_FALSE(of_empty.lock());
  EXPECT_EQ(none.id(), troupe::actor_id());
  EXPECT_TRUE(none == of_empty);
  EXPECT_FALSE(none == w.spawn<mortal>(make_journal(), "a"));
}

SCENARIO(Weak, DoesNotKeepItsActorAlive) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  const weak<mortal> to = a;
  const weak<mortal> copy = to;
  const auto id = a.id();
  a.tell<step>(1);
  a = {};
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.1 a.stop(unreferenced) a.gone");
  EXPECT_EQ(w.counters().cells_made, w.counters().cells_freed);
  EXPECT_FALSE(to.lock());
  EXPECT_EQ(to.id(), id) << "it still says whom it meant";
}

SCENARIO(Weak, WhatItLocksKeepsTheActorAlive) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  const weak<mortal> to = a;
  auto locked = to.lock();
  a = {};
  w.settle();
  EXPECT_EQ(j->text(), "a.start");
  EXPECT_EQ(locked.ask<echo>(3).get(), 3);
  locked = {};
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.stop(unreferenced) a.gone");
  EXPECT_FALSE(to.lock());
}

SCENARIO(Weak, IsEmptyOnceItsActorHasEndedHoweverThatWas) {
  std::array<troupe::ref<mortal>, 4> actors;
  for (auto& a : actors) a = w.spawn<mortal>(make_journal(), "a");
  std::vector<weak<mortal>> to(actors.begin(), actors.end());
  actors[0].stop();
  actors[1].kill();
  actors[2].tell<fail>("x");
  actors[3].tell<leave>(exit_kind::user);
  w.settle();
  for (const auto& one : to) EXPECT_FALSE(one.lock()) << "though there is a ref to it";
}

SCENARIO(Weak, NeverMeansWhoLivesInItsCellNow) {
  constexpr int lives = 50;
  std::vector<weak<mortal>> old;
  for (int i = 0; i < lives; ++i) {
    auto a = w.spawn<mortal>(make_journal(), "a");
    for (const auto& o : old) {
      EXPECT_FALSE(o.lock());
      EXPECT_FALSE(o == weak<mortal>(a));
    }
    old.emplace_back(a);
    EXPECT_EQ(old.back().lock(), a);
    a = {};
    w.settle();
  }
}

/// Two that know each other.
class child;
class family : public troupe::actor<family> {
public:
  explicit family(journal_ptr j) : journal_(std::move(j)) {}
  ~family() { journal_->note("parent gone"); }
  inline void on_start();
  void on(step s) { journal_->note("parent " + std::to_string(s.n)); }

private:
  journal_ptr journal_;
  troupe::ref<child> child_;
};
class child : public troupe::actor<child> {
public:
  child(journal_ptr j, weak<family> parent) : journal_(std::move(j)), parent_(std::move(parent)) {}
  ~child() {
    EXPECT_FALSE(parent_.lock()) << "it has ended";
    journal_->note("child gone");
  }
  void on_start() {
    if (const auto p = parent_.lock()) p.tell<step>(1);
  }

private:
  journal_ptr journal_;
  weak<family> parent_;
};
void family::on_start() {
  // Not a child in the library's sense, which would end before it.
  child_ = self().system().spawn<child>(journal_, weak<family>(self()));
}

SCENARIO(Weak, BreaksACycle) {
  const auto j = make_journal();
  auto p = w.spawn<family>(j);
  if (!world::real) w.settle();
  p = {};
  w.settle();
  EXPECT_EQ(j->count("parent gone"), 1);
  EXPECT_EQ(j->count("child gone"), 1);
  EXPECT_EQ(w.counters().alive(), 0U);
}

/// Watches whom it is told to.
struct look_at {
  using reply = void;
  weak<mortal> whom;
};
class watchman : public troupe::actor<watchman> {
public:
  explicit watchman(journal_ptr j) : journal_(std::move(j)) {}
  void on(const look_at& l) {
    const auto m = self().watch(l.whom);
    EXPECT_EQ(m.who(), l.whom.id());
  }
  void on(const troupe::down& d) {
    journal_->note(std::to_string(d.who.value()) + " " + d.reason.to_string());
  }

private:
  journal_ptr journal_;
};

SCENARIO(Weak, MayBeWatchedAndKeepsNobodyAliveThen) {
  const auto j = make_journal();
  auto watcher = w.spawn<watchman>(j);
  auto a = w.spawn<mortal>(make_journal(), "a");
  const weak<mortal> to = a;
  watcher.ask<look_at>(to).get();
  a = {};
  w.settle();
  const std::string id = std::to_string(to.id().value());
  EXPECT_EQ(j->text(), id + " unreferenced");
  watcher.ask<look_at>(to).get();
  w.settle();
  EXPECT_EQ(j->text(), id + " unreferenced " + id + " gone");
}

TEST(WeakAndSystem, MayOutliveItsSystem) {
  std::optional<weak<mortal>> outlives;
  std::optional<weak<mortal>> of_kept;
  troupe::ref<mortal> kept;
  {
    own_system sys;
    kept = sys->spawn<mortal>(make_journal(), "a");
    outlives = sys->spawn<mortal>(make_journal(), "b");
    of_kept = kept;
    sys.settle();
  }
  EXPECT_FALSE(outlives->lock());
  EXPECT_FALSE(of_kept->lock()) << "shutdown has ended it";
  kept = {};
  EXPECT_FALSE(of_kept->lock());
  const weak<mortal> copy = *outlives;
  outlives.reset();
  of_kept.reset();
  EXPECT_FALSE(copy.lock());
}

// --- threads

/// Says which one it is.
class numbered : public troupe::actor<numbered> {
public:
  explicit numbered(int n) : number_(n) {}
  int on(cast::query) const { return number_; }

private:
  int number_;
};

SCENARIO_ON_THREADS(Weak, LocksOrIsEmptyWhenTheLastRefGoesAtTheSameTime) {
  constexpr int lives = 200;
  constexpr int threads = 3;
  std::array<weak<numbered>, lives> to;
  std::atomic<int> born{0};
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&] {
      for (int i = 0; i < lives; ++i) {
        while (born.load(std::memory_order_acquire) <= i) std::this_thread::yield();
        const weak<numbered> mine = to[static_cast<std::size_t>(i)];
        for (int times = 0; times < 5; ++times) {
          const auto got = mine.lock();
          if (!got) break;
          EXPECT_EQ(got.id(), mine.id());
          const auto said = got.try_ask<cast::query>().get();
          EXPECT_TRUE(said) << "while somebody has a ref it does not end for want of references";
          if (said) {
            EXPECT_EQ(*said, i);
          }
        }
      }
    });
  for (int i = 0; i < lives; ++i) {
    const auto a = w.spawn<numbered>(i);  // and let go at once
    to[static_cast<std::size_t>(i)] = a;
    born.store(i + 1, std::memory_order_release);
  }
  for (auto& t : all) t.join();
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
  for (const auto& one : to) EXPECT_FALSE(one.lock());
}

}  // namespace
