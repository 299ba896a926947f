// left_on_purpose.hpp: the memory of a system that is shut down while a thread of it is stuck.
//
//   Before   tests of such systems.      After   the leak checker, which finds it from here.
#pragma once

#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/ref.hpp>

#include <vector>

namespace scenario {

/// That of `member`'s system.
template <class A>
void left_on_purpose(const troupe::ref<A>& member) {
  static auto* const all = new std::vector<const void*>;
  all->push_back(&troupe::detail::core_of(*member.cell_()));
}

}  // namespace scenario
