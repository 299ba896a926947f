// idle_actors.cpp: a million actors, each after one message: their memory, and their rest.
//
//   Rules    The handles' pages are touched before the first look at memory: they do not count.
//            One visit at a time, so that no message waits anywhere at the second look.
#include "../common/resident.hpp"
#include "../common/wakeups.hpp"
#include "../common/workload.hpp"
#include "rows.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace bench {
namespace {

struct visit {
  using reply = bool;
};
struct settle {
  using reply = void;
  std::uint64_t count;
};
struct tour {
  using reply = void;
};

class resident : public troupe::actor<resident> {
public:
  bool on(visit) { return true; }
};

class settler : public troupe::actor<settler> {
public:
  explicit settler(std::uint64_t homes) : held_(homes) {}
  void on(tour, troupe::reply_to<tour> over) {
    over_.emplace(std::move(over));
    for (auto& home : held_) home = self().system().spawn<resident>();
    visit_from(0);
  }

private:
  void visit_from(std::size_t i) {
    held_[i].ask<visit>().then(this, [this, i](bool) {
      if (i + 1 < held_.size())
        visit_from(i + 1);
      else
        (*std::exchange(over_, std::nullopt))();
    });
  }
  std::vector<troupe::ref<resident>> held_;
  std::optional<troupe::reply_to<tour>> over_;
};

}  // namespace

double bytes_per_actor(const order& o) {
  troupe::actor_system sys({.workers = o.workers});
  auto hamlet = sys.spawn<settler>(warm_up(o.work) / 10 + 1);
  hamlet.ask<tour>().within(patience).get();
  auto land = sys.spawn<settler>(o.work);
  const auto before = resident_bytes();
  land.ask<tour>().within(patience).get();
  const auto after = resident_bytes();
  require(after > before, "memory shrank: the warm-up left too much behind");
  return static_cast<double>(after - before) / static_cast<double>(o.work);
}

double idle_wakeups(const order& o) {
  troupe::actor_system sys({.workers = o.workers});
  auto land = sys.spawn<settler>(o.work);
  land.ask<tour>().within(patience).get();
  return wakeups_per_second();
}

}  // namespace bench
