// coroutine_test.cpp: what a coroutine gives and takes, how it ends, and what is refused.
#include <troupe/actors/coroutine.hpp>

#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/kit/stage.hpp>

#include <gtest/gtest.h>

#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using troupe::coroutine;

static_assert(std::input_iterator<coroutine<int>::iterator>);
static_assert(std::ranges::input_range<coroutine<int>>);
static_assert(std::ranges::input_range<coroutine<const std::string&>>);
static_assert(!std::ranges::range<coroutine<int, int>>);
static_assert(!std::ranges::range<coroutine<void>>);
static_assert(!std::is_copy_constructible_v<coroutine<int>>);
static_assert(std::is_nothrow_move_constructible_v<coroutine<int>> &&
              std::is_nothrow_move_assignable_v<coroutine<int>>);
static_assert(std::is_same_v<coroutine<int>::item, std::optional<int>>);
static_assert(std::is_same_v<coroutine<const int&>::item, const int*>);
static_assert(std::is_same_v<coroutine<void, int>::item, bool>);

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
class Coroutine : public ::testing::Test {
protected:
  ~Coroutine() override { EXPECT_EQ(troupe::detail::live_envelopes(), before_); }

private:
  std::int64_t before_ = troupe::detail::live_envelopes();
};
class CoroutineSend : public Coroutine {};

/// The text of the logic_error that `f` throws; empty: it throws none.
template <class F>
std::string misuse(F&& f) {
  try {
    f();
  } catch (const std::logic_error& e) {
    return e.what();
  }
  return "";
}

// --- next(), and iteration

coroutine<int> count(int from, int to) {
  for (int i = from; i <= to; ++i) co_yield i;
}

TEST_F(Coroutine, RunsOnlyWhenItIsAsked) {
  int steps = 0;
  const auto body = [](int& n) -> coroutine<int> {
    ++n;
    co_yield 1;
    ++n;
  };
  auto c = body(steps);
  EXPECT_EQ(steps, 0);
  EXPECT_EQ(c.next(), 1);
  EXPECT_EQ(steps, 1);
  EXPECT_FALSE(c.done());
  EXPECT_EQ(c.next(), std::nullopt);
  EXPECT_EQ(steps, 2);
  EXPECT_TRUE(c.done());
}

TEST_F(Coroutine, ThatIsDoneGivesNothingHoweverOftenItIsAsked) {
  auto c = count(1, 1);
  EXPECT_EQ(c.next(), 1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(c.next(), std::nullopt);
  coroutine<int> none;
  EXPECT_TRUE(none.done());
  EXPECT_EQ(none.next(), std::nullopt);
}

TEST_F(Coroutine, EndsWithCoReturn) {
  const auto body = []() -> coroutine<int> {
    co_yield 1;
    co_return;
  };
  auto c = body();
  EXPECT_EQ(c.next(), 1);
  EXPECT_EQ(c.next(), std::nullopt);
}

TEST_F(Coroutine, IsARange) {
  int sum = 0;
  for (const int i : count(1, 100)) sum += i;
  EXPECT_EQ(sum, 5050);
  for (const int i : count(1, 0)) FAIL() << i;
  auto odd = count(1, 9) | std::views::filter([](int i) { return i % 2 == 1; });
  sum = 0;
  for (const int i : odd) sum += i;
  EXPECT_EQ(sum, 25);
}

TEST_F(Coroutine, IsARangeOverWhatIsLeft) {
  auto c = count(1, 5);
  EXPECT_EQ(c.next(), 1);
  for (const int i : c) {
    EXPECT_EQ(i, 2);
    break;
  }
  EXPECT_EQ(c.next(), 3);
  std::vector<int> rest;
  for (const int i : c) rest.push_back(i);
  EXPECT_EQ(rest, (std::vector{4, 5}));
  EXPECT_TRUE(c.done());
}

TEST_F(Coroutine, GivesValuesThatCannotBeCopied) {
  const auto body = []() -> coroutine<std::unique_ptr<int>> {
    co_yield std::make_unique<int>(1);
    auto named = std::make_unique<int>(2);
    co_yield std::move(named);
    EXPECT_EQ(named, nullptr);
    co_yield nullptr;
  };
  auto c = body();
  EXPECT_EQ(**c.next(), 1);
  std::vector<std::unique_ptr<int>> rest;
  for (auto p : c) rest.push_back(std::move(p));
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(*rest[0], 2);
  EXPECT_EQ(rest[1], nullptr);
}

TEST_F(Coroutine, CopiesWhatIsNamedAndConvertsWhatIsNot) {
  const auto body = []() -> coroutine<std::string> {
    const std::string named(40, 'n');
    co_yield named;
    EXPECT_EQ(named.size(), 40u);
    co_yield "a literal that is longer than the small buffer";
  };
  auto c = body();
  EXPECT_EQ(c.next(), std::string(40, 'n'));
  EXPECT_EQ(c.next(), "a literal that is longer than the small buffer");
  EXPECT_EQ(c.next(), std::nullopt);
}

struct named_pair {
  std::string first, second;
};

TEST_F(Coroutine, GivesAnAggregateThatIsNamedFirst) {
  const auto body = []() -> coroutine<named_pair> {
    const named_pair p{std::string(40, 'a'), std::string(40, 'b')};
    co_yield p;
  };
  auto c = body();
  const auto got = c.next();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->first + got->second, std::string(40, 'a') + std::string(40, 'b'));
}

