// skynet.cpp: a tree of actors, ten children each; every leaf sends its number, sums come up.
#include "../../common/workload.hpp"
#include "rows.hpp"
#include "session.hpp"

namespace bench {
namespace {

class branch : public caf::event_based_actor {
public:
  branch(caf::actor_config& config, caf::actor parent, number first, number leaves)
      : caf::event_based_actor(config),
        parent_(std::move(parent)),
        first_(first),
        leaves_(leaves) {}
  caf::behavior make_behavior() override {
    if (leaves_ == 1) {
      send(parent_, sum{first_});
      return {};  // an empty behavior ends the actor
    }
    const number share = leaves_ / skynet_width;
    for (number i = 0; i < skynet_width; ++i)
      spawn<branch>(caf::actor{this}, first_ + i * share, share);
    return {[this](sum s) {
      total_ += s.value;
      if (++answers_ < skynet_width) return;
      send(parent_, sum{total_});
      quit();
    }};
  }

private:
  caf::actor parent_;
  number first_;
  number leaves_;
  number total_ = 0;
  number answers_ = 0;
};

class ground : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {
        [this](grow g) -> caf::result<number> {
          grown_ = make_response_promise();
          spawn<branch>(caf::actor{this}, number{0}, g.leaves);
          return caf::delegated<number>{};
        },
        [this](sum s) { grown_.deliver(s.value); },
    };
  }

private:
  caf::response_promise grown_;
};

}  // namespace

double skynet(const order& o) {
  session caf_side(o);
  auto root = caf_side.system().spawn<ground>();
  const auto tree = [&](number leaves) {
    require(caf_side.ask(root, grow{leaves}) == sum_to(leaves - 1), "skynet's sum is wrong");
  };
  const number leaves = skynet_leaves(o.work);
  tree(skynet_leaves(warm_up(leaves)));
  return seconds([&] { tree(leaves); }) * 1e3;
}

}  // namespace bench
