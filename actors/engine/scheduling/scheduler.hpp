// scheduler.hpp: who decides when a cell gets its turn, and what time it is.
//
//   Before   runtime.cpp schedules woken cells.      After   turn.cpp runs them.
//   Called   as each line says.
//   Holds    an interface with two implementations: workers.hpp (threads), kit/seeded.hpp (one
//            thread, one seed).
#pragma once

#include <troupe/actors/counters.hpp>
#include <troupe/actors/message.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe {
struct shutdown_report;
}

namespace troupe::detail {

class cell;
class sleeper;
struct clock_entry;
struct context;
struct core;
struct job;

class scheduler {
public:
  scheduler() = default;
  scheduler(const scheduler&) = delete;
  scheduler& operator=(const scheduler&) = delete;
  virtual ~scheduler() = default;

  /// Whether turns run on threads of its own, which do not exist in a process that was forked.
  [[nodiscard]] virtual bool has_threads() const noexcept { return true; }

  /// Begins to run turns for `system`. Called once. @throws std::system_error
  virtual void start(core& system) = 0;

  /// Takes a woken cell. @thread any but this system's workers, which keep what is at home nowhere
  /// @returns false: after take_rest() it takes none
  [[nodiscard]] virtual bool schedule(cell& c) noexcept = 0;

  /// Whether an actor can be bound to the worker of this number. @thread any
  [[nodiscard]] virtual bool has_home(int number) const noexcept = 0;

  /// Gets a thread for the actor that is to live in `c`, and for no other; where there are no
  /// threads it is a cell like others. @returns the cell's home @thread any
  /// @throws std::system_error: none can be had; std::bad_alloc; system_closed
  [[nodiscard]] virtual std::uint16_t own_thread(cell& c) = 0;
  /// It will not live. @pre own_thread(c)
  virtual void drop_own_thread(cell& c) noexcept = 0;
  [[nodiscard]] virtual std::vector<own_thread_info> own_threads() const = 0;

  /// What chance begins with. @thread any
  [[nodiscard]] virtual std::uint64_t seed() noexcept = 0;

  /// @thread any
  [[nodiscard]] virtual time_point now() noexcept = 0;
  /// A cheaper clock that lags behind now(), mostly by some milliseconds, on a loaded machine by
  /// more.
  [[nodiscard]] virtual time_point coarse_now() noexcept = 0;

  /// Sends command_time to the entry's cell at `when`, not before; what was set before is off.
  /// @thread in its turn
  virtual void arm(clock_entry& e, time_point when) noexcept = 0;
  /// When a wait of `within` that begins now is over, rounded up: never too early.
  [[nodiscard]] virtual time_point deadline_in(duration within) noexcept = 0;

  /// Where the sockets and timers of actors register: the reactor of the worker of this number,
  /// counted round. Null: real I/O is refused here. @thread any
  [[nodiscard]] virtual sleeper* reactor(std::size_t number) noexcept = 0;

  /// An actor was told to end at once, and may be in a turn that does not return. @thread any
  virtual void note_kill() noexcept = 0;

  /// Performs a job on a thread that may block, and sends it home. @thread in a turn
  /// @returns false: no thread can be had, nothing done
  [[nodiscard]] virtual bool perform(job& j) noexcept = 0;

  /// Blocks an ordinary thread while `word` holds `value`, until `deadline` has passed, or on one
  /// thread until nothing can happen any more. Who changes the word calls wake_waiter().
  virtual void wait_while(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                          time_point deadline) noexcept = 0;
  /// Blocks until nothing is pending, or until `deadline`. @returns whether nothing is pending
  [[nodiscard]] virtual bool drain(time_point deadline) = 0;
  /// Blocks until no actor lives, or until `deadline`. @returns whether none lives
  [[nodiscard]] virtual bool wait_for_end(time_point deadline) = 0;

  /// Ends the running of turns. @returns false if a thread could not be joined by `deadline`
  [[nodiscard]] virtual bool stop(time_point deadline) noexcept = 0;
  /// After stop: the cells that were scheduled and have not run, as a list by run_link.
  [[nodiscard]] virtual cell* take_rest() noexcept = 0;

  [[nodiscard]] virtual std::vector<context*> contexts() = 0;
  [[nodiscard]] virtual std::vector<worker_info> infos() const = 0;
  [[nodiscard]] virtual std::string placement_text() const = 0;
};

/// `by` after `t`; the sum of all time is time_point::max().
[[nodiscard]] inline time_point later(time_point t, duration by) noexcept {
  return by >= time_point::max() - t ? time_point::max() : t + by;
}

/// The coarse clock in milliseconds, modulo 2^28.
[[nodiscard]] inline std::uint32_t coarse_milliseconds(scheduler& s) noexcept {
  const auto since = s.coarse_now().time_since_epoch() / std::chrono::milliseconds(1);
  return static_cast<std::uint32_t>(since) & 0x0FFF'FFFFU;
}

}  // namespace troupe::detail
