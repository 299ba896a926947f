// 20_hidden_on.cpp: a mixin's handler, hidden by the actor's own.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: add `using base::on;`
// must name: teller
// must name: withdraw
#include "../common.hpp"

struct counts_withdrawals {
  void on(withdraw) {}
};
struct teller : troupe::actor<teller>, counts_withdrawals {
  void on(deposit) {}
};

void pay(const troupe::ref<teller>& t) { t.tell(withdraw{1}); }
