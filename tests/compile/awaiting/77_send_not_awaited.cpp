// 77_send_not_awaited.cpp: a send that nobody awaits sends nothing.
//
// must warn: a send waits for room: co_await it
// must name: deposit
#include "../common.hpp"

troupe::task<> pay(troupe::ref<account> acc) {
  acc.send<deposit>(1);
  co_return;
}
