// idle_actors.cpp: a million actors, each after one message: their memory, and their rest.
//
//   Rules    The handles' pages are touched before the first look at memory: they do not count.
//            One visit at a time, so that no message waits anywhere at the second look.
#include "../../common/resident.hpp"
#include "../../common/wakeups.hpp"
#include "../../common/workload.hpp"
#include "rows.hpp"
#include "session.hpp"

#include <vector>

namespace bench {
namespace {

class resident : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {[](visit) -> number { return 1; }};
  }
};

class settler : public caf::event_based_actor {
public:
  settler(caf::actor_config& config, number homes) : caf::event_based_actor(config), held_(homes) {}
  caf::behavior make_behavior() override {
    return {[this](tour) -> caf::result<number> {
      over_ = make_response_promise();
      for (auto& home : held_) home = spawn<resident, caf::lazy_init>();
      visit_from(0);
      return caf::delegated<number>{};
    }};
  }

private:
  void visit_from(std::size_t i) {
    request(held_[i], caf::infinite, visit{}).then([this, i](number) {
      if (i + 1 < held_.size())
        visit_from(i + 1);
      else
        over_.deliver(number{0});
    });
  }
  std::vector<caf::actor> held_;
  caf::response_promise over_;
};

}  // namespace

double bytes_per_actor(const order& o) {
  session caf_side(o);
  auto hamlet = caf_side.system().spawn<settler>(warm_up(o.work) / 10 + 1);
  caf_side.ask(hamlet, tour{});
  auto land = caf_side.system().spawn<settler>(o.work);
  const auto before = resident_bytes();
  caf_side.ask(land, tour{});
  const auto after = resident_bytes();
  require(after > before, "memory shrank: the warm-up left too much behind");
  return static_cast<double>(after - before) / static_cast<double>(o.work);
}

double idle_wakeups(const order& o) {
  session caf_side(o);
  auto land = caf_side.system().spawn<settler>(o.work);
  caf_side.ask(land, tour{});
  return wakeups_per_second();
}

}  // namespace bench
