// timers.cpp: very many timers of one actor.
//
//   Rules    All are set before the first is due: what is clocked is one thing at a time.
#include "../common/workload.hpp"
#include "rows.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace bench {
namespace {

using clock = std::chrono::steady_clock;

struct expire {
  std::uint64_t number;
};
struct set_far {  ///< nanoseconds it took; none of them comes
  using reply = double;
  std::uint64_t count;
};
struct cancel_all {
  using reply = double;
};
struct set_near {  ///< nanoseconds from when all are due until the last is handled
  using reply = double;
  std::uint64_t count;
};

class keeper : public troupe::actor<keeper> {
public:
  double on(set_far s) {
    ids_.reserve(s.count);
    return 1e9 * seconds([&] {
             for (std::uint64_t i = 0; i < s.count; ++i)
               ids_.push_back(
                   self().after(std::chrono::milliseconds(far_timer_ms(i)), expire{i + 1}));
           });
  }
  double on(cancel_all) {
    const double took = seconds([&] {
      for (const troupe::timer_id& id : ids_) id.cancel();
    });
    ids_.clear();
    return 1e9 * took;
  }
  void on(set_near s, troupe::reply_to<set_near> over) {
    over_.emplace(std::move(over));
    left_ = s.count;
    sum_ = sum_to(s.count);
    due_ = clock::now() + std::chrono::milliseconds(near_timers_ms(s.count));
    for (std::uint64_t i = 0; i < s.count; ++i) self().after(due_ - clock::now(), expire{i + 1});
    require(clock::now() < due_, "the timers were not set in time");
  }
  void on(expire e) {
    sum_ -= e.number;
    if (--left_ > 0) return;
    require(sum_ == 0, "timers were lost");
    const std::chrono::duration<double, std::nano> took = clock::now() - due_;
    (*std::exchange(over_, std::nullopt))(took.count());
  }

private:
  std::vector<troupe::timer_id> ids_;
  std::optional<troupe::reply_to<set_near>> over_;
  clock::time_point due_{};
  std::uint64_t left_ = 0;
  std::uint64_t sum_ = 0;
};

/// Nanoseconds for each, of what `measure(keeper, count)` says.
template <class F>
double each_timer(const order& o, F measure) {
  troupe::actor_system sys({.workers = o.workers});
  auto k = sys.spawn<keeper>();
  (void)measure(k, warm_up(o.work));
  return measure(k, o.work) / static_cast<double>(o.work);
}

}  // namespace

double timers_1m_set(const order& o) {
  return each_timer(o, [](auto& k, std::uint64_t count) {
    const double took = k.template ask<set_far>(count).within(patience).get();
    (void)k.ask(cancel_all{}).within(patience).get();
    return took;
  });
}

double timers_1m_cancel(const order& o) {
  return each_timer(o, [](auto& k, std::uint64_t count) {
    (void)k.template ask<set_far>(count).within(patience).get();
    return k.ask(cancel_all{}).within(patience).get();
  });
}

double timers_1m_fire(const order& o) {
  return each_timer(o, [](auto& k, std::uint64_t count) {
    return k.template ask<set_near>(count).within(patience).get();
  });
}

}  // namespace bench
