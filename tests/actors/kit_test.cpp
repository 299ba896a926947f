// kit_test.cpp: a unit test of an actor as a user writes it: on a stage, with a clock that stands
// still and a probe in the place of the other side; processes on a stage.
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

namespace {

using namespace std::chrono_literals;
namespace kit = troupe::kit;

struct rate {
  using reply = double;
  std::string currency;
};
struct price {
  using reply = double;
  std::string currency;
};
struct expire {
  std::string currency;
};

class price_cache : public troupe::actor<price_cache> {
public:
  explicit price_cache(troupe::address<rate> source) : source_(std::move(source)) {}
  troupe::task<double> on(price p) {
    if (auto it = known_.find(p.currency); it != known_.end()) co_return it->second;
    double r = co_await source_.ask<rate>(p.currency).within(2s);
    known_[p.currency] = r;
    self().after(60s, expire{p.currency});
    co_return r;
  }
  void on(expire e) { known_.erase(e.currency); }

private:
  troupe::address<rate> source_;
  std::map<std::string, double> known_;
};

constexpr auto asks_once = [](troupe::inbox<>, troupe::address<price> c,
                              std::shared_ptr<double> out) -> troupe::task<> {
  *out = co_await c.ask<price>("EUR");
};

TEST(PriceCache, AsksTheSourceOnceAMinute) {
  kit::stage stage(42);
  kit::probe<rate> source(stage);
  auto cache = stage.spawn<price_cache>(source.address());

  const auto got = std::make_shared<double>(0);
  auto asker = stage.spawn(asks_once, cache, got);
  auto q = source.take<rate>();
  ASSERT_TRUE(q);
  EXPECT_EQ(q->message.currency, "EUR");
  q->reply(1.1);
  stage.settle();
  EXPECT_EQ(*got, 1.1);

  stage.advance(59s);
  EXPECT_EQ(cache.ask<price>("EUR").get(), 1.1);
  EXPECT_TRUE(source.empty());
  stage.advance(2s);

  *got = 0;
  auto again = stage.spawn({.name = "again"}, asks_once, cache, got);
  auto q2 = source.take<rate>();
  ASSERT_TRUE(q2) << "after a minute it asks anew";
  q2->reply(1.2);
  stage.settle();
  EXPECT_EQ(*got, 1.2);
}

TEST(PriceCache, FailsWhenItsSourceIsSilent) {
  kit::stage stage(7);
  kit::probe<rate> source(stage);
  auto cache = stage.spawn<price_cache>(source.address());
  const auto r = cache.try_ask<price>("EUR").get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), troupe::ask_errc::down);
  EXPECT_EQ(r.error().reason(), troupe::exit_kind::failed);
  EXPECT_EQ(stage.system().counters().failed, 1U);
}

TEST(Stage, ManySeedsRunAProcessToTheSameEnd) {
  for (const auto seed : kit::seeds(50)) {
    kit::stage stage(seed);
    kit::probe<expire> out(stage);
    auto p = stage.spawn(
        [](troupe::inbox<price, expire> in, troupe::address<expire> to) -> troupe::task<> {
          while (auto e = co_await in.next<expire>()) {
            co_await troupe::sleep(10ms);
            to.tell(*e);
          }
        },
        out.address());
    p.tell<expire>("a");
    p.tell<expire>("b");
    EXPECT_TRUE(out.empty());
    stage.advance(10ms);
    const auto a = out.take<expire>();
    ASSERT_TRUE(a);
    EXPECT_EQ(a->currency, "a");
    EXPECT_TRUE(out.empty());
    stage.advance(10ms);
    EXPECT_EQ(out.take<expire>()->currency, "b");
  }
}

}  // namespace
