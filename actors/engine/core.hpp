// core.hpp: what all cells of a system share.
//
//   Before   actor_system makes one.
//   After    it lives until the system is gone and its last cell is freed.
//   Called   any thread.
//   Holds    scheduler, blocks, counters of ordinary threads, the log.
#pragma once

#include <troupe/actors/engine/context.hpp>
#include <troupe/actors/engine/ends/graveyard.hpp>
#include <troupe/actors/engine/ends/watch_table.hpp>
#include <troupe/actors/engine/events.hpp>
#include <troupe/actors/engine/names/name_table.hpp>
#include <troupe/actors/engine/scheduling/forked.hpp>
#include <troupe/actors/engine/scheduling/scheduler.hpp>
#include <troupe/actors/events/log.hpp>
#include <troupe/actors/shutdown.hpp>
#include <troupe/actors/system.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace troupe::detail {

/// The values of `core::state`.
enum class core_state : std::uint8_t {
  open,     ///< actors may be spawned
  closing,  ///< shutdown has begun: none may be spawned any more
  closed    ///< no workers: whoever wakes a cell runs its turn, which only drops what it finds
};

struct core {
  core(actor_system& sys, std::unique_ptr<scheduler> s, const system_options& o)
      : owner(sys),
        sched(std::move(s)),
        options(o),
        sink(o.sink != nullptr || !o.log ? o.sink : stderr_log()),
        generation(watch_forks()),
        events(o.events_kept),
        blocks(*this) {}

  actor_system& owner;
  std::unique_ptr<scheduler> sched;
  const system_options options;
  const std::shared_ptr<log_sink> sink;  ///< null: nothing is logged
  const std::uint32_t generation;        ///< of the process: forked.hpp
  event_stream events;
  cell_blocks blocks;
  watch_table watches;
  graveyard graves;
  name_table names;
  tally others;  ///< what ordinary threads counted
  std::atomic<std::uint64_t> next_id{1};
  std::atomic<core_state> state{core_state::open};
  std::mutex life_mutex;  ///< spawns and frees on ordinary threads against the steps of `state`
  /// Who keeps the core: the system, every weak reference, and once the system is closed every cell
  /// that is not freed.
  std::atomic<std::uint64_t> holders{1};

  std::atomic<std::uint64_t> reported{
      0};                              ///< dead letters that were worth a line, or would have been
  std::atomic<bool> said_lost{false};  ///< a line of the log was lost, and that has been told

  struct step {
    shutdown_stage stage;
    shutdown_step* what;
  };
  std::mutex steps_mutex;
  std::vector<step> steps;

  struct named_extension {
    const char* kind;
    std::unique_ptr<system_extension> what;
  };
  std::mutex extensions_mutex;
  std::vector<named_extension> extensions;

  [[nodiscard]] system_counters sum() const;
  void show_extensions(system_snapshot& shown);
  void end_extensions();
  [[nodiscard]] std::vector<system_extension*> known_extensions();
};

/// Whether this process is a child of the one that built the system, without its threads.
/// @cost two loads
[[nodiscard]] inline bool is_forked(const core& system) noexcept {
  return system.generation != forks.load(std::memory_order_relaxed) && system.sched->has_threads();
}

/// @throws system_forked if it is
inline void refuse_if_forked(const core& system) {
  if (is_forked(system)) [[unlikely]]
    refuse_forked();
}

/// Lets go of the core; the last one destroys it.
void release_core(core& system) noexcept;

/// Runs the turn of a cell whose system is closed, on this thread.
void run_closed(cell& c) noexcept;

/// A line about a message sent through an empty handle by a thread that belongs to no system.
void report_unsent(std::string_view message) noexcept;

/// Counts a dead letter, and tells it to who reads events. Null: nobody was to have it.
void count_dead_letter(core& system, const cell* to, std::string_view message,
                       dead_reason why) noexcept;

/// A line about a dead letter, if it is one of the first, or one of few.
void report_dead_letter(core& system, cell* to, std::string_view message, dead_reason why) noexcept;

/// An event and a line about an actor that was killed and has not ended. @thread any
/// @pre the caller has reach, or is in its turn
void report_abandoned(const cell& c, std::string_view what_it_does) noexcept;

/// Its on_start is over; nothing happens the second time.
void note_started(cell& c) noexcept;

/// Tells who reads the system's events what has happened to an actor. @thread any
/// @pre the caller has reach, or is in its turn
void emit(const cell& c, event_kind what, const exit_reason& why,
          std::string_view text = {}) noexcept;
/// The same where costs count: one load if nobody reads. Of the end it says why.
inline void emit(const cell& c, event_kind what) noexcept;
void emit_plain(const cell& c, event_kind what) noexcept;

/// A line to the system's sink, if it logs.
void log_line(core& system, log_level level, std::string_view line) noexcept;

/// The same, made only if it is wanted; nothing happens if there is no memory for it.
template <class Make>
void log_made(core& system, log_level level, const Make& make) noexcept {
  if (!system.options.log) return;
  try {
    log_line(system, level, make());
  } catch (...) {  // no memory for the words: what they tell has been counted
  }
}

inline void emit(const cell& c, event_kind what) noexcept {
  if (core_at(c).events.is_read()) [[unlikely]]
    emit_plain(c, what);
}

}  // namespace troupe::detail
