// partner.hpp: two bodies that hand control to one another, strictly in turn.
//
//   Before   two functions of the user's that co_await switch_to(other).
//   After    partner.cpp runs the pair. No actor, no scheduler.
//   Called   hand_over: any thread, which runs both bodies on its own stack until one ends.
//   Holds    a frame each, with all locals, until the partner is destroyed.
//   Rules    H1  Of a pair one runs; the other stands at its switch_to, or has not begun.
//            H2  A switch only suspends; the loop in hand_over resumes. So no stack grows, whatever
//                the compiler makes of symmetric transfer.
#pragma once

#include <troupe/actors/detail/partner_frame.hpp>

#include <cstdint>
#include <stdexcept>

namespace troupe {

/// Why a switch is refused, and what to do.
enum class switch_errc : std::uint8_t {
  ended,    ///< its body has ended, or it has none: ask done() before
  running,  ///< it runs now, or its pair is under way: only who stands can be switched to
  stranger  ///< it is not the other one of this pair: hand_over(a, b) makes two a pair
};

/// A switch that is refused; nothing was switched.
class switch_failed : public std::logic_error {
public:
  explicit switch_failed(switch_errc code);
  [[nodiscard]] switch_errc code() const noexcept { return code_; }

private:
  switch_errc code_;
};

/// One of two bodies that hand control to one another: while one runs, the other stands.
///
///     troupe::partner play(troupe::partner& other, int& ball) {
///       while (ball < 10) {
///         ++ball;
///         co_await switch_to(other);
///       }
///     }
///     int ball = 0;
///     troupe::partner a, b;                         // named first: each has to know the other
///     a = play(b, ball);
///     b = play(a, ball);
///     hand_over(a, b);
///
/// Since never both run they share plain variables, by reference; that is how values go over.
/// A switch is a statement of its own, as each co_await.
/// @pre the other partner, and what the parameters refer to, stay where they are
/// @thread any, one at a time
/// @cost one allocation for its life; a switch is two indirect jumps, no allocation, no atomics
class [[nodiscard("troupe: nothing of a partner runs before hand_over(): keep it")]] partner {
public:
  using promise_type = detail::partner_promise;

  /// One that has ended.
  partner() noexcept = default;

  /// Whether its body has ended, or it has none: default-constructed, or moved from.
  [[nodiscard]] bool done() const noexcept { return frame_.done(); }

private:
  friend promise_type;
  friend detail::switch_operation switch_to(partner& other) noexcept;
  friend void hand_over(partner& first, partner& second);
  explicit partner(promise_type& p) noexcept : frame_(p) {}

  detail::frame_owner<promise_type> frame_;
};

/// `co_await switch_to(other);` in a partner: `other` goes on from where it stands, this one stands
/// until it is switched to again.
/// @throws switch_failed at the co_await, if `other` has ended, is this one, or is of no or another
/// pair; this one then goes on running
[[nodiscard("troupe: write co_await switch_to(other);")]] detail::switch_operation switch_to(
    partner& other) noexcept;

/// Makes the two a pair, and runs `first` and whom it switches to, until one of them has ended. The
/// other one stands then; it may go on as the first of another hand_over, or be destroyed. `second`
/// may have ended already: a switch to it says so.
/// @throws what left a body: that one has ended. switch_failed if `first` has ended, if one of them
/// is of a pair that is under way, or if they are the same
void hand_over(partner& first, partner& second);

inline detail::switch_operation switch_to(partner& other) noexcept {
  return {other.frame_.promise()};
}

}  // namespace troupe
