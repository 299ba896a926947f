// reply_test.cpp: reply_to without a runtime, and its moves.
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <type_traits>
#include <utility>

namespace {

struct number {
  using reply = long;
  int n = 0;
};
struct done {
  using reply = void;
};
using troupe::reply_to;

static_assert(!std::is_copy_constructible_v<reply_to<number>>);
static_assert(!std::is_copy_assignable_v<reply_to<number>>);
static_assert(std::is_nothrow_move_constructible_v<reply_to<number>>);
static_assert(std::is_nothrow_move_assignable_v<reply_to<number>>);
static_assert(!std::is_convertible_v<reply_to<number>, bool>);

TEST(ReplyTo, ThatIsEmptyTakesEveryAnswerAndDoesNothing) {
  reply_to<number> r;
  EXPECT_FALSE(r);
  r(5);
  r.fail(troupe::ask_errc::down);
  r.forward(troupe::address<number>(), number{1});
  reply_to<done> d;
  d();
  EXPECT_FALSE(d);
}

class waits : public troupe::actor<waits> {
public:
  waits(troupe::address<number> whom, std::optional<long>& got)
      : whom_(std::move(whom)), got_(got) {}
  void on(done) {
    whom_.try_ask<number>(1).then(this, [this](troupe::result<long> r) { got_ = r ? *r : -1; });
  }

private:
  troupe::address<number> whom_;
  std::optional<long>& got_;
};

struct fixture {
  troupe::kit::stage s;
  troupe::kit::probe<number> p{s};
  std::optional<long> got;
  troupe::ref<waits> w = s.spawn<waits>(p.address(), got);

  [[nodiscard]] reply_to<number> request() {
    w.tell(done{});
    auto one = p.take<number>();
    EXPECT_TRUE(one.has_value());
    return std::move(one->reply);
  }
};

TEST(ReplyTo, AnswersOnceAndIsEmptyThen) {
  fixture f;
  auto r = f.request();
  EXPECT_TRUE(r);
  r(7);  // an int becomes the long that the message names
  EXPECT_FALSE(r);
  r(8);
  f.s.settle();
  EXPECT_EQ(f.got, 7);
}

TEST(ReplyTo, MovesTheRightToAnswer) {
  fixture f;
  auto r = f.request();
  reply_to<number> other = std::move(r);
  EXPECT_FALSE(r);  // NOLINT: what a moved-from one is, is promised
  r(1);
  f.s.settle();
  EXPECT_FALSE(f.got.has_value());
  other(2);
  f.s.settle();
  EXPECT_EQ(f.got, 2);
}

TEST(ReplyTo, ThatIsOverwrittenOrDroppedAnswersThatThereIsNone) {
  fixture f;
  auto r = f.request();
  r = {};
  f.s.settle();
  EXPECT_EQ(f.got, -1);
  f.got.reset();
  { const auto dropped = f.request(); }
  f.s.settle();
  EXPECT_EQ(f.got, -1);
}

TEST(ReplyTo, AssignedToItselfKeepsTheRight) {
  fixture f;
  auto r = f.request();
  auto& same = r;
  r = std::move(same);
  ASSERT_TRUE(r);
  r(3);
  f.s.settle();
  EXPECT_EQ(f.got, 3);
}

}  // namespace
