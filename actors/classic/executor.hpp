// executor.hpp: functions that other threads run.
//
//   Before   threads and actors with work to give away.
//   After    detail/task_hub.hpp, an actor, hands it to threads that live as long as the executor.
//   Called   submit: any ordinary thread. executor::ref: in actors.
//   Holds    its threads, which it joins; a handle to the actor.
//   Cost     submit: one allocation, one operation; a wake-up if a thread sleeps.
#pragma once

#include <troupe/actors/classic/detail/action.hpp>
#include <troupe/actors/classic/future.hpp>
#include <troupe/actors/coroutine.hpp>
#include <troupe/actors/system.hpp>
#include <troupe/actors/task.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace troupe::classic {

struct executor_options {
  std::string name{};            ///< of its actor, and with a number of its threads
  detail::action initializer{};  ///< called once on each of its threads, before its first task
};

namespace detail {

/// A function and its arguments, by value.
template <class F, class... Args>
struct call_task final : task_of<std::invoke_result_t<F, Args...>> {
  call_task(F f, Args... a) : function(std::move(f)), args(std::move(a)...) {}
  void run() noexcept override {
    this->keep([this] { return std::apply(std::move(function), std::move(args)); });
  }
  F function;
  std::tuple<Args...> args;
};

/// The threads of an executor. Shared with nobody but its owner.
class pool_threads {
public:
  pool_threads(handle hub, executor_options o);
  pool_threads(const pool_threads&) = delete;
  pool_threads& operator=(const pool_threads&) = delete;
  ~pool_threads() { join(); }

  /// One more thread, for that task. @throws std::system_error: none, and the task is cancelled
  void add_for(const any_task& t);
  void join() noexcept;
  [[nodiscard]] const handle& hub() const noexcept { return hub_; }

private:
  void add();
  void run(std::size_t number) noexcept;

  handle hub_;
  executor_options options_;
  std::mutex mutex_;  ///< of the list, not of the work
  std::vector<std::thread> threads_;
};

[[nodiscard]] handle make_hub(actor_system& sys, std::size_t threads_max, std::string name);
/// Hands a task over. @throws wait_failed(shut_down, closed), std::system_error: no thread
void hand_over(pool_threads& threads, const any_task& t);

}  // namespace detail

/// Runs functions on up to `n` threads of its own, which begin when they are needed and are used
/// again. Its end waits for all that was submitted, as shutdown() does.
///
///     classic::thread_pool_executor pool(sys, 4);
///     auto f = pool.submit([](int x) { return x * x; }, 7);
///     f.result();                                            // 49
///
/// When to use: functions that block or compute for long, from threads or actors. When not: inside
/// actors `blocking(f)` is less; what has state is an actor.
class thread_pool_executor {
public:
  class ref;

  /// @throws wait_failed(bad_count) if there are to be no threads; std::bad_alloc, system_closed
  thread_pool_executor(actor_system& sys, std::size_t n, executor_options o = {});
  thread_pool_executor(const thread_pool_executor&) = delete;
  thread_pool_executor& operator=(const thread_pool_executor&) = delete;
  ~thread_pool_executor() { shutdown(); }

  /// Runs `f(args...)`, with copies or what was moved in, on one of its threads.
  /// @throws wait_failed(shut_down, closed), std::system_error if there is no thread to run it,
  ///   ask_failed(would_block_worker) in a turn
  template <class F, class... Args>
  [[nodiscard]] auto submit(F f, Args... args) {
    using task = detail::call_task<F, Args...>;
    using result_type = std::invoke_result_t<F, Args...>;
    static_assert(!std::is_reference_v<result_type>,
                  "troupe: a task owns what it gives: no reference");
    detail::task_ptr<detail::task_of<result_type>> t(new task(std::move(f), std::move(args)...));
    future<result_type> given(threads_->hub(), t);
    detail::hand_over(*threads_, detail::any_task(std::move(t)));
    return given;
  }
  /// Submits `f` for each element at once, `chunksize` of them as one task. The results come in
  /// their order, each when it is asked for: `for (auto& r : pool.map(f, v))`.
  /// @throws while iterating: what a call threw, wait_failed(timeout) after `t`
  template <class F, class Range>
  [[nodiscard]] auto map(F f, const Range& range, wait_time t = forever,
                         std::size_t chunksize = 1) {
    using element = std::remove_cvref_t<decltype(*std::begin(range))>;
    using result_type = std::invoke_result_t<F&, element&>;
    if (chunksize == 0) throw wait_failed(wait_errc::bad_count, "chunksize of map()");
    std::vector<future<std::vector<result_type>>> chunks;
    std::vector<element> chunk;
    const auto send = [&] {
      chunks.push_back(submit(
          [f](std::vector<element> all) mutable {
            std::vector<result_type> results;
            for (element& one : all) results.push_back(f(one));
            return results;
          },
          std::exchange(chunk, {})));
    };
    for (const auto& one : range) {
      chunk.push_back(one);
      if (chunk.size() == chunksize) send();
    }
    if (!chunk.empty()) send();
    return in_order<result_type>(std::move(chunks), t);
  }

  /// Takes no more tasks. `cancel_futures`: those that have not begun are cancelled. `wait`:
  /// returns when the others have ended.
  void shutdown(bool wait = true, bool cancel_futures = false);

private:
  template <class R>
  static coroutine<R> in_order(std::vector<future<std::vector<R>>> chunks, wait_time t) {
    for (const auto& chunk : chunks)
      for (const R& one : chunk.result(t)) co_yield one;
  }

  std::shared_ptr<detail::pool_threads> threads_;
};

/// What an actor holds of an executor: `auto f = co_await pool_.submit(g, 7); co_await f;`
class thread_pool_executor::ref {
public:
  ref(const thread_pool_executor& of) noexcept : threads_(of.threads_) {}

  /// @throws as that of the executor
  template <class F, class... Args>
  [[nodiscard]] task<future<std::invoke_result_t<F, Args...>>> submit(F f, Args... args) const {
    using result_type = std::invoke_result_t<F, Args...>;
    detail::task_ptr<detail::task_of<result_type>> t(
        new detail::call_task<F, Args...>(std::move(f), std::move(args)...));
    future<result_type> given(threads_->hub(), t);
    return hand_over(threads_, detail::any_task(std::move(t)), std::move(given));
  }

private:
  template <class R>
  static task<future<R>> hand_over(std::shared_ptr<detail::pool_threads> threads,
                                   detail::any_task t, future<R> given) {
    detail::awaited<detail::submit_op, detail::any_task> submits(threads->hub(), forever, t);
    const auto wants_thread = co_await submits;
    if (!wants_thread) throw wait_failed(wants_thread.error(), detail::submit_op::name);
    if (*wants_thread) threads->add_for(t);
    co_return given;
  }

  std::shared_ptr<detail::pool_threads> threads_;
};

}  // namespace troupe::classic
