// event.hpp: what happens to the actors of a system, told in order.
//
//   Before   the engine tells it, if anybody reads.      After   tests, logs and tools read it.
//   Called   a reader by one thread at a time, each by its own.
//   Holds    a reader: its place in the stream, and what it has missed.
#pragma once

#include <troupe/actors/counters.hpp>
#include <troupe/actors/message.hpp>
#include <troupe/actors/reason.hpp>
#include <troupe/actors/ref.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe {

/// What may happen to an actor. Of one actor they come in this order: `spawned`, then `started` if
/// it comes so far, then `failed` if it does, then `abandoned` if it does not end in time, then
/// `stopped`; each at most once. Of a supervised child all but `spawned` come for each incarnation.
enum class event_kind : std::uint8_t {
  spawned,      ///< it was made, and may be sent to
  started,      ///< its on_start has returned, or it has none; a process begins. `text`: its words
  failed,       ///< an exception has left it: it stops, see `reason`
  stopped,      ///< it has ended, after on_stop and its destructor, see `reason`
  abandoned,    ///< it was killed and has not ended in time, see `text`
  dead_letter,  ///< a message to it was dropped, see `message` and `dropped`
  overflow,     ///< its mailbox refuses messages, or drops them, for the first time in a second
  stuck,        ///< it keeps its worker in one turn, longer than `stuck_after`, see `text`
  restarted,    ///< a supervised child has begun again after its end, see `reason`, `text`
  gave_up       ///< a supervisor: a child has ended more often than it may, see `reason`, `text`
};
inline constexpr std::size_t event_kinds = 10;

/// The name of a kind: "spawned", "dead_letter" …
[[nodiscard]] std::string_view to_string(event_kind kind) noexcept;

/// One thing that happened. A value: it refers to nothing, and may be kept.
struct event {
  std::uint64_t number = 0;  ///< its place among the events of its system: a gap was missed
  event_kind kind = event_kind::spawned;
  actor_id who{};            ///< none: of a message that was sent through an empty handle
  std::string class_name{};  ///< of the actor
  std::string label{};       ///< its spawn_options::name
  exit_reason reason{};      ///< failed, stopped, abandoned: why
  std::string message{};     ///< dead_letter, overflow: the message's type
  dead_reason dropped = dead_reason::ended;  ///< dead_letter, overflow: why
  std::string text{};                        ///< what else there is to say
  time_point time{};                         ///< by the system's clock; it never goes back

  /// One line for people: `failed account "till" #12: failed(std::runtime_error, "disk")`.
  [[nodiscard]] std::string to_string() const;
};

/// Reads the events of a system, from the moment on in which actor_system::events() made it: each
/// once, in the order that holds for the whole system. Readers do not know each other. A reader
/// may outlive its system; it still gives what it has not given.
///
/// The system keeps `system_options::events_kept` events. A reader that is further behind goes on
/// with the oldest that is kept, and missed() tells how many it did not get.
///
/// @thread one at a time
/// @cost while a reader lives every event is made: some allocations and a lock for each spawn, end
/// and dead letter. Without readers one load.
class event_reader {
public:
  event_reader(event_reader&& other) noexcept;
  event_reader& operator=(event_reader&& other) noexcept;
  event_reader(const event_reader&) = delete;
  event_reader& operator=(const event_reader&) = delete;
  ~event_reader();

  /// The next event; nothing if there is none yet.
  /// @throws std::bad_alloc; the event is not lost then
  [[nodiscard]] std::optional<event> next();

  /// The same, and waits for one. On a stage it runs the actors meanwhile, passing time if nothing
  /// else is left.
  /// @returns nothing: `within` is over, or the system has shut down, or on a stage nothing can
  /// happen any more
  /// @throws ask_failed(would_block_worker) inside a turn; std::bad_alloc
  [[nodiscard]] std::optional<event> next(duration within);

  /// All that are there.
  [[nodiscard]] std::vector<event> take_all();

  /// How many it did not get so far, of those before the one that next() gave last: it was too
  /// slow, or there was no memory for them when they happened.
  [[nodiscard]] std::uint64_t missed() const noexcept { return missed_; }

private:
  friend class actor_system;
  explicit event_reader(detail::core& system);

  detail::core* system_;  // null: moved from
  std::uint64_t next_;
  std::uint64_t missed_ = 0;
};

}  // namespace troupe
