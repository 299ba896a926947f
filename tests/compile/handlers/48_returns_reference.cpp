// 48_returns_reference.cpp: a handler returns a reference where the reply is a value.
//
// must fail: troupe: the handler's return type is not the message's reply
// must name: clerk
// must name: name
#include "../common.hpp"

struct name {
  using reply = std::string;
};
struct clerk : troupe::actor<clerk> {
  const std::string& on(name) const { return name_; }
  std::string name_;
};

std::string read(const troupe::ref<clerk>& c) { return c.ask(name{}).get(); }
