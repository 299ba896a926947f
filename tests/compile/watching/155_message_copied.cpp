// 155_message_copied.cpp: a message that cannot be copied, given to a watch as if it could.
//
// must fail: troupe: this message cannot be copied: write std::move(m), or build it in the call
// must name: guard
// must name: parcel
#include "../common.hpp"

struct guard : troupe::actor<guard> {
  void on(parcel p) { self().watch(watched, p); }
  troupe::ref<account> watched;
};
