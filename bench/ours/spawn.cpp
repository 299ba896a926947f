// spawn.cpp: actors made by an actor: held alive, or living for one message.
//
//   Rules    `spawn` clocks the spawn calls alone; the actors stay.
//            `spawn_end` clocks whole lives: spawned, one message handled, unreferenced, destroyed.
#include "../common/roll_call.hpp"
#include "../common/settler.hpp"
#include "../common/workload.hpp"
#include "rows.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace bench {
namespace {

struct hello {};
struct more {};
class resident : public troupe::actor<resident> {
public:
  void on(hello) {}
};

class mayfly : public troupe::actor<mayfly> {
public:
  explicit mayfly(roll_call* lives) : lives_(lives) {}
  ~mayfly() { lives_->one_ended(); }
  void on(hello) {}

private:
  roll_call* lives_;
};

struct hatch {
  std::uint64_t count;
};

class breeder : public troupe::actor<breeder> {
public:
  explicit breeder(roll_call* lives) : lives_(lives) {}
  void on(hatch h) {
    left_ = h.count;
    spawn_batch();
  }
  void on(more) { spawn_batch(); }

private:
  void spawn_batch() {
    auto& system = self().system();
    for (auto n = std::min(left_, batch); n > 0; --n, --left_)
      system.spawn<mayfly>(lives_).tell(hello{});
    if (left_ > 0) self().tell(more{});
  }
  roll_call* lives_;
  std::uint64_t left_ = 0;
};

}  // namespace

double spawn(const order& o) {
  troupe::actor_system sys({.workers = o.workers});
  auto land = sys.spawn<settler<resident>>();
  land.ask<populate>(warm_up(o.work)).within(patience).get();
  const double took = seconds([&] { land.ask<populate>(o.work).within(patience).get(); });
  return ns_each(took, o.work);
}

double spawn_end(const order& o) {
  roll_call lives;
  troupe::actor_system sys({.workers = o.workers});
  auto pond = sys.spawn<breeder>(&lives);
  const auto run = [&](std::uint64_t count) {
    lives.expect(count);
    pond.tell<hatch>(count);
    lives.wait();
  };
  run(warm_up(o.work));
  return ns_each(seconds([&] { run(o.work); }), o.work);
}

}  // namespace bench
