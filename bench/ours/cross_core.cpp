// cross_core.cpp: two actors at home on two workers, each pinned to a core of its own.
#include "../common/cross_core.hpp"

#include "../common/two_cpus.hpp"
#include "../common/workload.hpp"
#include "rows.hpp"

#include <optional>
#include <sched.h>
#include <utility>

namespace bench {
namespace {

using cross_core::ball;

struct quick_ball {
  std::uint64_t left;
};
using player_address = troupe::address<ball, quick_ball>;
struct meet {
  player_address other;
};
struct where {
  using reply = int;  // the CPU it runs on
};
struct play_quick {
  using reply = void;
  std::uint64_t hops;
};
struct play_parked {
  using reply = ball;
  std::uint64_t flights;
};

class player : public troupe::actor<player> {
public:
  void on(meet m) { other_ = std::move(m.other); }
  int on(where) { return sched_getcpu(); }

  void on(play_quick p, troupe::reply_to<play_quick> over) {
    quick_over_.emplace(std::move(over));
    other_.tell<quick_ball>(p.hops - 1);
  }
  void on(quick_ball b) {
    if (b.left > 0)
      other_.tell<quick_ball>(b.left - 1);
    else
      (*std::exchange(quick_over_, std::nullopt))();
  }

  void on(play_parked p, troupe::reply_to<play_parked> over) {
    parked_over_.emplace(std::move(over));
    other_.tell(cross_core::served(p.flights));
  }
  void on(ball b) {
    b = cross_core::landed(b);
    if (b.left > 0)
      other_.tell(cross_core::returned(b));
    else
      (*std::exchange(parked_over_, std::nullopt))(b);
  }

private:
  player_address other_;
  std::optional<troupe::reply_to<play_quick>> quick_over_;
  std::optional<troupe::reply_to<play_parked>> parked_over_;
};

/// A system of two pinned workers, and a player at home on each.
struct court {
  std::vector<int> cpus = two_cpus();
  troupe::actor_system sys{troupe::system_options{.cpus = cpus}};
  troupe::ref<player> server = sys.spawn<player>({.home = 0});
  troupe::ref<player> returner = sys.spawn<player>({.home = 1});

  court() {
    server.tell<meet>(returner);
    returner.tell<meet>(server);
    require(server.ask(where{}).get() == cpus[0] && returner.ask(where{}).get() == cpus[1],
            "an actor does not run on the worker that is its home");
  }
};

}  // namespace

double cross_core_spin(const order& o) {
  court both;
  const auto run = [&](std::uint64_t round_trips) {
    both.server.ask<play_quick>(2 * round_trips).within(patience).get();
  };
  run(warm_up(o.work));
  return ns_each(seconds([&] { run(o.work); }), o.work);
}

double cross_core_park(const order& o) {
  court both;
  const auto run = [&](std::uint64_t flights) {
    return both.server.ask<play_parked>(flights).within(patience).get();
  };
  run(even(warm_up(o.work)));
  return cross_core::parked_round_trip(o.work, run);
}

}  // namespace bench
