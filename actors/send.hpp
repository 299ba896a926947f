// send.hpp: sending a message and waiting for room.
//
//   Before   target.hpp makes one.      After   sending.hpp, when it is awaited.
//   Holds    the receiver, the message, the deadline.
#pragma once

#include <troupe/actors/detail/hazard.hpp>
#include <troupe/actors/detail/sending.hpp>
#include <troupe/actors/request.hpp>

#include <utility>

namespace troupe {

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
