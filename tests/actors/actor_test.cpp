// actor_test.cpp: an actor as a plain object, and its self().
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

struct deposit {
  long amount;
};
struct balance {
  using reply = long;
};
class account : public troupe::actor<account> {
public:
  explicit account(long opening) : balance_(opening) {}
  void on(deposit d) { balance_ += d.amount; }
  long on(balance) const { return balance_; }

private:
  long balance_;
};

static_assert(!std::is_copy_constructible_v<account>);
static_assert(!std::is_copy_assignable_v<account>);

TEST(Actor, IsAPlainObjectToo) {
  account a{100};
  a.on(deposit{5});
  EXPECT_EQ(a.on(balance{}), 105);
}

struct who {
  using reply = troupe::actor_id;
};
struct log {
  using reply = std::vector<std::string>;
};
struct begin {};
struct leave {
  std::string why;
};
class introspective : public troupe::actor<introspective> {
public:
  explicit introspective(std::vector<std::string>& said) : said_(said) {}
  void on_start() { said_.push_back("start"); }
  void on_stop(const troupe::exit_reason& why) { said_.push_back("stop " + why.to_string()); }
  troupe::actor_id on(who) const { return self().id(); }
  void on(begin) {
    said_.push_back("begin");
    const troupe::ref<introspective> me = self();
    const troupe::address<leave> narrow = self();
    said_.push_back(me == narrow && me == self() ? "same" : "other");
    narrow.tell<leave>("done");
    said_.push_back("told");
  }
  void on(const leave& l) {
    self().stop({troupe::exit_kind::user, l.why});
    said_.push_back("leaving");
  }

private:
  std::vector<std::string>& said_;
};

TEST(Actor, SelfIsTheActorAsOthersSeeIt) {
  std::vector<std::string> said;  // outlives the stage, whose actors write into it
  troupe::kit::stage s;
  auto a = s.spawn<introspective>(said);
  EXPECT_EQ(a.ask(who{}).get(), a.id());
}

TEST(Actor, SelfSendsToItselfAndStopsWhenTheHandlerReturns) {
  std::vector<std::string> said;  // outlives the stage, whose actors write into it
  troupe::kit::stage s;
  auto a = s.spawn<introspective>(said);
  a.tell(begin{});
  s.settle();
  EXPECT_EQ(said, (std::vector<std::string>{"start", "begin", "same", "told", "leaving",
                                            "stop user(\"done\")"}));
}

struct breed {
  using reply = troupe::ref<account>;
};
class parent : public troupe::actor<parent> {
public:
  troupe::ref<account> on(breed) { return self().spawn<account>(3); }
};

TEST(Actor, SelfSpawnsChildrenThatEndWithIt) {
  troupe::kit::stage s;
  auto p = s.spawn<parent>();
  const auto child = p.ask(breed{}).get();
  EXPECT_EQ(child.ask(balance{}).get(), 3);
  EXPECT_EQ(s.system().counters().alive(), 2U);
  p.stop();
  s.settle();
  EXPECT_EQ(s.system().counters().alive(), 0U);
  EXPECT_EQ(child.try_ask(balance{}).get().error().reason(), troupe::exit_kind::shutdown);
}

TEST(Actor, SelfKnowsItsSystem) {
  struct here {
    using reply = bool;
  };
  class asks_itself : public troupe::actor<asks_itself> {
  public:
    explicit asks_itself(troupe::actor_system& expected) : expected_(expected) {}
    bool on(here) const { return &self().system() == &expected_; }

  private:
    troupe::actor_system& expected_;
  };
  troupe::kit::stage s;
  auto a = s.spawn<asks_itself>(s.system());
  EXPECT_TRUE(a.ask(here{}).get());
}

}  // namespace
