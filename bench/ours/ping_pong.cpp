// ping_pong.cpp: two actors, one message that bounces between them; and what it costs to watch.
#include "../common/workload.hpp"
#include "rows.hpp"

#include <optional>
#include <utility>

namespace bench {
namespace {

struct ball {
  std::uint64_t left;
};
using player_address = troupe::address<ball>;
struct meet {
  player_address other;
};
struct play {
  using reply = void;
  std::uint64_t hops;
};

class player : public troupe::actor<player> {
public:
  void on(meet m) { other_ = std::move(m.other); }
  void on(play p, troupe::reply_to<play> over) {
    over_.emplace(std::move(over));
    other_.tell<ball>(p.hops - 1);
  }
  void on(ball b) {
    if (b.left > 0)
      other_.tell<ball>(b.left - 1);
    else
      (*std::exchange(over_, std::nullopt))();
  }

private:
  player_address other_;
  std::optional<troupe::reply_to<play>> over_;
};

double bounce(const order& o, bool observe) {
  troupe::actor_system sys({.workers = o.workers, .observe = observe});
  auto server = sys.spawn<player>();
  auto returner = sys.spawn<player>();
  server.tell<meet>(returner);
  returner.tell<meet>(server);
  const std::uint64_t hops = even(o.work);
  server.ask<play>(even(warm_up(hops))).within(patience).get();
  const double took = seconds([&] { server.ask<play>(hops).within(patience).get(); });
  return ns_each(took, hops);
}

}  // namespace

double ping_pong(const order& o) { return bounce(o, true); }

double observe_cost(const order& o) {
  require(o.variant.empty() || o.variant == "unobserved", "the only variant is unobserved");
  return bounce(o, o.variant.empty());
}

}  // namespace bench
