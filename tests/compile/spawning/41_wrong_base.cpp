// 41_wrong_base.cpp: a class copied from another, base and all.
//
// must fail: troupe: an actor derives publicly from troupe::actor of itself
// must name: savings
#include "../common.hpp"

struct savings : troupe::actor<account> {
  void on(int) {}
};

auto open(troupe::actor_system& sys) { return sys.spawn<savings>(); }
