// probe_test.cpp: the test kit's probe: it takes what arrives, and answers.
#include <troupe/actors/kit/probe.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace {

using troupe::kit::probe;
using troupe::kit::stage;

struct note {
  int n;
};
struct parcel {
  std::unique_ptr<int> content;
};
struct question {
  using reply = std::string;
  int n;
};
struct done {
  using reply = void;
};

TEST(Probe, TakesInOrderOfArrivalPerType) {
  stage s;
  probe<note, parcel> p(s);
  p.address().tell<note>(1);
  p.address().tell<parcel>(std::make_unique<int>(2));
  p.address().tell<note>(3);
  EXPECT_EQ(*p.take<parcel>()->content, 2);
  EXPECT_EQ(p.take<note>()->n, 1);
  EXPECT_EQ(p.take<note>()->n, 3);
  EXPECT_FALSE(p.take<note>());
  EXPECT_FALSE(p.take<parcel>());
}

TEST(Probe, IsEmptyUntilSomethingHasArrivedAndAfterItWasTaken) {
  stage s;
  probe<note> p(s);
  EXPECT_TRUE(p.empty());
  p.address().tell<note>(1);
  EXPECT_FALSE(p.empty()) << "it settles before it looks";
  EXPECT_TRUE(p.take<note>());
  EXPECT_TRUE(p.empty());
}

class client : public troupe::actor<client> {
public:
  client(troupe::address<question> to, std::shared_ptr<std::string> got)
      : to_(std::move(to)), got_(std::move(got)) {}
  void on(note n) {
    to_.try_ask<question>(n.n).then(this, [this](const troupe::result<std::string>& r) {
      *got_ = r ? *r : std::string(to_string(r.error().code()));
    });
  }

private:
  troupe::address<question> to_;
  std::shared_ptr<std::string> got_;
};

TEST(Probe, ARequestIsTakenWithTheRightToAnswerIt) {
  stage s;
  probe<question, note> p(s);
  const auto got = std::make_shared<std::string>();
  auto c = s.spawn<client>(p.address(), got);
  c.tell<note>(5);
  auto asked = p.take<question>();
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->message.n, 5);
  EXPECT_TRUE(asked->reply);
  EXPECT_EQ(*got, "");
  asked->reply("five");
  s.settle();
  EXPECT_EQ(*got, "five");
}

TEST(Probe, ARequestThatIsTakenAndDroppedIsAnswered) {
  stage s;
  probe<question> p(s);
  const auto got = std::make_shared<std::string>();
  auto c = s.spawn<client>(p.address(), got);
  c.tell<note>(5);
  ASSERT_TRUE(p.take<question>());
  s.settle();
  EXPECT_EQ(*got, "no_reply");
}

TEST(Probe, ATellOfARequestHasNobodyToAnswer) {
  stage s;
  probe<question, done> p(s);
  p.address().tell<question>(1);
  auto asked = p.take<question>();
  ASSERT_TRUE(asked);
  EXPECT_FALSE(asked->reply);
}

TEST(Probe, GoesAsAnyNarrowerAddressAndOutlivesItsUsers) {
  stage s;
  probe<note, question> p(s);
  {
    const troupe::address<note> narrow = p.address();
    narrow.tell<note>(9);
  }
  EXPECT_EQ(p.take<note>()->n, 9);
  EXPECT_EQ(s.system().counters().alive(), 1U);
}

TEST(Probe, EndsWhenItIsDestroyed) {
  stage s;
  { const probe<note> p(s); }
  s.settle();
  EXPECT_EQ(s.system().counters().alive(), 0U);
}

}  // namespace
