// cell.hpp: the place where an actor lives.
//
//   Before   life.cpp takes one from the blocks.   After   turn.cpp runs it.
//   Holds    mailbox, life cycle and counts in 112 bytes of two cache lines, and the user's object.
//   Rules    C1  Cells are never unmapped while their system's core lives, so a stale pointer may
//                be looked at.
//            C2  The last handle to go pushes `unreferenced` behind everything that was ever sent
//                through handles.
//            C3  Only a turn frees a cell, by moving `reach` from "no handle, told so" to `freed`
//                in one step.
//            C4  acquire() fails on `freed`; what it gets keeps the cell from being freed.
//            C5  Who has acquire_living() keeps the actor from ending for want of references.
#pragma once

#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/engine/alarm_heap.hpp>
#include <troupe/actors/engine/mailbox.hpp>
#include <troupe/actors/engine/place_table.hpp>
#include <troupe/actors/engine/scheduling/alarm_clock.hpp>
#include <troupe/actors/life/detail/locals.hpp>
#include <troupe/actors/life/start_result.hpp>
#include <troupe/actors/options.hpp>
#include <troupe/actors/reason.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace troupe::detail {

struct activity;
struct body_ops;
struct cell_extras;
struct inbox_state;
class outside_operation;
struct timer;
struct watch_block;
struct watch_ops;

using mailbox = basic_mailbox<real_atomics>;

/// Where an actor is in its life. Written in its turns only; others may look.
enum class phase : std::uint8_t {
  starting,  ///< its first turn calls on_start
  running,   ///< it takes messages
  stashing,  ///< it takes some, and puts the others aside: stash.hpp
  stopping,  ///< it takes none; its children are ending
  vacant,    ///< a seat between two incarnations: begins/seat.hpp
  ended      ///< the object is gone; what arrives is dropped
};

[[nodiscard]] constexpr bool is_alive(phase p) noexcept {
  return p == phase::running || p == phase::stashing;
}

/// The system lane: commands to the actor itself, as bits. Looked at before each message.
enum command : std::uint8_t {
  command_kill = 1,       ///< end now, without on_stop
  command_shutdown = 2,   ///< end now, with on_stop
  command_leave = 4,      ///< self().stop(): end, for the reason in the extras
  command_time = 8,       ///< an alarm may be due
  command_start = 16,     ///< call on_start: there from the beginning
  command_overflow = 32,  ///< its mailbox was full, and its policy is to stop then
  command_stash = 64,     ///< look at the stash, and whether an inbox has come to its end
  command_exit = 128      ///< one that it is linked to has ended
};

/// What is known of an actor, or of one of its incarnations, by any thread, as bits.
enum mark : std::uint8_t {
  mark_said_full = 1,  ///< the first refusal has been logged
  mark_watched = 2,    ///< somebody is to be told of its end
  mark_ended = 4,      ///< those have been told, or are being told
  mark_abandoned = 8,  ///< the same, but it has not ended: see ends/graveyard.hpp
  mark_named = 16,     ///< it has a name: names/name_table.hpp
  mark_retired = 32,   ///< no other incarnation will come: see begins/seat.hpp
  mark_weak = 64,      ///< somebody may come who has no handle: a weak reference, or by a name
  mark_keeps = 128     ///< of a seat: what was told waits for the next incarnation
};

/// Up to this capacity each message is counted, and under a policy of its own; above, one in 64
/// counts for 64.
inline constexpr std::uint32_t exact_capacity_max = 4096;
inline constexpr std::uint32_t sample_weight = 64;

// `reach`: the number of handles times two, in the lowest bit whether `unreferenced` has been
// pushed, in the highest whether it ends for want of references: only where somebody might come
// without one.
inline constexpr std::uint64_t one_handle = 2;
inline constexpr std::uint64_t told = 1;
inline constexpr std::uint64_t leaving = std::uint64_t{1} << 63;
inline constexpr std::uint64_t reach_freed = ~std::uint64_t{0};

// `home`: from here on the number of a thread of its own.
inline constexpr std::uint16_t first_own_home = 1025;
inline constexpr std::size_t own_homes = (std::size_t{1} << 13) - first_own_home;

