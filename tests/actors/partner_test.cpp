// partner_test.cpp: two that hand control to one another: their turns, their ends, and what is
// refused.
#include <troupe/actors/partner.hpp>

#include <troupe/actors/detail/runtime.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using troupe::hand_over;
using troupe::partner;
using troupe::switch_errc;

static_assert(!std::is_copy_constructible_v<partner>);
static_assert(std::is_nothrow_move_constructible_v<partner> &&
              std::is_nothrow_move_assignable_v<partner>);

/// Writes its name when it goes.
struct witness {
  witness(std::vector<std::string>& log, std::string name) : log_(log), name_(std::move(name)) {}
  witness(const witness&) = delete;
  witness& operator=(const witness&) = delete;
  ~witness() { log_.push_back(name_); }

private:
  std::vector<std::string>& log_;
  std::string name_;
};

/// No frame is left behind.
class Partner : public ::testing::Test {
protected:
  ~Partner() override { EXPECT_EQ(troupe::detail::live_envelopes(), before_); }

private:
  std::int64_t before_ = troupe::detail::live_envelopes();
};

partner play(partner& other, std::string& log, char name, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    log += name;
    co_await switch_to(other);
  }
  log += '.';
}

/// The code of the switch_failed that `f` throws.
template <class F>
std::optional<switch_errc> refusal(F&& f) {
  try {
    f();
  } catch (const troupe::switch_failed& e) {
    return e.code();
  }
  return std::nullopt;
}

TEST_F(Partner, TheTwoRunInTurnAndWhenOneEndsTheStarterGoesOn) {
  std::string log;
  partner a, b;
  a = play(b, log, 'a', 2);
  b = play(a, log, 'b', 9);
  EXPECT_EQ(log, "");
  hand_over(a, b);
  EXPECT_EQ(log, "abab.");
  EXPECT_TRUE(a.done());
  EXPECT_FALSE(b.done());
}

TEST_F(Partner, TheOneThatIsLeftGoesOnWithAnother) {
  std::string log;
  partner a, b;
  a = play(b, log, 'a', 1);
  b = play(a, log, 'b', 2);
  hand_over(a, b);
  EXPECT_EQ(log, "ab.");
  a = play(b, log, 'c', 9);
  hand_over(b, a);
  EXPECT_EQ(log, "ab.bc.");
  EXPECT_TRUE(b.done());
}

partner count_to(partner& other, int& n, int to) {
  while (n < to) {
    ++n;
    co_await switch_to(other);
  }
}

TEST_F(Partner, AMillionSwitchesNeedNoStack) {
  int n = 0;
  partner a, b;
  a = count_to(b, n, 1'000'000);
  b = count_to(a, n, 1'000'000);
  hand_over(a, b);
  EXPECT_EQ(n, 1'000'000);
}

partner throws_at(partner& other, std::vector<std::string>& log, bool now) {
  const witness local(log, now ? "thrower" : "stander");
  if (now) throw std::runtime_error("broken");
  co_await switch_to(other);
}

TEST_F(Partner, AnExceptionOfEitherIsTheStarters) {
  std::vector<std::string> log;
  partner a, b;
  a = throws_at(b, log, false);
  b = throws_at(a, log, true);
  EXPECT_THROW(hand_over(a, b), std::runtime_error);
  EXPECT_EQ(log, (std::vector<std::string>{"thrower"}));
  EXPECT_TRUE(b.done());
  EXPECT_FALSE(a.done());
  a = {};
  EXPECT_EQ(log, (std::vector<std::string>{"thrower", "stander"}));
}

TEST_F(Partner, APairMayRunInsideAnother) {
  std::string log;
  const auto nest = [](partner& other, std::string& all) -> partner {
    all += '(';
    partner c, d;
    c = play(d, all, 'c', 1);
    d = play(c, all, 'd', 1);
    hand_over(c, d);
    all += ')';
    co_await switch_to(other);
  };
  partner a, b;
  a = nest(b, log);
  b = play(a, log, 'b', 1);
  hand_over(a, b);
  EXPECT_EQ(log, "(cd.)b");
}

// --- misuse of pairs

/// Notes why its one switch is refused, and goes on.
partner tries(partner& to, std::optional<switch_errc>& why) {
  try {
    co_await switch_to(to);
  } catch (const troupe::switch_failed& e) {
    why = e.code();
  }
}

