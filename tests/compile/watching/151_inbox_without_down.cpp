// 151_inbox_without_down.cpp: a process watches, and its inbox takes no downs.
//
// must fail: troupe: this inbox never receives this message: add it to inbox<Ms...>
// must name: troupe::down
#include "../common.hpp"

auto reads = [](troupe::inbox<deposit> in, troupe::ref<account> watched) -> troupe::task<> {
  in.watch(watched);
  co_await in.next();
};
