// 40_try_continuation.cpp: after try_ask the continuation takes the bare reply.
//
// must fail: (after try_ask f(result<R>), for a void reply f())
// must name: teller
// must name: balance
#include "../common.hpp"

struct teller : troupe::actor<teller> {
  void on(int) {
    bank.try_ask(balance{}).then(this, [](long) {});
  }
  troupe::address<balance> bank;
};
