// result_test.cpp: a value, or why there is none.
#include <troupe/actors/result.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <type_traits>

namespace {

using troupe::ask_errc;
using troupe::ask_error;
using troupe::result;

struct refusal {
  int missing;
};

static_assert(std::is_convertible_v<int, result<int>>);
static_assert(std::is_convertible_v<refusal, result<int, refusal>>);
static_assert(!std::is_constructible_v<result<int>, std::string>);
static_assert(std::is_default_constructible_v<result<void>>);
static_assert(!std::is_default_constructible_v<result<int>>);
static_assert(!std::is_copy_constructible_v<result<std::unique_ptr<int>>>);
static_assert(std::is_nothrow_move_constructible_v<result<std::unique_ptr<int>>>);

TEST(Result, HoldsAValue) {
  result<std::string> r = "text";
  ASSERT_TRUE(r.has_value());
  EXPECT_TRUE(static_cast<bool>(r));
  EXPECT_EQ(*r, "text");
  EXPECT_EQ(r->size(), 4U);
  EXPECT_EQ(r.value(), "text");
  r.value() += "s";
  EXPECT_EQ(std::move(r).value(), "texts");
}

TEST(Result, HoldsAnError) {
  const result<int> r = ask_error(ask_errc::full, "no room");
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::full);
  EXPECT_EQ(r.error().text(), "no room");
}

TEST(Result, ValueOfAnErrorThrowsIt) {
  const result<int> r = ask_error(ask_errc::full, "no room");
  try {
    (void)r.value();
    FAIL() << "there is no value";
  } catch (const troupe::ask_failed& e) {
    EXPECT_EQ(e.error(), ask_errc::full);
    EXPECT_STREQ(e.what(), "no room");
  }
}

TEST(Result, ValueOfAnErrorOfTheUsersOwnThrowsBadResult) {
  const result<int, refusal> r = refusal{5};
  EXPECT_EQ(r.error().missing, 5);
  EXPECT_THROW((void)r.value(), troupe::bad_result);
}

TEST(Result, OfVoidIsDoneOrAnError) {
  const result<void> done;
  EXPECT_TRUE(done.has_value());
  EXPECT_NO_THROW((void)done.value());
  const result<void> failed = ask_error(ask_errc::down);
  EXPECT_THROW((void)failed.value(), troupe::ask_failed);
}

TEST(Result, MovesWhatItHoldsOut) {
  result<std::unique_ptr<int>> r = std::make_unique<int>(4);
  const auto p = *std::move(r);
  EXPECT_EQ(*p, 4);
  result<int, std::unique_ptr<int>> e = std::make_unique<int>(6);
  EXPECT_EQ(*std::move(e).error(), 6);
}

TEST(Result, ValueOrTakesTheOtherIfThereIsNone) {
  EXPECT_EQ(result<int>(3).value_or(9), 3);
  EXPECT_EQ(result<int>(ask_error(ask_errc::down)).value_or(9), 9);
  const result<int> kept = 3;
  EXPECT_EQ(kept.value_or(9), 3);
}

TEST(AskErrc, EveryCodeHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int c = 0; c <= static_cast<int>(ask_errc::no_memory); ++c)
    names.insert(to_string(static_cast<ask_errc>(c)));
  EXPECT_EQ(names.size(), 10U);
  EXPECT_EQ(to_string(ask_errc::would_block_worker), "would_block_worker");
  EXPECT_EQ(to_string(static_cast<ask_errc>(200)), "unknown");
}

}  // namespace
