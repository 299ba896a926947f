// executor.cpp: the threads of an executor.
#include <troupe/actors/classic/executor.hpp>

#include <troupe/actors/actor.hpp>
#include <troupe/actors/classic/detail/make.hpp>

#include <pthread.h>

namespace troupe::classic {
namespace detail {
namespace {

[[nodiscard]] std::exception_ptr initialize(const action& initializer) noexcept {
  if (initializer) try {
      initializer();
    } catch (...) {  // then the thread's tasks fail with that
      return std::current_exception();
    }
  return nullptr;
}

void run_task(pool_task& t, const std::exception_ptr& failure) noexcept {
  if (failure == nullptr)
    t.run();
  else
    t.thrown = failure;
}

/// The kernel keeps 15 letters.
void name_this_thread(const std::string& name, std::size_t number) noexcept {
  char text[16];
  std::snprintf(text, sizeof text, "%.10s-%zu", name.empty() ? "pool" : name.c_str(), number);
  pthread_setname_np(pthread_self(), text);
}

/// What a thread of an executor is where there are no threads.
class pool_actor : public actor<pool_actor> {
public:
  pool_actor(handle hub, action initializer) noexcept
      : hub_(std::move(hub)), initializer_(std::move(initializer)) {}
  task<> on_start() {
    const std::exception_ptr failure = initialize(initializer_);
    for (;;) {
      awaited<next_op> next(hub_, forever);
      const any_task t = co_await next;
      if (!t) co_return self().stop();
      run_task(*t, failure);
      awaited<finish_op, any_task> finishes(hub_, forever, t);
      const wait_errc told = co_await finishes;
      if (told == wait_errc::ok) call_back(*t);
    }
  }

private:
  handle hub_;
  action initializer_;
};

}  // namespace

pool_threads::pool_threads(handle hub, executor_options o)
    : hub_(std::move(hub)), options_(std::move(o)) {}

void pool_threads::add() {
  if (!has_threads(*hub_.get())) {
    auto one = troupe::detail::system_of(*hub_.get()).spawn<pool_actor>(hub_, options_.initializer);
    return;  // it lives as long as it waits for tasks
  }
  const std::lock_guard lock(mutex_);
  threads_.emplace_back([this, number = threads_.size()] { run(number); });
}

void pool_threads::add_for(const any_task& t) {
  try {
    add();
  } catch (...) {
    if (!post<no_thread_op>(hub_, t)) std::terminate();  // neither a thread nor memory to say so
    throw;
  }
}

void pool_threads::join() noexcept {
  std::vector<std::thread> all;
  {
    const std::lock_guard lock(mutex_);
    all = std::exchange(threads_, {});
  }
  for (std::thread& one : all) one.join();
}

void pool_threads::run(std::size_t number) noexcept {
  name_this_thread(options_.name, number);
  const std::exception_ptr failure = initialize(options_.initializer);
  while (any_task t = call<next_op>(hub_, forever)) {
    run_task(*t, failure);
    const wait_errc told = call<finish_op>(hub_, forever, t);
    if (told == wait_errc::ok) call_back(*t);
  }
}

handle make_hub(actor_system& sys, std::size_t threads_max, std::string name) {
  return make_adapter<task_hub>(sys, std::move(name), threads_max);
}

void hand_over(pool_threads& threads, const any_task& t) {
  const auto wants_thread = call<submit_op>(threads.hub(), forever, t);
  if (!wants_thread) throw wait_failed(wants_thread.error(), submit_op::name);
  if (*wants_thread) threads.add_for(t);
}

}  // namespace detail

thread_pool_executor::thread_pool_executor(actor_system& sys, std::size_t n, executor_options o) {
  if (n == 0) throw wait_failed(wait_errc::bad_count, "the number of an executor's threads");
  detail::handle hub = detail::make_hub(sys, n, o.name);
  threads_ = std::make_shared<detail::pool_threads>(std::move(hub), std::move(o));
}

void thread_pool_executor::shutdown(bool wait, bool cancel_futures) {
  detail::task_list cancelled =
      detail::call<detail::end_op>(threads_->hub(), forever, cancel_futures);
  while (detail::any_task t = cancelled.pop_front()) detail::call_back(*t);
  if (!wait) return;
  static_cast<void>(detail::call<detail::join_hub_op>(threads_->hub(), forever));
  threads_->join();
}

}  // namespace troupe::classic
