// sending.hpp: a coroutine that waits for room in a mailbox.
//
//   Before   request.hpp: co_await of a send.
//   After    the receiver takes the message out of the offer, and sends the offer back.
//   Called   in the sender's turns.
//   Holds    sending lives in the coroutine's frame, offer_block until it has come home.
//   Rules    F1  An offer stands in line with the receiver's messages, outside its capacity.
//            F2  Either the receiver takes it or the sender withdraws it: one exchange decides.
//   Cost     with room that of tell; without, that of an ask.
#pragma once

#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/detail/handle.hpp>

#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace troupe::detail {

template <class M>
class sending;

/// A message that waits for room.
template <class M>
struct offer_block : request_of<M, void> {
  offer_block(const envelope_ops& there, sending<M>& awaiter, M&& m) noexcept
      : request_of<M, void>(there, home_ops), by(&awaiter) {
    this->is_offer = true;
    this->asked_message = type_name<M>();
    this->put_message(std::move(m));
  }

  static offer_block& of(request_block& r) noexcept { return static_cast<offer_block&>(r); }

  static void arrive(cell& sender, envelope& e) {
    auto& r = static_cast<offer_block&>(e);
    r.drop_reply();
    std::optional<ask_error> error;
    const bool taken = r.waiter.load(std::memory_order_relaxed) ==
                       static_cast<std::uint32_t>(waiter_state::answered);
    const bool waits = settle_request(sender, r);
    if (waits && !taken) error.emplace(error_of(r));
    r.details.reset();
    if (waits) r.by->ended(std::move(error));
  }
  // NOLINTNEXTLINE(performance-unnecessary-value-param): as the table of ask_ops has it
  static void expire(request_block& r, ask_error error) {
    sending<M>& by = *of(r).by;
    if (withdraw_offer(r))
      by.ended(ask_error(ask_errc::full, error.text() + ": its mailbox is full"));
    else
      by.ended(std::nullopt);  // it is on its way home
  }
  static void forget(request_block& r) noexcept { of(r).by->forget(); }

  static constexpr ask_ops home_ops{
      {&arrive, nullptr, "room for a message", envelope_kind::reply}, &expire, &forget};

  sending<M>* by;  ///< in the coroutine's frame; touched only while the offer is open
};

/// A coroutine that sends.
template <class M>
class sending : public suspension {
  using block = offer_block<M>;

public:
  sending(const handle& to, const protocol_entry& ops, duration within, M& message) noexcept
      : to_(to), ops_(ops), within_(within), message_(message) {}
  ~sending() {
    if (block_ == nullptr) return;
    (void)withdraw_offer(*block_);
    cancel_request(*block_);
  }

  /// If there is room it is as tell.
  bool await_ready() {
    before_ = to_.get();
    const tell_status seen =
        try_place(before_, to_.incarnation(), *ops_.tell, std::addressof(message_));
    if (seen == tell_status::full) return false;
    if (seen == tell_status::closed) {
      error_.emplace(closed_error(type_name<M>(), before_));
      return true;
    }
    using message = message_envelope<M>;
    void* const memory = allocate(sizeof(message), alignof(message));
    if (memory == nullptr) {
      unreserve(*before_);
      error_.emplace(ask_errc::no_memory);
      return true;
    }
    auto* const e = ::new (memory) message(std::move(message_));
    e->ops = ops_.tell;
    e->incarnation = to_.incarnation();
    deliver_to_place(*before_, *e);
    return true;
  }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> h) {
    bind(h);
    open_books(owner());
    void* const memory = allocate(sizeof(block), alignof(block));
    if (memory == nullptr) {
      error_.emplace(ask_errc::no_memory);
      return false;
    }
    block_ = ::new (memory) block(*ops_.offer, *this, std::move(message_));
    block_->incarnation = to_.incarnation();
    ask_from_actor(owner(), before_, *block_, within_);
    return true;
  }
  void await_resume() {
    if (error_) throw ask_failed(*std::move(error_));
  }

private:
  friend block;

  void ended(std::optional<ask_error> error) {
    block_ = nullptr;
    if (error) error_.emplace(*std::move(error));
    resume();
  }
  void forget() noexcept { block_ = nullptr; }

  const handle& to_;
  const protocol_entry ops_;
  duration within_;
  M& message_;
  cell* before_ = nullptr;  ///< the receiver; of a pool the member
  block* block_ = nullptr;  ///< while it is open
  std::optional<ask_error> error_;
};

}  // namespace troupe::detail
