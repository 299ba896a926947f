// 154_message_pointer.cpp: a string literal as the message that comes instead of a down.
//
// must fail: troupe: a message owns what it carries: no pointers
// must name: guard
// must name: const char*
#include "../common.hpp"

struct guard : troupe::actor<guard> {
  void on_start() { self().watch(watched, "it has ended"); }
  void on(std::string) {}
  troupe::ref<account> watched;
};
