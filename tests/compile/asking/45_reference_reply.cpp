// 45_reference_reply.cpp: a reply that is a reference into the actor.
//
// must fail: troupe: a reply is void, or a value that moves without throwing: no reference
// must name: clerk
// must name: name
#include "../common.hpp"

struct name {
  using reply = const std::string&;
};
struct clerk : troupe::actor<clerk> {
  const std::string& on(name) const { return name_; }
  std::string name_;
};

std::string read(const troupe::ref<clerk>& c) { return c.ask(name{}).get(); }
