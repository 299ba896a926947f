// 17_spawn_discarded.cpp: the first ref is thrown away, and the actor ends with it.
//
// must warn: an actor nobody refers to ends at once: keep the ref, or supervise it
// must name: account
#include "../common.hpp"

void open(troupe::actor_system& sys) { sys.spawn<account>(100); }
