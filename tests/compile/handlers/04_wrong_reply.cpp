// 04_wrong_reply.cpp: a handler returns another type than the message's reply.
//
// must fail: troupe: the handler's return type is not the message's reply
// must name: lister
// must name: balance
#include "../common.hpp"

struct lister : troupe::actor<lister> {
  int on(balance);
};

long list(const troupe::ref<lister>& l) { return l.ask(balance{}).get(); }
