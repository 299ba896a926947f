// timer_wheel.cpp: times, the earliest of which can be found at once.
#include <troupe/actors/engine/scheduling/timer_wheel.hpp>

#include <algorithm>
#include <bit>
#include <utility>

namespace troupe::detail {
namespace {

void link(wheel_entry*& list, wheel_entry& e) noexcept {
  e.next = list;
  if (list != nullptr) list->held = &e.next;
  e.held = &list;
  list = &e;
}

void unlink(wheel_entry& e) noexcept {
  *e.held = e.next;
  if (e.next != nullptr) e.next->held = e.held;
  e.held = nullptr;
}

}  // namespace

/// The level of the highest digit, to the base of 64, in which the tick differs from `base_`; the
/// slot of that digit. So T1, and the first slot in use at a level is its earliest.
timer_wheel::place timer_wheel::place_of(time_point when) const noexcept {
  const std::uint64_t tick = std::max(tick_of(when), base_);
  const std::uint64_t differs = tick ^ base_;
  const std::size_t level =
      differs == 0 ? 0 : (static_cast<std::size_t>(std::bit_width(differs)) - 1) / slot_bits;
  return {level, static_cast<std::size_t>(tick >> (level * slot_bits)) % slots};
}

/// @pre something is in a slot
timer_wheel::place timer_wheel::first_place() const noexcept {
  const auto level = static_cast<std::size_t>(std::countr_zero(used_levels_));
  return {level, static_cast<std::size_t>(std::countr_zero(used_[level]))};
}

std::uint64_t timer_wheel::last_tick_of(place p) const noexcept {
  const std::size_t shift = p.level * slot_bits;
  const std::uint64_t above = base_ >> shift >> slot_bits << slot_bits;
  return (((above | p.index) + 1) << shift) - 1;
}

void timer_wheel::add(wheel_entry& e, time_point when) noexcept {
  e.when = when;
  const place p = place_of(when);
  slot& s = at(p);
  link(s.first, e);
  s.earliest = std::min(s.earliest, when);
  used_[p.level] |= std::uint64_t{1} << p.index;
  used_levels_ |= 1U << p.level;
}

void timer_wheel::remove(wheel_entry& e) noexcept {
  unlink(e);
  const place p = place_of(e.when);  // for one that is due some slot, which is in use or not
  if (at(p).first == nullptr) mark_empty(p);
}

void timer_wheel::mark_empty(place p) noexcept {
  at(p).earliest = time_point::max();
  used_[p.level] &= ~(std::uint64_t{1} << p.index);
  if (used_[p.level] == 0) used_levels_ &= ~(1U << p.level);
}

time_point timer_wheel::next() const noexcept {
  if (due_ != nullptr) return due_->when;
  if (used_levels_ == 0) return time_point::max();
  const place p = first_place();
  return wheel_[p.level][p.index].earliest;
}

wheel_entry* timer_wheel::take_due(time_point now) noexcept {
  if (due_ == nullptr) open_slots(now);
  wheel_entry* const e = due_;
  if (e == nullptr || e->when > now) return nullptr;
  unlink(*e);
  return e;
}

void timer_wheel::open_slots(time_point now) noexcept {
  while (due_ == nullptr && used_levels_ != 0) {
    const place p = first_place();
    if (at(p).earliest > now) return;
    open(p, now);
  }
}

/// What is in the slot is due, or comes closer. No other place changes: all levels below are empty,
/// and `base_` stays within the slot.
void timer_wheel::open(place p, time_point now) noexcept {
  wheel_entry* list = std::exchange(at(p).first, nullptr);
  mark_empty(p);
  base_ = std::max(base_, std::min(tick_of(now), last_tick_of(p)));
  while (list != nullptr) {
    wheel_entry& e = *std::exchange(list, list->next);
    if (e.when <= now)
      link(due_, e);
    else
      add(e, e.when);
  }
}

}  // namespace troupe::detail
