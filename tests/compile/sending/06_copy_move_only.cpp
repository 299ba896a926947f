// 06_copy_move_only.cpp: a message that cannot be copied, sent as if it could.
//
// must fail: troupe: this message cannot be copied: write std::move(m), or build it in the call
// must name: account
// must name: parcel
#include "../common.hpp"

void post(const troupe::ref<account>& acc) {
  parcel p;
  acc.tell(p);
}
