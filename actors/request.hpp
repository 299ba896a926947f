// request.hpp: an ask, or a message that waits for room, before it is sent.
//
//   Before   target.hpp makes one.
//   After    runtime.cpp sends its block; the reply comes to the coroutine, to f, or to get().
//   Called   co_await, then: in the asking actor's turn. get: on ordinary threads.
//   Holds    the receiver, the message, the deadline.
//   Cost     one allocation for request, reply and continuation together.
#pragma once

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/detail/ask_blocks.hpp>
#include <troupe/actors/detail/asking.hpp>
#include <troupe/actors/detail/handle.hpp>
#include <troupe/actors/detail/hazard.hpp>
#include <troupe/actors/detail/sending.hpp>

#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace troupe {

template <class A>
class actor;
template <class M, bool Try = false, bool Hazard = false>
class request;
/// An ask whose failures are values, for those who collect them: std::vector<try_request<find>>.
template <class M>
using try_request = request<M, true>;

/// How long an ask waits unless it says otherwise.
inline constexpr duration default_deadline = std::chrono::seconds(5);

namespace detail {

[[nodiscard]] ask_error timeout_error(std::string_view message, cell* to, duration within);

/// What a refused ask gives: it takes every ending, so that one mistake is one error.
struct refused_request {
  struct anything {
    template <class T>
    operator T() const;
  };
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;
  using value_type = anything;
  bool await_ready() const { return true; }
  void await_suspend(std::coroutine_handle<>) const {}
  anything await_resume() const { return {}; }
  refused_request within(duration) const { return {}; }
  anything get() const { return {}; }
  template <class... Args>
  void then(Args&&...) const {}
};

/// Whether `f` takes what an ask with `M` gives.
template <class M, bool Try, class F>
[[nodiscard]] consteval bool takes_reply() {
  using reply = reply_t<M>;
  if constexpr (Try)
    return std::is_invocable_v<F&, result<reply>>;
  else if constexpr (std::is_void_v<reply>)
    return std::is_invocable_v<F&>;
  else
    return std::is_invocable_v<F&, reply>;
}

}  // namespace detail

