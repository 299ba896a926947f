// 03_lost_return.cpp: a handler returns a value that nobody asked for.
//
// must fail: troupe: the handler returns a value but the message names no reply
// must name: lister
// must name: deposit
#include "../common.hpp"

struct lister : troupe::actor<lister> {
  int on(deposit);
};

void list(const troupe::ref<lister>& l) { l.tell(deposit{5}); }
