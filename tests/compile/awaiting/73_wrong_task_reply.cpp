// 73_wrong_task_reply.cpp: a coroutine handler gives another type than the message's reply.
//
// must fail: troupe: the handler's return type is not the message's reply.
// must name: teller
#include "../common.hpp"

class teller : public troupe::actor<teller> {
public:
  troupe::task<int> on(balance);
};

auto look(const troupe::ref<teller>& t) { return t.ask(balance{}); }