/// A request that has not been sent yet. End it with co_await in a coroutine handler, with
/// `.then(this, f)` in a plain one, or with `.get()` on an ordinary thread; `Try` says whether
/// failures are values. `Hazard`: it was made from a value that g++ 12 would destroy twice.
/// @note `co_await` gives the reply, or throws ask_failed; not caught, that ends the asking actor.
template <class M, bool Try, bool Hazard>
class [[nodiscard(
    "an ask is sent when it is ended: co_await it, or give it to .then(this, f) or "
    ".get()")]] request {
  using reply_type = reply_t<M>;

public:
  using value_type = std::conditional_t<Try, result<reply_type>, reply_type>;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = Hazard;

  request(detail::handle to, const detail::envelope_ops* ops, M m) noexcept
      : to_(std::move(to)), ops_(ops), message_(std::move(m)) {}

  /// Waits `d` for the reply, rounded up (from a second on by up to 50 ms): 5 s unless said,
  /// duration::max() for ever. A request made while serving another waits no longer than that
  /// one's asker does.
  request within(duration d) && noexcept {
    within_ = d;
    return std::move(*this);
  }

  /// While nobody sits where it is sent, and if who sits there ends before it is handled, it waits
  /// for the next incarnation, within its time; instead of failing at once with `down`. For
  /// addresses that mean a place: a slot's, those of a family. Of others nothing changes.
  /// @note a request that is being handled when its actor fails has failed
  request wait_for_restart() && noexcept {
    waits_for_restart_ = true;
    return std::move(*this);
  }

  /// Sends it; `f(reply)` (after try_ask `f(result<reply>)`, for a void reply `f()`) runs in a
  /// later turn of this actor, which must be the running one (at once if there is no memory).
  /// Without `try_`, a failed ask ends the actor with the cause.
  /// @pre called in a turn of `self`
  template <class A, class F>
  void then(actor<A>* self, F f) && {
    constexpr bool fits = detail::takes_reply<M, Try, F>();
    static_assert(fits,
                  "troupe: the continuation of an ask takes the reply: f(R) (after try_ask "
                  "f(result<R>), for a void "
                  "reply f())");
    if constexpr (fits) {
      using block = detail::then_block<M, Try, F>;
      detail::cell* const asker = &detail::own_cell(static_cast<A*>(self));
      detail::open_books(*asker);
      struct frees {
        void* memory;
        ~frees() {
          if (memory != nullptr) detail::deallocate(memory);
        }
      } unless_built{detail::allocate(sizeof(block), alignof(block))};
      if (unless_built.memory == nullptr)
        return block::call_with_error(f, ask_error(ask_errc::no_memory));
      auto* const r = ::new (unless_built.memory) block(*ops_, std::move(f));
      unless_built.memory = nullptr;
      r->put_message(std::move(message_));
      r->incarnation = to_.incarnation();
      r->waits_for_restart = waits_for_restart_;
      detail::ask_from_actor(*asker, to_.get(), *r, within_);
    }
  }

  [[nodiscard]] auto operator co_await() && noexcept {
    detail::refuse_hazard<Hazard>();
    return awaiter_(false);
  }
  [[nodiscard]] auto operator co_await() & noexcept { return awaiter_(false); }
  // For the library.
  [[nodiscard]] auto awaiter_(bool exclusive) noexcept {
    return detail::asking<M, Try>(to_, ops_, within_, message_, {exclusive, waits_for_restart_});
  }

  /// Sends it and blocks until it is answered.
  /// @returns the reply; after try_ask a result
  /// @throws ask_failed (not after try_ask, but for `would_block_worker`: called inside a turn,
  /// where it would keep a worker from its work)
  /// @thread foreign; in a turn if the actor has a thread of its own
  value_type get() && {
    using block = detail::get_block<M>;
    struct frees {
      block* r;
      ~frees() {
        if (r != nullptr) block::destroy(r);
      }
    };
    detail::refuse_to_block("get() of an ask");
    if (to_.get() == nullptr) return finish(detail::empty_handle_error(detail::type_name<M>()));
    void* const memory = detail::allocate(sizeof(block), alignof(block));
    if (memory == nullptr) return finish(ask_error(ask_errc::no_memory));
    frees mine{::new (memory) block(*ops_, std::move(message_))};
    mine.r->incarnation = to_.incarnation();
    mine.r->waits_for_restart = waits_for_restart_;
    if (!detail::ask_and_wait(*to_.get(), *mine.r, within_)) {
      mine.r = nullptr;
      return finish(detail::timeout_error(detail::type_name<M>(), to_.get(), within_));
    }
    if (!mine.r->has_value) return finish(detail::error_of(*mine.r));
    if constexpr (std::is_void_v<reply_type>)
      return value_type();
    else
      return value_type(std::move(mine.r->reply()));
  }

private:
  static value_type finish(ask_error error) {
    if constexpr (Try)
      return value_type(std::move(error));
    else
      throw ask_failed(std::move(error));
  }

  detail::handle to_;
  const detail::envelope_ops* ops_;
  duration within_ = default_deadline;
  bool waits_for_restart_ = false;
  M message_;
};

/// A message that has not been sent yet: `co_await to.send<line>(text)`. With room in the mailbox
/// it is sent as by tell, without suspending. Else it waits in line, whatever the overflow policy,
/// and the coroutine goes on when the receiver takes it: so a fast stage of a pipeline goes at the
/// pace of a slow one.
///
/// Past the deadline the message is withdrawn, for certain, and `ask_failed(full)` is thrown; if
/// the receiver has ended, `ask_failed(down)`; for a full mailbox of its own,
/// `ask_failed(self_ask)`.
/// @note counted among the asks when it has to wait
template <class M, bool Hazard>
class [[nodiscard("a send waits for room: co_await it, or use tell")]] send_operation {
public:
  using value_type = void;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = Hazard;

  send_operation(detail::handle to, const detail::protocol_entry& ops, M m) noexcept
      : to_(std::move(to)), ops_(ops), message_(std::move(m)) {}

  /// Waits `d` for room: 5 s unless said, duration::max() for ever.
  send_operation within(duration d) && noexcept {
    within_ = d;
    return std::move(*this);
  }

  [[nodiscard]] auto operator co_await() && noexcept {
    detail::refuse_hazard<Hazard>();
    return detail::sending<M>(to_, ops_, within_, message_);
  }
  [[nodiscard]] auto operator co_await() & noexcept {
    return detail::sending<M>(to_, ops_, within_, message_);
  }

private:
  detail::handle to_;
  detail::protocol_entry ops_;
  duration within_ = default_deadline;
  M message_;
};

}  // namespace troupe
