// 12_testing.cpp: testing actors.
//
//   Notice   first an actor is an object: call its handlers. Then it stands on a stage: one thread,
//            an order that a seed decides, a clock that moves when the test says so. A probe is the
//            other side. Nothing here sleeps, and nothing is flaky.
//   Replay   what fails with one of many seeds: TROUPE_SEED=17 12_testing
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace kit = troupe::kit;
using namespace std::chrono_literals;

struct rate {
  using reply = double;
  std::string currency;
};
struct price {
  using reply = double;
  std::string currency;
};
struct correction {
  std::string currency;
  double rate;
};
struct known {
  using reply = std::size_t;
};

/// What we test: it asks for a rate when somebody wants to know it, and keeps it.
class price_list : public troupe::actor<price_list> {
public:
  explicit price_list(troupe::address<rate> source) : source_(std::move(source)) {}

  troupe::task<double> on(price p) {
    const auto kept = rates_.find(p.currency);
    if (kept != rates_.end()) co_return kept->second;
    const double fresh = co_await source_.ask<rate>(p.currency).within(2s);
    // Who was asked meanwhile may have heard another rate: the first one counts.
    co_return rates_.try_emplace(p.currency, fresh).first->second;
  }
  void on(const correction& c) { rates_[c.currency] = c.rate; }
  std::size_t on(known) const { return rates_.size(); }

private:
  troupe::address<rate> source_;
  std::map<std::string, double> rates_;
};

using prices = std::vector<troupe::result<double>>;

/// A customer on the stage: the test itself cannot wait for the price and be the source, too.
troupe::task<> customer(troupe::inbox<>, troupe::address<price> list, prices* heard) {
  auto p = co_await list.try_ask<price>("EUR");
  heard->push_back(std::move(p));
}

TEST(PriceList, IsAnObject) {
  price_list list({});
  EXPECT_EQ(list.on(known{}), 0U);
  list.on(correction{"EUR", 1.1});
  EXPECT_EQ(list.on(known{}), 1U);
}

TEST(PriceList, AsksForARateOnce) {
  kit::stage stage(42);  // the seed
  kit::probe<rate> source(stage);
  prices heard;
  const auto list = stage.spawn<price_list>(source.address());

  const auto first = stage.spawn(customer, list, &heard);
  auto asked = source.take<rate>();  // runs the stage until nothing happens any more
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->message.currency, "EUR");
  asked->reply(1.1);

  EXPECT_EQ(list.ask<price>("EUR").get(), 1.1);
  EXPECT_TRUE(source.empty());
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].value(), 1.1);
}

TEST(PriceList, TellsEverybodyTheSameInWhateverOrderTheyCome) {
  for (const auto seed : kit::seeds(100)) {
    SCOPED_TRACE("TROUPE_SEED=" + std::to_string(seed));
    kit::stage stage(seed);
    kit::probe<rate> source(stage);
    prices heard;
    const auto list = stage.spawn<price_list>(source.address());
    const auto one = stage.spawn(customer, list, &heard);
    const auto another = stage.spawn(customer, list, &heard);

    double changing = 1.1;
    while (auto asked = source.take<rate>()) asked->reply(changing += 0.1);
    ASSERT_EQ(heard.size(), 2U);
    EXPECT_EQ(heard[0].value(), heard[1].value());
  }
}

TEST(PriceList, FailsIfTheSourceIsSilentForTwoSeconds) {
  kit::stage stage;
  kit::probe<rate> source(stage);
  prices heard;
  const auto one = stage.spawn(customer, stage.spawn<price_list>(source.address()), &heard);
  stage.advance(1s);
  EXPECT_TRUE(heard.empty());
  stage.advance(2s);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].error(), troupe::ask_errc::down);
}

}  // namespace
