// savina_counting.cpp: one actor lets another count a million messages.
#include "../../common/roll_call.hpp"
#include "../../common/savina.hpp"
#include "rows.hpp"
#include "savina_messages.hpp"
#include "session.hpp"

namespace bench {
namespace {

class counter : public caf::event_based_actor {
public:
  counter(caf::actor_config& config, roll_call* lives)
      : caf::event_based_actor(config), lives_(lives) {}
  ~counter() override { lives_->one_ended(); }
  caf::behavior make_behavior() override {
    return {
        [this](increment) { ++count_; },
        [this](retrieve) -> number {
          quit();
          return count_;
        },
    };
  }

private:
  roll_call* lives_;
  number count_ = 0;
};

class producer : public caf::event_based_actor {
public:
  producer(caf::actor_config& config, roll_call* lives, caf::actor to)
      : caf::event_based_actor(config), lives_(lives), to_(std::move(to)) {}
  ~producer() override { lives_->one_ended(); }
  caf::behavior make_behavior() override {
    return {[this](populate p) -> caf::result<number> {
      produced_ = make_response_promise();
      for (auto n = p.count; n > 0; --n) send(to_, increment{});
      request(to_, caf::infinite, retrieve{}).then([this](number counted) {
        produced_.deliver(counted);
        quit();
      });
      return caf::delegated<number>{};
    }};
  }

private:
  roll_call* lives_;
  caf::actor to_;
  caf::response_promise produced_;
};

}  // namespace

double savina_counting(const order& o) {
  roll_call lives;
  session caf_side(o);
  return savina::ns_per_message(o, savina::counting_messages, [&](number count) {
    lives.expect(2);
    auto source =
        caf_side.system().spawn<producer>(&lives, caf_side.system().spawn<counter>(&lives));
    require(caf_side.ask(source, populate{count}) == count, "messages were lost or counted twice");
    source = nullptr;
    lives.wait();
    return count;
  });
}

}  // namespace bench
