// 74_start_gives_value.cpp: a coroutine on_start that gives a value nobody would see.
//
// must fail: troupe: on_start returns void, or start_result to say more; to wait, task<> or
#include "../common.hpp"

class teller : public troupe::actor<teller> {
public:
  troupe::task<int> on_start();
};

auto open(troupe::actor_system& sys) { return sys.spawn<teller>(); }
