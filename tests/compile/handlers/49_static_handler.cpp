// 49_static_handler.cpp: a static function is no handler.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: static void teller::on(deposit)
// must name: teller
// must name: deposit
#include "../common.hpp"

struct teller : troupe::actor<teller> {
  static void on(deposit) {}
  void on(int) {}
};

void pay(const troupe::ref<teller>& t) { t.tell(deposit{1}); }
