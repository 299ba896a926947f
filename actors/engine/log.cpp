// log.cpp: what the runtime says of its actors: lines for people, events for those who read them.
//
//   Before   life, dead letters.      After   the system's sink; its event_stream.
//   Called   any thread; where there is no memory for words, what they tell has been counted.
#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/engine/begins/seat.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/engine/pool.hpp>

#include <cstdio>
#include <string>

namespace troupe::detail {
namespace {

/// The first few dead letters of a system are printed, then each one whose number is a power of
/// two.
constexpr std::uint64_t printed_at_first = 8;

bool is_worth_a_line(std::uint64_t number) noexcept {
  return number <= printed_at_first || (number & (number - 1)) == 0;
}

std::string_view explanation(dead_reason why) noexcept {
  switch (why) {
    case dead_reason::ended: return "has ended";
    case dead_reason::restarted: return "was restarted";
    case dead_reason::full: return "has a full mailbox";
    case dead_reason::no_memory: return "could not be reached: there is no memory";
    case dead_reason::empty: return "an empty handle";
    case dead_reason::unroutable: return "cannot route it";
    case dead_reason::expired:
    case dead_reason::cancelled:
    case dead_reason::late: break;
  }
  return {};
}

/// What all events of an actor have in common. @throws std::bad_alloc
std::shared_ptr<event> event_of(const cell& c, event_kind what) {
  auto e = std::make_shared<event>();
  e->kind = what;
  e->who = actor_id(c.id);
  e->class_name = c.ops->actor;
  if (c.is_named) e->label = c.extras->name;
  return e;
}

/// Makes an event and puts it in line; without memory its place, which readers count as missed.
template <class Make>
void put_made(core& system, const Make& make) noexcept {
  if (is_forked(system)) return;
  std::shared_ptr<event> e;
  try {
    e = make();
  } catch (const std::bad_alloc&) {
    e = nullptr;
  }
  system.events.put(std::move(e), *system.sched);
}

void emit_dropped(core& system, event_kind what, const cell* to, std::string_view message,
                  dead_reason why) noexcept {
  put_made(system, [&] {
    auto e = to != nullptr ? event_of(*to, what) : std::make_shared<event>();
    e->kind = what;
    e->message = message;
    e->dropped = why;
    return e;
  });
}

/// The sink could not write: once per system that is told without it.
void tell_of_loss(core& system, std::string_view why) noexcept {
  counted(system, count::lines_lost);
  if (system.said_lost.exchange(true, std::memory_order_relaxed)) return;
  const std::string_view name = system.sink->name();
  std::fprintf(stderr,
               "troupe: a line was lost, the log \"%.*s\" could not be written: %.*s; from here on "
               "they are counted: system_counters::lines_lost\n",
               static_cast<int>(name.size()), name.data(), static_cast<int>(why.size()),
               why.data());
}

}  // namespace

// --- events

void emit(const cell& c, event_kind what, const exit_reason& why, std::string_view text) noexcept {
  core& system = core_at(c);
  if (!system.events.is_read()) return;
  put_made(system, [&] {
    auto e = event_of(c, what);
    e->reason = why;
    e->text = text;
    return e;
  });
}

void emit_plain(const cell& c, event_kind what) noexcept {
  put_made(core_at(c), [&] {
    auto e = event_of(c, what);
    if (what == event_kind::stopped) e->reason = end_of(c);
    return e;
  });
}

void count_dead_letter(core& system, const cell* to, std::string_view message,
                       dead_reason why) noexcept {
  counted(system, tally::dead(why));
  if (!system.events.is_read()) return;
  if (why == dead_reason::full && to != nullptr &&
      system.events.begins_burst(to->id, system.sched->now()))
    emit_dropped(system, event_kind::overflow, to, message, why);
  emit_dropped(system, event_kind::dead_letter, to, message, why);
}

void note_started(cell& c) noexcept {
  const bool is_process = c.extras != nullptr && c.extras->inbox != nullptr;
  if (core_at(c).events.is_read() && c.not_started && c.lives() && !is_process) {
    const start_result* const said = said_at_start(c);
    emit(c, event_kind::started, {}, said != nullptr ? std::string_view(said->info()) : "");
  }
  const bool was_starting = c.not_started;
  c.not_started = false;
  if (was_starting && c.lives() && !is_process) tell_begun(c);
}

// --- lines

void log_line(core& system, log_level level, std::string_view line) noexcept {
  if (system.sink == nullptr || is_forked(system)) return;
  try {
    system.sink->write(level, line);
  } catch (const std::exception& e) {
    tell_of_loss(system, e.what());
  } catch (...) {
    tell_of_loss(system, "it threw what is no std::exception");
  }
}

void report_unsent(std::string_view message) noexcept {
  // There is no system whose counter could limit the lines, hence one for the process.
  static std::atomic<std::uint64_t> number{0};
  if (number.fetch_add(1, std::memory_order_relaxed) >= printed_at_first) return;
  try {
    std::string line("`");
    line.append(message).append("` was sent through an empty handle");
    stderr_log()->write(log_level::warning, line);
  } catch (const std::exception&) {  // no memory, or nobody reads stderr: there is no other place
  }
}

void report_abandoned(const cell& c, std::string_view what_it_does) noexcept {
  emit(c, event_kind::abandoned, exit_kind::killed, what_it_does);
  log_made(core_at(c), log_level::error, [&] {
    std::string line = describe(c) + " was killed and has not ended: it is abandoned";
    if (!what_it_does.empty()) line.append("; ").append(what_it_does);
    return line;
  });
}

void report_dead_letter(core& system, cell* to, std::string_view message,
                        dead_reason why) noexcept {
  const std::string_view what = explanation(why);
  if (what.empty()) return;  // what nobody waits for any more is only counted
  if (system.state.load(std::memory_order_relaxed) != core_state::open) return;
  const std::uint64_t number = system.reported.fetch_add(1, std::memory_order_relaxed) + 1;
  const bool first_refusal =
      why == dead_reason::full && to != nullptr &&
      (to->marks.fetch_or(mark_said_full, std::memory_order_relaxed) & mark_said_full) == 0;
  if (!first_refusal && !is_worth_a_line(number)) return;
  log_made(system, log_level::warning, [&] {
    std::string line("dead letter ");
    line.append(std::to_string(number)).append(": `").append(message).append("` to ");
    if (to != nullptr) line.append(describe(*to)).append(", which ");
    line.append(what);
    if (why == dead_reason::unroutable) line.append(": ").append(why_unroutable(*to));
    return line;
  });
}

}  // namespace troupe::detail
