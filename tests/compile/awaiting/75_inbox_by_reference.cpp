// 75_inbox_by_reference.cpp: a process that takes its inbox by reference.
//
// must fail: troupe: a process is a coroutine whose first parameter is its inbox, by value
#include "../common.hpp"

auto open(troupe::actor_system& sys) {
  return sys.spawn([](troupe::inbox<deposit>& in) -> troupe::task<> {
    auto d = co_await in.next();
    if (d) co_return;
  });
}
