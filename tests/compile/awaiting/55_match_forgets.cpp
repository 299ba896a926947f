// 55_match_forgets.cpp: a match without a case for one of the alternatives.
//
// must fail: troupe: match
// must name: withdraw
#include "../common.hpp"

troupe::task<> serve(troupe::inbox<deposit, withdraw> in) {
  auto item = co_await in.next();
  if (item) troupe::match(std::move(*item), [](deposit) {});
}
