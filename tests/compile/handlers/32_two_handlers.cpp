// 32_two_handlers.cpp: two handlers for one message.
//
// must fail: troupe: two handlers take this message
// must name: teller
// must name: deposit
#include "../common.hpp"

struct teller : troupe::actor<teller> {
  void on(deposit) {}
  void on(const deposit&) {}
};

void pay(const troupe::ref<teller>& t) { t.tell(deposit{1}); }
