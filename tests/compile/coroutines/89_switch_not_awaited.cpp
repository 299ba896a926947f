// 89_switch_not_awaited.cpp: a switch without co_await does nothing.
//
// must warn: troupe: write co_await switch_to(other);
#include "../common.hpp"

troupe::partner forgets(troupe::partner& other) {
  switch_to(other);
  co_await switch_to(other);
}
