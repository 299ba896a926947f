// 88_partner_yields.cpp: a partner that yields.
//
// must fail: troupe: a partner gives no values
#include "../common.hpp"

troupe::partner gives() { co_yield 1; }
