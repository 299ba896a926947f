// 76_process_arguments.cpp: a process is given what it does not take.
//
// must fail: troupe: the process does not take these arguments after its inbox
#include "../common.hpp"

auto open(troupe::actor_system& sys) {
  return sys.spawn([](troupe::inbox<deposit>, long) -> troupe::task<> { co_return; },
                   std::string("ten"));
}
