// 19_near_type.cpp: a message that would have to be converted.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: void account::on(int)
// must name: account
// must name: unsigned int
#include "../common.hpp"

void count(const troupe::ref<account>& acc) { acc.tell(5u); }
