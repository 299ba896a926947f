// 102_after_copy_move_only.cpp: a message that cannot be copied, given to a timer as if it could.
//
// must fail: troupe: this message cannot be copied: write std::move(m), or build it in the call
// must name: postman
// must name: parcel
#include "../common.hpp"

struct postman : troupe::actor<postman> {
  void on(parcel p) { self().after(std::chrono::seconds(1), p); }
};