TEST_F(Coroutine, OfReferencesGivesTheThingItself) {
  std::vector<std::string> words{"one", "two"};
  const auto each = [](std::vector<std::string>& from) -> coroutine<std::string&> {
    for (auto& word : from) co_yield word;
  };
  auto c = each(words);
  EXPECT_EQ(c.next(), &words[0]);
  for (auto& word : c) word = "changed";
  EXPECT_EQ(words[1], "changed");
  EXPECT_EQ(c.next(), nullptr);
}

TEST_F(Coroutine, OfConstReferencesGivesTemporariesToo) {
  const auto body = [](std::vector<std::string>& log) -> coroutine<const std::string&> {
    co_yield std::string(40, 't');
    log.push_back("went on");
  };
  std::vector<std::string> log;
  auto c = body(log);
  const std::string* const got = c.next();
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(*got, std::string(40, 't'));
  EXPECT_EQ(c.next(), nullptr);
}

TEST_F(Coroutine, AMillionValuesNeedNoStack) {
  std::int64_t sum = 0;
  for (const int i : count(1, 1'000'000)) sum += i;
  EXPECT_EQ(sum, 500'000'500'000);
}

// --- ends

coroutine<int> guarded(std::vector<std::string>& log) {
  const witness outer(log, "outer");
  for (int i = 0;; ++i) {
    const witness inner(log, "inner");
    co_yield i;
  }
}

TEST_F(Coroutine, DestroyedHalfWayDestroysItsLocalsInOrder) {
  std::vector<std::string> log;
  {
    auto c = guarded(log);
    EXPECT_EQ(c.next(), 0);
    EXPECT_EQ(c.next(), 1);
    EXPECT_EQ(log, (std::vector<std::string>{"inner"}));
  }
  EXPECT_EQ(log, (std::vector<std::string>{"inner", "inner", "outer"}));
}

TEST_F(Coroutine, NeverBegunDestroysItsParametersOnly) {
  const auto held = std::make_shared<int>(1);
  const auto body = [](std::shared_ptr<int> p) -> coroutine<int> { co_yield *p; };
  {
    const auto c = body(held);
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(Coroutine, IsMovedWithItsBodyAndTheAssignedOneEnds) {
  std::vector<std::string> log;
  auto a = guarded(log);
  EXPECT_EQ(a.next(), 0);
  auto b = std::move(a);
  EXPECT_TRUE(a.done());  // NOLINT(bugprone-use-after-move): what is promised
  EXPECT_EQ(a.next(), std::nullopt);
  EXPECT_EQ(b.next(), 1);
  log.clear();
  b = count(7, 8);
  EXPECT_EQ(log, (std::vector<std::string>{"inner", "outer"}));
  EXPECT_EQ(b.next(), 7);
}

TEST_F(Coroutine, AnExceptionIsThrownByTheNextThatRanIntoItAndEndsIt) {
  const auto body = [](std::vector<std::string>& log) -> coroutine<std::string> {
    const witness local(log, "local");
    co_yield std::string(40, 'x');
    throw std::runtime_error("broken");
  };
  std::vector<std::string> log;
  auto c = body(log);
  EXPECT_TRUE(c.next());
  EXPECT_THROW(c.next(), std::runtime_error);
  EXPECT_EQ(log, (std::vector<std::string>{"local"}));
  EXPECT_TRUE(c.done());
  EXPECT_EQ(c.next(), std::nullopt);
}

struct breaks_when_copied {
  breaks_when_copied() = default;
  breaks_when_copied(const breaks_when_copied&) { throw std::runtime_error("no copy"); }
};

TEST_F(Coroutine, ACopyThatThrowsThrowsAtTheCoYield) {
  const auto body = [](bool& caught) -> coroutine<breaks_when_copied> {
    const breaks_when_copied value;
    try {
      co_yield value;
    } catch (const std::runtime_error&) {
      caught = true;
    }
  };
  bool caught = false;
  auto c = body(caught);
  EXPECT_FALSE(c.next());
  EXPECT_TRUE(caught);
}

TEST_F(Coroutine, MayGoOnOnAnotherThread) {
  auto c = count(1, 3);
  EXPECT_EQ(c.next(), 1);
  std::thread([&] { EXPECT_EQ(c.next(), 2); }).join();
  EXPECT_EQ(c.next(), 3);
}

struct fetch {
  using reply = int;
};
class numbers : public troupe::actor<numbers> {
public:
  int on(fetch) { return left_.next().value_or(-1); }

private:
  coroutine<int> left_ = count(1, 2);
};

TEST_F(Coroutine, WorksInTheHandlersOfAnActor) {
  troupe::kit::stage stage(1);
  auto n = stage.spawn<numbers>();
  EXPECT_EQ(n.ask(fetch{}).get(), 1);
  EXPECT_EQ(n.ask(fetch{}).get(), 2);
  EXPECT_EQ(n.ask(fetch{}).get(), -1);
}

// --- misuse of coroutines

TEST_F(Coroutine, CannotResumeItselfAndSaysSo) {
  const auto body = [](coroutine<int>& self) -> coroutine<int> {
    EXPECT_FALSE(self.done());
    co_yield 1;
    self.next();
  };
  coroutine<int> c;
  c = body(c);
  EXPECT_EQ(c.next(), 1);
  EXPECT_NE(misuse([&] { c.next(); }).find("this coroutine is running"), std::string::npos);
  EXPECT_TRUE(c.done());
}

TEST_F(Coroutine, MayBeMovedByItsOwnBody) {
  const auto body = [](coroutine<int>& self, coroutine<int>& other) -> coroutine<int> {
    other = std::move(self);
    co_yield 1;
    co_yield 2;
  };
  coroutine<int> c, d;
  c = body(c, d);
  EXPECT_EQ(c.next(), 1);
  EXPECT_TRUE(c.done());
  EXPECT_EQ(d.next(), 2);
}

TEST(CoroutineDeathTest, DestroyedByItsOwnBodyEndsTheProgramWithAText) {
  const auto body = [](coroutine<int>& self) -> coroutine<int> {
    self = {};
    co_yield 1;
  };
  coroutine<int> c;
  c = body(c);
  EXPECT_DEATH(c.next(), "by its own body");
}

// --- send()

coroutine<int, int> running_sum() {
  for (int sum = 0;;) {
    const int got = co_yield sum;
    sum += got;
  }
}

TEST_F(CoroutineSend, GivesAValueToTheCoYieldWhereItStands) {
  auto c = running_sum();
  EXPECT_EQ(c.next(), 0);
  EXPECT_EQ(c.send(5), 5);
  EXPECT_EQ(c.send(7), 12);
}

TEST_F(CoroutineSend, MovesTheValueIn) {
  using box = std::unique_ptr<int>;
  const auto body = []() -> coroutine<box, box> {
    box got = co_yield nullptr;
    while (got) {
      ++*got;
      got = co_yield std::move(got);
    }
  };
  auto c = body();
  EXPECT_EQ(*c.next(), nullptr);
  EXPECT_EQ(**c.send(std::make_unique<int>(1)), 2);
  EXPECT_EQ(**c.send(std::make_unique<int>(2)), 3);
  EXPECT_EQ(c.send(nullptr), std::nullopt);
  EXPECT_TRUE(c.done());
  EXPECT_EQ(c.send(nullptr), std::nullopt);
}

TEST_F(CoroutineSend, BuildsTheValueFromWhatConverts) {
  const auto body = [](std::string& all) -> coroutine<void, std::string> {
    for (;;) {
      const std::string got = co_yield {};
      if (got.empty()) co_return;
      all += got;
    }
  };
  std::string all;
  auto c = body(all);
  EXPECT_TRUE(c.next());
  EXPECT_TRUE(c.send("a literal that is longer than the small buffer, "));
  const std::string named = "and a name";
  EXPECT_TRUE(c.send(named));
  EXPECT_FALSE(c.send({}));
  EXPECT_EQ(all, "a literal that is longer than the small buffer, and a name");
}

TEST_F(CoroutineSend, AnExceptionIsThrownByTheSendThatRanIntoIt) {
  const auto body = []() -> coroutine<int, int> {
    const int got = co_yield 0;
    if (got < 0) throw std::invalid_argument("negative");
  };
  auto c = body();
  EXPECT_EQ(c.next(), 0);
  EXPECT_THROW(c.send(-1), std::invalid_argument);
  EXPECT_TRUE(c.done());
}

TEST_F(CoroutineSend, BeforeTheFirstNextIsRefusedAndChangesNothing) {
  auto c = running_sum();
  EXPECT_NE(misuse([&] { c.send(1); }).find("call next() first"), std::string::npos);
  EXPECT_EQ(c.next(), 0);
  EXPECT_EQ(c.send(1), 1);
}

TEST_F(CoroutineSend, NextWhereAValueIsWaitedForIsRefusedAndChangesNothing) {
  auto c = running_sum();
  EXPECT_EQ(c.next(), 0);
  EXPECT_NE(misuse([&] { c.next(); }).find("call send(value)"), std::string::npos);
  EXPECT_EQ(c.send(2), 2);
}

TEST_F(CoroutineSend, ToItselfIsRefused) {
  const auto body = [](coroutine<int, int>& self) -> coroutine<int, int> {
    const int got = co_yield 0;
    self.send(got);
  };
  coroutine<int, int> c;
  c = body(c);
  c.next();
  EXPECT_NE(misuse([&] { c.send(1); }).find("is running"), std::string::npos);
}

}  // namespace
