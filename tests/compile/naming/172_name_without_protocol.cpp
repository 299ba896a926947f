// 172_name_without_protocol.cpp: a ref whose class does not say for which messages it is found.
//
// must fail: troupe: a name is put with the messages that may be sent to whoever is found
// must name: account
#include "../common.hpp"

auto publish(troupe::actor_system& sys, const troupe::ref<account>& acc) {
  return sys.names().put("account", acc);
}
