// pending.hpp: an operation of Asio's that a coroutine waits for, without its types.
//
//   Before   use_actor.hpp begins one.
//   After    Asio calls its handler, which resumes the coroutine.
//   Called   in the actor's turns; came, came_elsewhere: any thread.
//   Holds    the way to cancel it.
//   Rules    O1  Of two, "begun" and "come", the second takes the operation home: what comes while
//                it is begun, or outside a handler of its actor, goes through the mailbox.
#pragma once

#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/detail/envelope.hpp>

#include <asio/cancellation_signal.hpp>

#include <atomic>

namespace troupe::io::detail {

class pending : public troupe::detail::outside_operation {
protected:
  pending() noexcept;
  ~pending() = default;

  /// After the initiating function has returned.
  void begun() noexcept;
  /// It has ended, and its results are kept. @thread any
  void came();
  /// The same without looking where this is.
  void came_elsewhere() noexcept { meet(); }
  [[nodiscard]] asio::cancellation_slot slot() noexcept { return stop_.slot(); }

private:
  struct homecoming : troupe::detail::envelope {
    pending* who = nullptr;
  };
  static const troupe::detail::envelope_ops home_ops;
  static void cancel(outside_operation& o) noexcept;
  void meet() noexcept;

  asio::cancellation_signal stop_;
  homecoming home_;
  std::atomic<int> met_{0};  // 0, or one of the two of O1 has happened
};

}  // namespace troupe::io::detail
