// pool_test.cpp: pools as values, their options, keys, and what chance and the seed have in common.
#include <troupe/actors/pool.hpp>

#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using troupe::pool_options;
using troupe::routing;
using troupe::kit::stage;

enum class colour : std::uint8_t { red, green };
struct by_number {
  using reply = int;
  int n = 0;
  [[nodiscard]] int key() const noexcept { return n; }
};
struct by_name {
  using reply = int;
  std::string name;
  [[nodiscard]] const std::string& key() const { return name; }
};
struct by_colour {
  using reply = int;
  colour c = colour::red;
  [[nodiscard]] colour key() const { return c; }
};
struct theirs {  // of another library
  using reply = int;
  int id = 0;
};
struct not_hashable {
  using reply = int;
  [[nodiscard]] std::vector<int> key() const { return {}; }
};
struct named_so {  // a field, not a function
  using reply = int;
  int key = 0;
};
struct throwing {
  using reply = int;
  [[nodiscard]] int key() const { throw std::runtime_error("no key today"); }
};

}  // namespace

template <>
struct troupe::key_of<theirs> {
  static int of(const theirs& m) { return m.id; }
};

namespace {

static_assert(troupe::keyed<by_number> && troupe::keyed<by_name> && troupe::keyed<by_colour>);
static_assert(troupe::keyed<theirs>);
static_assert(!troupe::keyed<not_hashable> && !troupe::keyed<named_so> && !troupe::keyed<int>);

class worker : public troupe::actor<worker> {
public:
  explicit worker(std::shared_ptr<int> count) : me_((*count)++) {}
  int on(by_number) const { return me_; }
  int on(const by_name&) const { return me_; }
  int on(by_colour) const { return me_; }
  int on(theirs) const { return me_; }
  int on(not_hashable) const { return me_; }
  int on(named_so) const { return me_; }
  int on(throwing) const { return me_; }

private:
  int me_;
};
using worker_pool = troupe::pool_ref<worker>;
using by_any = troupe::address<by_number, by_name>;

static_assert(std::is_aggregate_v<pool_options>);
static_assert(std::is_nothrow_move_constructible_v<worker_pool>);
static_assert(std::is_copy_constructible_v<worker_pool>);
static_assert(sizeof(worker_pool) == sizeof(troupe::ref<worker>));
static_assert(std::is_convertible_v<worker_pool, by_any>);
static_assert(!std::is_convertible_v<by_any, worker_pool>);
static_assert(!std::is_convertible_v<troupe::ref<worker>, worker_pool>);
static_assert(!std::is_convertible_v<worker_pool, troupe::ref<worker>>);

worker_pool spawn(stage& s, const pool_options& options) {
  return s.spawn_pool<worker>(options, std::make_shared<int>(0));
}

std::string refusal(const pool_options& options) {
  stage s;
  try {
    static_cast<void>(spawn(s, options));
  } catch (const troupe::bad_option& e) {
    EXPECT_EQ(s.system().counters().spawned, 0U);
    EXPECT_EQ(s.system().counters().cells_made, s.system().counters().cells_freed);
    return e.what();
  }
  return "accepted";
}

TEST(PoolOptions, AreRefusedByFieldAndValue) {
  EXPECT_EQ(refusal({.size = 0}), "troupe: pool_options.size is 0: a pool has 1 to 4096 members");
  EXPECT_EQ(refusal({.size = 4097}),
            "troupe: pool_options.size is 4097: a pool has 1 to 4096 members");
  EXPECT_EQ(refusal({.size = 2, .each = {.capacity = 0}}),
            "troupe: spawn_options.capacity is 0: a mailbox holds at least one message");
  EXPECT_EQ(refusal({.size = 4096}), "accepted");
}

TEST(PoolOptions, OfEachAreThoseOfEveryMember) {
  stage s;
  auto p = spawn(s, {.size = 3, .each = {.name = "hand", .capacity = 1}});
  for (int i = 0; i < 6; ++i) p.tell(by_number{i});
  EXPECT_EQ(s.system().counters().dead_letters(troupe::dead_reason::full), 3U);
  int named = 0;
  for (const auto& one : s.system().snapshot(10).actors) named += one.name == "hand" ? 1 : 0;
  EXPECT_EQ(named, 3);
}

TEST(PoolRef, IsAValueWithAnIdentity) {
  stage s;
  const worker_pool none;
  EXPECT_FALSE(none);
  EXPECT_EQ(none.id(), troupe::actor_id());
  auto p = spawn(s, {.size = 2});
  const auto same = p;
  const by_any there = p;
  EXPECT_TRUE(p);
  EXPECT_EQ(p, same);
  EXPECT_EQ(p, there);
  EXPECT_EQ(p.id(), there.id());
  EXPECT_FALSE(p == spawn(s, {.size = 2}));
}

TEST(PoolRef, ThatIsEmptyIsADeadLetterAndAnAskIsDown) {
  stage s;
  const worker_pool none;
  by_number m{1};
  EXPECT_EQ(none.try_tell(m), troupe::tell_status::closed);
  EXPECT_EQ(none.try_ask(m).get().error(), troupe::ask_errc::down);
}

TEST(PoolRef, ItsAddressKeepsTheKeysOfItsMessagesInAnyOrder) {
  stage s;
  auto p = spawn(s, {.size = 8, .route = routing::hash});
  const troupe::address<by_name, theirs, by_number> all = p;
  const troupe::address<by_number, by_name> some = all;
  for (int i = 0; i < 20; ++i) {
    const int whose = p.ask<by_number>(i).get();
    EXPECT_EQ(all.ask<by_number>(i).get(), whose);
    EXPECT_EQ(some.ask<by_number>(i).get(), whose);
    EXPECT_EQ(all.ask<theirs>(i).get(), whose) << "equal keys, equal members";
  }
}

TEST(Key, IsAMemberFunctionOrASpecialisationAndAnythingHashable) {
  stage s;
  auto p = spawn(s, {.size = 4, .route = routing::hash});
  const auto first = p.ask<by_name>("bob").get();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(p.ask<by_name>("bob").get(), first);
  EXPECT_EQ(p.ask<by_colour>(colour::green).get(), p.ask<by_colour>(colour::green).get());
  EXPECT_EQ(p.ask<theirs>(5).get(), p.ask<by_number>(5).get());
}

TEST(Key, ThatThereIsNotOrThatThrowsIsRefusedUnderHashOnly) {
  stage s;
  auto hash = spawn(s, {.size = 2, .route = routing::hash});
  EXPECT_EQ(hash.try_ask(not_hashable{}).get().error(), troupe::ask_errc::not_handled);
  EXPECT_EQ(hash.try_ask(named_so{}).get().error(), troupe::ask_errc::not_handled);
  EXPECT_EQ(hash.try_ask(throwing{}).get().error(), troupe::ask_errc::not_handled);
  auto turns = spawn(s, {.size = 2});
  EXPECT_TRUE(turns.try_ask(not_hashable{}).get().has_value());
  EXPECT_TRUE(turns.try_ask(named_so{}).get().has_value());
  EXPECT_TRUE(turns.try_ask(throwing{}).get().has_value());
}

std::vector<int> chosen(std::uint64_t seed) {
  stage s(seed);
  auto p = spawn(s, {.size = 5, .route = routing::random});
  std::vector<int> who;
  for (int i = 0; i < 64; ++i) who.push_back(p.ask<by_number>(i).get());
  return who;
}

TEST(Random, IsAFunctionOfTheSeed) {
  EXPECT_EQ(chosen(1), chosen(1));
  EXPECT_EQ(chosen(7), chosen(7));
  EXPECT_NE(chosen(1), chosen(7));
}

TEST(Random, TwoPoolsOfOneStageChooseDifferently) {
  stage s(3);
  auto a = spawn(s, {.size = 5, .route = routing::random});
  auto b = spawn(s, {.size = 5, .route = routing::random});
  std::vector<int> of_a;
  std::vector<int> of_b;
  for (int i = 0; i < 64; ++i) {
    of_a.push_back(a.ask<by_number>(i).get());
    of_b.push_back(b.ask<by_number>(i).get());
  }
  EXPECT_NE(of_a, of_b);
}

TEST(DeadLetterLog, SaysWhyAPoolCannotRouteAMessage) {
  testing::internal::CaptureStderr();
  {
    troupe::actor_system sys({.workers = 1});
    auto p = sys.spawn_pool<worker>({.size = 2, .route = routing::hash}, std::make_shared<int>(0));
    p.tell(named_so{});
    auto b =
        sys.spawn_pool<worker>({.size = 2, .route = routing::broadcast}, std::make_shared<int>(0));
    EXPECT_FALSE(b.try_ask(by_number{}).get().has_value());
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("which cannot route it: it routes by hash, and the message has no key: give "
                      "it a member key(), or specialise troupe::key_of"),
            std::string::npos)
      << said;
}

}  // namespace
