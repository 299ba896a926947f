// 152_inbox_traps_without_down.cpp: a process traps exits, and its inbox takes no downs.
//
// must fail: troupe: this inbox never receives this message: add it to inbox<Ms...>
// must name: troupe::down
#include "../common.hpp"

auto reads = [](troupe::inbox<deposit> in) -> troupe::task<> {
  in.trap_exits(true);
  co_await in.next();
};
