// 91_copied.cpp: a coroutine has one owner.
//
// must fail: use of deleted function
// must name: coroutine<int>
#include "../common.hpp"

int first(troupe::coroutine<int> c) { return *c.next(); }

int twice(troupe::coroutine<int>& c) { return first(c); }
