// 100_after_unhandled.cpp: a timer whose message the actor does not handle.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: void (teller::*)(int)
// must name: teller
// must name: withdraw
#include "../common.hpp"

struct teller : troupe::actor<teller> {
  void on(int) { self().after(std::chrono::seconds(1), withdraw{1}); }
};
