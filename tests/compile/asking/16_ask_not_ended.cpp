// 16_ask_not_ended.cpp: an ask that is dropped before it is sent.
//
// must warn: an ask is sent when it is ended: co_await it, or give it to .then(this, f) or .get()
// must name: balance
#include "../common.hpp"

void look(const troupe::ref<account>& acc) { acc.ask(balance{}); }
