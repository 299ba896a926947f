// producers.cpp: one or eight actors that send to one mailbox, in rounds.
//
//   Rules    A producer sends `batch` messages a turn and goes on by a message to itself.
//            A round is over when the sink has handled every message; the sum proves it.
#include "../common/workload.hpp"
#include "rows.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace bench {
namespace {

struct item {
  std::uint64_t value;
};
using sink_address = troupe::address<item>;
struct produce {
  std::uint64_t count;
  sink_address to;
};
struct more {};
struct gather {
  using reply = std::uint64_t;
  std::uint64_t each;
};  // the sum of all values

class producer : public troupe::actor<producer> {
public:
  void on(produce p) {
    left_ = p.count;
    to_ = std::move(p.to);
    send_batch();
  }
  void on(more) { send_batch(); }

private:
  void send_batch() {
    for (auto n = std::min(left_, batch); n > 0; --n) to_.tell<item>(left_--);
    if (left_ > 0) self().tell(more{});
  }
  std::uint64_t left_ = 0;
  sink_address to_;
};

class sink : public troupe::actor<sink> {
public:
  explicit sink(std::vector<troupe::address<produce>> producers)
      : producers_(std::move(producers)) {}
  void on(gather g, troupe::reply_to<gather> gathered) {
    gathered_.emplace(std::move(gathered));
    sum_ = 0;
    left_ = g.each * producers_.size();
    for (auto& p : producers_) p.tell<produce>(g.each, self());
  }
  void on(item i) {
    sum_ += i.value;
    if (--left_ == 0) (*std::exchange(gathered_, std::nullopt))(sum_);
  }

private:
  std::vector<troupe::address<produce>> producers_;
  std::uint64_t left_ = 0;
  std::uint64_t sum_ = 0;
  std::optional<troupe::reply_to<gather>> gathered_;
};

double rounds(const order& o, std::uint64_t producer_count) {
  troupe::actor_system sys({.workers = o.workers});
  std::vector<troupe::address<produce>> producers;
  for (std::uint64_t i = 0; i < producer_count; ++i) producers.push_back(sys.spawn<producer>());
  auto to = sys.spawn<sink>(producers);

  const auto run = [&](std::uint64_t each) {
    const std::uint64_t share = round_items / producer_count;
    for (std::uint64_t done = 0; done < each; done += share) {
      const auto part = std::min(share, each - done);
      const auto sum = to.ask<gather>(part).within(patience).get();
      require(sum == sum_to(part) * producer_count, "messages were lost or handled twice");
    }
  };
  const std::uint64_t each = std::max<std::uint64_t>(o.work / producer_count, 1);
  run(warm_up(each));
  return millions(seconds([&] { run(each); }), each * producer_count);
}

}  // namespace

double one_producer(const order& o) { return rounds(o, 1); }
double eight_producers(const order& o) { return rounds(o, many_producers); }

}  // namespace bench
