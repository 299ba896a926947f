// 50_named_option_misspelt.cpp: the field of 34 with the type named, and the compiler says which.
//
// must fail: has no non-static data member named
// must name: spawn_options
// must name: capcity
#include "../common.hpp"

auto open(troupe::actor_system& sys) {
  return sys.spawn<account>(troupe::spawn_options{.capcity = 64}, 100);
}
