// 07_capturing_lambda.cpp: a process that captures: its captures die before it does.
//
// must fail: capture nothing, pass the values as arguments
#include "../common.hpp"

auto open(troupe::actor_system& sys, std::string name) {
  return sys.spawn([name](troupe::inbox<deposit> in) -> troupe::task<> {
    auto d = co_await in.next();
    if (d) std::puts(name.c_str());
  });
}
