// 173_put_discarded.cpp: somebody else may have the name, and nobody looks.
//
// must warn: nodiscard
// must name: put_name
#include "../common.hpp"

void publish(troupe::actor_system& sys, const troupe::ref<account>& acc) {
  sys.names().put("account", troupe::address<deposit>(acc));
}
