// closed.cpp: turns in a system that is closed.
//
//   Before   context.cpp: a cell was woken, and there are no workers any more.
//   After    turn.cpp, on this thread, which only drops what it finds.
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/turn.hpp>

#include <utility>

namespace troupe::detail {

void run_closed(cell& c) noexcept {
  core& system = core_at(c);
  if (here != nullptr && here->system == &system &&
      here->on == nullptr) {  // inside such a turn: not one in another
    c.run_link = here->later;
    here->later = &c;
    return;
  }
  context x;
  x.system = &system;
  context* const before = std::exchange(here, &x);
  system.holders.fetch_add(1, std::memory_order_relaxed);
  x.later = &c;
  c.run_link = nullptr;
  while (x.later != nullptr) {
    cell* const next = std::exchange(x.later, x.later->run_link);
    unsigned budget = quantum;
    if (run_turn(*next, x, budget) == turn_end::more) {
      next->run_link = x.later;
      x.later = next;
    }
  }
  here = before;
  x.counted.add_to(system.others);
  release_core(system);
}

}  // namespace troupe::detail
