// 44_throwing_reply.cpp: a reply whose move may throw.
//
// must fail: troupe: a reply is void, or a value that moves without throwing
// must name: clerk
// must name: fetch
#include "../common.hpp"

struct letter {
  letter() = default;
  letter(const letter& other) : text(other.text) {}
  std::string text;
};
struct fetch {
  using reply = letter;
};
struct clerk : troupe::actor<clerk> {
  letter on(fetch) { return {}; }
};

letter read(const troupe::ref<clerk>& c) { return c.ask(fetch{}).get(); }
