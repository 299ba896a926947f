// 72_coroutine_forms.cpp: every form a coroutine handler may have, and what it may await.
//
// must compile
#include "../common.hpp"

#include <vector>

using namespace std::chrono_literals;

struct renamed {
  std::string name;
};
struct lookup {
  using reply = std::string;
  std::string name;
};
struct later {
  using reply = long;
};

class registrar : public troupe::actor<registrar> {
  friend troupe::handler_access;

public:
  explicit registrar(troupe::ref<account> acc) : acc_(std::move(acc)) {}

private:
  troupe::task<> on_start() { co_await troupe::sleep(1ms); }
  troupe::task<> on(renamed r) {
    auto op = self().send(renamed{r.name});
    co_await op;
    auto cut = self().send<renamed>(r.name).within(5ms);
    co_await cut;
    co_await self().send<renamed>(std::move(r.name));
  }
  troupe::task<std::string> on(lookup l) const {
    const long n = co_await acc_.ask<balance>();
    co_return l.name + std::to_string(n);
  }
  troupe::task<> on(later l, troupe::reply_to<later> to) {
    (void)l;
    auto both = co_await when_all(acc_.ask<balance>(), acc_.try_ask(balance{}).within(1s));
    auto& [a, b] = both;
    to(a + b.value_or(0L));
  }
  troupe::task<long> on(balance) {
    const long a = co_await exclusive(acc_.ask<balance>().within(1s));
    auto one = co_await when_any(acc_.ask<balance>(), troupe::sleep(1s));
    const long b = one.index() == 0 ? std::get<0>(one) : 0;
    std::vector<troupe::try_request<balance>> asks;
    asks.push_back(acc_.try_ask<balance>());
    auto all = co_await when_all(std::move(asks));
    const long c = co_await troupe::blocking([](long x) { return 2 * x; }, b);
    co_await store(c);
    co_return a + b + c + all.front().value_or(0L);
  }
  troupe::task<> store(long n) {
    acc_.tell<deposit>(n);
    co_return;
  }

  troupe::ref<account> acc_;
};

troupe::task<> reads(troupe::inbox<deposit, balance> in, std::string name) {
  while (auto item = co_await in.next())
    troupe::match(
        std::move(*item), [&](deposit d) { name += std::to_string(d.amount); },
        [](troupe::asked<balance> b) { b.reply(1L); });
}

long use(troupe::actor_system& sys) {
  auto acc = sys.spawn<account>(1);
  auto r = sys.spawn<registrar>({.name = "first", .max_suspended = 8}, acc);
  r.tell<renamed>("a");
  const std::string s = r.ask<lookup>("b").get();
  const troupe::address<deposit, balance> p = sys.spawn(&reads, std::string("c"));
  auto q = sys.spawn(
      {.capacity = 4},
      [](troupe::inbox<parcel> in, std::unique_ptr<int> first) -> troupe::task<> {
        auto next = co_await in.next<parcel>(1ms);
        if (next && !in.closed()) *first = *next->content;
      },
      std::make_unique<int>(1));
  q.tell<parcel>(std::make_unique<int>(2));
  return r.ask<balance>().get() + r.ask(later{}).get() + p.ask<balance>().get() +
         static_cast<long>(s.size());
}
