// alarms.cpp: an actor's own pending times.
#include <troupe/actors/engine/alarms.hpp>

#include <troupe/actors/engine/core.hpp>

namespace troupe::detail {
namespace {

/// What is set while others ring has at least this order.
[[nodiscard]] bool is_due(const alarm* a, time_point now, std::uint64_t set_meanwhile) noexcept {
  return a != nullptr && a->when <= now && a->order < set_meanwhile;
}

void ring(cell& c, alarm& a) {
  c.extras->alarms.remove(a);
  here->deadline = time_point::max();
  a.does->ring(c, a);
}

}  // namespace

void arm(cell& c, time_point when) noexcept {
  c.extras->armed = when;
  c.extras->clock.who = &c;
  core_at(c).sched->arm(c.extras->clock, when);
}

void ring_due(cell& c, alarm* only) {
  if (c.extras == nullptr) return;
  cell_extras& own = *c.extras;
  own.armed = time_point::max();
  struct arms_again {
    cell& c;
    const alarm* next;
    ~arms_again() {
      if (next == nullptr) next = c.extras->alarms.first();
      if (next != nullptr && next->when < c.extras->armed) arm(c, next->when);
    }
  } at_the_end{c, nullptr};
  const time_point now = core_at(c).sched->now();
  const std::uint64_t set_meanwhile = own.alarms.inserted();
  if (only != nullptr) {
    if (!only->is_set()) return;
    if (only->when <= now) return ring(c, *only);
    at_the_end.next = only;  // not the others, which may be due
    return;
  }
  for (unsigned n = 0; n < alarms_per_turn && own.exclusive == nullptr &&
                       is_due(own.alarms.first(), now, set_meanwhile);
       ++n)
    ring(c, *own.alarms.first());
}

void forget_alarms(cell& c) noexcept {
  if (c.extras == nullptr) return;
  cell_extras& own = *c.extras;
  while (alarm* const a = own.alarms.first()) {
    own.alarms.remove(*a);
    if (a->does->forget != nullptr) a->does->forget(c, *a);
  }
  alarm_clock::clear(own.clock);
  own.armed = time_point::max();
}

void open_books(cell& owner) { (void)extras_of(owner); }

void set_alarm(cell& owner, alarm& a, time_point when) noexcept { put_alarm(owner, a, when); }

void clear_alarm(cell& owner, alarm& a) noexcept {
  if (a.is_set()) owner.extras->alarms.remove(a);
}

}  // namespace troupe::detail
