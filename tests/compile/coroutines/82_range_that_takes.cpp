// 82_range_that_takes.cpp: a coroutine that takes values is no range.
//
// must fail: troupe: a coroutine that takes values, or gives none, is no range
#include "../common.hpp"

void show(troupe::coroutine<int, int>& c) {
  for (int i : c) (void)i;
}
