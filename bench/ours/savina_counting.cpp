// savina_counting.cpp: one actor lets another count a million messages.
#include "../common/roll_call.hpp"
#include "../common/savina.hpp"
#include "rows.hpp"

#include <optional>
#include <utility>

namespace bench {
namespace {

struct increment {};
struct retrieve {
  using reply = std::uint64_t;
};
using counter_address = troupe::address<increment, retrieve>;
struct produce {
  using reply = std::uint64_t;
  std::uint64_t count;
};

class counter : public troupe::actor<counter> {
public:
  explicit counter(roll_call* lives) : lives_(lives) {}
  ~counter() { lives_->one_ended(); }
  void on(increment) { ++count_; }
  std::uint64_t on(retrieve) {
    self().stop();
    return count_;
  }

private:
  roll_call* lives_;
  std::uint64_t count_ = 0;
};

class producer : public troupe::actor<producer> {
public:
  producer(roll_call* lives, counter_address to) : lives_(lives), to_(std::move(to)) {}
  ~producer() { lives_->one_ended(); }
  void on(produce p, troupe::reply_to<produce> produced) {
    produced_.emplace(std::move(produced));
    for (auto n = p.count; n > 0; --n) to_.tell(increment{});
    to_.ask<retrieve>().within(patience).then(this, [this](std::uint64_t counted) {
      (*std::exchange(produced_, std::nullopt))(counted);
      self().stop();
    });
  }

private:
  roll_call* lives_;
  counter_address to_;
  std::optional<troupe::reply_to<produce>> produced_;
};

}  // namespace

double savina_counting(const order& o) {
  roll_call lives;
  troupe::actor_system sys({.workers = o.workers});
  // All messages may wait at once: what does not fit would be refused.
  const troupe::spawn_options roomy{.capacity = 2 * savina::counting_messages};
  return savina::ns_per_message(o, savina::counting_messages, [&](std::uint64_t count) {
    lives.expect(2);
    auto source = sys.spawn<producer>(&lives, sys.spawn<counter>(roomy, &lives));
    const auto counted = source.ask<produce>(count).within(patience).get();
    require(counted == count, "messages were lost or counted twice");
    lives.wait();
    return count;
  });
}

}  // namespace bench
