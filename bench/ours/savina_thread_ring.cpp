// savina_thread_ring.cpp: a token that goes round a hundred actors.
#include "../common/roll_call.hpp"
#include "../common/savina.hpp"
#include "rows.hpp"

#include <utility>
#include <vector>

namespace bench {
namespace {

struct token {
  std::uint64_t left;
};
struct retire_in_turn {
  std::uint64_t left;
};
using next_address = troupe::address<token, retire_in_turn>;
struct meet {
  next_address next;
};

class ring_actor : public troupe::actor<ring_actor> {
public:
  explicit ring_actor(roll_call* lives) : lives_(lives) {}
  ~ring_actor() { lives_->one_ended(); }
  void on(meet m) { next_ = std::move(m.next); }
  void on(token t) {
    if (t.left > 0)
      next_.tell<token>(t.left - 1);
    else
      next_.tell<retire_in_turn>(savina::ring_actors - 1);
  }
  void on(retire_in_turn l) {
    if (l.left > 0) next_.tell<retire_in_turn>(l.left - 1);
    self().stop();
  }

private:
  roll_call* lives_;
  next_address next_;
};

}  // namespace

double savina_thread_ring(const order& o) {
  roll_call lives;
  troupe::actor_system sys({.workers = o.workers});
  return savina::ns_per_message(o, savina::ring_hops, [&](std::uint64_t hops) {
    lives.expect(savina::ring_actors);
    std::vector<troupe::ref<ring_actor>> ring;
    for (std::uint64_t i = 0; i < savina::ring_actors; ++i)
      ring.push_back(sys.spawn<ring_actor>(&lives));
    for (std::size_t i = 0; i < ring.size(); ++i) ring[i].tell<meet>(ring[(i + 1) % ring.size()]);
    ring.front().tell<token>(hops);
    lives.wait();
    return hops;
  });
}

}  // namespace bench
