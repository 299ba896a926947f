// 29_forward_elsewhere.cpp: a request is forwarded to one who does not take it.
//
// must fail: troupe: this address does not take this message
// must name: address<deposit>
// must name: balance
#include "../common.hpp"

struct porter : troupe::actor<porter> {
  void on(balance q, troupe::reply_to<balance> to) { to.forward(behind, q); }
  troupe::address<deposit> behind;
};
