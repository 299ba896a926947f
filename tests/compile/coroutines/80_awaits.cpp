// 80_awaits.cpp: a coroutine<> that awaits.
//
// must fail: troupe: a coroutine<> gives values with co_yield and never awaits
#include "../common.hpp"

troupe::coroutine<int> numbers() {
  co_await std::suspend_always();
  co_yield 1;
}