class alignas(16) cell {  // cell_blocks.hpp aligns them to 64
public:
  // The first line: what senders touch. What is not atomic is written before anybody knows it.
  std::uint64_t id = 0;
  std::atomic<std::uint64_t> reach{reach_freed};
  std::atomic<std::uint32_t> queued{0};       // messages in the mailbox, exact or sampled
  std::atomic<std::uint32_t> capacity{0};     // 0 once it has ended: nothing gets in any more
  std::atomic<std::uint32_t> incarnation{0};  // 0: only one body will ever live here
  std::atomic<std::uint8_t> marks{0};         // see below
  std::uint8_t slot_class : 5 = 0;
  bool is_child : 1 = false;
  bool is_named : 1 = false;
  bool counts_all : 1 = false;  // each message counts, not one in 64 for 64
  std::uint16_t home : 13 = 0;  // the worker it stays on, plus one; 0: any; see first_own_home
  bool is_pool : 1 = false;     // what is sent to it goes to a member: see pool.hpp
  overflow_policy overflow : 2 = overflow_policy::reject_newest;
  const body_ops* ops = nullptr;
  cell* run_link = nullptr;  // in the injection queue, or in a list of free cells
  alignas(8) mailbox box;    // its tail ends the first line, its head begins the second

  // The second line: the owner's.
  link unreferenced;
  cell_extras* extras = nullptr;          // name, asks, children: made when first needed
  std::atomic<std::uint8_t> commands{0};  // the system lane: rarely written, read per message
  std::atomic<phase> stands{phase::ended};
  exit_kind ended_as = exit_kind::normal;
  bool told_seen : 1 = false;             // `unreferenced` has been taken out of the mailbox
  bool said_stop : 1 = false;             // on_stop has been called, or is not to be
  bool not_started : 1 = true;            // on_start has not been called
  bool was_killed : 1 = false;            // there will be no on_stop
  bool has_body : 1 = false;              // there is an object to be destroyed
  std::atomic<std::uint32_t> turns{0};    // begun, modulo 2^32; for readers without locks
  std::atomic<std::uint64_t> handled{0};  // messages, up to the last turn that ended

  [[nodiscard]] bool lives() const noexcept { return is_alive(at()); }
  [[nodiscard]] phase at() const noexcept { return stands.load(std::memory_order_acquire); }
  // release: with deliver(), which reads why an actor has ended.
  void enter(phase p) noexcept { stands.store(p, std::memory_order_release); }
  /// Changed in a turn, while nobody lives here; read by senders, who may be late.
  [[nodiscard]] std::uint32_t incarnation_now() const noexcept {
    return incarnation.load(std::memory_order_relaxed);
  }
};

static_assert(sizeof(cell) == cell_bytes);

/// The beginning of a block of cells: which is how a cell knows its system.
struct block_head {
  core* system;
  std::size_t slot;   ///< bytes of a cell with its body
  std::size_t cells;  ///< how many follow, from `first_slot` on
};
inline constexpr std::size_t block_bytes = std::size_t{64} << 10;  // and their alignment
inline constexpr std::size_t first_slot = 64;

[[nodiscard]] inline core& core_at(const cell& c) noexcept {
  const auto place = reinterpret_cast<std::uintptr_t>(&c) & ~(block_bytes - 1);
  return *reinterpret_cast<const block_head*>(place)->system;  // NOLINT(performance-no-int-to-ptr)
}

/// A child's way to tell its parent that it has ended; the parent's list of children.
struct kinship : envelope {
  cell* parent = nullptr;
  cell* child = nullptr;
  std::uint64_t child_id = 0;
  std::uint32_t place = 0;  ///< in the table of its pool
  kinship* before = nullptr;
  kinship* after = nullptr;
};

/// Rings when an actor that was killed should have ended: see ends/graveyard.hpp.
extern const alarm_ops last_call_ops;
struct last_call : alarm {
  last_call() noexcept : alarm(last_call_ops) {}
};

class pool_table;
struct frees_pool {
  void operator()(pool_table* t) const noexcept;
};

