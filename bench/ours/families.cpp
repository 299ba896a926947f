// families.cpp: very many children of one class: what it costs to start one that is supervised, and
// to start and stop all of them.
//
//   Rules    A child has been started when its on_start has run and, if it is supervised, when
//            whoever has asked for it knows.
#include "../common/restarts.hpp"
#include "../common/roll_call.hpp"
#include "../common/settler.hpp"
#include "../common/workload.hpp"
#include "rows.hpp"
#include <troupe/supervision/prelude.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

namespace bench {
namespace {

struct hello {};
struct census {
  roll_call begun;
  std::atomic<std::uint64_t> ended{0};
};

class member : public troupe::actor<member> {
public:
  explicit member(census* all) : all_(all) {}
  // Relaxed: only the number matters.
  ~member() { all_->ended.fetch_add(1, std::memory_order_relaxed); }
  void on_start() { all_->begun.one_ended(); }
  void on(hello) {}

private:
  census* all_;
};

using members = troupe::family<member, census*>;

/// Starts children of a family, so that as many starts are under way as a batch has.
class starter : public troupe::actor<starter> {
public:
  starter(members family, census* all) : family_(std::move(family)), all_(all) {}
  void on(populate p, troupe::reply_to<populate> over) {
    over_.emplace(std::move(over));
    left_ = p.count;
    for (auto n = std::min(left_, batch); n > 0; --n) start_one();
  }

private:
  void start_one() {
    --left_;
    ++under_way_;
    family_.start(all_).then(this, [this](auto started) {
      require(started.has_value(), "a child did not start");
      --under_way_;
      if (left_ > 0)
        start_one();
      else if (under_way_ == 0)
        (*std::exchange(over_, std::nullopt))();
    });
  }
  members family_;
  census* all_;
  std::uint64_t left_ = 0;
  std::uint64_t under_way_ = 0;
  std::optional<troupe::reply_to<populate>> over_;
};

/// Seconds until so many have begun.
template <class Actor>
double populating(const troupe::ref<Actor>& by, census& all, std::uint64_t count) {
  all.begun.expect(count);
  return seconds([&] {
    by.template ask<populate>(count).within(patience).get();
    all.begun.wait();
  });
}

troupe::supervisor_ref tree_of_one(troupe::actor_system& sys, const members& family) {
  auto tree =
      troupe::start(sys, troupe::supervisor_spec{.children = {{.id = "members", .start = family}}});
  require(tree.has_value(), "the tree did not start");
  return *tree;
}

/// A whole life: a tree with one family, `size` children, and the end of all of it.
void start_and_stop(troupe::actor_system& sys, std::uint64_t size) {
  census all;
  const members family(sys, "members");
  const auto tree = tree_of_one(sys, family);
  populating(sys.spawn<starter>(family, &all), all, size);
  require(tree.stop().get().has_value(), "the tree did not stop");
  require(all.ended.load(std::memory_order_relaxed) == size, "children outlived their family");
}

double life_in_families_of(const order& o, std::uint64_t size) {
  troupe::actor_system sys({.workers = o.workers, .log = false});
  const auto run = [&](std::uint64_t all) {
    restarts::in_parts(all, size, [&](std::uint64_t n) { start_and_stop(sys, n); });
  };
  run(warm_up(o.work));
  return ns_each(seconds([&] { run(o.work); }), o.work);
}

}  // namespace

double supervised_spawn(const order& o) {
  require(o.variant.empty() || o.variant == "unsupervised", "the only variant is unsupervised");
  census all;
  troupe::actor_system sys({.workers = o.workers, .log = false});
  if (!o.variant.empty()) {
    const auto by = sys.spawn<settler<member, census*>>(&all);
    populating(by, all, warm_up(o.work));
    return ns_each(populating(by, all, o.work), o.work);
  }
  const members family(sys, "members");
  const auto tree = tree_of_one(sys, family);
  const auto by = sys.spawn<starter>(family, &all);
  populating(by, all, warm_up(o.work));
  return ns_each(populating(by, all, o.work), o.work);
}

double family_100k(const order& o) { return life_in_families_of(o, o.work); }
double family_1k(const order& o) { return life_in_families_of(o, restarts::small_family); }

}  // namespace bench
