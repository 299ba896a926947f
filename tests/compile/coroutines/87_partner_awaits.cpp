// 87_partner_awaits.cpp: a partner that awaits anything but a switch.
//
// must fail: troupe: a partner awaits nothing but co_await switch_to(other)
#include "../common.hpp"

troupe::partner waits() { co_await std::suspend_always(); }
