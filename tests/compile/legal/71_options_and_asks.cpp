// 71_options_and_asks.cpp: spawn options in braces, both kinds of ask, answers that are handed on.
//
// must compile
#include "../common.hpp"

#include <vector>

struct done {
  using reply = void;
};

class porter : public troupe::actor<porter> {
public:
  explicit porter(troupe::ref<account> acc) : behind_(acc), acc_(std::move(acc)) {}

  void on(balance q, troupe::reply_to<balance> to) { to.forward(behind_, q); }
  void on(done, troupe::reply_to<done> to) { kept_ = std::move(to); }
  void on(int) {
    acc_.ask(balance{}).within(std::chrono::milliseconds(20)).then(this, [this](long l) {
      seen_ = l;
      kept_();
    });
    acc_.try_ask(balance{}).then(this, [this](const troupe::result<long>& r) {
      if (!r) kept_.fail(r.error());
    });
    self().ask(done{}).then(this, [] {});
    self().try_ask<done>().then(this, [](troupe::result<void> r) { (void)r.has_value(); });
  }

private:
  troupe::address<balance> behind_;
  troupe::ref<account> acc_;
  troupe::reply_to<done> kept_;
  long seen_ = 0;
};

long use(troupe::actor_system& sys) {
  auto acc = sys.spawn<account>({.name = "first"}, 100);
  auto p = sys.spawn<porter>({.name = "porter", .capacity = 64}, acc);
  p.ask(done{}).get();
  std::vector<troupe::request<balance>> several;  // to be collected by name
  several.push_back(acc.ask(balance{}));
  const troupe::result<long> r = p.try_ask(balance{}).within(std::chrono::seconds(1)).get();
  return r.has_value() ? *r : acc.ask<balance>().get();
}
