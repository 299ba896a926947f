// 38_wrong_fields.cpp: tell<M>(fields...) with fields that M does not have.
//
// must fail: troupe: the message cannot be built from these fields
// must name: account
// must name: deposit
#include "../common.hpp"

void pay(const troupe::ref<account>& acc) { acc.tell<deposit>("five"); }
