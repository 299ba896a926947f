// 47_within_not_ended.cpp: a deadline alone does not send.
//
// must warn: an ask is sent when it is ended: co_await it, or give it to .then(this, f) or .get()
// must name: balance
#include "../common.hpp"

void look(const troupe::ref<account>& acc) { acc.ask(balance{}).within(std::chrono::seconds(1)); }
