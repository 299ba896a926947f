// context.hpp: what runs on this thread.
//
//   Before   worker.cpp, or the test kit's scheduler, sets it.
//   After    everything that runs in a turn reads it.
//   Called   the thread's own; `running`, `handling` and the tally may be read by others.
//   Holds    the running cell, the deadline it works under, what it keeps back, the thread's share
//            of the counters and free cells.
#pragma once

#include <troupe/actors/counters.hpp>
#include <troupe/actors/engine/cell_blocks.hpp>
#include <troupe/actors/engine/outgoing.hpp>
#include <troupe/actors/engine/recorder.hpp>
#include <troupe/actors/engine/samples.hpp>
#include <troupe/actors/message.hpp>

#include <array>
#include <atomic>
#include <cstdint>

namespace troupe::detail {

class alarm_clock;
class worker;
struct activity;
struct envelope;
struct envelope_ops;

/// What is counted; dead letters follow behind, one number per reason.
enum class count : std::uint8_t {
  turns,
  messages,
  spawned,
  restarted,
  ended,
  failed,
  asked,
  settled,
  waits_begun,
  waits_ended,
  timers,
  ticks,
  ticks_left_out,
  stolen,
  parked,
  searched,
  woken,
  cells_made,
  cells_freed,
  abandoned,
  abandoned_bodies,
  lines_lost,
  stuck,
  dead
};

/// One thread's numbers. Written by it alone (or by many through add_shared), read by anyone.
class tally {
public:
  void add(count what, std::uint64_t n = 1) noexcept {
    auto& number = at(what);
    // release, with of(): who sees that an actor has ended sees that it was spawned.
    number.store(number.load(std::memory_order_relaxed) + n, std::memory_order_release);
  }
  /// @pre the caller is the only one that changes this number
  void set(count what, std::uint64_t n) noexcept { at(what).store(n, std::memory_order_release); }
  void add_shared(count what, std::uint64_t n = 1) noexcept {
    at(what).fetch_add(n, std::memory_order_release);
  }
  [[nodiscard]] std::uint64_t of(count what) const noexcept {
    return numbers_[static_cast<std::size_t>(what)].load(std::memory_order_acquire);
  }
  void add_to(system_counters& sum) const noexcept;
  void add_to(tally& sum) const noexcept;

  [[nodiscard]] static count dead(dead_reason why) noexcept {
    return static_cast<count>(static_cast<std::size_t>(count::dead) +
                              static_cast<std::size_t>(why));
  }

private:
  [[nodiscard]] std::atomic<std::uint64_t>& at(count what) noexcept {
    return numbers_[static_cast<std::size_t>(what)];
  }
  std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(count::dead) + dead_reasons>
      numbers_{};
};

struct context {
  core* system = nullptr;
  worker* on = nullptr;  ///< null under a scheduler without workers
  std::atomic<cell*> running{nullptr};
  std::atomic<const envelope_ops*> handling{nullptr};
  time_point deadline = time_point::max();  ///< of the request being served
  activity* finished = nullptr;             ///< a handler that has just ended
  envelope* orphans = nullptr;   ///< reply_tos and holds lost in an exception, or with the object
  bool keeps_orphans = false;    ///< the object is being destroyed
  bool in_handler = false;       ///< inside a handler of Asio's, and no coroutine: actors/io
  alarm_clock* clock = nullptr;  ///< of a thread that belongs to one actor
  cell* later = nullptr;         ///< in a closed system: cells woken while one runs
  std::uint64_t next_id = 0;     ///< this worker's share of the actors' ids
  std::uint64_t ids_end = 0;
  bool observes = true;  ///< what is recorded and sampled is wanted
  outgoing out;
  free_cells cells;
  tally counted;
  detail::samples samples;
  recorder recent;

  /// The messages so far: tells one handler from the next.
  [[nodiscard]] std::uint64_t handled() const noexcept { return counted.of(count::messages); }
};

/// What runs on this thread; null on threads that are not a system's. The runtime's only
/// thread_local: a send must know whether it stands on a worker, and nothing that is passed to it
/// could say so.
extern thread_local constinit context* here;

/// O1: what this thread has sent before goes first.
inline void publish_chain() noexcept {
  if (here != nullptr && here->out.is_open()) here->out.close();
}

/// Counts on this thread if it is one of the system's, else for all others together.
void counted(core& system, count what, std::uint64_t n = 1) noexcept;

/// Hands a woken cell to this worker, or to the system's scheduler. @pre the caller found the idle
/// mark (M1)
void schedule(cell& c) noexcept;
/// The same for one that is better run by another worker, because this one is busy for a while.
void schedule_elsewhere(cell& c) noexcept;

}  // namespace troupe::detail
