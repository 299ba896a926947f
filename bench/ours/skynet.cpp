// skynet.cpp: a tree of actors, ten children each; every leaf sends its number, sums come up.
#include "../common/workload.hpp"
#include "rows.hpp"

#include <optional>
#include <utility>

namespace bench {
namespace {

struct sum {
  std::uint64_t value;
};
using parent_address = troupe::address<sum>;

class branch : public troupe::actor<branch> {
public:
  branch(parent_address parent, std::uint64_t first, std::uint64_t leaves)
      : parent_(std::move(parent)), first_(first), leaves_(leaves) {}
  void on_start() {
    if (leaves_ == 1) {
      parent_.tell<sum>(first_);
      return;
    }
    const std::uint64_t share = leaves_ / skynet_width;
    const parent_address me = self();
    for (std::uint64_t i = 0; i < skynet_width; ++i)  // a child lives while its work is pending
      (void)self().system().spawn<branch>(me, first_ + i * share, share);
  }
  void on(sum s) {
    total_ += s.value;
    if (++answers_ == skynet_width) parent_.tell<sum>(total_);
  }

private:
  parent_address parent_;
  std::uint64_t first_;
  std::uint64_t leaves_;
  std::uint64_t total_ = 0;
  std::uint64_t answers_ = 0;
};

struct grow {
  using reply = std::uint64_t;
  std::uint64_t leaves;
};

class ground : public troupe::actor<ground> {
public:
  void on(grow g, troupe::reply_to<grow> grown) {
    grown_.emplace(std::move(grown));
    (void)self().system().spawn<branch>(self(), std::uint64_t{0}, g.leaves);
  }
  void on(sum s) { (*std::exchange(grown_, std::nullopt))(s.value); }

private:
  std::optional<troupe::reply_to<grow>> grown_;
};

}  // namespace

double skynet(const order& o) {
  troupe::actor_system sys({.workers = o.workers});
  auto root = sys.spawn<ground>();
  const auto tree = [&](std::uint64_t leaves) {
    const auto total = root.ask<grow>(leaves).within(patience).get();
    require(total == sum_to(leaves - 1), "skynet's sum is wrong");
  };
  const std::uint64_t leaves = skynet_leaves(o.work);
  tree(skynet_leaves(warm_up(leaves)));
  return seconds([&] { tree(leaves); }) * 1e3;
}

}  // namespace bench
