// savina_big.cpp: many actors, each pings one of all, chosen at random, and waits for its pong.
#include "../../common/roll_call.hpp"
#include "../../common/savina.hpp"
#include "rows.hpp"
#include "savina_messages.hpp"
#include "session.hpp"

#include <vector>

namespace bench {
namespace {

using neighbours = std::vector<caf::actor>;
constexpr number nobody = savina::big_actors;

class pinger : public caf::event_based_actor {
public:
  pinger(caf::actor_config& config, roll_call* lives, number id, number pings, caf::actor sink)
      : caf::event_based_actor(config),
        lives_(lives),
        id_(id),
        left_(pings),
        random_(id),
        sink_(std::move(sink)) {}
  ~pinger() override { lives_->one_ended(); }
  caf::behavior make_behavior() override {
    return {
        [this](ping p) { send(all_[p.sender], pong{id_}); },
        [this](pong p) { take(p); },
        [this](neighbours& all) { all_ = std::move(all); },
        [this](retire) {
          all_.clear();  // they would keep each other in memory
          quit();
        },
    };
  }

private:
  void take(pong p) {
    if (p.sender == expected_) ++pongs_;
    if (left_ == 0) {
      send(sink_, finished{pongs_ - 1});  // the first one came from nobody
      return;
    }
    --left_;
    expected_ = random_.below(all_.size());
    send(all_[expected_], ping{id_});
  }
  roll_call* lives_;
  number id_;
  number left_;
  number expected_ = nobody;
  number pongs_ = 0;
  savina::pseudo_random random_;
  caf::actor sink_;
  neighbours all_;
};

class sink : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {
        [this](finished f) {
          pongs_ += f.pongs;
          if (++finished_ < all_.size()) return;
          for (auto& a : all_) send(a, retire{});
          all_.clear();  // they hold the sink too
          over_.deliver(pongs_);
          quit();
        },
        [this](neighbours& all) -> caf::result<number> {
          all_ = std::move(all);
          over_ = make_response_promise();
          for (auto& a : all_) send(a, pong{nobody});
          return caf::delegated<number>{};
        },
    };
  }

private:
  number pongs_ = 0;
  std::size_t finished_ = 0;
  neighbours all_;
  caf::response_promise over_;
};

}  // namespace

double savina_big(const order& o) {
  constexpr auto actors = savina::big_actors;
  roll_call lives;
  session caf_side(o);
  return savina::ns_per_message(o, 2 * actors * savina::big_pings, [&](number messages) {
    const auto pings = std::max<number>(messages / (2 * actors), 1);
    lives.expect(actors);
    auto to = caf_side.system().spawn<sink>();
    neighbours all;
    for (number id = 0; id < actors; ++id)
      all.push_back(caf_side.system().spawn<pinger>(&lives, id, pings, to));
    for (auto& a : all) caf::anon_send(a, all);
    const auto pongs = caf_side.ask(to, std::move(all));
    require(pongs == pings * actors, "pongs were lost, or came from others than were asked");
    to = nullptr;
    all.clear();
    lives.wait();
    return 2 * pings * actors;
  });
}

}  // namespace bench
