// 01_no_handler.cpp: a message that the actor does not handle.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: void account::on(deposit)
// must name: account
// must name: withdraw
#include "../common.hpp"

void pay(const troupe::ref<account>& acc) { acc.tell(withdraw{5}); }
