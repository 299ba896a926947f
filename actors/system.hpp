// system.hpp: the house that actors live in.
//
//   Before   main builds one.      After   its workers run turns until shutdown.
//   Called   any ordinary thread; drain and shutdown not inside a turn.
//   Holds    the workers, the cells, the counters. Nothing is global: two systems do not know each
//            other.
#pragma once

#include <troupe/actors/counters.hpp>
#include <troupe/actors/shutdown.hpp>
#include <troupe/actors/snapshot.hpp>
#include <troupe/actors/spawn.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace troupe {

class event_reader;
class log_sink;
class name_registry;

/// How a system is built. Every field has a default.
struct system_options {
  int workers = 0;  ///< 0: one per CPU this process may use
  duration shutdown_deadline =
      std::chrono::seconds(5);       ///< how long the destructor drains, then how long it stops
  std::vector<int> cpus{};           ///< the CPU of each worker; empty: chosen, see workers()
  bool pin = true;                   ///< false: the operating system moves the workers as it likes
  bool log = true;                   ///< failures and the first dead letters are written to `sink`
  std::shared_ptr<log_sink> sink{};  ///< null: stderr_log(); see events/log.hpp
  int blocking_threads = 64;         ///< as many may run what `blocking` is given at once
  /// An actor that has not ended so long after kill is abandoned: its watchers and its parent are
  /// told, and it is listed in snapshot().graveyard until it ends.
  duration kill_limit = std::chrono::seconds(1);
  bool observe = true;             ///< record the last messages, count and sample for snapshot()
  std::size_t events_kept = 4096;  ///< a reader of events() that is further behind misses some
  /// A worker that has been in one turn for so long is reported: a line, and
  /// counters().stuck_turns. duration::max(): never.
  duration stuck_after = std::chrono::seconds(1);
};

namespace detail {
class scheduler;
}

/// What a floor above keeps in a system, one of each kind; it ends with the system.
class system_extension {
public:
  system_extension(const system_extension&) = delete;
  system_extension& operator=(const system_extension&) = delete;
  virtual ~system_extension() = default;
  /// Adds what it knows. @thread any
  virtual void show_in(system_snapshot& shown) const = 0;
  /// The actors have been told to end: it lets go of those it refers to. @thread that of shutdown()
  virtual void let_go() noexcept {}

protected:
  system_extension() = default;
};

/// A system of actors: one worker thread pinned to each core, and what runs on them. Build one in
/// main and hand it down. Refs may outlive it: they are inert then.
///
/// @thread spawn, counters, workers: any. drain, shutdown and the destructor: an ordinary thread,
/// outside turns.
class actor_system : public spawner<actor_system> {
public:
  /// Starts the workers.
  /// @throws bad_option, std::system_error if a thread cannot be started
  explicit actor_system(const system_options& options = {});
  /// Runs on a scheduler of the caller's: the test kit's.
  actor_system(std::unique_ptr<detail::scheduler> scheduler, const system_options& options);
  actor_system(const actor_system&) = delete;
  actor_system& operator=(const actor_system&) = delete;
  /// Drains up to the shutdown deadline, then shuts down.
  ~actor_system();

  /// Waits until no message and no ask is pending: until nothing will happen unless somebody
  /// outside does something.
  /// @returns false if that was not reached within `longest`
  /// @throws ask_failed(would_block_worker) inside a turn
  bool drain(duration longest = duration::max());

  /// Ends everything: the registered steps in the order of their stages, the actors by stop, those
  /// that are left at the deadline by kill, then the workers. The second call does nothing.
  /// @returns whom it waited for in vain
  /// @throws ask_failed(would_block_worker) inside a turn
  shutdown_report shutdown(duration deadline);

  /// Its actors by name: include life/names.hpp. @pre used while the system lives
  [[nodiscard]] name_registry names() const noexcept;

  /// From now on shutdown ends `step` too, steps of one stage in the reverse order of their
  /// registration.
  /// @pre the step lives until it is removed or shutdown has returned
  void add_step(shutdown_stage stage, shutdown_step& step);
  void remove_step(shutdown_step& step) noexcept;

  /// The extension that `kind` names by its address, made by `make` if it is not there yet; of two
  /// that are made at once one is dropped.
  /// @throws what `make` throws, std::bad_alloc @thread any
  system_extension& extension(const char* kind,
                              std::unique_ptr<system_extension> (*make)(actor_system&));

  /// The sum over all workers and ordinary threads.
  [[nodiscard]] system_counters counters() const;
  /// What lives here and what it does, by class, and the `actors_listed` actors whose mailboxes are
  /// fullest. The actors run on meanwhile.
  /// @cost a look at every cell, two atomic operations for each living actor
  /// @throws std::bad_alloc
  [[nodiscard]] system_snapshot snapshot(std::size_t actors_listed = 0) const;
  /// Tells what happens to the actors from now on, in order. Include events/event.hpp.
  /// @throws std::bad_alloc
  [[nodiscard]] event_reader events();
  /// Where each worker runs, and its share.
  [[nodiscard]] std::vector<worker_info> workers() const;
  /// The threads that belong to one actor each.
  [[nodiscard]] std::vector<own_thread_info> own_threads() const;
  /// The placement for people: a line per worker, and one that says how it was chosen.
  [[nodiscard]] std::string placement() const;
  /// The time that deadlines are measured by.
  [[nodiscard]] time_point now() const noexcept;

  // For the library.
  [[nodiscard]] detail::core& shared_core_() const noexcept { return *core_; }

private:
  friend spawner<actor_system>;
  [[nodiscard]] detail::core& spawn_core() const noexcept { return *core_; }
  [[nodiscard]] detail::cell* spawn_parent() const noexcept { return nullptr; }

  detail::core* core_;
};

}  // namespace troupe
