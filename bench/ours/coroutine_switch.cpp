// coroutine_switch.cpp: two partners that do nothing but hand control to one another.
#include "../common/workload.hpp"
#include "rows.hpp"

#include <cstdint>

namespace bench {
namespace {

troupe::partner switches(troupe::partner& other, std::uint64_t& left) {
  while (left > 0) {
    --left;
    co_await switch_to(other);
  }
}

void run(std::uint64_t count) {
  std::uint64_t left = count;
  troupe::partner a, b;
  a = switches(b, left);
  b = switches(a, left);
  hand_over(a, b);
  require(left == 0 && a.done() != b.done(), "switches were lost");
}

}  // namespace

double coroutine_switch(const order& o) {
  run(warm_up(o.work));
  return ns_each(seconds([&] { run(o.work); }), o.work);
}

}  // namespace bench
