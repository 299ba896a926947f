// context.cpp: what runs on this thread.
#include <troupe/actors/engine/context.hpp>

#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/scheduling/forked.hpp>
#include <troupe/actors/engine/scheduling/worker.hpp>

namespace troupe::detail {

thread_local constinit context* here = nullptr;

void counted(core& system, count what, std::uint64_t n) noexcept {
  if (here != nullptr && here->system == &system)
    here->counted.add(what, n);
  else
    system.others.add_shared(what, n);
}

void schedule(cell& c) noexcept {
  core& system = core_at(c);
  if (here != nullptr && here->on != nullptr && here->system == &system) return here->on->wake(c);
  if (is_forked(system)) return;
  if (!system.sched->schedule(c)) run_closed(c);
}

void schedule_elsewhere(cell& c) noexcept {
  if (here != nullptr && here->on != nullptr && here->system == &core_at(c))
    return here->on->put(c);
  schedule(c);
}

void tally::add_to(system_counters& sum) const noexcept {
  sum.turns += of(count::turns);
  sum.messages += of(count::messages);
  sum.spawned += of(count::spawned);
  sum.restarted += of(count::restarted);
  sum.ended += of(count::ended);
  sum.failed += of(count::failed);
  sum.asked += of(count::asked);
  sum.settled += of(count::settled);
  sum.waits_begun += of(count::waits_begun);
  sum.waits_ended += of(count::waits_ended);
  sum.timers += of(count::timers);
  sum.ticks += of(count::ticks);
  sum.ticks_left_out += of(count::ticks_left_out);
  sum.stolen += of(count::stolen);
  sum.parked += of(count::parked);
  sum.searched += of(count::searched);
  sum.woken += of(count::woken);
  sum.cells_made += of(count::cells_made);
  sum.cells_freed += of(count::cells_freed);
  sum.abandoned += of(count::abandoned);
  sum.abandoned_bodies += of(count::abandoned_bodies);
  sum.lines_lost += of(count::lines_lost);
  sum.stuck_turns += of(count::stuck);
  for (std::size_t i = 0; i < dead_reasons; ++i)
    sum.dead[i] += of(dead(static_cast<dead_reason>(i)));
}

void tally::add_to(tally& sum) const noexcept {
  for (std::size_t i = 0; i < numbers_.size(); ++i)
    sum.add_shared(static_cast<count>(i), of(static_cast<count>(i)));
}

}  // namespace troupe::detail

namespace troupe {

std::string_view to_string(dead_reason reason) noexcept {
  static constexpr std::array<std::string_view, dead_reasons> names{
      "ended",     "restarted", "full",  "no_memory", "expired",
      "cancelled", "late",      "empty", "unroutable"};
  const auto i = static_cast<std::size_t>(reason);
  return i < names.size() ? names[i] : "unknown";
}

}  // namespace troupe
