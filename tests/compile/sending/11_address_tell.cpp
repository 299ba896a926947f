// 11_address_tell.cpp: a message that is not in the address's list.
//
// must fail: troupe: this address does not take this message
// must name: address<deposit, balance>
// must name: withdraw
#include "../common.hpp"

void pay(const troupe::address<deposit, balance>& to) { to.tell(withdraw{1}); }
