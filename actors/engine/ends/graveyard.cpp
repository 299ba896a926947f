// graveyard.cpp: actors that were killed and have not ended.
#include <troupe/actors/engine/ends/graveyard.hpp>

#include <troupe/actors/engine/activities.hpp>
#include <troupe/actors/engine/alarms.hpp>
#include <troupe/actors/engine/begins/seat.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/ends/watches.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/engine/pool.hpp>

#include <algorithm>
#include <utility>

namespace troupe::detail {

void graveyard::add(grave_snapshot g) noexcept {
  const std::lock_guard lock(mutex_);
  try {
    graves_.push_back(std::move(g));
  } catch (const std::bad_alloc&) {  // it is counted in any case
  }
}

void graveyard::remove(const cell& c) noexcept {
  const std::lock_guard lock(mutex_);
  std::erase_if(graves_, [&](const grave_snapshot& g) { return g.id == c.id; });
}

std::vector<grave_snapshot> graveyard::all() const {
  const std::lock_guard lock(mutex_);
  return graves_;
}

namespace {

/// Its children are abandoned by themselves; what is outside is its own.
void ring(cell& c, alarm&) {
  if (has_outside(c)) abandon_body(c, "an operation outside that was told to end");
}

}  // namespace

constinit const alarm_ops last_call_ops{&ring, nullptr};

void set_last_call(cell& c) noexcept {
  if (c.extras == nullptr || c.extras->last != nullptr) return;
  c.extras->last.reset(new (std::nothrow) last_call);
  if (c.extras->last == nullptr) return;  // no memory: it is waited for without limit
  const core& system = core_at(c);
  const duration own(c.extras->kill_limit.load(std::memory_order_relaxed));
  const duration limit = own != duration{} ? own : system.options.kill_limit;
  put_alarm(c, *c.extras->last, system.sched->deadline_in(limit));
}

void cancel_last_call(cell& c) noexcept {
  if (c.extras->last == nullptr) return;
  forget_alarms(c);  // there is no other one
  c.extras->last.reset();
}

void abandon_body(cell& c, std::string doing) noexcept {
  core& system = core_at(c);
  // G1. With the end, and with watch_table::put; seq_cst: with tell_pool.
  const auto before = c.marks.fetch_or(mark_abandoned, std::memory_order_seq_cst);
  if ((before & (mark_abandoned | mark_ended)) != 0) return;
  c.capacity.store(0, std::memory_order_release);
  report_abandoned(c, doing);
  try {
    system.graves.add({c.id, c.ops->actor, c.is_named ? c.extras->name : std::string(),
                       std::move(doing), system.sched->now()});
  } catch (const std::bad_alloc&) {  // it is counted in any case
  }
  counted(system, count::abandoned_bodies);  // who hears of it finds it counted
  if ((before & mark_named) != 0) system.names.forget(c, !is_seat(c));
  if ((before & mark_watched) != 0) tell_of_end(c, exit_kind::killed);
  if (c.is_child && c.extras->in_pool) leave_pool(c);
  tell_parent(c);
  counted(system, count::ended);
}

}  // namespace troupe::detail
