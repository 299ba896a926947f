// lock_body.cpp: the actor behind lock, rlock, guarded and condition.
//
//   Source   hand-over after a millisecond: sync.Mutex of Go.
#include <troupe/actors/classic/detail/lock_body.hpp>

#include <troupe/actors/classic/detail/watch.hpp>
#include <troupe/actors/classic/lock.hpp>

#include <algorithm>
#include <new>

namespace troupe::classic::detail {

// --- operations

acquire_op::acquire_op() noexcept : operation(step_ops<&lock_body::acquire>) {}

acquire_op::value_type acquire_op::refused(wait_errc why) noexcept { return why; }

acquire_op::value_type acquire_op::take(const handle& to) noexcept {
  if (outcome_of(*this) != wait_errc::ok) return outcome_of(*this);
  return lock_hold(to, token, owner_died);
}

/// Who was to have it has ended.
void acquire_op::discard(const handle& to) noexcept {
  if (outcome_of(*this) == wait_errc::ok) let_go_of(to, token, release_by::death);
}

void acquire_op::look_again(cell& adapter, operation& op) noexcept {
  retry_op again(op);
  begin_operation(adapter, again);
  finish<lock_body>(adapter, again);
}

retry_op::retry_op(operation& of) noexcept
    : operation(step_ops<&lock_body::try_again>), target(of) {}

release_op::release_op(std::uint64_t of_token, release_by why) noexcept
    : operation(step_ops<&lock_body::release>), token(of_token), by_what(why) {}

await_op::await_op(std::shared_ptr<line> at, lock_hold* held) noexcept
    : acquire_op(step_ops<&lock_body::await>),
      keeps(std::move(at)),
      hold(held),
      under(held->handle_().get()) {
  condition = keeps.get();
  token = held->token();
}

void await_op::discard(const handle& to) const noexcept {
  if (notified) static_cast<void>(post<notify_op>(to, keeps));
}

wait_errc await_op::take(const handle&) noexcept {
  if (owner_died) hold->note_death_();
  return outcome_of(*this);
}

hold_view::hold_view(const lock_hold& of) noexcept : lock(of.handle_().get()), token(of.token()) {}

notify_op::notify_op(std::shared_ptr<line> of, hold_view held, std::size_t how_many) noexcept
    : operation(step_ops<&lock_body::notify>),
      condition(std::move(of)),
      under(held.lock),
      token(held.token),
      count(how_many) {}

notify_op::notify_op(std::shared_ptr<line> of) noexcept
    : operation(step_ops<&lock_body::notify>), condition(std::move(of)), is_passed_on(true) {}

locked_op::locked_op() noexcept : operation(step_ops<&lock_body::is_locked>) {}

// --- the lock

lock_body::~lock_body() {
  answer_all(line_, wait_errc::closed);
  for (const auto& condition : conditions_) answer_all(*condition, wait_errc::closed);
}

void lock_body::acquire(acquire_op& op) noexcept {
  if (!held_ && (!fair_ || line_.empty())) return grant(op);  // L1
  if (kind_ == lock_kind::reentrant && held_ && holder_ == op.by) {
    if (op.call != nullptr) {
      op.call(op, value_.get());
    } else {
      ++depth_;
      op.token = token_;
    }
    return answer(op, wait_errc::ok);
  }
  if (!op.may_wait) return answer(op, wait_errc::timeout);
  wait_for_lock(op);
}

void lock_body::wait_for_lock(acquire_op& op) noexcept {
  op.since = time_in(home_of(*this));
  op.number = ++last_wait_;
  line_.push_back(op);
  book_->note_wait();
}

void lock_body::grant(acquire_op& op) noexcept {
  if (op.call != nullptr) {
    op.call(op, value_.get());
    return answer(op, wait_errc::ok);
  }
  held_ = true;
  holder_ = op.by;
  depth_ = op.depth;
  if (op.token == 0) op.token = ++last_token_;
  token_ = op.token;
  op.owner_died = std::exchange(died_, false);
  const bool timed_out = op.condition != nullptr && !op.notified;
  answer(op, timed_out ? wait_errc::timeout : wait_errc::ok);
}

/// `by` null: whoever it is.
wait_errc lock_body::check(std::uint64_t token, const agent* by) const noexcept {
  if (!held_ || (token != 0 && token != token_)) return wait_errc::not_held;
  if (by != nullptr && kind_ == lock_kind::reentrant && !(holder_ == *by))
    return wait_errc::not_owner;
  return wait_errc::ok;
}

void lock_body::release(release_op& op) noexcept {
  const wait_errc allowed = check(op.token, op.by_what == release_by::call ? &op.by : nullptr);
  if (allowed == wait_errc::ok) {
    const bool died = op.by_what == release_by::death;
    if (died) depth_ = 1;
    if (--depth_ == 0) let_go(died);
  }
  answer(op, allowed);
}

void lock_body::let_go(bool died) noexcept {
  held_ = false;
  died_ = died_ || died;
  pass_on();
}

bool lock_body::is_handed_to(const acquire_op& op) const noexcept {
  return fair_ || op.tell != nullptr || op.call != nullptr;
}

/// L2: once in `patience`, since a hand-over to one who sleeps holds up all.
bool lock_body::has_waited_enough(const acquire_op& op) noexcept {
  if (nudged_ != nullptr && ++asked_ % clock_every != 0) return false;
  const time_point now = time_in(home_of(*this));
  if (now - std::max(op.since, last_forced_) < patience) return false;
  last_forced_ = now;
  return true;
}

/// The lock is free, or it has just become so.
void lock_body::pass_on() noexcept {
  while (!held_ && !line_.empty()) {
    auto& first = static_cast<acquire_op&>(*line_.front());
    if (!is_handed_to(first) && !has_waited_enough(first)) {
      if (nudged_ != nullptr) return;  // L3
      if (nudge(first)) {
        nudged_ = &first;
        return;
      }
    }
    if (nudged_ == &first) nudged_ = nullptr;
    line_.remove(first);
    grant(first);
  }
}

void lock_body::try_again(retry_op& op) noexcept {
  if (nudged_ == &op.target) nudged_ = nullptr;
  if (op.target.in == &line_ && !held_) {
    line_.remove(op.target);
    grant(static_cast<acquire_op&>(op.target));
  }
  answer(op, wait_errc::ok);
}

void lock_body::is_locked(locked_op& op) noexcept {
  op.is_held = held_;
  answer(op, wait_errc::ok);
}

void lock_body::leave(operation& op, leaving why) noexcept {
  auto& waits = static_cast<acquire_op&>(op);
  const bool waits_for_lock = op.in == &line_;
  // What has waited for a condition comes back with the lock.
  if (waits.condition != nullptr && why == leaving::late) {
    if (waits_for_lock) return;
    op.in->remove(op);
    return held_ || !line_.empty() ? wait_for_lock(waits) : grant(waits);
  }
  op.in->remove(op);
  if (nudged_ == &op) nudged_ = nullptr;
  if (waits.notified && !waits.condition->empty()) wake_first(*waits.condition);
  waits.notified = false;  // it has been passed on
  answer(op, why == leaving::deadlock ? wait_errc::deadlock : wait_errc::timeout);
  if (waits_for_lock) pass_on();
}

// --- conditions

void lock_body::await(await_op& op) noexcept {
  const wait_errc allowed = check_hold(op.under, op.token);
  if (allowed != wait_errc::ok) return answer(op, allowed);
  if (!op.may_wait) return answer(op, wait_errc::timeout);
  std::erase_if(conditions_, [](const auto& c) { return c.use_count() == 1 && c->empty(); });
  if (std::find(conditions_.begin(), conditions_.end(), op.keeps) == conditions_.end()) try {
      conditions_.push_back(op.keeps);
    } catch (const std::bad_alloc&) {
      return answer(op, wait_errc::no_memory);
    }
  op.depth = depth_;
  op.by = holder_;
  op.since = time_in(home_of(*this));
  op.number = ++last_wait_;
  op.condition->push_back(op);
  let_go(false);
}

/// Whether that is the present hold of this lock.
wait_errc lock_body::check_hold(const cell* under, std::uint64_t token) const noexcept {
  if (token == 0) return wait_errc::not_held;
  if (under != &home_of(*this)) return wait_errc::not_owner;
  return check(token, nullptr);
}

void lock_body::wake_first(line& condition) noexcept {
  auto& woken = static_cast<acquire_op&>(*condition.pop_front());
  woken.notified = true;
  held_ || !line_.empty() ? wait_for_lock(woken) : grant(woken);
}

void lock_body::notify(notify_op& op) noexcept {
  const wait_errc allowed = op.is_passed_on ? wait_errc::ok : check_hold(op.under, op.token);
  if (allowed != wait_errc::ok) return answer(op, allowed);
  for (; op.count != 0 && !op.condition->empty(); --op.count) wake_first(*op.condition);
  answer(op, wait_errc::ok);
}

void lock_body::break_wait(std::uint64_t number) noexcept {
  for (operation* op = line_.front(); op != nullptr; op = op->after)
    if (op->number == number) return leave(*op, leaving::deadlock);
}

void lock_body::show(adapter_view& view) const {
  view.state = !held_ ? "free" : depth_ > 1 ? "held " + std::to_string(depth_) + " times" : "held";
  if (held_) view.holders.push_back(holder_);
  view.held_as = token_;
  add_waiters(view, line_);
  for (const auto& condition : conditions_)
    for (const operation* op = condition->front(); op != nullptr; op = op->after)
      view.others.push_back(op->by);
}

}  // namespace troupe::classic::detail
