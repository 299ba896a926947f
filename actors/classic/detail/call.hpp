// call.hpp: the callers' side of an adapter: a thread, a coroutine, one who does not wait.
//
//   Before   the operations of lock.hpp, queue.hpp …     After   adapter.hpp's steps answer.
//   Called   call: ordinary threads, actors' own. awaited: in an actor's turns. post: any.
//   Holds    the operation, until it is answered: on the stack, in the frame, on the heap.
//   Rules    W1  A wait that ends early says so to the adapter, whose word counts: what was granted
//                meanwhile is the caller's.
//            W2  A coroutine that is destroyed while it waits, or before it takes what it got,
//                gives that back: `discard`.
#pragma once

#include <troupe/actors/classic/detail/adapter.hpp>
#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/detail/alarm.hpp>

#include <algorithm>
#include <new>
#include <optional>
#include <tuple>
#include <utility>

namespace troupe::classic::detail {

// An operation `Op` derives from `operation` and has
//   body, name                      whose it is, and what it is called
//   value_type                      what the caller gets
//   static value_type refused(wait_errc)
//   value_type take(const handle&)  once it is answered
//   void discard(const handle&)     instead of take, if nobody is left to take it
//   static void look_again(cell&, operation&)  when it was nudged

/// Blocks until `op` is answered; then its thread has it back.
template <class Body>
void finish(cell& adapter, operation& op) noexcept {
  while (wait_for(adapter, op, time_point::max()) != troupe::detail::wait_end::answered);
}

/// Performs `Op` and blocks this thread until it is answered, or its time is over.
/// @throws ask_failed(would_block_worker) in a turn, and inside a function given to an adapter
template <class Op, class... Args>
typename Op::value_type call(const handle& to, wait_time t, Args&&... args) {
  troupe::detail::refuse_to_block(Op::name);
  if (t.is_negative()) return Op::refused(wait_errc::negative_timeout);
  if (to.get() == nullptr) return Op::refused(wait_errc::closed);
  using body = typename Op::body;
  cell& adapter = *to.get();
  Op op(std::forward<Args>(args)...);
  op.may_wait = t.may_wait();
  op.by = troupe::detail::current_agent();
  begin_operation(adapter, op);
  if (op.state.load(std::memory_order_acquire) == operation::answered) return op.take(to);
  const time_point deadline = t.is_forever() || !t.may_wait()
                                  ? time_point::max()
                                  : troupe::detail::deadline_in(adapter, t.lasts());
  for (;;) {
    switch (wait_for(adapter, op, deadline)) {
      case troupe::detail::wait_end::answered: return op.take(to);
      case troupe::detail::wait_end::nudged: Op::look_again(adapter, op); break;
      case troupe::detail::wait_end::late: {
        departure d(departs<body>::ops, op, leaving::late);
        begin_operation(adapter, d);
        finish<body>(adapter, d);
        finish<body>(adapter, op);
        return op.take(to);
      }
    }
  }
}

/// A coroutine that waits for an adapter.
template <class Op>
class awaiting : public troupe::detail::outside_operation, private troupe::detail::alarm {
  using body = typename Op::body;

public:
  template <class... Args>
  awaiting(const handle& to, wait_time t, Args&&... args)
      : outside_operation(&ask_to_end),
        alarm(late_ops),
        to_(to),
        time_(t),
        op_(std::forward<Args>(args)...),
        leaves_(departs<body>::ops, op_, leaving::gone) {
    op_.tell = [](operation& op) noexcept { send_home(op, home_ops); };
    leaves_.tell = op_.tell;
    op_.waiting = leaves_.waiting = this;
  }
  ~awaiting() {
    if (is_set()) clear_alarm(owner(), *this);
    if (is_answered_ && !is_taken_) op_.discard(to_);  // W2
  }

