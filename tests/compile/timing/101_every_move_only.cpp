// 101_every_move_only.cpp: a message that cannot be copied, to be sent again and again.
//
// must fail: troupe: every(d, m) sends a copy of this message at each tick, and it cannot be copied
// must fail: use after(d, m), set anew in the handler
// must name: postman
// must name: parcel
#include "../common.hpp"

struct postman : troupe::actor<postman> {
  void on_start() { self().every(std::chrono::seconds(1), parcel{}); }
  void on(parcel) {}
};
