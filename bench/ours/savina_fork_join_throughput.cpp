// savina_fork_join_throughput.cpp: an ordinary thread deals messages out to sixty actors.
#include "../common/roll_call.hpp"
#include "../common/savina.hpp"
#include "rows.hpp"

#include <vector>

namespace bench {
namespace {

struct job {};

class laborer : public troupe::actor<laborer> {
public:
  laborer(roll_call* lives, double angle, std::uint64_t jobs)
      : lives_(lives), angle_(angle), left_(jobs) {}
  ~laborer() { lives_->one_ended(); }
  void on(job) {
    if (savina::compute(angle_) <= 0) return;  // never; the actor would not end
    if (--left_ == 0) self().stop();
  }

private:
  roll_call* lives_;
  double angle_;
  std::uint64_t left_;
};

}  // namespace

double savina_fork_join_throughput(const order& o) {
  constexpr auto actors = savina::throughput_actors;
  constexpr auto standard = actors * savina::throughput_messages;
  roll_call lives;
  troupe::actor_system sys({.workers = o.workers});
  return savina::ns_per_message(o, standard, [&](std::uint64_t messages) {
    const auto each = std::max<std::uint64_t>(messages / actors, 1);
    lives.expect(actors);
    std::vector<troupe::ref<laborer>> laborers;
    for (std::uint64_t i = 0; i < actors; ++i)
      laborers.push_back(sys.spawn<laborer>(&lives, savina::throughput_angle, each));
    for (std::uint64_t n = 0; n < each; ++n)
      for (auto& l : laborers) l.tell(job{});
    lives.wait();
    return each * actors;
  });
}

}  // namespace bench
