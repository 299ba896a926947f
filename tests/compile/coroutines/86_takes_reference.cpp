// 86_takes_reference.cpp: a reference is sent.
//
// must fail: troupe: what is sent to a coroutine is a value that can be moved
#include "../common.hpp"

void take(troupe::coroutine<int, std::string&>& c) { c = {}; }
