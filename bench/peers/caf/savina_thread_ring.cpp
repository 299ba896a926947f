// savina_thread_ring.cpp: a token that goes round a hundred actors.
#include "../../common/roll_call.hpp"
#include "../../common/savina.hpp"
#include "rows.hpp"
#include "savina_messages.hpp"
#include "session.hpp"

#include <vector>

namespace bench {
namespace {

class ring_actor : public caf::event_based_actor {
public:
  ring_actor(caf::actor_config& config, roll_call* lives)
      : caf::event_based_actor(config), lives_(lives) {}
  ~ring_actor() override { lives_->one_ended(); }
  caf::behavior make_behavior() override {
    return {
        [this](token t) {
          if (t.left > 0)
            send(next_, token{t.left - 1});
          else
            send(next_, retire_in_turn{savina::ring_actors - 1});
        },
        [this](retire_in_turn l) {
          if (l.left > 0) send(next_, retire_in_turn{l.left - 1});
          next_ = nullptr;  // it would keep the next one in memory, and so on round the ring
          quit();
        },
        [this](caf::actor& next) { next_ = std::move(next); },
    };
  }

private:
  roll_call* lives_;
  caf::actor next_;
};

}  // namespace

double savina_thread_ring(const order& o) {
  roll_call lives;
  session caf_side(o);
  return savina::ns_per_message(o, savina::ring_hops, [&](number hops) {
    lives.expect(savina::ring_actors);
    std::vector<caf::actor> ring;
    for (number i = 0; i < savina::ring_actors; ++i)
      ring.push_back(caf_side.system().spawn<ring_actor>(&lives));
    for (std::size_t i = 0; i < ring.size(); ++i)
      caf::anon_send(ring[i], ring[(i + 1) % ring.size()]);
    caf::anon_send(ring.front(), token{hops});
    ring.clear();
    lives.wait();
    return hops;
  });
}

}  // namespace bench
