// address_test.cpp: which conversions there are, and that each message keeps its handler.
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

namespace {

using troupe::address;

struct a {};
struct b {};
struct c {};
struct history {
  using reply = std::string;
};

class writes : public troupe::actor<writes> {
public:
  void on(a) { said_ += 'a'; }
  void on(b) { said_ += 'b'; }
  void on(c) { said_ += 'c'; }
  std::string on(history) const { return said_; }

private:
  std::string said_;
};

static_assert(std::is_convertible_v<troupe::ref<writes>, address<a, b>>);
static_assert(std::is_convertible_v<address<a, b, c>, address<c, a>>);
static_assert(std::is_convertible_v<address<a, b, c>, address<>>);
static_assert(!std::is_convertible_v<address<a>, address<a, b>>, "it takes less");
static_assert(!std::is_convertible_v<address<>, address<a>>);
static_assert(sizeof(address<a, b, c>) == sizeof(address<a>), "an index byte each, up to eight");
static_assert(std::is_nothrow_move_constructible_v<address<a, b>>);

TEST(Address, OfASubsetInAnotherOrderFindsEachHandler) {
  troupe::kit::stage s;
  auto w = s.spawn<writes>();
  const address<a, b, c, history> wide = w;
  const address<c, b, a> turned = wide;
  const address<b, c> narrow = turned;
  turned.tell(a{});
  turned.tell(b{});
  turned.tell(c{});
  narrow.tell(c{});
  narrow.tell(b{});
  address<b> one = narrow;
  one.tell(b{});
  EXPECT_EQ(wide.ask(history{}).get(), "abccbb");
}

TEST(Address, IsTheSameActorAsWhatItWasMadeFrom) {
  troupe::kit::stage s;
  auto x = s.spawn<writes>();
  auto y = s.spawn<writes>();
  const address<a, b> to = x;
  const address<b> narrow = to;
  EXPECT_EQ(to.id(), x.id());
  EXPECT_EQ(narrow, x);
  EXPECT_EQ(to, narrow);
  EXPECT_FALSE(to == y);
}

TEST(Address, ThatIsEmptyIsFalseAndItsConversionsAre) {
  const address<a, b> none;
  const address<b> narrow = none;
  EXPECT_FALSE(none);
  EXPECT_FALSE(narrow);
  EXPECT_EQ(narrow.id().value(), 0U);
  b m;
  EXPECT_EQ(narrow.try_tell(m), troupe::tell_status::closed);
}

TEST(Address, KeepsItsActorAliveAsARefDoes) {
  troupe::kit::stage s;
  {
    const address<a, b> to = s.spawn<writes>();
    const address<b> narrow = to;
    s.settle();
    EXPECT_EQ(s.system().counters().alive(), 1U);
  }
  s.settle();
  EXPECT_EQ(s.system().counters().alive(), 0U);
}

}  // namespace
