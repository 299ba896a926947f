// operation.hpp: something that is asked of a supervisor, before it is asked.
//
//   Before   supervisor_ref.hpp and family.hpp make one.
//   After    it ends as an ask does: co_await, .then(this, f), .get().
//   Called   co_await, then: in the asking actor's turn. get: on ordinary threads.
#pragma once

#include <troupe/supervision/detail/messages.hpp>

#include <utility>

namespace troupe {
namespace detail {

/// What a failed ask means for an operation.
[[nodiscard]] supervision_error error_from(const ask_error& e);

/// `Turn` makes what the caller gets of the reply.
struct as_it_is {
  template <class R>
  R operator()(R&& reply) const {
    return std::forward<R>(reply);
  }
};

}  // namespace detail

/// An operation on a supervisor that has not been asked for yet. It waits until it is answered: a
/// supervisor always answers, or ends, which is `noproc`; `within(d)` sets a limit.
/// @returns (co_await, get) result<R, supervision_error>; `.then(this, f)` calls f with that
template <class M, class Turn = detail::as_it_is, bool Hazard = false>
class [[nodiscard(
    "it is asked for when it is ended: co_await it, or give it to .then(this, f) or .get()")]]
operation {
  using reply = reply_t<M>;

public:
  using value_type = decltype(Turn{}(std::declval<reply>()));
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = Hazard;

  explicit operation(request<M, true> asks) noexcept
      : asks_(std::move(asks).within(duration::max())) {}

  operation within(duration d) && noexcept {
    asks_ = std::move(asks_).within(d);
    return std::move(*this);
  }
  /// @throws ask_failed(would_block_worker) inside a turn
  value_type get() && { return turned(std::move(asks_).get()); }
  template <class A, class F>
  void then(actor<A>* self, F f) && {
    std::move(asks_).then(self,
                          [f = std::move(f)](result<reply> r) mutable { f(turned(std::move(r))); });
  }

  class awaiter {
  public:
    explicit awaiter(request<M, true>& r) noexcept : inner_(r.awaiter_(false)) {}
    bool await_ready() const noexcept { return inner_.await_ready(); }
    template <class P>
    bool await_suspend(std::coroutine_handle<P> h) {
      return inner_.await_suspend(h);
    }
    value_type await_resume() { return turned(inner_.await_resume()); }

  private:
    detail::asking<M, true> inner_;
  };
  [[nodiscard]] awaiter operator co_await() && noexcept {
    detail::refuse_hazard<Hazard>();
    return awaiter(asks_);
  }
  [[nodiscard]] awaiter operator co_await() & noexcept { return awaiter(asks_); }

private:
  static value_type turned(result<reply> r) {
    if (!r) return value_type(detail::error_from(r.error()));
    return Turn{}(std::move(*r));
  }

  request<M, true> asks_;
};

}  // namespace troupe
