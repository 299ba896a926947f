// 42_private_constructor.cpp: a constructor that is private by oversight.
//
// must fail: troupe: spawn: the actor's constructor does not take these arguments
// must fail: private
// must name: vault
#include "../common.hpp"

class vault : public troupe::actor<vault> {
  explicit vault(int) {}
};

auto open(troupe::actor_system& sys) { return sys.spawn<vault>(1); }
