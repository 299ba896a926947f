// 30_throwing_move.cpp: a message whose move may throw.
//
// must fail: troupe: a message must be movable without throwing
// must name: clerk
// must name: letter
#include "../common.hpp"

struct letter {
  letter() = default;
  letter(const letter& other) : text(other.text) {}
  std::string text;
};
struct clerk : troupe::actor<clerk> {
  void on(const letter&) {}
};

void post(const troupe::ref<clerk>& c) { c.tell(letter()); }
