// 104_timers_of_others.cpp: timers belong to the actor itself: a ref has none.
//
// must fail: 'const class troupe::ref<account>' has no member named 'after'
// at most: 7 lines
#include "../common.hpp"

void remind(const troupe::ref<account>& acc) { acc.after(std::chrono::seconds(1), deposit{1}); }
