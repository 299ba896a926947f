// 09_private_base.cpp: a class that derives privately from actor.
//
// must fail: troupe: an actor derives publicly from troupe::actor of itself
// must name: hidden
#include "../common.hpp"

class hidden : troupe::actor<hidden> {
public:
  void on(int) {}
};

auto open(troupe::actor_system& sys) { return sys.spawn<hidden>(); }
