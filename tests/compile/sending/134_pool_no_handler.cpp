// 134_pool_no_handler.cpp: a message that the members of a pool do not handle.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: void account::on(deposit)
// must name: pool_ref<account>
// must name: withdraw
#include "../common.hpp"

void pay(const troupe::pool_ref<account>& tellers) { tellers.tell(withdraw{5}); }
