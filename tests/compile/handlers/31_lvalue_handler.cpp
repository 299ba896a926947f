// 31_lvalue_handler.cpp: a handler takes its message by a reference it could change.
//
// must fail: troupe: a handler takes its message as on(M), on(const M&) or on(M&&), not on(M&)
// must name: teller
// must name: deposit
#include "../common.hpp"

struct teller : troupe::actor<teller> {
  void on(deposit& d) { d.amount = 0; }
  void on(int) {}
};

void pay(const troupe::ref<teller>& t) { t.tell(deposit{1}); }
