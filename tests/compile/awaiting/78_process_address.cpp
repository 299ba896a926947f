// 78_process_address.cpp: a process is sent what its inbox does not take.
//
// must fail: troupe: this address does not take this message; what it takes is written in address
// must name: withdraw
#include "../common.hpp"

void open(troupe::actor_system& sys) {
  auto p = sys.spawn([](troupe::inbox<deposit>) -> troupe::task<> { co_return; });
  p.tell<withdraw>(1);
}
