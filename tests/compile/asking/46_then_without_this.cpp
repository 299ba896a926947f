// 46_then_without_this.cpp: a continuation without the actor that it belongs to.
//
// must fail: no matching function for call to
// must fail: actor<A>*
// must name: request<balance, false, false>
#include "../common.hpp"

struct teller : troupe::actor<teller> {
  void on(int) {
    bank.ask(balance{}).then([](long) {});
  }
  troupe::address<balance> bank;
};
