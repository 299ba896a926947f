// 22_spec_order.cpp: the fields of child_spec in another order.
//
// must fail: designator order for field
// must name: id
#include "../common.hpp"
#include <troupe/supervision/prelude.hpp>

auto child() { return troupe::child_spec{.start = troupe::actor_of<account>(1L), .id = "a"}; }
