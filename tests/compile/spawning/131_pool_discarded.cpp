// 131_pool_discarded.cpp: the first reference to a pool is thrown away, and the pool ends with it.
//
// must warn: a pool nobody refers to ends at once: keep the pool_ref
// must name: account
#include "../common.hpp"

void open(troupe::actor_system& sys) { sys.spawn_pool<account>({.size = 2}, 100); }
