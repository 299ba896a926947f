// spawn_test.cpp: what can be said when an actor is spawned, and what is refused.
#include <troupe/actors/spawn.hpp>

#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace {

using troupe::kit::stage;

static_assert(std::is_aggregate_v<troupe::spawn_options>);
static_assert(std::is_base_of_v<std::invalid_argument, troupe::bad_option>);
static_assert(std::is_base_of_v<std::runtime_error, troupe::system_closed>);

struct get {
  using reply = std::string;
};
class holder : public troupe::actor<holder> {
public:
  holder() = default;
  explicit holder(std::unique_ptr<std::string> s) : text_(std::move(*s)) {}
  holder(std::string& by_reference, const int n) : text_(by_reference + std::to_string(n)) {
    by_reference = "seen";
  }
  std::string on(get) const { return text_; }

private:
  std::string text_ = "nothing";
};

TEST(Spawn, HandsItsArgumentsToTheConstructorAsTheyAre) {
  stage s;
  EXPECT_EQ(s.spawn<holder>().ask(get{}).get(), "nothing");
  EXPECT_EQ(s.spawn<holder>(std::make_unique<std::string>("moved")).ask(get{}).get(), "moved");
  std::string mine = "mine";
  EXPECT_EQ(s.spawn<holder>(mine, 7).ask(get{}).get(), "mine7");
  EXPECT_EQ(mine, "seen");
}

TEST(Spawn, TakesOptionsBeforeTheArguments) {
  stage s;
  auto a = s.spawn<holder>({.name = "n", .capacity = 5}, std::make_unique<std::string>("x"));
  EXPECT_EQ(a.ask(get{}).get(), "x");
}

TEST(Spawn, AnOptionThatCannotBeHadIsRefusedByFieldAndValue) {
  stage s;
  try {
    static_cast<void>(s.spawn<holder>({.capacity = 0}));
    FAIL() << "accepted";
  } catch (const troupe::bad_option& e) {
    const std::string said = e.what();
    EXPECT_NE(said.find("capacity"), std::string::npos) << said;
    EXPECT_NE(said.find('0'), std::string::npos) << said;
  }
  s.settle();
  const auto c = s.system().counters();
  EXPECT_EQ(c.spawned, 0U);
  EXPECT_EQ(c.cells_made, c.cells_freed);
}

TEST(Spawn, EveryActorHasAnIdOfItsOwnAndNoneIsZero) {
  stage s;
  auto a = s.spawn<holder>();
  auto b = s.spawn<holder>();
  EXPECT_NE(a.id().value(), 0U);
  EXPECT_LT(a.id(), b.id()) << "on one thread ids are in order of creation";
}

TEST(Spawn, IsInstantAndTheActorBeginsInItsFirstTurn) {
  stage s;
  auto a = s.spawn<holder>();
  EXPECT_EQ(s.system().counters().spawned, 1U);
  EXPECT_EQ(s.system().counters().turns, 0U);
}

TEST(Spawn, AfterShutdownThrowsWithATextThatSaysWhy) {
  stage s;
  static_cast<void>(s.system().shutdown(std::chrono::seconds(1)));
  try {
    static_cast<void>(s.spawn<holder>());
    FAIL() << "spawned";
  } catch (const troupe::system_closed& e) {
    EXPECT_NE(std::string(e.what()).find("shutting down"), std::string::npos);
  }
}

}  // namespace
