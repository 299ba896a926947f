// 83_send_to_giver.cpp: a value for a coroutine that takes none.
//
// must fail: troupe: this coroutine takes no values: call next()
#include "../common.hpp"

void go_on(troupe::coroutine<int>& c) { c.send(1); }
