// runtime.hpp: what the templates call. The only way from a user's file into the runtime.
//
//   Before   the public headers fix the types.
//   After    runtime.cpp, cell.cpp, turn.cpp do the work.
//   Called   from any thread unless a line says otherwise.
//   Holds    nothing.
#pragma once

#include <troupe/actors/detail/envelope.hpp>
#include <troupe/actors/message.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe {

class exit_reason;
class ask_error;
class start_result;
struct pool_options;
struct spawn_options;

/// What became of a message, and what to do next.
enum class tell_status : std::uint8_t {
  queued,  ///< it is in the mailbox
  full,    ///< no room, in the mailbox or in memory; the message is still yours: try later
  closed   ///< the actor has ended, or the handle is empty; the message is still yours
};

namespace detail {

struct alarm;
struct core;
struct request_block;

// --- memory of envelopes

/// Null if there is no memory. @cost one call into the allocator
[[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment) noexcept;
void deallocate(void* memory) noexcept;
/// How many are allocated now, in builds without NDEBUG; in others 0.
[[nodiscard]] std::int64_t live_envelopes() noexcept;

// --- cells

/// The size of a cell's own part; the user's object stands behind it.
inline constexpr std::size_t cell_bytes = 112;
/// Larger or stricter aligned actors are kept on the heap, with a pointer in their place.
inline constexpr std::size_t body_bytes_max = 3968;

void retain(cell& c) noexcept;
void release(cell& c) noexcept;
[[nodiscard]] std::uint64_t id_of(const cell& c) noexcept;
[[nodiscard]] std::uint32_t incarnation_of(const cell& c) noexcept;
/// Why an ask through an empty handle fails.
[[nodiscard]] ask_error empty_handle_error(std::string_view message);
/// Why a send to an actor that has ended fails; null: to an empty handle.
[[nodiscard]] ask_error closed_error(std::string_view message, cell* to);
[[nodiscard]] core& core_of(cell& c) noexcept;
/// Whose turn this thread runs; null: nobody's.
[[nodiscard]] cell* running_cell() noexcept;
/// Ends the program: self() or then() was called where this actor does not run.
[[noreturn]] void refuse_to_be_self() noexcept;

// --- messages

/// Queues a message. Never fails: what cannot be queued becomes a dead letter.
/// @cost one exchange; one wake-up if the actor was idle
void deliver(cell& to, envelope& e) noexcept;
/// The same for what has its place reserved: replies, control. Counts against no capacity.
void deliver_reserved(cell& to, envelope& e) noexcept;
/// Reserves a place for `message`, if there is one: then deliver_to_place() or unreserve(). Of a
/// pool `to` becomes the member that has the place.
[[nodiscard]] tell_status try_reserve(cell*& to, std::uint32_t incarnation, const envelope_ops& ops,
                                      const void* message) noexcept;
/// The same for one who would rather wait than have a message dropped, or an actor stopped; `to`
/// becomes the member before whom it waits.
[[nodiscard]] tell_status try_place(cell*& to, std::uint32_t incarnation, const envelope_ops& ops,
                                    const void* message) noexcept;
void unreserve(cell& to) noexcept;
void deliver_to_place(cell& to, envelope& e) noexcept;
/// Counts and reports a dropped message of the user's.
void dead_letter(cell* to, std::string_view message, dead_reason why) noexcept;

// --- time

/// When a wait of `d` that begins now is over.
[[nodiscard]] time_point deadline_in(cell& c, duration d) noexcept;
/// Makes sure that the actor can set alarms and ask. @throws std::bad_alloc
void open_books(cell& owner);
/// Rings in the owner's turn, at `when` or as soon as it can be after it. @pre open_books(); it is
/// not set; the owner has not begun to stop @thread the owner's turn
void set_alarm(cell& owner, alarm& a, time_point when) noexcept;
/// After it the alarm does not ring. One that is not set: nothing happens. @thread the owner's turn
void clear_alarm(cell& owner, alarm& a) noexcept;

// --- requests

/// Nobody waits for it any more: it is not handled if it has not been, and its reply is late.
void cancel_request(request_block& r) noexcept;
/// Takes an offer back. @returns false: the receiver has taken it
[[nodiscard]] bool withdraw_offer(request_block& r) noexcept;
/// Until it is answered nothing else is handled. @pre called before it is sent
void make_exclusive(cell& asker, request_block& r) noexcept;
/// Sends `r` on behalf of the actor whose turn this is. Its way back ends in that actor's mailbox.
void ask_from_actor(cell& asker, cell* to, request_block& r, duration within) noexcept;
/// @throws ask_failed(would_block_worker) inside a turn, naming the actor and the message it
/// handles; not if the actor has a thread of its own
void refuse_to_block(std::string_view what);
/// The same, whatever its thread.
void refuse_in_turn(std::string_view what);
/// Sends `r` and blocks this thread until it is answered or late.
/// @returns true: `r` is the caller's again. false: late; whoever has it destroys it.
[[nodiscard]] bool ask_and_wait(cell& to, request_block& r, duration within) noexcept;
/// Sends an answered request its way back.
void send_back(request_block& r) noexcept;
/// Answers with an error, and sends it back. `by` is the actor that fails it, if there is one.
void fail_request(request_block& r, ask_error error) noexcept;
/// The answer to a request that was dropped for `why`.
void drop_request(cell* by, request_block& r, dead_reason why) noexcept;
/// A reply_to went away without an answer.
void orphan_request(request_block& r) noexcept;
/// A block arrived at the asker: takes it off the asker's books.
/// @returns false if the asker no longer waits for it: it is late
[[nodiscard]] bool settle_request(cell& asker, request_block& r) noexcept;
/// How a failed ask is described to the asker.
[[nodiscard]] ask_error error_of(const request_block& r);

// --- life

struct body_ops;

/// A cell with room for a body. Counted, not yet reachable. `parent` null: a child of the system.
/// @throws std::bad_alloc, system_closed
[[nodiscard]] cell& prepare(core& system, const body_ops& ops, cell* parent,
                            const spawn_options* options);
/// Its constructor threw: nothing is left behind.
void abandon(cell& c) noexcept;
/// From here on it lives. The caller holds its first handle.
void attach(cell& c) noexcept;
/// Its on_start has spoken: the actor begins, or ends. @throws std::bad_alloc
/// @thread the actor's turn
void heed_start(cell& c, start_result&& said);
/// What its on_start has said, if that was more than ok(); null: no more.
/// @thread the actor's turns, or, with a handle, who was told that it has begun, or ended
[[nodiscard]] const start_result* said_at_start(const cell& c) noexcept;
/// A pool with its members, each built in its cell by `build(cell, with)`. The caller holds its
/// first handle.
/// @throws std::bad_alloc, system_closed, bad_option, what `build` throws; nothing is left then
[[nodiscard]] cell& make_pool(core& system, cell* parent, const pool_options& options,
                              const body_ops& pool, const body_ops& member,
                              void (*build)(cell&, const void*), const void* with);
/// Asks for its end; what was queued before is handled. Null: nothing happens.
void request_stop(cell* c, std::uint32_t incarnation, exit_reason reason) noexcept;
void request_kill(cell* c, std::uint32_t incarnation) noexcept;
/// The running actor ends when its handler returns. @thread the actor's turn
void stop_self(cell& c, exit_reason reason) noexcept;

}  // namespace detail
}  // namespace troupe
