// 135_pool_address_missing.cpp: an address wants a message that a pool does not handle.
//
// must fail: troupe: no handler on(M) for exactly this message
// must name: account
// must name: withdraw
#include "../common.hpp"

void pay(troupe::address<deposit, withdraw>);

void hand_over(const troupe::pool_ref<account>& tellers) { pay(tellers); }
