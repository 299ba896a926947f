// 132_pool_option_misspelt.cpp: a field of spawn_options among those of a pool.
//
// must fail: has no non-static data member named
// must name: pool_options
// must name: capacity
#include "../common.hpp"

auto open(troupe::actor_system& sys) {
  return sys.spawn_pool<account>(troupe::pool_options{.size = 2, .capacity = 64}, 100);
}
