// 133_pool_ctor_args.cpp: arguments that the constructor of a pool's members does not take.
//
// must fail: troupe: spawn: the actor's constructor does not take these arguments
// must name: account
#include "../common.hpp"

auto open(troupe::actor_system& sys) {
  return sys.spawn_pool<account>({.size = 2}, std::string("100"));
}
