// ref_test.cpp: identity of refs.
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <type_traits>
#include <utility>

namespace {

struct note {};
class quiet : public troupe::actor<quiet> {
public:
  void on(note) {}
};
using troupe::ref;

static_assert(std::is_nothrow_default_constructible_v<ref<quiet>>);
static_assert(std::is_nothrow_move_constructible_v<ref<quiet>>);
static_assert(std::is_copy_assignable_v<ref<quiet>>);
static_assert(!std::is_convertible_v<ref<quiet>, bool>, "only where a condition is asked for");

TEST(Ref, ThatIsEmptyIsFalseHasNoIdAndEqualsOthers) {
  const ref<quiet> none;
  EXPECT_FALSE(none);
  EXPECT_EQ(none.id(), troupe::actor_id());
  EXPECT_EQ(none.id().value(), 0U);
  EXPECT_TRUE(none == ref<quiet>());
  none.stop();
  none.kill();
}

TEST(Ref, IsEqualIfItMeansTheSameActor) {
  troupe::kit::stage s;
  const auto x = s.spawn<quiet>();
  const auto y = s.spawn<quiet>();
  const auto again = x;
  EXPECT_TRUE(x);
  EXPECT_EQ(x, again);
  EXPECT_FALSE(x == y);
  EXPECT_FALSE(x == ref<quiet>());
  EXPECT_EQ(x.id(), again.id());
  EXPECT_NE(x.id(), y.id());
  EXPECT_NE(x.id().value(), 0U);
}

TEST(Ref, HasAnIdThatIsNeverUsedAgain) {
  troupe::kit::stage s;
  troupe::actor_id last;
  for (int i = 0; i < 50; ++i) {
    const auto x = s.spawn<quiet>();  // in the cell of the one before
    EXPECT_GT(x.id(), last);
    last = x.id();
    x.stop();
    s.settle();
  }
}

TEST(Ref, ThatWasMovedFromIsEmpty) {
  troupe::kit::stage s;
  auto x = s.spawn<quiet>();
  const auto id = x.id();
  ref<quiet> y = std::move(x);
  EXPECT_FALSE(x);  // NOLINT: what a moved-from one is, is promised
  EXPECT_EQ(y.id(), id);
  y = y.id() == id ? ref<quiet>(y) : ref<quiet>();
  EXPECT_EQ(y.id(), id);
}

TEST(Ref, StaysTrueWhenItsActorHasEnded) {
  troupe::kit::stage s;
  const auto x = s.spawn<quiet>();
  const auto id = x.id();
  x.stop();
  s.settle();
  EXPECT_EQ(s.system().counters().alive(), 0U);
  EXPECT_TRUE(x);
  EXPECT_EQ(x.id(), id);
}

TEST(Ref, TheLastToGoEndsItsActor) {
  troupe::kit::stage s;
  auto x = s.spawn<quiet>();
  auto y = x;
  x = {};
  s.settle();
  EXPECT_EQ(s.system().counters().alive(), 1U);
  y = {};
  s.settle();
  EXPECT_EQ(s.system().counters().alive(), 0U);
}

TEST(Ref, MayOutliveItsSystem) {
  ref<quiet> kept;
  {
    troupe::kit::stage s;
    kept = s.spawn<quiet>();
  }
  kept.tell(note{});
  note n;
  EXPECT_EQ(kept.try_tell(n), troupe::tell_status::closed);
}

}  // namespace
