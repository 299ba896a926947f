// task_hub.cpp: the actor behind futures.
#include <troupe/actors/classic/detail/task_hub.hpp>

#include <utility>

namespace troupe::classic::detail {

pool_task::~pool_task() {
  while (callbacks != nullptr) {
    done_callback& one = *callbacks;
    callbacks = one.next;
    one.end(one, false);
  }
}

submit_op::submit_op(any_task t, bool runs_already) noexcept
    : plain_op(step_ops<&task_hub::submit>), task(std::move(t)), runs_elsewhere(runs_already) {}
next_op::next_op() noexcept : operation(step_ops<&task_hub::next>) {}
finish_op::finish_op(any_task t) noexcept
    : plain_op(step_ops<&task_hub::finish>), task(std::move(t)) {}
await_task_op::await_task_op(any_task t) noexcept
    : plain_op(step_ops<&task_hub::await>), task(std::move(t)) {}
cancel_op::cancel_op(any_task t) noexcept
    : plain_op(step_ops<&task_hub::cancel>), task(std::move(t)) {}
callback_op::callback_op(any_task t, done_callback& f) noexcept
    : plain_op(step_ops<&task_hub::add_callback>), task(std::move(t)), callback(f) {}
no_thread_op::no_thread_op(any_task t) noexcept
    : plain_op(step_ops<&task_hub::forgo_thread>), task(std::move(t)) {}
join_hub_op::join_hub_op() noexcept : plain_op(step_ops<&task_hub::join>) {}
end_op::end_op(bool cancel) noexcept : operation(step_ops<&task_hub::end>), cancels(cancel) {}

task_hub::~task_hub() {
  answer_all(idle_, wait_errc::closed);
  answer_all(joiners_, wait_errc::closed);
  while (any_task t = pending_.pop_front()) end_task(*t, task_state::cancelled, wait_errc::closed);
  while (any_task t = running_.pop_front()) answer_all(t->waiters, wait_errc::closed);
}

void task_hub::begin(any_task t) noexcept {
  t->state.store(task_state::running, std::memory_order_release);
  running_.push_back(std::move(t));
}

void task_hub::submit(submit_op& op) noexcept {
  if (is_shut_) return answer(op, wait_errc::shut_down);
  if (op.runs_elsewhere) {
    begin(std::move(op.task));
  } else if (operation* const idle = idle_.pop_front()) {
    static_cast<next_op&>(*idle).next = op.task;
    begin(std::move(op.task));
    answer(*idle, wait_errc::ok);
  } else {
    pending_.push_back(std::move(op.task));
    op.wants_thread = threads_ < threads_max_;
    if (op.wants_thread) ++threads_;
  }
  answer(op, wait_errc::ok);
}

void task_hub::next(next_op& op) noexcept {
  if (any_task t = pending_.pop_front()) {
    op.next = t;
    begin(std::move(t));
    return answer(op, wait_errc::ok);
  }
  if (is_shut_) {
    answer(op, wait_errc::shut_down);
    return lose_threads(1);
  }
  op.since = time_in(home_of(*this));
  op.number = ++last_wait_;
  idle_.push_back(op);
}

void task_hub::finish(finish_op& op) noexcept {
  const any_task t = running_.remove(*op.task);
  end_task(*t, task_state::finished, wait_errc::ok);
  answer(op, wait_errc::ok);
}

void task_hub::join(join_hub_op& op) noexcept {
  if (threads_ == 0) return answer(op, wait_errc::ok);
  joiners_.push_back(op);
}

void task_hub::lose_threads(std::size_t count) noexcept {
  threads_ -= count;
  if (threads_ == 0) answer_all(joiners_, wait_errc::ok);
}

void task_hub::forgo_thread(no_thread_op& op) noexcept {
  if (op.task->state.load(std::memory_order_relaxed) == task_state::pending) {
    const any_task t = pending_.remove(*op.task);
    end_task(*t, task_state::cancelled, wait_errc::ok);
  }
  answer(op, wait_errc::ok);
  lose_threads(1);
}

/// H2: release.
void task_hub::end_task(pool_task& t, task_state as, wait_errc for_waiters) noexcept {
  t.state.store(as, std::memory_order_release);
  answer_all(t.waiters, for_waiters);
}

void task_hub::await(await_task_op& op) noexcept {
  if (op.task->state.load(std::memory_order_relaxed) >= task_state::cancelled)
    return answer(op, wait_errc::ok);
  if (!op.may_wait) return answer(op, wait_errc::timeout);
  op.since = time_in(home_of(*this));
  op.number = ++last_wait_;
  op.task->waiters.push_back(op);
}

void task_hub::cancel(cancel_op& op) noexcept {
  pool_task& t = *op.task;
  const task_state now = t.state.load(std::memory_order_relaxed);
  if (now != task_state::pending)
    return answer(op, now == task_state::cancelled ? wait_errc::cancelled : wait_errc::timeout);
  const any_task keeps = pending_.remove(t);
  end_task(t, task_state::cancelled, wait_errc::ok);
  answer(op, wait_errc::ok);
}

void task_hub::add_callback(callback_op& op) noexcept {
  if (op.task->state.load(std::memory_order_relaxed) >= task_state::cancelled)
    return answer(op, wait_errc::timeout);
  op.callback.next = std::exchange(op.task->callbacks, &op.callback);
  answer(op, wait_errc::ok);
}

void task_hub::end(end_op& op) noexcept {
  is_shut_ = true;
  while (op.cancels) {
    any_task t = pending_.pop_front();
    if (!t) break;
    end_task(*t, task_state::cancelled, wait_errc::ok);
    op.cancelled.push_back(std::move(t));
  }
  const std::size_t idle = idle_.size();
  answer_all(idle_, wait_errc::shut_down);
  answer(op, wait_errc::ok);
  lose_threads(idle);
}

void task_hub::leave(operation& op, leaving) noexcept {
  op.in->remove(op);
  answer(op, wait_errc::timeout);
}

void task_hub::show(adapter_view& view) const {
  view.state = std::to_string(pending_.size()) + " pending, " + std::to_string(running_.size()) +
               " running, " + std::to_string(threads_) + " threads";
}

void call_back(pool_task& t) noexcept {
  done_callback* all = std::exchange(t.callbacks, nullptr);
  done_callback* in_order = nullptr;
  while (all != nullptr) {
    done_callback* const one = std::exchange(all, all->next);
    one->next = std::exchange(in_order, one);
  }
  while (in_order != nullptr) {
    done_callback* const one = std::exchange(in_order, in_order->next);
    one->end(*one, true);
  }
}

}  // namespace troupe::classic::detail
