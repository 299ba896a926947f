// life_test.cpp: how an actor begins, fails and ends.
#include "lives.hpp"
#include <troupe/actors/detail/runtime.hpp>

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace {

using namespace scenario;
using troupe::exit_kind;
using troupe::exit_reason;

SCENARIO(Life, OnStartComesBeforeTheFirstMessageAndOnce) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  a.tell<step>(1);
  a.tell<step>(2);
  EXPECT_EQ(a.ask<echo>(7).get(), 7);
  a = {};
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.1 a.2 a.stop(unreferenced) a.gone");
}

SCENARIO(Life, AnActorThatGetsNoMessageStartsAllTheSame) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  w.settle();
  EXPECT_EQ(j->text(), "a.start");
}

SCENARIO(Life, AnActorWhoseRefIsDroppedAtOnceHasAWholeLife) {
  const auto j = make_journal();
  static_cast<void>(w.spawn<mortal>(j, "a"));
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.stop(unreferenced) a.gone");
}

SCENARIO(Life, OnStopComesOnceAndLastWithTheReason) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  a.tell<step>(1);
  a.stop(exit_reason(exit_kind::user, 42, "done for today"));
  a.tell<step>(2);
  w.settle();
  const auto why = exit_reason(exit_kind::user, 42, "done for today").to_string();
  EXPECT_EQ(j->text(), "a.start a.1 a.stop(" + why + ") a.gone");
  EXPECT_EQ(w.counters().dead_letters(troupe::dead_reason::ended), 1U);
}

SCENARIO(Life, ItsObjectIsGoneWhenNothingIsPendingThoughRefsAreLeft) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  a.stop();
  w.settle();
  EXPECT_TRUE(j->has("a.gone"));
  EXPECT_EQ(w.counters().alive(), 0U);
  EXPECT_TRUE(a);
}

SCENARIO(Life, AnExceptionInAHandlerEndsTheActorWithTypeAndText) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  a.tell<step>(1);
  a.tell<fail>("disk");
  a.tell<step>(2);
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.1 a.stop(failed(std::runtime_error, \"disk\")) a.gone");
  EXPECT_EQ(w.counters().failed, 1U);
  EXPECT_EQ(w.counters().dead_letters(), 1U);
}

SCENARIO(Life, AnExceptionInOnStartEndsItBeforeAnyMessage) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a", trouble::on_start);
  a.tell<step>(1);
  const auto r = a.try_ask<echo>(1).get();
  w.settle();
  EXPECT_EQ(j->count("a.start"), 1);
  EXPECT_EQ(j->count("a.1"), 0);
  EXPECT_EQ(j->count("a.gone"), 1);
  EXPECT_EQ(j->lines().back(), "a.gone");
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), troupe::ask_errc::down);
  EXPECT_EQ(r.error().reason(), exit_reason::failed("std::runtime_error", "cannot start"));
  EXPECT_EQ(w.counters().failed, 1U);
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(Life, AnExceptionInOnStopIsCaughtAndTheStopCompletes) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a", trouble::on_stop);
  auto b = w.spawn<mortal>(j, "b");
  a.stop();
  w.settle();
  EXPECT_EQ(j->count("a.stop(normal)"), 1);
  EXPECT_TRUE(j->in_order("a.stop(normal)", "a.gone"));
  EXPECT_EQ(w.counters().alive(), 1U);
  const auto r = a.try_ask<echo>(1).get();
  EXPECT_EQ(r.error().reason(), exit_kind::normal) << "the failed hook is not the reason";
  EXPECT_EQ(b.ask<echo>(1).get(), 1);
}

SCENARIO(Life, AnExceptionInAHandlerAndThenInOnStopKeepsTheFirst) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a", trouble::on_stop);
  a.tell<fail>("first");
  w.settle();
  const auto r = a.try_ask<echo>(1).get();
  EXPECT_EQ(r.error().reason(), exit_reason::failed("std::runtime_error", "first"));
  EXPECT_EQ(j->count("a.gone"), 1);
}

struct throw_int {};
struct throw_silent {};
class odd : public troupe::actor<odd> {
public:
  void on(throw_int) { throw 42; }  // NOLINT: what is no std::exception is caught too
  void on(throw_silent) { throw std::out_of_range(""); }
  int on(echo e) { return e.n; }
};

SCENARIO(Life, WhatIsNoStdExceptionIsAFailureToo) {
  auto a = w.spawn<odd>();
  a.tell(throw_int{});
  const auto r = a.try_ask<echo>(1).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().reason(), exit_kind::failed);
  EXPECT_EQ(r.error().reason().type(), "int");
}

SCENARIO(Life, AnExceptionWithoutATextKeepsItsType) {
  auto a = w.spawn<odd>();
  a.tell(throw_silent{});
  const auto r = a.try_ask<echo>(1).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().reason(), exit_reason::failed("std::out_of_range", ""));
}

struct begin {};
/// Fails in the continuation of an ask.
class late_failure : public troupe::actor<late_failure> {
public:
  explicit late_failure(troupe::address<echo> to) : to_(std::move(to)) {}
  void on(begin) {
    to_.ask<echo>(1).then(this, [](int) { throw std::logic_error("in the continuation"); });
  }
  int on(echo e) { return e.n; }

private:
  troupe::address<echo> to_;
};

