// ask.cpp: a request and its reply between two actors, one after the other.
#include "../common/workload.hpp"
#include "rows.hpp"

#include <optional>
#include <utility>

namespace bench {
namespace {

struct question {
  using reply = std::uint64_t;
  std::uint64_t n;
};
struct interview {
  using reply = void;
  std::uint64_t questions;
};

class answerer : public troupe::actor<answerer> {
public:
  std::uint64_t on(question q) { return q.n - 1; }
};

class asker : public troupe::actor<asker> {
public:
  explicit asker(troupe::address<question> to) : to_(std::move(to)) {}
  void on(interview i, troupe::reply_to<interview> over) {
    over_.emplace(std::move(over));
    ask(i.questions);
  }

private:
  void ask(std::uint64_t left) {
    to_.ask<question>(left).then(this, [this](std::uint64_t now_left) {
      if (now_left > 0)
        ask(now_left);
      else
        (*std::exchange(over_, std::nullopt))();
    });
  }
  troupe::address<question> to_;
  std::optional<troupe::reply_to<interview>> over_;
};

/// The same as a loop.
class waiter : public troupe::actor<waiter> {
public:
  explicit waiter(troupe::address<question> to) : to_(std::move(to)) {}
  troupe::task<> on(interview i) {
    std::uint64_t left = i.questions;
    while (left > 0) left = co_await to_.ask<question>(left);
  }

private:
  troupe::address<question> to_;
};

template <class Asker>
double interviews(const order& o) {
  troupe::actor_system sys({.workers = o.workers});
  auto reporter = sys.spawn<Asker>(sys.spawn<answerer>());
  reporter.template ask<interview>(warm_up(o.work)).within(patience).get();
  const double took =
      seconds([&] { reporter.template ask<interview>(o.work).within(patience).get(); });
  return ns_each(took, o.work);
}

}  // namespace

double ask_same_core(const order& o) { return interviews<asker>(o); }
double ask_coroutine(const order& o) { return interviews<waiter>(o); }

}  // namespace bench
