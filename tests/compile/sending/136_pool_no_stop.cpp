// 136_pool_no_stop.cpp: a pool ends when nobody refers to it; there is nothing to stop it by.
//
// must fail: has no member named
// must name: pool_ref<account>
// must name: stop
#include "../common.hpp"

void close(const troupe::pool_ref<account>& tellers) { tellers.stop(); }
