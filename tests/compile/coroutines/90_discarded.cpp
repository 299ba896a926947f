// 90_discarded.cpp: a coroutine that is dropped before anything of it ran.
//
// must warn: troupe: nothing of a coroutine runs before next(): keep it
#include "../common.hpp"

troupe::coroutine<int> numbers() { co_yield 1; }

void count() { numbers(); }