/// What most actors do not need. Touched in the actor's turns only.
struct cell_extras {
  std::string name;
  exit_reason reason;  ///< why it stops, from then on
  /// To its parent; null for roots and once sent. Of a seat: of this incarnation.
  std::atomic<kinship*> kin{nullptr};
  bool in_pool = false;  ///< that is its parent
  kinship* children = nullptr;
  std::atomic<duration::rep> kill_limit{0};  ///< of this incarnation; 0: the system's
  std::atomic<cell*> next_seat{nullptr};     ///< of an abandoned seat: who comes after it, counted
  std::uint32_t asks = 0;                    ///< open requests
  std::uint32_t away = 0;  ///< requests, jobs, watches of this actor that have not come home
  alarm_heap alarms;
  std::unique_ptr<last_call> last;  ///< null: it was not killed, or nothing delays its end
  std::unique_ptr<pool_table, frees_pool> members;    ///< of a pool; as long as its cell
  std::unique_ptr<place_table<timer>> timers;         ///< null: it never had one
  std::unique_ptr<place_table<watch_block>> watches;  ///< its own; null: it never had one
  std::unique_ptr<local_values> locals;               ///< of this incarnation; null: it has none
  const watch_ops* trap = nullptr;  ///< what the ends of those it is linked to come as
  clock_entry clock;
  time_point armed = time_point::max();  ///< when command_time will come, set or on its way

  // What its coroutines wait for: activities.cpp.
  activity* activities = nullptr;        ///< handlers that are suspended
  outside_operation* outside = nullptr;  ///< under way
  std::uint32_t ending = 0;              ///< those outside that were told to end
  std::uint32_t suspended = 0;           ///< how many handlers are
  std::uint32_t suspended_max = static_cast<std::uint32_t>(default_max_suspended);
  std::uint32_t waits = 0;                      ///< that end by themselves
  inbox_state* inbox = nullptr;                 ///< of a process
  std::unique_ptr<start_result> said_at_start;  ///< by its on_start; null: no more than ok()

  // What it puts aside: stash.cpp.
  std::uint8_t stashes_for = 0;         ///< a set of stash_reason
  request_block* exclusive = nullptr;   ///< the only one whose reply is wanted
  request_block* blocked_on = nullptr;  ///< an ask that keeps it from handling messages
  std::uint64_t last_probe = 0;
  std::span<const message_tag> wanted{};  ///< the messages that are
  envelope* stashed = nullptr;            ///< oldest first
  envelope* last_stashed = nullptr;
};

[[nodiscard]] inline bool has_own_thread(const cell& c) noexcept {
  return c.home >= first_own_home;
}

/// The extras, made if they are not there. @throws std::bad_alloc
[[nodiscard]] cell_extras& extras_of(cell& c);

/// Gets a handle's worth of reach to a cell that is not free.
/// @returns false if it is; true: release() it
[[nodiscard]] bool acquire(cell& c) noexcept;

/// The same, if it is still that actor's: cells are used again.
[[nodiscard]] bool acquire(cell& c, std::uint64_t id) noexcept;

/// The same, if that actor lives. @pre expect_the_late() was called by one who had a handle
[[nodiscard]] bool acquire_living(cell& c, std::uint64_t id) noexcept;

/// From now on somebody may come who has no handle.
inline void expect_the_late(cell& c) noexcept {
  if ((c.marks.load(std::memory_order_relaxed) & mark_weak) == 0)
    c.marks.fetch_or(mark_weak, std::memory_order_relaxed);
}

/// Reserves a place for one message. @pre not a pool
[[nodiscard]] tell_status try_reserve(cell& to, std::uint32_t incarnation) noexcept;

/// Sends a command down the system lane. @pre the caller has reach, or is in the actor's turn
void send_command(cell& c, command what) noexcept;

/// Whether an envelope is to be one of those that count for 64: one address in 64.
[[nodiscard]] inline bool is_sample(const envelope& e) noexcept {
  const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(&e));
  return ((address >> 4) * 0x9E37'79B9'7F4A'7C15ULL) >> 58 == 0;
}

/// The flags of an envelope that counts for 64, and when it was sent, if somebody wants to know.
[[nodiscard]] std::uint32_t sample_flags(const cell& to) noexcept;

/// Publishes a chain of envelopes, linked from `first` to `last`, that adds `weight` to `queued`.
void deliver_chain(cell& to, link* first, link* last, std::uint32_t weight) noexcept;

/// The actor for people: `account "teller" #12`.
[[nodiscard]] std::string describe(const cell& c);

}  // namespace troupe::detail
