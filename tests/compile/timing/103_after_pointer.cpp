// 103_after_pointer.cpp: a string literal as a timer's message.
//
// must fail: troupe: a message owns what it carries: no pointers
// must name: ticker
// must name: const char*
#include "../common.hpp"

struct ticker : troupe::actor<ticker> {
  void on_start() { self().every(std::chrono::seconds(1), "tick"); }
  void on(std::string) {}
};
