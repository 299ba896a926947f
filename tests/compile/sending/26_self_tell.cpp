// 26_self_tell.cpp: an actor tells itself what it does not handle.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: void (teller::*)(int)
// must name: teller
// must name: withdraw
#include "../common.hpp"

struct teller : troupe::actor<teller> {
  void on(int) { self().tell(withdraw{1}); }
};
