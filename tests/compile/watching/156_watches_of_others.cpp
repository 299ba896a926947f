// 156_watches_of_others.cpp: watches belong to the actor itself: a ref has none.
//
// must fail: 'const class troupe::ref<account>' has no member named 'watch'
// at most: 7 lines
#include "../common.hpp"

void guard(const troupe::ref<account>& one, const troupe::ref<account>& other) { one.watch(other); }
