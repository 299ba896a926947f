// 08_ctor_args.cpp: arguments that the actor's constructor does not take.
//
// must fail: troupe: spawn: the actor's constructor does not take these arguments
// must name: account
// must name: const char (&)[4]
#include "../common.hpp"

troupe::ref<account> open(troupe::actor_system& sys) { return sys.spawn<account>("100"); }
