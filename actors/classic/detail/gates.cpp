// gates.cpp: the actors behind semaphore, event and barrier.
#include <troupe/actors/classic/detail/gates.hpp>

#include <limits>
#include <utility>

namespace troupe::classic::detail {
namespace {

constexpr std::size_t permits_max = std::numeric_limits<std::ptrdiff_t>::max();

void stand_in(line& l, operation& op, std::uint64_t& last, cell& at) noexcept {
  op.since = time_in(at);
  op.number = ++last;
  l.push_back(op);
}

}  // namespace

// --- semaphore

permit_op::permit_op() noexcept : plain_op(step_ops<&semaphore_body::acquire>) {}
permits_op::permits_op(std::ptrdiff_t how_many) noexcept
    : plain_op(step_ops<&semaphore_body::release>), count(how_many) {}
value_op::value_op() noexcept : number_op(step_ops<&semaphore_body::tell_value>) {}

void permit_op::discard(const handle& to) const noexcept {
  if (outcome_of(*this) == wait_errc::ok)
    static_cast<void>(post<permits_op>(to, std::ptrdiff_t{1}));  // no memory: one permit less
}

void semaphore_body::acquire(permit_op& op) noexcept {
  if (value_ != 0) {
    --value_;
    return answer(op, wait_errc::ok);
  }
  if (!op.may_wait) return answer(op, wait_errc::timeout);
  stand_in(line_, op, last_wait_, home_of(*this));
}

void semaphore_body::release(permits_op& op) noexcept {
  if (op.count < 1) return answer(op, wait_errc::bad_count);
  auto count = static_cast<std::size_t>(op.count);
  const std::size_t most = bounded_ ? initial_ : permits_max;
  if (count > most - value_) return answer(op, wait_errc::too_many);
  for (; count != 0 && !line_.empty(); --count) answer(*line_.pop_front(), wait_errc::ok);
  value_ += count;
  answer(op, wait_errc::ok);
}

void semaphore_body::tell_value(value_op& op) noexcept {
  op.number = value_;
  answer(op, wait_errc::ok);
}

void semaphore_body::leave(operation& op, leaving why) noexcept {
  line_.remove(op);
  answer(op, why == leaving::deadlock ? wait_errc::deadlock : wait_errc::timeout);
}

void semaphore_body::show(adapter_view& view) const {
  view.state =
      std::to_string(value_) + (bounded_ ? " of " + std::to_string(initial_) : "") + " permits";
  add_waiters(view, line_);
}

// --- event

flag_op::flag_op(flag_change wanted) noexcept
    : number_op(step_ops<&event_body::change>), change(wanted) {}
await_flag_op::await_flag_op() noexcept : operation(step_ops<&event_body::await>) {}

void event_body::change(flag_op& op) noexcept {
  op.number = is_set_ ? 1 : 0;
  if (op.change != flag_change::none) is_set_ = op.change == flag_change::set;
  if (op.change == flag_change::set) answer_all(line_, wait_errc::ok);
  answer(op, wait_errc::ok);
}

void event_body::await(await_flag_op& op) noexcept {
  if (is_set_) return answer(op, wait_errc::ok);
  if (!op.may_wait) return answer(op, wait_errc::timeout);
  stand_in(line_, op, last_wait_, home_of(*this));
}

void event_body::leave(operation& op, leaving) noexcept {
  line_.remove(op);
  answer(op, wait_errc::timeout);
}

void event_body::show(adapter_view& view) const {
  view.state = is_set_ ? "set" : "clear";
  add_waiters(view, line_);
}

// --- barrier

arrive_op::arrive_op() noexcept : operation(step_ops<&barrier_body::arrive>) {}
change_op::change_op(barrier_change wanted) noexcept
    : plain_op(step_ops<&barrier_body::change>), change(wanted) {}
question_op::question_op(barrier_question asked) noexcept
    : number_op(step_ops<&barrier_body::tell>), what(asked) {}

/// Who was to run the action has ended: nobody will.
void arrive_op::discard(const handle& to) const noexcept {
  if (outcome_of(*this) == wait_errc::ok && as.runs_action)
    static_cast<void>(post<change_op>(to, barrier_change::abort));
}

void barrier_body::arrive(arrive_op& op) noexcept {
  if (broken_) return answer(op, wait_errc::broken);
  if (acting_) return op.may_wait ? early_.push_back(op) : answer(op, wait_errc::timeout);
  op.as.index = arrived_;
  if (arrived_ + 1 == parties_) {
    ++arrived_;
    acting_ = acts_;
    op.as.runs_action = acts_;
    if (!acts_) pass();
    return answer(op, wait_errc::ok);
  }
  ++arrived_;
  stand_in(line_, op, last_wait_, home_of(*this));
  if (!op.may_wait) leave(op, leaving::late);
}

/// All are there, and the action has been run.
void barrier_body::pass() noexcept {
  acting_ = false;
  arrived_ = 0;
  answer_all(line_, wait_errc::ok);
  admit_early();
}

void barrier_body::admit_early() noexcept {
  while (!acting_ && !early_.empty()) arrive(static_cast<arrive_op&>(*early_.pop_front()));
}

void barrier_body::break_it() noexcept {
  broken_ = true;
  acting_ = false;
  arrived_ = 0;
  answer_all(line_, wait_errc::broken);
  answer_all(early_, wait_errc::broken);
}

void barrier_body::change(change_op& op) noexcept {
  switch (op.change) {
    case barrier_change::acted:
      if (!acting_) return answer(op, wait_errc::broken);  // aborted or reset meanwhile
      pass();
      break;
    case barrier_change::abort: break_it(); break;
    case barrier_change::reset:
      break_it();
      broken_ = false;
      break;
  }
  answer(op, wait_errc::ok);
}

void barrier_body::tell(question_op& op) noexcept {
  op.number =
      op.what == barrier_question::broken ? static_cast<std::size_t>(broken_) : line_.size();
  answer(op, wait_errc::ok);
}

void barrier_body::leave(operation& op, leaving why) noexcept {
  if (op.in == &early_) {
    early_.remove(op);
  } else if (acting_) {
    if (why == leaving::late) return;  // all have come: it will pass soon
    line_.remove(op);
    return answer(op, wait_errc::broken);
  } else {
    line_.remove(op);
    break_it();
    return answer(op, wait_errc::timeout);
  }
  answer(op, wait_errc::timeout);
  if (why == leaving::gone) break_it();
}

void barrier_body::show(adapter_view& view) const {
  view.state =
      broken_ ? "broken" : std::to_string(arrived_) + " of " + std::to_string(parties_) + " there";
  add_waiters(view, line_);
}

}  // namespace troupe::classic::detail
