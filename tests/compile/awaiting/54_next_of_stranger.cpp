// 54_next_of_stranger.cpp: a process waits for a message that its inbox never gets.
//
// must fail: troupe: this inbox never receives this message: add it to inbox<Ms...>
// must name: withdraw
#include "../common.hpp"

troupe::task<> serve(troupe::inbox<deposit, balance> in) {
  auto w = co_await in.next<withdraw>();
  if (w) co_return;
}