  bool await_ready() noexcept {
    if (time_.is_negative()) refused_ = wait_errc::negative_timeout;
    if (to_.get() == nullptr) refused_ = wait_errc::closed;
    return refused_.has_value();
  }
  template <class P>
  void await_suspend(std::coroutine_handle<P> h) {
    bind(h);
    troupe::detail::open_books(owner());
    const time_point asked_until = in().deadline;  // of the request that it serves
    const bool ends_by_itself = !time_.is_forever() || asked_until != time_point::max();
    if (ends_by_itself) wait_.begin(owner());
    op_.home = leaves_.home = &owner();
    op_.by = troupe::detail::current_agent();
    op_.may_wait = time_.may_wait();
    outside_ = 1;
    begin_operation(*to_.get(), op_);
    if (ends_by_itself && time_.may_wait())
      set_alarm(owner(), *this,
                time_.is_forever()
                    ? asked_until
                    : std::min(asked_until, troupe::detail::deadline_in(owner(), time_.lasts())));
    begin();
  }
  typename Op::value_type await_resume() {
    wait_.end();
    is_taken_ = true;
    return refused_ ? Op::refused(*refused_) : op_.take(to_);
  }

private:
  /// Its time is over, or its actor ends (W1). What says so may be on its way already: then once
  /// more, when it is home.
  void leave(leaving why) noexcept {
    if (is_answered_) return;
    if (why == leaving::gone) is_gone_ = true;
    if (is_leaving_) return;
    is_leaving_ = true;
    ++outside_;
    leaves_.why = why;
    leaves_.ops = &departs<body>::ops;
    leaves_.flags = envelope::detached | envelope::reserved;
    begin_operation(*to_.get(), leaves_);
  }
  static void ask_to_end(outside_operation& o) noexcept {
    static_cast<awaiting&>(o).leave(leaving::gone);
  }
  static void rings(cell&, alarm& a) { static_cast<awaiting&>(a).leave(leaving::late); }
  static constexpr troupe::detail::alarm_ops late_ops{&rings, nullptr};

  /// One of the two operations is home.
  void arrived(operation& which) {
    --outside_;
    if (&which == &op_)
      is_answered_ = true;
    else
      is_leaving_ = false;
    if (is_gone_ && leaves_.why != leaving::gone) leave(leaving::gone);
    if (outside_ != 0) return;
    if (is_set()) clear_alarm(owner(), *this);
    back();
  }
  static void arrive(cell&, envelope& e) {
    auto& op = static_cast<operation&>(e);
    of(op).arrived(op);
  }
  static void never(cell*, envelope&, dead_reason) noexcept {}
  static constexpr envelope_ops home_ops{&arrive, &never, "the answer of an adapter",
                                         envelope_kind::reply};
  /// Where the operation is embedded.
  static awaiting& of(operation& op) noexcept { return *static_cast<awaiting*>(op.waiting); }

  const handle& to_;
  const wait_time time_;
  Op op_;
  departure leaves_;
  std::optional<wait_errc> refused_;
  troupe::detail::counted_wait wait_;
  unsigned outside_ = 0;     ///< operations that are not home
  bool is_leaving_ = false;  ///< what says so is under way
  bool is_gone_ = false;     ///< its actor ends
  bool is_answered_ = false;
  bool is_taken_ = false;
};

/// An operation of an adapter that has not begun: what the `ref`s of actors give.
template <class Op, class... Args>
class [[nodiscard("an adapter's operation begins when it is awaited: co_await it")]] awaited {
public:
  using value_type = typename Op::value_type;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;

  awaited(handle to, wait_time t, Args... args)
      : to_(std::move(to)), time_(t), args_(std::move(args)...) {}
  [[nodiscard]] auto operator co_await() && { return begin(std::index_sequence_for<Args...>()); }
  [[nodiscard]] auto operator co_await() & { return begin(std::index_sequence_for<Args...>()); }

private:
  template <std::size_t... I>
  auto begin(std::index_sequence<I...>) {
    return awaiting<Op>(to_, time_, std::get<I>(std::move(args_))...);
  }

  handle to_;
  wait_time time_;
  std::tuple<Args...> args_;
};

/// Performs `Op` and does not wait, wherever this runs; nobody learns what became of it.
template <class Op, class... Args>
[[nodiscard]] bool post(const handle& to, Args&&... args) noexcept {
  struct posted : Op {
    using Op::Op;
    handle keeps;
  };
  void* const memory = troupe::detail::allocate(sizeof(posted), alignof(posted));
  if (memory == nullptr) return false;
  auto* const op = ::new (memory) posted(std::forward<Args>(args)...);
  op->keeps = to;
  op->by = troupe::detail::current_agent();
  op->tell = [](operation& done) noexcept {
    auto& that = static_cast<posted&>(done);
    that.~posted();
    troupe::detail::deallocate(&that);
  };
  begin_operation(*to.get(), *op);
  return true;
}

}  // namespace troupe::classic::detail
