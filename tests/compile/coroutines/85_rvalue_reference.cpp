// 85_rvalue_reference.cpp: a coroutine of rvalue references.
//
// must fail: troupe: a coroutine gives values, T, or references, T& and const T&
#include "../common.hpp"

void take(troupe::coroutine<std::string&&>& c) { c = {}; }
