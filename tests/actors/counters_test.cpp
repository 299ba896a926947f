// counters_test.cpp: names of reasons, sums, what is counted where.
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace {

using troupe::dead_reason;
using troupe::system_counters;

TEST(DeadReason, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < troupe::dead_reasons; ++i)
    names.insert(to_string(static_cast<dead_reason>(i)));
  EXPECT_EQ(names.size(), troupe::dead_reasons);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(to_string(dead_reason::empty), "empty");
  EXPECT_EQ(to_string(static_cast<dead_reason>(troupe::dead_reasons)), "unknown");
}

TEST(SystemCounters, SumDeadLettersOfAllReasons) {
  system_counters c;
  EXPECT_EQ(c.dead_letters(), 0U);
  for (std::size_t i = 0; i < troupe::dead_reasons; ++i) c.dead[i] = i + 1;
  EXPECT_EQ(c.dead_letters(), 45U);
  EXPECT_EQ(c.dead_letters(dead_reason::ended), 1U);
  EXPECT_EQ(c.dead_letters(dead_reason::empty), 8U);
}

TEST(SystemCounters, AllHaveEndedIfNoneLivesAndNoneIsBeingBuilt) {
  system_counters c;
  EXPECT_TRUE(c.all_ended());
  c.spawned = 2;
  c.cells_made = 3;
  c.ended = 1;
  EXPECT_EQ(c.alive(), 1U);
  EXPECT_FALSE(c.all_ended());
  c.ended = 2;
  EXPECT_FALSE(c.all_ended()) << "one is being built";
  c.abandoned = 1;
  EXPECT_TRUE(c.all_ended());
}

struct note {
  int number = 0;
};
struct sum {
  using reply = int;
};
class adds : public troupe::actor<adds> {
public:
  explicit adds(bool well) {
    if (!well) throw std::runtime_error("no");
  }
  void on(note n) {
    if (n.number < 0) throw std::runtime_error("negative");
    sum_ += n.number;
  }
  int on(sum) const { return sum_; }

private:
  int sum_ = 0;
};

TEST(SystemCounters, CountWhatHappened) {
  troupe::kit::stage s;
  auto a = s.spawn<adds>(true);
  auto b = s.spawn<adds>(true);
  EXPECT_THROW((void)s.spawn<adds>(false), std::runtime_error);
  for (int i = 0; i < 10; ++i) a.tell<note>(i);
  EXPECT_EQ(a.ask(sum{}).get(), 45);
  b.tell<note>(-1);
  b.tell<note>(1);
  s.settle();
  const system_counters c = s.system().counters();
  EXPECT_EQ(c.spawned, 2U);
  EXPECT_EQ(c.cells_made, 3U);
  EXPECT_EQ(c.abandoned, 1U);
  EXPECT_EQ(c.ended, 1U);
  EXPECT_EQ(c.failed, 1U);
  EXPECT_EQ(c.asked, 1U);
  EXPECT_EQ(c.settled, 1U);
  EXPECT_EQ(c.messages, 13U);
  EXPECT_GE(c.turns, 2U);
  EXPECT_LE(c.turns, c.messages);
  EXPECT_EQ(c.dead_letters(dead_reason::ended), 1U);
}

TEST(SystemCounters, AreOfOneSystemOnly) {
  troupe::kit::stage one;
  troupe::kit::stage other;
  auto a = one.spawn<adds>(true);
  a.tell<note>(1);
  one.settle();
  EXPECT_EQ(one.system().counters().messages, 1U);
  EXPECT_EQ(other.system().counters().messages, 0U);
  EXPECT_EQ(other.system().counters().spawned, 0U);
}

}  // namespace
