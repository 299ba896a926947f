// request.hpp: an ask, before it is sent and while it is waited for.
//
//   Before   target.hpp makes one.
//   After    runtime.cpp sends its block; the reply comes to f, or to get().
//   Called   then: in the asking actor's turn. get: on ordinary threads.
//   Holds    the receiver, the message, the deadline.
//   Cost     one allocation for request, reply and continuation together.
#pragma once

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/detail/handle.hpp>
#include <troupe/actors/detail/request_block.hpp>

#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace troupe {

template <class A>
class actor;

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

/// A request of an actor with its continuation `f`. Never destroyed as a whole: clear() empties it,
/// its header stays the mailbox's.
template <class M, bool Try, class F>
struct then_block : request_of<M> {
  using reply_type = reply_t<M>;

  /// The message is put in afterwards: moving F may throw.
  then_block(const envelope_ops& there, F&& continuation)
      : request_of<M>(there, home_ops), f(std::move(continuation)) {}

  static void call_with_value(F& f, then_block& r) {
    if constexpr (std::is_void_v<reply_type>) {
      if constexpr (Try)
        f(result<void>());
      else
        f();
    } else if constexpr (Try) {
      f(result<reply_type>(std::move(r.reply())));
    } else {
      f(std::move(r.reply()));
    }
  }
  static void call_with_error(F& f, ask_error error) {
    if constexpr (Try)
      f(result<reply_type>(std::move(error)));
    else
      throw ask_failed(std::move(error));
  }

  static then_block& of(request_block& r) noexcept { return static_cast<then_block&>(r); }

  struct clears {
    then_block& r;
    ~clears() {
      r.drop_reply();
      r.details.reset();
      r.f.reset();
    }
  };
  static void arrive(cell& asker, envelope& e) {
    auto& r = static_cast<then_block&>(e);
    const clears at_the_end{r};
    if (!settle_request(asker, r)) {
      if (!r.dropped) dead_letter(&asker, r.asked_message, dead_reason::late);
      return;
    }
    if (r.has_value)
      call_with_value(*r.f, r);
    else
      call_with_error(*r.f, error_of(r));
  }
  static void expire(request_block& r, ask_error error) {
    struct resets {
      std::optional<F>& f;
      ~resets() { f.reset(); }
    } const at_the_end{of(r).f};
    call_with_error(*of(r).f, std::move(error));
  }
  static void forget(request_block& r) noexcept { of(r).f.reset(); }

  static constexpr ask_ops home_ops{{&arrive, nullptr, "reply"}, &expire, &forget};

  std::optional<F> f;
};

/// A request of an ordinary thread, which sleeps until it is answered.
template <class M>
struct get_block : request_of<M> {
  get_block(const envelope_ops& there, M&& m) noexcept : request_of<M>(there, home_ops) {
    this->put_message(std::move(m));
  }

  static void destroy(get_block* r) noexcept {
    r->drop_reply();
    r->~get_block();
    deallocate(r);
  }
  static void drop(cell*, envelope& e, dead_reason) noexcept {
    destroy(&static_cast<get_block&>(e));
  }

  static constexpr ask_ops home_ops{{nullptr, &drop, "reply"}, nullptr, nullptr};
};

}  // namespace detail

/// A request that has not been sent yet. End it with `.then(this, f)` in a handler or `.get()` on
/// an ordinary thread; `Try` says whether failures are values.
template <class M, bool Try>
class [[nodiscard(
    "an ask is sent when it is ended: give it to .then(this, f) or .get()")]] request {
  using reply_type = reply_t<M>;

public:
  using value_type = std::conditional_t<Try, result<reply_type>, reply_type>;

  request(detail::handle to, const detail::envelope_ops* ops, M m) noexcept
      : to_(std::move(to)), ops_(ops), message_(std::move(m)) {}

  /// Waits `d` for the reply, rounded up (from a second on by up to 50 ms): 5 s unless said,
  /// duration::max() for ever. A request made while serving another waits no longer than that
  /// one's asker does.
  request within(duration d) && noexcept {
    within_ = d;
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
      detail::ask_from_actor(*asker, to_.get(), *r, within_);
    }
  }

  /// Sends it and blocks until it is answered.
  /// @returns the reply; after try_ask a result
  /// @throws ask_failed (not after try_ask, but for `would_block_worker`: called inside a turn,
  /// where it would
  ///   keep a worker from its work)
  /// @thread foreign
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
  M message_;
};

}  // namespace troupe
