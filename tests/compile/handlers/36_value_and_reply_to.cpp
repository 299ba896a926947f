// 36_value_and_reply_to.cpp: a handler that answers twice, by value and through reply_to.
//
// must fail: troupe: a handler with reply_to<M> answers through it, and returns void
// must name: lister
// must name: balance
#include "../common.hpp"

struct lister : troupe::actor<lister> {
  long on(balance, troupe::reply_to<balance>) { return 0; }
};

long list(const troupe::ref<lister>& l) { return l.ask(balance{}).get(); }
