// 15_incomplete.cpp: a ref to a class that is only declared here.
//
// must fail: troupe: this actor class is only declared here: include its header
// must name: later
#include "../common.hpp"

class later;

void wake(const troupe::ref<later>& l) { l.tell(1); }
