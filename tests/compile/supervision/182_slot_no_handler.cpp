// 182_slot_no_handler.cpp: a message that the class of a slot does not handle.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: void account::on(deposit)
// must name: account
#include "../common.hpp"
#include <troupe/supervision/prelude.hpp>

void pay(const troupe::slot<account>& acc) { acc.tell(withdraw{5}); }
