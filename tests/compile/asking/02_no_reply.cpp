// 02_no_reply.cpp: an ask with a message that names no reply.
//
// must fail: troupe: ask needs a message that names its reply. Add `using reply = R;` to it
// must name: account
// must name: deposit
#include "../common.hpp"

void pay(const troupe::ref<account>& acc) { acc.ask(deposit{5}).get(); }
