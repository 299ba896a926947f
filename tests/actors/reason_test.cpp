// reason_test.cpp: kinds, texts and equality of exit reasons.
#include <troupe/actors/reason.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

using troupe::exit_kind;
using troupe::exit_reason;

TEST(ExitReason, IsNormalUnlessSaid) {
  const exit_reason r;
  EXPECT_EQ(r, exit_kind::normal);
  EXPECT_EQ(r, exit_reason(exit_kind::normal));
  EXPECT_EQ(r.number(), 0);
  EXPECT_EQ(r.text(), "");
  EXPECT_EQ(r.type(), "");
}

TEST(ExitReason, EveryKindHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int k = 0; k <= static_cast<int>(exit_kind::user); ++k)
    names.insert(to_string(static_cast<exit_kind>(k)));
  EXPECT_EQ(names.size(), 10U);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(to_string(static_cast<exit_kind>(200)), "unknown");
}

TEST(ExitReason, ReadsAsALineForPeople) {
  EXPECT_EQ(exit_reason(exit_kind::shutdown).to_string(), "shutdown");
  EXPECT_EQ(exit_reason::failed("std::runtime_error", "disk").to_string(),
            "failed(std::runtime_error, \"disk\")");
  EXPECT_EQ(exit_reason::failed("int", "").to_string(), "failed(int)");
  EXPECT_EQ(exit_reason(exit_kind::signal, 11).to_string(), "signal(11)");
  EXPECT_EQ(exit_reason(exit_kind::exited, 0).to_string(), "exited(0)");
  EXPECT_EQ(exit_reason(exit_kind::user, 7, "enough").to_string(), "user(7, \"enough\")");
  EXPECT_EQ(exit_reason(exit_kind::user, "enough").to_string(), "user(\"enough\")");
}

TEST(ExitReason, IsCleanIfNothingWentWrong) {
  for (const auto k : {exit_kind::normal, exit_kind::shutdown, exit_kind::unreferenced})
    EXPECT_TRUE(exit_reason(k).is_clean()) << to_string(k);
  EXPECT_TRUE(exit_reason(exit_kind::exited, 0).is_clean());
  EXPECT_FALSE(exit_reason(exit_kind::exited, 1).is_clean());
  for (const auto k : {exit_kind::failed, exit_kind::killed, exit_kind::unreachable,
                       exit_kind::gone, exit_kind::signal, exit_kind::user})
    EXPECT_FALSE(exit_reason(k).is_clean()) << to_string(k);
}

TEST(ExitReason, IsEqualInKindNumberTypeAndText) {
  const auto r = exit_reason::failed("a", "b");
  const exit_reason copy = r;
  EXPECT_EQ(copy, r);
  EXPECT_EQ(r, exit_reason::failed("a", "b"));
  EXPECT_NE(r, exit_reason::failed("a", "c"));
  EXPECT_NE(r, exit_reason::failed("c", "b"));
  EXPECT_EQ(r, exit_kind::failed);
  EXPECT_NE(exit_reason(exit_kind::user, 1), exit_reason(exit_kind::user, 2));
  EXPECT_NE(exit_reason(exit_kind::signal, 1), exit_reason(exit_kind::exited, 1));
}

TEST(ExitReason, SharesItsTextWithItsCopies) {
  const exit_reason r(exit_kind::user, std::string(1000, 'x'));
  const exit_reason copy = r;
  EXPECT_EQ(copy.text().data(), r.text().data());
}

}  // namespace
