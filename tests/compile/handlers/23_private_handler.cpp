// 23_private_handler.cpp: handlers that are private by oversight.
//
// must fail: troupe: no handler on(M) for exactly this message
// must name: teller
// must name: deposit
#include "../common.hpp"

class teller : public troupe::actor<teller> {
  void on(int) {}
  void on(deposit) {}
};

void pay(const troupe::ref<teller>& t) { t.tell(deposit{1}); }
