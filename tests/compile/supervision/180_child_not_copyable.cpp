// 180_child_not_copyable.cpp: an argument of a child that can be used once only.
//
// must fail: troupe: actor_of: a child's arguments are used at every restart
#include "../common.hpp"
#include <troupe/supervision/prelude.hpp>

class owner : public troupe::actor<owner> {
public:
  explicit owner(const std::unique_ptr<int>&) {}
};

auto child() { return troupe::actor_of<owner>(std::make_unique<int>(1)); }
