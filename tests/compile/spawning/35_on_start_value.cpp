// 35_on_start_value.cpp: on_start returns a value that nobody would see.
//
// must fail: troupe: on_start returns void
// must name: starter
#include "../common.hpp"

struct starter : troupe::actor<starter> {
  bool on_start() { return false; }
  void on(int) {}
};

auto open(troupe::actor_system& sys) { return sys.spawn<starter>(); }
