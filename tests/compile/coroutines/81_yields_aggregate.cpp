// 81_yields_aggregate.cpp: g++ 12 would destroy what is built in the co_yield twice.
//
// must fail: troupe: g++ 12 destroys an aggregate that is built in a co_yield twice
#include "../common.hpp"

struct item {
  std::string name;
  long price;
};

troupe::coroutine<item> items() { co_yield item{"bread", 3}; }
