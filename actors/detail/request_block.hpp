// request_block.hpp: a request on its way there, and the reply on its way back, in one piece of
// memory.
//
//   Before   request.hpp makes one.
//   After    the handler's actor answers in it; the asker's turn takes it.
//   Holds    the message, then the reply; and what the asker needs when it comes home.
//   Rules    B1  The block always comes home, exactly once: with a reply, or with an error.
//            B2  The asker's part is touched in the asker's turns only; the rest by whoever has the
//                block.
#pragma once

#include <troupe/actors/detail/alarm.hpp>
#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/result.hpp>

#include <atomic>
#include <memory>
#include <new>
#include <variant>

namespace troupe::detail {

/// What the asker does with a block.
struct ask_ops : envelope_ops {
  /// Ends the waiting with an error while the block is still away. May throw what the continuation
  /// throws.
  void (*expire)(request_block&, ask_error);
  /// Lets go of the continuation while the block is still away.
  void (*forget)(request_block&) noexcept;
};

/// Who waits on the other side: the values of `request_block::waiter`. An offer is `answered` once
/// it is taken, `gone` once it is withdrawn.
enum class waiter_state : std::uint32_t { waiting, answered, gone };

/// What the alarm of a request does: the deadline has passed.
extern const alarm_ops deadline_ops;

/// The part of a request that does not depend on its types. Its alarm is set as long as an actor
/// waits for it; `when` is its deadline, for an asking thread too.
struct request_block : envelope, alarm {
  request_block(const envelope_ops& there, const ask_ops& back, std::string_view message) noexcept
      : alarm(deadline_ops), home(&back), asked_message(message) {
    ops = &there;
    flags = detached;
  }

  // Travels.
  const ask_ops* home;
  void (*way_back)(request_block&) noexcept = nullptr;
  cell* asker = nullptr;                 ///< null: an ordinary thread
  core* system = nullptr;                ///< whose counters count it
  duration waits{};                      ///< as it was asked for, for reports
  time_point until = time_point::max();  ///< then nobody waits for it any more
  std::string_view asked_message;
  bool has_value = false;
  bool dropped = false;  ///< not handled, and counted for that: when it comes home it is not late
  bool waits_for_restart = false;  ///< if its actor ends, it is for the next incarnation
  bool is_offer = false;  ///< a message that waits for room; `waiter` says who decides about it
  std::atomic<bool> cancelled{false};  ///< set by the asker; read by whoever would run it
  ask_errc error = ask_errc::no_reply;
  std::unique_ptr<ask_error> details;  ///< null: no memory, or nothing to add

  // The asker's.
  time_point inherited = time_point::max();  ///< the deadline of what the asker itself was serving
  cell* asked = nullptr;                     ///< may be another's by now: `asked_id` tells
  bool is_half_over = true;  ///< an ask that keeps its actor from all else rings twice
  unsigned cycle = 0;        ///< how many actors wait for one another in a circle; 0: none known
  const body_ops* asked_class = nullptr;
  std::uint64_t asked_id = 0;

  std::atomic<std::uint32_t> waiter{0};  ///< of a thread, or of an offer; holds a waiter_state
};

template <class R>
using stored_reply = std::conditional_t<std::is_void_v<R>, std::monostate, R>;

/// The part that knows the message and its reply. They share their place: the message has been
/// moved out, or the handler has returned, when the reply moves in.
template <class M, class R = reply_t<M>>
struct request_of : request_block {
  using reply_type = stored_reply<R>;

  request_of(const envelope_ops& there, const ask_ops& back) noexcept
      : request_block(there, back, type_name<M>()) {}

  void put_message(M&& m) noexcept { ::new (static_cast<void*>(place_)) M(std::move(m)); }
  [[nodiscard]] M& message() noexcept { return *std::launder(reinterpret_cast<M*>(place_)); }
  [[nodiscard]] reply_type& reply() noexcept {
    return *std::launder(reinterpret_cast<reply_type*>(place_));
  }

  [[nodiscard]] const void* place() const noexcept { return place_; }

  /// Takes the message out; the place is empty then.
  [[nodiscard]] M take_message() noexcept {
    M m(std::move(message()));
    message().~M();
    return m;
  }
  void put_reply(reply_type&& value) noexcept {
    static_assert(std::is_nothrow_move_constructible_v<reply_type>,
                  "troupe: a reply must be movable without throwing");
    ::new (static_cast<void*>(place_)) reply_type(std::move(value));
    has_value = true;
  }
  void drop_reply() noexcept {
    if (has_value) reply().~reply_type();
    has_value = false;
  }

private:
  static constexpr std::size_t room = sizeof(M) > sizeof(reply_type) ? sizeof(M)
                                                                     : sizeof(reply_type);
  static constexpr std::size_t alignment = alignof(M) > alignof(reply_type) ? alignof(M)
                                                                            : alignof(reply_type);
  alignas(alignment) std::byte place_[room];
};

}  // namespace troupe::detail
