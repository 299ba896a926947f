// seat.hpp: places in which one incarnation of an actor may follow another. For the floors above.
//
//   Before   whoever guards actors that are started again: supervisors.
//   After    engine/begins/seat.cpp builds each incarnation in its own first turn.
//   Called   build: in the actor's turn. begin_incarnation, and what a ward hears: in the turns of
//            the guardian. The rest: any thread.
//   Cost     an incarnation: one allocation, two messages to its guardian that need no memory.
//   Rules    T1  Of each incarnation that was begun the guardian hears ended(), once, behind every
//                message that it has sent there; before that begun(), if it has come so far.
//            T2  A guardian ends after the incarnations that it guards.
#pragma once

#include <troupe/actors/actor.hpp>
#include <troupe/actors/events/event.hpp>
#include <troupe/actors/events/log.hpp>

#include <exception>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

namespace troupe {

/// What becomes of the messages that wait when an incarnation of a supervised actor ends, and of
/// those that come until the next one begins.
enum class mailbox_type : std::uint8_t {
  drop,  ///< dead letters
  keep   ///< the next incarnation gets those that were told, in order; requests fail
};

namespace detail {

/// How an actor is made, again and again.
class recipe {
public:
  recipe(const recipe&) = delete;
  recipe& operator=(const recipe&) = delete;
  virtual ~recipe() = default;

  [[nodiscard]] const body_ops& ops() const noexcept { return ops_; }
  /// Throws what the constructor throws; nothing was built then.
  virtual void build(cell& c) const = 0;

protected:
  explicit recipe(const body_ops& ops) noexcept : ops_(ops) {}

private:
  const body_ops& ops_;
};

/// An `A` from copies of these.
template <class A, class... Args>
class recipe_of final : public recipe {
public:
  explicit recipe_of(Args... args) : recipe(body_ops_for<A, actor<A>>), args_(std::move(args)...) {}
  void build(cell& c) const override {
    std::apply([&](const Args&... each) { construct_in<A>(c, each...); }, args_);
  }

private:
  std::tuple<Args...> args_;
};

/// One incarnation, as its guardian sees it. It stays where it is until ended(). The functions are
/// called in the guardian's turns, also while that stops; what they throw ends the guardian.
class ward {
public:
  ward(const ward&) = delete;
  ward& operator=(const ward&) = delete;

  /// Its on_start has returned; said_at_start() tells what it had to say.
  virtual void begun() = 0;
  /// It has ended. The seat may have another incarnation, unless it has_gone().
  virtual void ended(const exit_reason& why) = 0;

protected:
  ward() noexcept = default;
  ~ward() = default;
};

/// What holds for one incarnation.
struct incarnation_terms {
  std::shared_ptr<const recipe> how;
  mailbox_type waiting = mailbox_type::drop;  ///< once it has ended
  duration kill_limit{};                      ///< 0: the system's
};

/// An empty seat for actors with `ops`. Until its first incarnation begins it keeps what it is
/// told. It ends when it was given up, or when it is vacant and nobody refers to it.
/// @returns a handle to whoever sits there @throws as spawn, except the constructor's exceptions
[[nodiscard]] handle make_seat(core& system, const body_ops& ops, const spawn_options* options);

/// The next incarnation begins, guarded by `guardian`, whose turn this is.
/// @pre the seat is vacant, and made for actors with these ops; the caller has reach
/// @throws std::bad_alloc, system_closed: the seat has ended; std::logic_error: the guardian stops
void begin_incarnation(cell& seat, incarnation_terms terms, cell& guardian, ward& to);

/// Asks who sits there to end: on_stop is called. Nobody: nothing happens.
/// @pre the caller has reach
void stop_incarnation(cell& seat) noexcept;
void kill_incarnation(cell& seat) noexcept;

/// No other incarnation will come: the seat ends, with whoever sits there.
/// @pre the caller has reach
void give_up_seat(cell& seat) noexcept;

/// Whether no other incarnation can come: it was given up, or who sat there was abandoned.
[[nodiscard]] bool has_gone(const cell& seat) noexcept;
/// The latter.
[[nodiscard]] bool was_abandoned(const cell& seat) noexcept;
/// Who sat there was killed and did not end: whoever refers to the seat means `next` from now on.
void lead_on(cell& abandoned, const handle& next) noexcept;

/// It handles messages: it has begun, and does not stop. @thread any
[[nodiscard]] bool lives(const cell& c) noexcept;
/// The same of who sits where `place` means.
[[nodiscard]] bool is_living(const handle& place) noexcept;

/// How often an incarnation has begun there.
[[nodiscard]] std::uint32_t incarnations_of(const cell& seat) noexcept;

/// Its spawn_options::name.
[[nodiscard]] std::string_view label_of(const cell& c) noexcept;

/// An event about `who`, and a line in its system's log. @pre the caller has reach
void tell_event(const cell& who, event_kind what, const exit_reason& why,
                std::string_view text) noexcept;
void write_log(const cell& who, log_level level, std::string_view line) noexcept;

/// Type and text of the exception that is being handled.
[[nodiscard]] exit_reason reason_of_current() noexcept;

/// The actor that runs waits for its on_start as long as this is closed. It belongs to the object
/// whose on_start awaits it.
class start_gate : public suspension {
public:
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;

  struct awaiter {
    start_gate& gate;
    [[nodiscard]] bool await_ready() const noexcept { return gate.is_open_; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> h) const noexcept {
      gate.bind(h);
      gate.waits_ = true;
    }
    void await_resume() const noexcept {}
  };
  [[nodiscard]] awaiter operator co_await() noexcept { return {*this}; }
  /// In a turn of the same actor. Throws what its on_start throws then.
  void open() {
    is_open_ = true;
    if (std::exchange(waits_, false)) resume();
  }

private:
  bool is_open_ = false;
  bool waits_ = false;
};

}  // namespace detail
}  // namespace troupe
