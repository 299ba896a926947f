// ask_blocks.hpp: the requests of those who do not suspend: with a continuation, and of threads.
//
//   Before   request.hpp makes one.
//   After    actor_ops.hpp answers in it; the continuation, or the thread, takes the reply.
//   Called   arrive, expire, forget: in the asker's turn. drop: whoever has the block last.
//   Rules    request_block.hpp: B1, B2.
#pragma once

#include <troupe/actors/detail/request_block.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace troupe::detail {

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

  static constexpr ask_ops home_ops{
      {&arrive, nullptr, "reply", envelope_kind::reply}, &expire, &forget};

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

  static constexpr ask_ops home_ops{
      {nullptr, &drop, "reply", envelope_kind::reply}, nullptr, nullptr};
};

}  // namespace troupe::detail
