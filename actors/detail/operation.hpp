// operation.hpp: one step of an adapter, and whoever waits for its end.
//
//   Before   classic/ makes one, on a thread's stack or in a coroutine's frame.
//   After    engine/callers/inline_turn.cpp, or the adapter's worker, runs it; answer() ends it.
//   Called   as each line says.
//   Holds    nothing: an operation belongs to whoever waits for it, until it is answered.
//   Rules    O1  An operation is answered exactly once, in a turn of its adapter, which does not
//                touch it afterwards.
//            O2  An operation that is in an adapter's line leaves it in a turn of that adapter:
//                who no longer wants to wait sends another operation that says so.
//   Cost     from an ordinary thread that finds the adapter idle: one exchange, one call, one
//            compare-exchange; no allocation anywhere.
#pragma once

#include <troupe/actors/detail/runtime.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::detail {

struct body_ops;

/// Who performs an operation, for all time: an actor, or a thread that is none's.
struct agent {
  std::uint64_t id = 0;             ///< an actor's id; of a thread the highest bit is set
  const body_ops* actor = nullptr;  ///< its class; null: a thread
  friend bool operator==(const agent& a, const agent& b) noexcept { return a.id == b.id; }
};

/// Whoever runs here. @cost of a thread: a system call the first time
[[nodiscard]] agent current_agent() noexcept;
/// For people: `account "teller" #12`, `thread 4711 "reader"`. `in` is any cell of its system.
/// @thread any @cost of an actor: a look at every cell
[[nodiscard]] std::string describe(const agent& who, cell& in);

class line;

struct operation : envelope {
  explicit operation(const envelope_ops& step) noexcept {
    ops = &step;
    flags = detached | reserved;
  }
  operation(const operation&) = delete;
  operation& operator=(const operation&) = delete;

  /// The values of `state`, which counts for threads only.
  enum : std::uint32_t {
    under_way,  ///< its thread looks at it, or does not wait yet
    parked,     ///< its thread sleeps on the word
    nudged,     ///< its thread should look whether it can go on
    elsewhere,  ///< its thread waits for another one, which says that this wait is over
    has_turn,   ///< its thread runs the adapter's turn that begins with it
    answered
  };

  /// How it is answered; null: a thread waits for `state`. It may be gone when this returns.
  void (*tell)(operation&) noexcept = nullptr;
  cell* home = nullptr;      ///< the actor whose coroutine waits; null: a thread
  void* waiting = nullptr;   ///< the coroutine's side of it
  bool in_own_turn = false;  ///< its thread runs the turn itself
  bool may_wait = true;      ///< false: now or never
  std::uint8_t outcome = 0;  ///< the adapter's word
  std::atomic<std::uint32_t> state{under_way};
  agent by;

  // The adapter's, while it is in a line.
  line* in = nullptr;
  operation* before = nullptr;
  operation* after = nullptr;
  time_point since{};        ///< when it began to wait
  std::uint64_t number = 0;  ///< of the wait, rising within its adapter
};

/// Those who wait, in the order in which they came. Changed in turns of one adapter.
class line {
public:
  line() noexcept = default;
  line(const line&) = delete;
  line& operator=(const line&) = delete;

  void push_back(operation& op) noexcept {
    op.in = this;
    op.before = last_;
    op.after = nullptr;
    (last_ != nullptr ? last_->after : first_) = &op;
    last_ = &op;
    ++size_;
  }
  /// @pre it is in this line
  void remove(operation& op) noexcept {
    (op.before != nullptr ? op.before->after : first_) = op.after;
    (op.after != nullptr ? op.after->before : last_) = op.before;
    op.in = nullptr;
    --size_;
  }
  /// The one that has waited longest; null: nobody waits.
  [[nodiscard]] operation* front() const noexcept { return first_; }
  [[nodiscard]] operation* pop_front() noexcept {
    operation* const op = first_;
    if (op != nullptr) remove(*op);
    return op;
  }
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  operation* first_ = nullptr;
  operation* last_ = nullptr;
  std::size_t size_ = 0;
};

/// Gives it to the adapter; on an ordinary thread that finds that idle, runs it here and now.
/// @pre the caller keeps a handle to the adapter until it is answered @thread any
void begin_operation(cell& adapter, operation& op) noexcept;

/// O1. @thread the adapter's turn
void answer(operation& op) noexcept;
/// Sends an operation home to its coroutine's actor, where `arrives` is run.
void send_home(operation& op, const envelope_ops& arrives) noexcept;
/// Lets a sleeping thread look again. @returns false: it does not sleep, or is a coroutine
/// @thread the adapter's turn
[[nodiscard]] bool nudge(operation& op) noexcept;

enum class wait_end : std::uint8_t { answered, nudged, late };
/// Blocks this thread. @thread ordinary, or of an actor's own
[[nodiscard]] wait_end wait_for(cell& adapter, operation& op, time_point deadline) noexcept;

/// Whether an actor's end, or an exception that may become it, takes along what is destroyed here.
[[nodiscard]] bool is_being_lost() noexcept;
/// Keeps an operation until the turn knows: then its `ops->drop` is called, `ended` if the actor
/// has. @pre is_being_lost()
void settle_later(operation& op) noexcept;

/// Whether this is inside a turn, of an actor or of an adapter.
[[nodiscard]] bool is_in_turn() noexcept;
/// Whether an adapter takes operations. @thread its turn
[[nodiscard]] bool takes_operations(const cell& adapter) noexcept;
/// Whether its system has threads; without, on the test kit's scheduler, actors take their place.
[[nodiscard]] bool has_threads(cell& adapter) noexcept;
/// The class of an actor. @pre the caller has a handle
[[nodiscard]] std::string_view class_of(const cell& c) noexcept;
/// Now, as the adapter's system has it. @cost a clock read @thread any
[[nodiscard]] time_point time_in(cell& adapter) noexcept;

}  // namespace troupe::detail
