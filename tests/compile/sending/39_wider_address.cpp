// 39_wider_address.cpp: an address that takes little, given where more is wanted.
//
// must fail: could not convert
// must name: withdraw
#include "../common.hpp"

void pay(troupe::address<deposit, withdraw>);

void hand_over(const troupe::address<deposit, int>& to) { pay(to); }
