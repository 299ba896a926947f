// 153_message_unhandled.cpp: a message that is wanted instead of a down, and not handled.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: void (guard::*)(troupe::down)
// must name: guard
// must name: withdraw
#include "../common.hpp"

struct guard : troupe::actor<guard> {
  void on(troupe::down) { self().watch(watched, withdraw{1}); }
  troupe::ref<account> watched;
};
