// flood_fairness.cpp: eight polite senders beside a flooding one, all at the same desk.
#include "../../common/flood.hpp"
#include "../../common/workload.hpp"
#include "rows.hpp"
#include "session.hpp"

#include <vector>

namespace bench {
namespace {

class sender : public caf::event_based_actor {
public:
  sender(caf::actor_config& config, number id, caf::actor desk)
      : caf::event_based_actor(config), id_(id), desk_(std::move(desk)) {}
  caf::behavior make_behavior() override {
    return {
        [this](flood_answer) { send(desk_, flood_request{id_}); },
        [this](populate p) {
          for (auto n = p.count; n > 0; --n) send(desk_, flood_request{id_});
        },
    };
  }

private:
  number id_;
  caf::actor desk_;
};

using senders = std::vector<caf::actor>;

class desk : public caf::event_based_actor {
public:
  desk(caf::actor_config& config, std::vector<number>* answered)
      : caf::event_based_actor(config), answered_(answered) {}
  caf::behavior make_behavior() override {
    return {
        [this](flood_request r) { answer(r); },
        [this](senders& all) { senders_ = std::move(all); },
        [this](gather g) -> caf::result<number> {
          left_ = g.each;
          answered_->assign(senders_.size(), 0);
          over_ = make_response_promise();
          for (number id = 0; id < senders_.size(); ++id)
            send(senders_[id], populate{flood::requests_of(id)});
          return caf::delegated<number>{};
        },
    };
  }

private:
  void answer(flood_request r) {
    if (left_ == 0) return;  // closed: what was under way is not answered
    ++(*answered_)[r.sender];
    if (--left_ > 0)
      send(senders_[r.sender], flood_answer{});
    else
      over_.deliver(number{0});
  }
  std::vector<number>* answered_;
  senders senders_;
  number left_ = 0;
  caf::response_promise over_;
};

}  // namespace

double flood_fairness(const order& o) {
  session caf_side(o);
  const auto run = [&](number requests) {
    std::vector<number> answered;
    auto service = caf_side.system().spawn<desk>(&answered);
    senders all;
    for (number id = 0; id <= flood::polite_senders; ++id)
      all.push_back(caf_side.system().spawn<sender>(id, service));
    caf::anon_send(service, std::move(all));
    caf_side.ask(service, gather{requests});
    return answered;
  };
  run(warm_up(o.work));
  return flood::worst_share(run(o.work));
}

}  // namespace bench
