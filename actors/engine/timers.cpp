// timers.cpp: the timers of one actor.
#include <troupe/actors/engine/timers.hpp>

#include <troupe/actors/detail/timer.hpp>
#include <troupe/actors/engine/alarms.hpp>
#include <troupe/actors/engine/core.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace troupe::detail {

namespace {

void end(cell& c, timer& t) noexcept {
  c.extras->timers->take_out(t);
  if (t.is_set()) c.extras->alarms.remove(t);
  t.is_over = true;
  const bool in_line = t.in_line;
  t.does_with_it->empty(t);
  if (!in_line) free_timer(t);
}

/// The next tick is due at a whole number of periods after the first, and not in the past.
void ring(cell& c, alarm& a) {
  auto& t = static_cast<timer&>(a);
  std::uint64_t left_out = 0;
  if (t.period > duration::zero()) {
    const auto missed = (core_at(c).sched->now() - t.when) / t.period;
    left_out = static_cast<std::uint64_t>(missed);
    put_alarm(c, t, later(t.when + missed * t.period, t.period));
  }
  if (t.in_line) {
    ++left_out;
  } else {
    t.in_line = true;
    here->counted.add(count::ticks);
    deliver_reserved(c, t);
  }
  if (left_out != 0) here->counted.add(count::ticks_left_out, left_out);
}

}  // namespace

constinit const alarm_ops timer_alarm_ops{&ring, nullptr};

timer_key start_timer(cell& owner, timer& t, duration first, duration period) {
  struct frees {
    timer* t;
    ~frees() {
      if (t == nullptr) return;
      t->does_with_it->empty(*t);
      free_timer(*t);
    }
  } unless_started{&t};
  if (owner.at() >= phase::stopping) return {};
  cell_extras& own = extras_of(owner);
  if (own.timers == nullptr) own.timers = std::make_unique<place_table<timer>>();
  const std::uint64_t number = own.timers->put(t);
  unless_started.t = nullptr;
  t.period = period;
  put_alarm(owner, t, later(core_at(owner).sched->now(), std::max(first, duration::zero())));
  here->counted.add(count::timers);
  return {&owner, owner.id, t.place, number};
}

void cancel_timer(const timer_key& key) noexcept {
  cell* const c = running_cell();
  if (c == nullptr || c != key.owner || c->id != key.owner_id) return;
  if (c->extras == nullptr || c->extras->timers == nullptr) return;
  if (timer* const t = c->extras->timers->find(key.place, key.number)) end(*c, *t);
}

bool begin_tick(cell& owner, timer& t) noexcept {
  t.in_line = false;
  if (t.is_over) {
    free_timer(t);
    return false;
  }
  if (t.period == duration::zero()) owner.extras->timers->take_out(t);
  return true;
}

void check_period(duration d) {
  if (d > duration::zero()) return;
  throw std::invalid_argument("troupe: self().every: the period is " + std::to_string(d.count()) +
                              " ns: it must be more than 0");
}

void end_timers(cell& c) noexcept {
  if (c.extras->timers == nullptr) return;
  for (std::size_t i = c.extras->timers->size(); i-- > 0;)
    if (timer* const t = c.extras->timers->at(i)) end(c, *t);
}

}  // namespace troupe::detail
