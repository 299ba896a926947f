// 12_watch.cpp: a watch by an actor that has no handler for its down.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: void (guard::*)(int)
// must name: guard
// must name: troupe::down
#include "../common.hpp"

struct guard : troupe::actor<guard> {
  void on(int) { self().watch(watched); }
  troupe::ref<account> watched;
};
