// 52_ask_not_awaited.cpp: an ask in a coroutine that nobody awaits.
//
// must warn: an ask is sent when it is
// must name: balance
#include "../common.hpp"

troupe::task<> look(troupe::ref<account> acc) {
  acc.ask(balance{});
  co_return;
}