SCENARIO(Life, AnExceptionInAContinuationEndsTheActorLikeOneInAHandler) {
  auto other = w.spawn<mortal>(make_journal(), "b");
  auto a = w.spawn<late_failure>(other);
  a.tell(begin{});
  w.settle();
  const auto r = a.try_ask<echo>(1).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().reason(), exit_reason::failed("std::logic_error", "in the continuation"));
  EXPECT_EQ(other.ask<echo>(3).get(), 3);
}

SCENARIO(Life, SiblingsOfAFailedActorGoOn) {
  const auto j = make_journal();
  std::vector<troupe::ref<mortal>> all;
  for (int i = 0; i < 8; ++i) all.push_back(w.spawn<mortal>(j, std::to_string(i)));
  for (std::size_t i = 0; i < all.size(); i += 2) all[i].tell<fail>("x");
  w.settle();
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_EQ(all[i].try_ask<echo>(1).get().has_value(), i % 2 == 1);
  EXPECT_EQ(w.counters().failed, 4U);
}

// --- constructors

/// Its first member is destroyed when the constructor throws.
template <std::size_t Bytes>
class stillborn : public troupe::actor<stillborn<Bytes>> {
public:
  stillborn(const journal_ptr& j, bool lives) : member_{j} {
    if (!lives) throw std::invalid_argument("no");
  }
  int on(echo e) { return e.n; }

private:
  struct noted {
    journal_ptr j;
    ~noted() { j->note("member gone"); }
  };
  noted member_;
  std::array<char, Bytes> room_{};
};

template <std::size_t Bytes>
void a_constructor_that_throws(world& w) {
  const auto j = make_journal();
  EXPECT_THROW(static_cast<void>(w.spawn<stillborn<Bytes>>(j, false)), std::invalid_argument);
  EXPECT_EQ(j->text(), "member gone");
  w.settle();
  const auto c = w.counters();
  EXPECT_EQ(c.alive(), 0U);
  EXPECT_EQ(c.cells_made, c.cells_freed);
  EXPECT_EQ(c.failed, 0U) << "it never began";
  auto a = w.spawn<stillborn<Bytes>>(j, true);
  EXPECT_EQ(a.template ask<echo>(5).get(), 5);
  EXPECT_EQ(w.counters().spawned, 1U);
}

SCENARIO(Life, AConstructorThatThrowsThrowsToTheSpawnerAndLeavesNothing) {
  a_constructor_that_throws<8>(w);
}
SCENARIO(Life, AConstructorOfALargeActorThatThrowsLeavesNothing) {
  a_constructor_that_throws<100'000>(w);
}

struct try_child {
  using reply = std::string;
};
class unlucky_parent : public troupe::actor<unlucky_parent> {
public:
  explicit unlucky_parent(journal_ptr j) : journal_(std::move(j)) {}
  std::string on(try_child) {
    try {
      static_cast<void>(self().spawn<stillborn<8>>(journal_, false));
    } catch (const std::invalid_argument& e) {
      return e.what();
    }
    return "nothing was thrown";
  }

private:
  journal_ptr journal_;
};

SCENARIO(Life, AConstructorOfAChildThrowsIntoTheParentsHandler) {
  auto p = w.spawn<unlucky_parent>(make_journal());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(p.ask(try_child{}).get(), "no");
  EXPECT_EQ(w.counters().alive(), 1U);
  p = {};
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U) << "a child that was never born holds its parent";
}

struct where {
  using reply = bool;
};
struct alignas(64) aligned : troupe::actor<aligned> {
  bool on(where) const { return reinterpret_cast<std::uintptr_t>(this) % 64 == 0; }
};
struct alignas(256) very_aligned : troupe::actor<very_aligned> {
  bool on(where) const { return reinterpret_cast<std::uintptr_t>(this) % 256 == 0; }
};
struct huge : troupe::actor<huge> {
  bool on(where) const { return room[70'000] == 0; }
  std::array<char, 70'001> room{};
};

SCENARIO(Life, ActorsOfAnySizeLive) {
  EXPECT_TRUE(w.spawn<aligned>().ask(where{}).get());
  EXPECT_TRUE(w.spawn<huge>().ask(where{}).get());
}
SCENARIO(Life, AnActorStandsWhereItsTypeMayStand) {
  EXPECT_TRUE(w.spawn<very_aligned>().ask(where{}).get());
}

// --- many lives

class brief : public troupe::actor<brief> {
public:
  void on(step) {}
};

[[maybe_unused]] long resident_pages() {
  long whole = 0;
  long resident = 0;
  std::ifstream("/proc/self/statm") >> whole >> resident;
  return resident;
}

TEST(LifeInBulk, AMillionLivesNeedTheCellsOfAThousand) {
  constexpr int batches = 1000;
  constexpr int warm_up = 10;
  own_system sys;
  const auto envelopes = troupe::detail::live_envelopes();
  [[maybe_unused]] long pages = 0;
  for (int batch = 0; batch < batches; ++batch) {
    for (int i = 0; i < 1000; ++i) sys->spawn<brief>().tell<step>(i);
    sys.settle();
    const auto c = sys->counters();
    ASSERT_EQ(c.alive(), 0U);
    ASSERT_EQ(c.cells_made, c.cells_freed);
    ASSERT_EQ(c.ended, 1000U * static_cast<unsigned>(batch + 1));
    ASSERT_EQ(troupe::detail::live_envelopes(), envelopes);
    if (batch == warm_up) pages = resident_pages();
  }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
  EXPECT_LT(resident_pages() - pages, 4096) << "memory grows with the number of lives";
#endif
}

}  // namespace
