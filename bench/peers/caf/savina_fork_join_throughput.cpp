// savina_fork_join_throughput.cpp: an ordinary thread deals messages out to sixty actors.
#include "../../common/roll_call.hpp"
#include "../../common/savina.hpp"
#include "rows.hpp"
#include "savina_messages.hpp"
#include "session.hpp"

#include <vector>

namespace bench {
namespace {

class laborer : public caf::event_based_actor {
public:
  laborer(caf::actor_config& config, roll_call* lives, double angle, number jobs)
      : caf::event_based_actor(config), lives_(lives), angle_(angle), left_(jobs) {}
  ~laborer() override { lives_->one_ended(); }
  caf::behavior make_behavior() override {
    return {[this](job) {
      if (savina::compute(angle_) <= 0) return;  // never; the actor would not end
      if (--left_ == 0) quit();
    }};
  }

private:
  roll_call* lives_;
  double angle_;
  number left_;
};

}  // namespace

double savina_fork_join_throughput(const order& o) {
  constexpr auto actors = savina::throughput_actors;
  constexpr auto standard = actors * savina::throughput_messages;
  roll_call lives;
  session caf_side(o);
  return savina::ns_per_message(o, standard, [&](number messages) {
    const auto each = std::max<number>(messages / actors, 1);
    lives.expect(actors);
    std::vector<caf::actor> laborers;
    for (number i = 0; i < actors; ++i)
      laborers.push_back(caf_side.system().spawn<laborer>(&lives, savina::throughput_angle, each));
    for (number n = 0; n < each; ++n)
      for (auto& l : laborers) caf::anon_send(l, job{});
    laborers.clear();
    lives.wait();
    return each * actors;
  });
}

}  // namespace bench
