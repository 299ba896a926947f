// 51_pointer_in_list.cpp: a pointer as a message, with a handler that would take it.
//
// must fail: troupe: a message owns what it carries: no pointers
// must name: porter
// must name: int*
#include "../common.hpp"

struct porter : troupe::actor<porter> {
  void on(int*) {}
};

void carry(const troupe::ref<porter>& p, int& i) { p.tell(&i); }
