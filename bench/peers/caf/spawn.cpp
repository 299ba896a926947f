// spawn.cpp: actors made by an actor: held alive, or living for one message.
//
//   Rules    `spawn` clocks the spawn calls alone; the actors stay.
//            `spawn_end` clocks whole lives: spawned, one message handled, unreferenced, destroyed.
//            Tuned for CAF: lazy_init spares it a turn before the first message. In spawn_end the
//            breeder gives way after each batch: its stealing workers walk the whole victim's queue
//            for each steal, so a long queue of newborns would cost 5 to 20 times as much.
#include "../../common/roll_call.hpp"
#include "../../common/workload.hpp"
#include "rows.hpp"
#include "session.hpp"

#include <algorithm>
#include <vector>

namespace bench {
namespace {

class resident : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {[](hello) {}};
  }
};

class settler : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {
        [this](more) { spawn_batch(); },
        [this](populate p) -> caf::result<number> {
          settled_ = make_response_promise();
          left_ = p.count;
          held_.reserve(held_.size() + left_);
          spawn_batch();
          return caf::delegated<number>{};
        },
    };
  }

private:
  void spawn_batch() {
    for (auto n = std::min(left_, batch); n > 0; --n, --left_)
      held_.push_back(spawn<resident, caf::lazy_init>());
    if (left_ > 0)
      send(this, more{});
    else
      settled_.deliver(number{0});
  }
  number left_ = 0;
  std::vector<caf::actor> held_;
  caf::response_promise settled_;
};

class mayfly : public caf::event_based_actor {
public:
  mayfly(caf::actor_config& config, roll_call* lives)
      : caf::event_based_actor(config), lives_(lives) {}
  ~mayfly() override { lives_->one_ended(); }
  caf::behavior make_behavior() override {
    return {[](hello) {}};
  }

private:
  roll_call* lives_;
};

class breeder : public caf::event_based_actor {
public:
  breeder(caf::actor_config& config, roll_call* lives)
      : caf::event_based_actor(config), lives_(lives) {}
  caf::behavior make_behavior() override {
    return {
        [this](more) { spawn_batch(); },
        [this](hatch h) {
          left_ = h.count;
          spawn_batch();
        },
    };
  }

private:
  void spawn_batch() {
    for (auto n = std::min(left_, batch); n > 0; --n, --left_)
      send(spawn<mayfly, caf::lazy_init>(lives_), hello{});
    if (left_ > 0) send(this, more{});
  }
  roll_call* lives_;
  number left_ = 0;
};

}  // namespace

double spawn(const order& o) {
  session caf_side(o);
  auto land = caf_side.system().spawn<settler>();
  caf_side.ask(land, populate{warm_up(o.work)});
  return ns_each(seconds([&] { caf_side.ask(land, populate{o.work}); }), o.work);
}

double spawn_end(const order& o) {
  roll_call lives;
  session caf_side(o, 1);
  auto pond = caf_side.system().spawn<breeder>(&lives);
  const auto run = [&](number count) {
    lives.expect(count);
    caf::anon_send(pond, hatch{count});
    lives.wait();
  };
  run(warm_up(o.work));
  return ns_each(seconds([&] { run(o.work); }), o.work);
}

}  // namespace bench
