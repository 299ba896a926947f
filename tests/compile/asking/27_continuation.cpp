// 27_continuation.cpp: a continuation that does not take the reply.
//
// must fail: troupe: the continuation of an ask takes the reply: f(R)
// must name: teller
// must name: balance
#include "../common.hpp"

struct teller : troupe::actor<teller> {
  void on(int) {
    bank.ask(balance{}).then(this, [](const std::string&) {});
  }
  troupe::address<balance> bank;
};
