// 157_near_down.cpp: a handler that takes the reason, and not the down that carries it.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: void (guard::*)(troupe::exit_reason)
// must name: guard
// must name: troupe::down
#include "../common.hpp"

struct guard : troupe::actor<guard> {
  void on_start() { self().watch(watched); }
  void on(troupe::exit_reason) {}
  troupe::ref<account> watched;
};
