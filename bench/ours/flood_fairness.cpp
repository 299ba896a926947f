// flood_fairness.cpp: eight polite senders beside a flooding one, all at the same desk.
#include "../common/flood.hpp"
#include "../common/workload.hpp"
#include "rows.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace bench {
namespace {

struct request {
  std::uint64_t sender;
};
struct answer {};
struct begin {
  std::uint64_t requests;
};
struct open_desk {
  using reply = std::vector<std::uint64_t>;  // how many requests of each sender were answered
  std::vector<troupe::address<begin, answer>> senders;
  std::uint64_t requests;
};

class sender : public troupe::actor<sender> {
public:
  sender(std::uint64_t id, troupe::address<request> desk) : id_(id), desk_(std::move(desk)) {}
  void on(begin b) {
    for (auto n = b.requests; n > 0; --n) desk_.tell<request>(id_);
  }
  void on(answer) { desk_.tell<request>(id_); }

private:
  std::uint64_t id_;
  troupe::address<request> desk_;
};

class desk : public troupe::actor<desk> {
public:
  void on(open_desk d, troupe::reply_to<open_desk> over) {
    senders_ = std::move(d.senders);
    left_ = d.requests;
    answered_.assign(senders_.size(), 0);
    over_.emplace(std::move(over));
    for (std::uint64_t id = 0; id < senders_.size(); ++id)
      senders_[id].tell<begin>(flood::requests_of(id));
  }
  void on(request r) {
    if (left_ == 0) return;  // closed: what was under way is not answered
    ++answered_[r.sender];
    if (--left_ > 0)
      senders_[r.sender].tell(answer{});
    else
      (*std::exchange(over_, std::nullopt))(std::move(answered_));
  }

private:
  std::vector<troupe::address<begin, answer>> senders_;
  std::uint64_t left_ = 0;
  std::vector<std::uint64_t> answered_;
  std::optional<troupe::reply_to<open_desk>> over_;
};

}  // namespace

double flood_fairness(const order& o) {
  troupe::actor_system sys({.workers = o.workers});
  const auto run = [&](std::uint64_t requests) {
    auto service = sys.spawn<desk>();
    std::vector<troupe::address<begin, answer>> senders;
    for (std::uint64_t id = 0; id <= flood::polite_senders; ++id)
      senders.emplace_back(sys.spawn<sender>(id, service));
    return service.ask<open_desk>(senders, requests).within(patience).get();
  };
  run(warm_up(o.work));
  return flood::worst_share(run(o.work));
}

}  // namespace bench
