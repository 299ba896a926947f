// 150_trap_without_down.cpp: exits are trapped by an actor that has no handler for a down.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: void (guard::*)(int)
// must name: guard
// must name: troupe::down
#include "../common.hpp"

struct guard : troupe::actor<guard> {
  void on(int) { self().trap_exits(true); }
};
