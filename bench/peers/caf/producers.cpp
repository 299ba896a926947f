// producers.cpp: one or eight actors that send to one mailbox, in rounds.
//
//   Rules    A producer sends `batch` messages a turn and goes on by a message to itself.
//            A round is over when the sink has handled every message; the sum proves it.
#include "../../common/workload.hpp"
#include "rows.hpp"
#include "session.hpp"

#include <algorithm>
#include <vector>

namespace bench {
namespace {

class producer : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {
        [this](more) { send_batch(); },
        [this](produce& p) {
          left_ = p.count;
          to_ = std::move(p.to);
          send_batch();
        },
    };
  }

private:
  void send_batch() {
    for (auto n = std::min(left_, batch); n > 0; --n) send(to_, item{left_--});
    if (left_ > 0) send(this, more{});
  }
  number left_ = 0;
  caf::actor to_;
};

class sink : public caf::event_based_actor {
public:
  sink(caf::actor_config& config, std::vector<caf::actor> producers)
      : caf::event_based_actor(config), producers_(std::move(producers)) {}
  caf::behavior make_behavior() override {
    return {
        [this](item i) {
          sum_ += i.value;
          if (--left_ == 0) gathered_.deliver(sum_);
        },
        [this](gather g) -> caf::result<number> {
          gathered_ = make_response_promise();
          sum_ = 0;
          left_ = g.each * producers_.size();
          for (auto& p : producers_) send(p, produce{g.each, caf::actor{this}});
          return caf::delegated<number>{};
        },
    };
  }

private:
  std::vector<caf::actor> producers_;
  number left_ = 0;
  number sum_ = 0;
  caf::response_promise gathered_;
};

double rounds(const order& o, number producer_count) {
  session caf_side(o);
  std::vector<caf::actor> producers;
  for (number i = 0; i < producer_count; ++i)
    producers.push_back(caf_side.system().spawn<producer>());
  auto to = caf_side.system().spawn<sink>(producers);

  const auto run = [&](number each) {
    const number share = round_items / producer_count;
    for (number done = 0; done < each; done += share) {
      const auto part = std::min(share, each - done);
      const auto sum = caf_side.ask(to, gather{part});
      require(sum == sum_to(part) * producer_count, "messages were lost or handled twice");
    }
  };
  const number each = std::max<number>(o.work / producer_count, 1);
  run(warm_up(each));
  return millions(seconds([&] { run(each); }), each * producer_count);
}

}  // namespace

double one_producer(const order& o) { return rounds(o, 1); }
double eight_producers(const order& o) { return rounds(o, many_producers); }

}  // namespace bench
