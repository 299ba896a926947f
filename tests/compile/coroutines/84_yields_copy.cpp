// 84_yields_copy.cpp: a named value that cannot be copied.
//
// must fail: troupe: this value cannot be copied: co_yield std::move(value)
#include "../common.hpp"

troupe::coroutine<std::unique_ptr<int>> boxes() {
  auto box = std::make_unique<int>(1);
  co_yield box;
}
