// 18_gcc12.cpp: an aggregate built inside an expression that awaits: g++ 12 destroys it twice.
//
// must fail: troupe: g++ 12 destroys an aggregate built inside a co_await expression twice.
#include "../common.hpp"

struct renamed {
  std::string name;
};

troupe::task<> rename(troupe::address<renamed> log, std::string s) {
  co_await log.send(renamed{s});
}
