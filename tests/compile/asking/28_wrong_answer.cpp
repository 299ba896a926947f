// 28_wrong_answer.cpp: reply_to is called with another type than the reply.
//
// must fail: troupe: reply_to<M> takes what M names as its reply
// must name: M = balance
#include "../common.hpp"

struct lister : troupe::actor<lister> {
  void on(balance, troupe::reply_to<balance> to) { to("five"); }
};