TEST_F(Partner, ASwitchToOneThatHasEndedIsRefusedWhereItStands) {
  std::string log;
  std::optional<switch_errc> why;
  partner a, b, none;
  a = play(b, log, 'a', 0);
  hand_over(a, b);  // ended at once
  ASSERT_TRUE(a.done());
  b = tries(a, why);
  hand_over(b, a);
  EXPECT_EQ(why, switch_errc::ended);
  why.reset();
  b = tries(none, why);
  hand_over(b, none);
  EXPECT_EQ(why, switch_errc::ended);
}

TEST_F(Partner, ASwitchToOneselfIsRefused) {
  std::optional<switch_errc> why;
  partner a, b;
  a = tries(a, why);
  hand_over(a, b);
  EXPECT_EQ(why, switch_errc::running);
}

TEST_F(Partner, ASwitchToAStrangerIsRefusedWhereverItStands) {
  std::string log;
  std::optional<switch_errc> why;
  partner a, b, stranger;
  b = play(a, log, 'b', 1);
  stranger = play(a, log, 's', 1);
  a = tries(stranger, why);
  hand_over(a, b);
  EXPECT_EQ(why, switch_errc::stranger);
  EXPECT_EQ(log, "");

  why.reset();  // one of the pair around this one
  const auto nest = [](partner& outer, std::optional<switch_errc>& code) -> partner {
    partner c, d;
    c = tries(outer, code);
    hand_over(c, d);
    co_return;
  };
  a = nest(a, why);
  hand_over(a, b);
  EXPECT_EQ(why, switch_errc::stranger);
}

TEST_F(Partner, ARefusalThatIsNotCaughtEndsItsPartnerWithATextThatHelps) {
  std::string log;
  partner a, b, stranger;
  stranger = play(a, log, 's', 1);
  a = play(stranger, log, 'a', 1);
  std::string text;
  try {
    hand_over(a, b);
  } catch (const std::logic_error& e) {
    text = e.what();
  }
  EXPECT_NE(text.find("hand_over(a, b) makes two a pair"), std::string::npos) << text;
  EXPECT_TRUE(a.done());
}

TEST_F(Partner, HandOverOfOneThatHasEndedOrRunsOrTwiceTheSameIsRefused) {
  std::string log;
  partner a, b;
  EXPECT_EQ(refusal([&] { hand_over(a, b); }), switch_errc::ended);
  a = play(b, log, 'a', 1);
  EXPECT_EQ(refusal([&] { hand_over(a, a); }), switch_errc::stranger);
  const auto restarts = [](partner& first, partner& second) -> partner {
    EXPECT_FALSE(second.done());
    EXPECT_EQ(refusal([&] { hand_over(first, second); }), switch_errc::running);
    co_return;
  };
  b = restarts(a, b);
  hand_over(a, b);
  EXPECT_EQ(log, "a");
}

TEST_F(Partner, TheStandingOneMayBeMovedByTheOther) {
  std::string log;
  const auto moves = [](partner& other, partner& elsewhere) -> partner {
    co_await switch_to(other);
    elsewhere = std::move(other);
    co_await switch_to(elsewhere);
  };
  partner a, b, c;
  a = moves(b, c);
  b = play(a, log, 'b', 1);
  hand_over(a, b);
  EXPECT_EQ(log, "b.");
  EXPECT_TRUE(b.done());  // it has no body any more
  EXPECT_TRUE(c.done());
}

TEST_F(Partner, TheStandingOneMayBeDestroyedByTheOther) {
  std::vector<std::string> log;
  std::optional<switch_errc> why;
  const auto ends = [](partner& other, std::optional<switch_errc>& code) -> partner {
    co_await switch_to(other);
    other = {};
    try {
      co_await switch_to(other);
    } catch (const troupe::switch_failed& e) {
      code = e.code();
    }
  };
  partner a, b;
  a = ends(b, why);
  b = throws_at(a, log, false);
  hand_over(a, b);
  EXPECT_EQ(why, switch_errc::ended);
  EXPECT_EQ(log, (std::vector<std::string>{"stander"}));
}

TEST(PartnerDeathTest, DestroyedByItsOwnBodyEndsTheProgramWithAText) {
  const auto body = [](partner& self) -> partner {
    self = {};
    co_return;
  };
  partner a, b;
  a = body(a);
  EXPECT_DEATH(hand_over(a, b), "by its own body");
}

}  // namespace
