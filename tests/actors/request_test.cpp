// request_test.cpp: asks: types, laziness, texts of failures.
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>

namespace {

using namespace std::chrono_literals;
using troupe::ask_errc;

struct number {
  using reply = int;
  int n = 0;
};
struct done {
  using reply = void;
};
struct open {
  using reply = std::unique_ptr<int>;
  std::unique_ptr<int> what;
};
class answers : public troupe::actor<answers> {
public:
  int on(number q) { return 2 * q.n; }
  void on(done) {}
  std::unique_ptr<int> on(open o) { return std::move(o.what); }
};
class never : public troupe::actor<never> {
public:
  void on(number, troupe::reply_to<number> reply) { kept_ = std::move(reply); }

private:
  troupe::reply_to<number> kept_;
};

using to_number = decltype(std::declval<troupe::ref<answers>>().ask<number>(1));
using try_number = decltype(std::declval<troupe::ref<answers>>().try_ask<number>(1));
static_assert(std::is_same_v<to_number::value_type, int>);
static_assert(std::is_same_v<try_number::value_type, troupe::result<int>>);
static_assert(!std::is_copy_constructible_v<
              decltype(std::declval<troupe::ref<answers>>().ask(std::declval<open>()))>);

TEST(Request, GetGivesTheReply) {
  troupe::kit::stage s;
  auto a = s.spawn<answers>();
  EXPECT_EQ(a.ask<number>(4).get(), 8);
  EXPECT_EQ(a.ask(number{5}).within(1s).get(), 10);
  a.ask(done{}).get();
  EXPECT_EQ(*a.ask<open>(std::make_unique<int>(7)).get(), 7);
  EXPECT_TRUE(a.try_ask(done{}).get().has_value());
  EXPECT_EQ(s.system().counters().asked, 5U);
  EXPECT_EQ(s.system().counters().settled, 5U);
}

TEST(Request, IsNotSentBeforeItIsEnded) {
  troupe::kit::stage s;
  auto a = s.spawn<answers>();
  {
    auto r = a.ask<number>(4).within(1s);
    s.settle();
    EXPECT_EQ(s.system().counters().asked, 0U);
    EXPECT_EQ(std::move(r).get(), 8);
  }
  EXPECT_EQ(s.system().counters().asked, 1U);
}

TEST(Request, KeepsWhomItAsksAlive) {
  troupe::kit::stage s;
  auto r = s.spawn<answers>().ask<number>(4);
  s.settle();
  EXPECT_EQ(s.system().counters().alive(), 1U);
  EXPECT_EQ(std::move(r).get(), 8);
}

TEST(Request, WaitsFiveSecondsUnlessSaid) {
  troupe::kit::stage s;
  auto n = s.spawn<never>();
  const auto before = s.system().now();
  const auto r = n.try_ask<number>(1).get();
  EXPECT_EQ(s.system().now() - before, 5s);
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::timeout);
  EXPECT_NE(r.error().text().find("5000 ms"), std::string::npos) << r.error().text();
}

TEST(Request, WithoutTryAFailureIsThrown) {
  troupe::kit::stage s;
  auto n = s.spawn<never>();
  try {
    (void)n.ask<number>(1).within(3ms).get();
    FAIL() << "answered";
  } catch (const troupe::ask_failed& e) {
    EXPECT_EQ(e.error(), ask_errc::timeout);
    EXPECT_NE(std::string(e.what()).find("3 ms"), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("never"), std::string::npos) << e.what();
  }
}

TEST(Request, OfAnEmptyHandleIsDownBecauseThereIsNobody) {
  const auto r = troupe::ref<answers>().try_ask<number>(1).get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::down);
  EXPECT_EQ(r.error().reason(), troupe::exit_kind::gone);
  EXPECT_NE(r.error().text().find("empty"), std::string::npos) << r.error().text();
}

}  // namespace
