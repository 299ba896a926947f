// 21_spec_field.cpp: a field of child_spec that does not exist.
//
// must fail: child_spec
// must name: restarts
#include "../common.hpp"
#include <troupe/supervision/prelude.hpp>

auto tree() {
  return troupe::supervisor_spec{
      .intensity = 3,
      .children = {troupe::child_spec{
          .id = "a", .start = troupe::actor_of<account>(1L), .restarts = troupe::permanent}}};
}
