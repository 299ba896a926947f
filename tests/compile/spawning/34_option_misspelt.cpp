// 34_option_misspelt.cpp: a field that spawn_options does not have, in bare braces.
//
// must fail: no matching function for call to
// must fail: cannot convert '{64}'
// must name: account
// must name: spawn_options
// at most: 24 lines
#include "../common.hpp"

auto open(troupe::actor_system& sys) { return sys.spawn<account>({.capcity = 64}, 100); }
