// system.cpp: a system's beginning and end.
#include <troupe/actors/system.hpp>

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/engine/assert.hpp>
#include <troupe/actors/engine/begins/seat.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/engine/scheduling/workers.hpp>
#include <troupe/actors/events/event.hpp>

#include <algorithm>

namespace troupe {
namespace detail {
namespace {

/// How long killed actors and stopped workers get after the deadline before they are given up.
constexpr duration kill_grace = std::chrono::milliseconds(100);

template <class F>
void each_live_cell(core& system, F f) {
  std::vector<cell*>
      live;  // outside the lock of the blocks: what is done to a cell may free others
  system.blocks.for_each([&](cell& c) {
    if (acquire(c)) live.push_back(&c);
  });
  for (cell* c : live) {
    if (c->at() != phase::ended) f(*c);
    release(*c);
  }
}

/// What a worker was doing when it was looked at.
struct glimpse {
  const cell* running;
  std::uint64_t turns;
};

std::vector<glimpse> look_at_workers(core& system) {
  std::vector<glimpse> seen;
  for (context* x : system.sched->contexts())
    seen.push_back({x->running.load(std::memory_order_relaxed), x->counted.of(count::turns)});
  return seen;
}

/// Those that still live, with what they are running if they have been in one turn since `before`
/// was seen.
void name_the_living(core& system, const std::vector<glimpse>& before, duration since,
                     shutdown_report& report) {
  const auto contexts = system.sched->contexts();
  each_live_cell(system, [&](cell& c) {
    if ((c.marks.load(std::memory_order_acquire) & mark_abandoned) != 0) return;  // in a grave
    culprit who{actor_id(c.id), describe(c), {}, {}};
    for (std::size_t i = 0; i < contexts.size(); ++i) {
      if (contexts[i]->running.load(std::memory_order_relaxed) != &c) continue;
      if (const auto* message = contexts[i]->handling.load(std::memory_order_relaxed))
        who.handling = message->message;
      if (i < before.size() && before[i].running == &c &&
          before[i].turns == contexts[i]->counted.of(count::turns))
        who.running = since;
    }
    report.stuck.push_back(std::move(who));
  });
}

/// Those that had been given up before, and have not come back.
void name_the_abandoned(core& system, shutdown_report& report) {
  for (const grave_snapshot& g : system.graves.all()) {
    std::string what(g.class_name);
    if (!g.name.empty()) what.append(" \"").append(g.name).append("\"");
    what.append(" #").append(std::to_string(g.id)).append(", abandoned: ").append(g.doing);
    report.stuck.push_back({actor_id(g.id), std::move(what), {}, system.sched->now() - g.since});
  }
}

void run_steps(core& system, shutdown_stage first, shutdown_stage last, time_point deadline,
               shutdown_report& report) {
  for (auto stage = static_cast<int>(first); stage <= static_cast<int>(last); ++stage) {
    std::vector<shutdown_step*> steps;
    {
      const std::lock_guard lock(system.steps_mutex);
      for (auto i = system.steps.rbegin(); i != system.steps.rend(); ++i)
        if (static_cast<int>(i->stage) == stage) steps.push_back(i->what);
    }
    for (shutdown_step* s : steps) s->stop(deadline, report);
  }
}

/// Stop, then at the deadline kill.
void end_actors(core& system, time_point deadline, shutdown_report& report) {
  const time_point began = system.sched->now();
  const auto before = look_at_workers(system);
  each_live_cell(system, [](cell& c) {
    if (c.is_child) return;
    retire(c);
    // Who sits in a seat is stopped by its guardian; only if that is over the seat ends here.
    if (is_seat(c) && c.extras->kin.load(std::memory_order_acquire) != nullptr)
      return send_command(c, command_stash);
    request_stop(&c, 0, exit_kind::shutdown);
  });
  if (system.sched->wait_for_end(deadline)) return;
  each_live_cell(system, [&](cell& c) {
    send_command(c, command_kill);
    ++report.killed;
  });
  if (system.sched->wait_for_end(later(system.sched->now(), kill_grace))) return;
  name_the_living(system, before, system.sched->now() - began, report);
}

/// The step to `closed`: from here on a woken cell's turn is run by whoever woke it.
void close(core& system) {
  cell* rest = system.sched->take_rest();
  {
    const std::lock_guard lock(system.life_mutex);
    const system_counters sum = system.sum();
    system.holders.fetch_add(sum.cells_made - sum.cells_freed, std::memory_order_relaxed);
    system.state.store(core_state::closed, std::memory_order_relaxed);
  }
  while (rest != nullptr) run_closed(*std::exchange(rest, rest->run_link));
}

}  // namespace

/// What has ended is read before what has begun: so no end is seen without its beginning, and a sum
/// in which all has ended is true.
system_counters core::sum() const {
  system_counters ends;
  system_counters all;
  std::size_t threads = 0;
  do {  // again if a thread has come meanwhile: what it counted may be the beginning of an end
    const auto contexts = sched->contexts();
    threads = contexts.size();
    ends = {};
    all = {};
    others.add_to(ends);
    for (const context* x : contexts) x->counted.add_to(ends);
    others.add_to(all);
    for (const context* x : contexts) x->counted.add_to(all);
  } while (sched->contexts().size() != threads);
  all.ended = ends.ended;
  all.settled = ends.settled;
  all.waits_ended = ends.waits_ended;
  all.cells_freed = ends.cells_freed;
  all.abandoned = ends.abandoned;
  all.spawned = std::max(all.spawned, ends.spawned);
  return all;
}

void core::show_extensions(system_snapshot& shown) {
  for (const system_extension* const e : known_extensions()) e->show_in(shown);
}

void core::end_extensions() {
  for (system_extension* const e : known_extensions()) e->let_go();
}

/// They live as long as the system.
std::vector<system_extension*> core::known_extensions() {
  std::vector<system_extension*> known;
  const std::lock_guard lock(extensions_mutex);
  known.reserve(extensions.size());
  for (const auto& e : extensions) known.push_back(e.what.get());
  return known;
}

void release_core(core& system) noexcept {
  if (system.holders.fetch_sub(1, std::memory_order_acq_rel) == 1) delete &system;
}

}  // namespace detail

actor_system::actor_system(const system_options& options)
    : actor_system(std::make_unique<detail::workers>(options), options) {}

actor_system::actor_system(std::unique_ptr<detail::scheduler> scheduler,
                           const system_options& options)
    : core_(new detail::core(*this, std::move(scheduler), options)) {
  try {
    core_->sched->start(*core_);
  } catch (...) {
    delete core_;
    throw;
  }
}

actor_system::~actor_system() {
  TROUPE_ASSERT((detail::here == nullptr ||
                 detail::here->running.load(std::memory_order_relaxed) == nullptr) &&
                "a system is destroyed by an ordinary thread, not inside a turn");
  if (detail::is_forked(*core_)) return;  // G1: its memory stays
  const duration d = core_->options.shutdown_deadline;
  if (core_->state.load(std::memory_order_relaxed) == detail::core_state::open) {
    (void)core_->sched->drain(detail::later(now(), d));
    const shutdown_report report = shutdown(d);
    if (!report.clean())
      detail::log_line(*core_, log_level::error,
                       "shutdown waited in vain for " + report.to_string());
  }
  core_->extensions.clear();
  detail::release_core(*core_);
}

bool actor_system::drain(duration longest) {
  detail::refuse_in_turn("drain()");
  if (detail::is_forked(*core_)) return true;
  if (core_->state.load(std::memory_order_relaxed) != detail::core_state::open) return true;
  return core_->sched->drain(detail::later(now(), longest));
}

shutdown_report actor_system::shutdown(duration deadline) {
  detail::refuse_in_turn("shutdown()");
  shutdown_report report;
  if (detail::is_forked(*core_)) return report;
  {
    const std::lock_guard lock(core_->life_mutex);
    if (core_->state.load(std::memory_order_relaxed) != detail::core_state::open) return report;
    core_->state.store(detail::core_state::closing, std::memory_order_relaxed);
  }
  std::atomic_thread_fence(
      std::memory_order_seq_cst);  // with those of spawn: see take_cell, attach
  const time_point until = detail::later(now(), deadline);
  detail::run_steps(*core_, shutdown_stage::listeners, shutdown_stage::trees, until, report);
  detail::end_actors(*core_, until, report);
  core_->end_extensions();
  detail::run_steps(*core_, shutdown_stage::actors, shutdown_stage::reactors, until, report);
  const time_point grace = detail::later(now(), detail::kill_grace);
  const bool all_left = core_->sched->stop(std::max(until, grace));
  detail::name_the_abandoned(*core_, report);  // those that have had the time until now
  if (!all_left) {
    report.workers_left = true;
    core_->holders.fetch_add(
        1, std::memory_order_relaxed);  // a thread may still use it: never destroyed
    core_->events.close();
    return report;
  }
  detail::close(*core_);
  core_->events.close();
  return report;
}

void actor_system::add_step(shutdown_stage stage, shutdown_step& step) {
  if (detail::is_forked(*core_)) return;
  const std::lock_guard lock(core_->steps_mutex);
  core_->steps.push_back({stage, &step});
}

void actor_system::remove_step(shutdown_step& step) noexcept {
  if (detail::is_forked(*core_)) return;
  const std::lock_guard lock(core_->steps_mutex);
  std::erase_if(core_->steps, [&](const auto& s) { return s.what == &step; });
}

system_extension& actor_system::extension(
    const char* kind, std::unique_ptr<system_extension> (*make)(actor_system&)) {
  const auto find = [&]() -> system_extension* {
    for (const auto& known : core_->extensions)
      if (known.kind == kind) return known.what.get();
    return nullptr;
  };
  {
    const std::lock_guard lock(core_->extensions_mutex);
    if (system_extension* const known = find()) return *known;
  }
  auto made = make(*this);  // which may ask for others
  const std::lock_guard lock(core_->extensions_mutex);
  if (system_extension* const known = find()) return *known;
  return *core_->extensions.emplace_back(kind, std::move(made)).what;
}

system_counters actor_system::counters() const {
  return detail::is_forked(*core_) ? system_counters{} : core_->sum();
}
event_reader actor_system::events() { return event_reader(*core_); }
std::vector<worker_info> actor_system::workers() const { return core_->sched->infos(); }
std::vector<own_thread_info> actor_system::own_threads() const {
  if (detail::is_forked(*core_)) return {};
  return core_->sched->own_threads();
}
std::string actor_system::placement() const {
  if (detail::is_forked(*core_)) return "no workers: this process was forked from theirs";
  return core_->sched->placement_text();
}
time_point actor_system::now() const noexcept { return core_->sched->now(); }

std::string shutdown_report::to_string() const {
  if (clean()) return "clean";
  std::string s;
  const auto line = [&s](const std::string& text) {
    if (!s.empty()) s += '\n';
    s += text;
  };
  for (const culprit& c : stuck) {
    std::string text = c.what;
    if (!c.handling.empty()) text.append(", handling `").append(c.handling).append("`");
    if (c.running.count() != 0)
      text.append(" for at least ")
          .append(std::to_string(c.running / std::chrono::milliseconds(1)))
          .append(" ms");
    line(text);
  }
  if (killed != 0) line(std::to_string(killed) + " actors that were killed at the deadline");
  if (workers_left) line("a thread that does not return from its turn");
  return s;
}

}  // namespace troupe
