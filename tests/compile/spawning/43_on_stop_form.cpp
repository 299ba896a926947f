// 43_on_stop_form.cpp: on_stop without its parameter.
//
// must fail: troupe: on_stop takes the reason
// must name: starter
#include "../common.hpp"

struct starter : troupe::actor<starter> {
  void on_stop() {}
  void on(int) {}
};

auto open(troupe::actor_system& sys) { return sys.spawn<starter>(); }
