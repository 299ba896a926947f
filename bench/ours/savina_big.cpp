// savina_big.cpp: many actors, each pings one of all, chosen at random, and waits for its pong.
#include "../common/roll_call.hpp"
#include "../common/savina.hpp"
#include "rows.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace bench {
namespace {

constexpr std::uint64_t nobody = savina::big_actors;

struct ping {
  std::uint64_t sender;
};
struct pong {
  std::uint64_t sender;
};
struct retire {};
using neighbour = troupe::address<ping, pong, retire>;
struct meet {
  std::vector<neighbour> all;
};
struct finished {
  std::uint64_t pongs;
};
struct host {
  using reply = std::uint64_t;  // pongs, in all
  std::vector<neighbour> all;
};

class pinger : public troupe::actor<pinger> {
public:
  pinger(roll_call* lives, std::uint64_t id, std::uint64_t pings, troupe::address<finished> sink)
      : lives_(lives), id_(id), left_(pings), random_(id), sink_(std::move(sink)) {}
  ~pinger() { lives_->one_ended(); }
  void on(meet m) { all_ = std::move(m.all); }
  void on(ping p) { all_[p.sender].tell<pong>(id_); }
  void on(pong p) {
    if (p.sender == expected_) ++pongs_;
    if (left_ == 0) {
      sink_.tell<finished>(pongs_ - 1);  // the first one came from nobody
      return;
    }
    --left_;
    expected_ = random_.below(all_.size());
    all_[expected_].tell<ping>(id_);
  }
  void on(retire) { self().stop(); }

private:
  roll_call* lives_;
  std::uint64_t id_;
  std::uint64_t left_;
  std::uint64_t expected_ = nobody;
  std::uint64_t pongs_ = 0;
  savina::pseudo_random random_;
  troupe::address<finished> sink_;
  std::vector<neighbour> all_;
};

class sink : public troupe::actor<sink> {
public:
  void on(host h, troupe::reply_to<host> over) {
    all_ = std::move(h.all);
    over_.emplace(std::move(over));
    for (auto& a : all_) a.tell<pong>(nobody);
  }
  void on(finished f) {
    pongs_ += f.pongs;
    if (++finished_ < all_.size()) return;
    for (auto& a : all_) a.tell(retire{});
    (*std::exchange(over_, std::nullopt))(pongs_);
    self().stop();
  }

private:
  std::uint64_t pongs_ = 0;
  std::size_t finished_ = 0;
  std::vector<neighbour> all_;
  std::optional<troupe::reply_to<host>> over_;
};

}  // namespace

double savina_big(const order& o) {
  constexpr auto actors = savina::big_actors;
  roll_call lives;
  troupe::actor_system sys({.workers = o.workers});
  return savina::ns_per_message(o, 2 * actors * savina::big_pings, [&](std::uint64_t messages) {
    const auto pings = std::max<std::uint64_t>(messages / (2 * actors), 1);
    lives.expect(actors);
    auto to = sys.spawn<sink>();
    std::vector<troupe::ref<pinger>> pingers;
    for (std::uint64_t id = 0; id < actors; ++id)
      pingers.push_back(sys.spawn<pinger>(&lives, id, pings, to));
    const std::vector<neighbour> all(pingers.begin(), pingers.end());
    for (auto& p : pingers) p.tell<meet>(all);
    const auto pongs = to.ask<host>(all).within(patience).get();
    require(pongs == pings * actors, "pongs were lost, or came from others than were asked");
    lives.wait();
    return 2 * pings * actors;
  });
}

}  // namespace bench
