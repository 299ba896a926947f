// asking.hpp: a coroutine that waits for a reply.
//
//   Before   request.hpp: co_await.
//   After    the reply is taken out of the request's block where the coroutine goes on.
//   Called   in the asker's turns.
//   Holds    asking lives in the coroutine's frame, await_block until it has come home.
//   Cost     one allocation for request and reply together.
#pragma once

#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/detail/handle.hpp>
#include <troupe/actors/detail/request_block.hpp>

#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace troupe::detail {

template <class M, bool Try>
class asking;

/// A request of a coroutine.
template <class M, bool Try>
struct await_block : request_of<M> {
  await_block(const envelope_ops& there, asking<M, Try>& awaiter, M&& m) noexcept
      : request_of<M>(there, home_ops), by(&awaiter) {
    this->put_message(std::move(m));
  }

  static await_block& of(request_block& r) noexcept { return static_cast<await_block&>(r); }

  struct clears {
    await_block& r;
    ~clears() {
      r.drop_reply();
      r.details.reset();
    }
  };
  static void arrive(cell& asker, envelope& e) {
    auto& r = static_cast<await_block&>(e);
    const clears at_the_end{r};
    if (settle_request(asker, r)) return r.by->arrived(r);
    if (!r.dropped) dead_letter(&asker, r.asked_message, dead_reason::late);
  }
  static void expire(request_block& r, ask_error error) { of(r).by->failed(std::move(error)); }
  static void forget(request_block& r) noexcept { of(r).by->forget(); }

  static constexpr ask_ops home_ops{
      {&arrive, nullptr, "reply", envelope_kind::reply}, &expire, &forget};

  asking<M, Try>* by;  ///< in the coroutine's frame; touched only while the request is open
};

/// How it waits.
struct asking_terms {
  bool exclusive = false;
  bool waits_for_restart = false;
};

/// A coroutine that waits for a reply.
template <class M, bool Try>
class asking : public suspension {
  using block = await_block<M, Try>;
  using reply_type = reply_t<M>;

public:
  asking(const handle& to, const envelope_ops* ops, duration within, M& message,
         asking_terms terms = {}) noexcept
      : to_(to), ops_(ops), within_(within), message_(message), terms_(terms) {}
  ~asking() {
    if (block_ != nullptr) cancel_request(*block_);
  }

  bool await_ready() const noexcept { return false; }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> h) {
    bind(h);
    open_books(owner());
    void* const memory = allocate(sizeof(block), alignof(block));
    if (memory == nullptr) {
      error_.emplace(ask_errc::no_memory);
      return false;
    }
    block_ = ::new (memory) block(*ops_, *this, std::move(message_));
    block_->incarnation = to_.incarnation();
    block_->waits_for_restart = terms_.waits_for_restart;
    if (terms_.exclusive) make_exclusive(owner(), *block_);
    ask_from_actor(owner(), to_.get(), *block_, within_);
    return true;
  }
  auto await_resume() {
    block* const r = std::exchange(home_, nullptr);
    if constexpr (Try) {
      using value = result<reply_type>;
      if (r == nullptr) return value(*std::move(error_));
      if (!r->has_value) return value(error_of(*r));
      if constexpr (std::is_void_v<reply_type>)
        return value();
      else
        return value(std::move(r->reply()));
    } else {
      if (r == nullptr) throw ask_failed(*std::move(error_));
      if (!r->has_value) throw ask_failed(error_of(*r));
      if constexpr (!std::is_void_v<reply_type>) return reply_type(std::move(r->reply()));
    }
  }

private:
  friend block;

  /// The block stays until this returns.
  void arrived(block& r) {
    block_ = nullptr;
    home_ = &r;
    resume();
  }
  void failed(ask_error error) {
    block_ = nullptr;
    error_.emplace(std::move(error));
    resume();
  }
  void forget() noexcept { block_ = nullptr; }

  const handle& to_;
  const envelope_ops* ops_;
  duration within_;
  M& message_;
  const asking_terms terms_;
  block* block_ = nullptr;  ///< while it is open
  block* home_ = nullptr;   ///< while its reply is being taken
  std::optional<ask_error> error_;
};

}  // namespace troupe::detail
