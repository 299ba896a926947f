// 170_start_result_lost.cpp: an on_start that says something and does not return it.
//
// must warn: return it from on_start: otherwise nobody hears of it
#include "../common.hpp"

struct starter : troupe::actor<starter> {
  void on_start() { troupe::start_result::ignore(); }
};

auto open(troupe::actor_system& sys) { return sys.spawn<starter>(); }
