// target_test.cpp: tell and try_tell.
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using troupe::tell_status;

struct point {
  int x;
  int y;
};
struct parcel {
  std::unique_ptr<int> content;
};
struct log {
  using reply = std::vector<std::string>;
};
class writes : public troupe::actor<writes> {
public:
  void on(point p) { said_.push_back(std::to_string(p.x) + ',' + std::to_string(p.y)); }
  void on(const parcel& p) { said_.push_back(p.content ? "parcel" : "nothing"); }
  void on(int n) { said_.push_back("int " + std::to_string(n)); }
  void on(const std::string& s) { said_.push_back(s); }
  std::vector<std::string> on(log) const { return said_; }

private:
  std::vector<std::string> said_;
};
using lines = std::vector<std::string>;

TEST(Target, TellTakesAMessageOrItsFields) {
  troupe::kit::stage s;
  auto w = s.spawn<writes>();
  w.tell(point{1, 2});
  w.tell<point>(3, 4);
  w.tell(5);
  w.tell(std::string("six"));
  EXPECT_EQ(w.ask(log{}).get(), (lines{"1,2", "3,4", "int 5", "six"}));
}

TEST(Target, TellCopiesLvaluesAndMovesRvalues) {
  troupe::kit::stage s;
  auto w = s.spawn<writes>();
  const std::string kept = "kept";
  w.tell(kept);
  EXPECT_EQ(kept, "kept");
  parcel p{std::make_unique<int>(1)};
  w.tell(std::move(p));
  EXPECT_EQ(p.content, nullptr);
  EXPECT_EQ(w.ask(log{}).get(), (lines{"kept", "parcel"}));
}

TEST(Target, TryTellSaysWhetherItIsQueued) {
  troupe::kit::stage s;
  auto w = s.spawn<writes>({.capacity = 1});
  parcel first{std::make_unique<int>(1)};
  parcel second{std::make_unique<int>(2)};
  EXPECT_EQ(w.try_tell(first), tell_status::queued);
  EXPECT_EQ(first.content, nullptr);
  EXPECT_EQ(w.try_tell(second), tell_status::full);
  ASSERT_NE(second.content, nullptr);
  EXPECT_EQ(*second.content, 2);
  s.settle();
  EXPECT_EQ(w.ask(log{}).get(), lines{"parcel"});
  w.stop();
  s.settle();
  EXPECT_EQ(w.try_tell(second), tell_status::closed);
  EXPECT_NE(second.content, nullptr);
  EXPECT_EQ(s.system().counters().dead_letters(), 0U);
}

TEST(Target, TryTellThroughAnEmptyHandleIsClosed) {
  parcel p{std::make_unique<int>(1)};
  EXPECT_EQ(troupe::ref<writes>().try_tell(p), tell_status::closed);
  EXPECT_NE(p.content, nullptr);
}

TEST(Target, NothingRunsBeforeTheSchedulerDoes) {
  troupe::kit::stage s;
  auto w = s.spawn<writes>();
  w.tell(1);
  EXPECT_EQ(s.system().counters().messages, 0U);
  EXPECT_TRUE(s.step());
  EXPECT_GE(s.system().counters().messages, 1U);
}

}  // namespace
