// future.hpp: what a task will give.
//
//   Before   executor.hpp and green.hpp make one.      After   detail/task_hub.hpp tells who waits.
//   Called   result() and the like: ordinary threads. co_await: in actors. The rest: any thread.
//   Holds    a share of the task: its result lives as long as somebody has its future.
#pragma once

#include <troupe/actors/classic/detail/task_hub.hpp>
#include <troupe/actors/classic/queue.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace troupe::classic {

namespace detail {

/// A task that gives an R.
template <class R>
struct task_of : pool_task {
  using stored = std::conditional_t<std::is_void_v<R>, std::monostate, R>;
  std::optional<stored> value;

  template <class F>
  void keep(F&& f) noexcept {
    try {
      if constexpr (std::is_void_v<R>) {
        std::forward<F>(f)();
        value.emplace();
      } else {
        value.emplace(std::forward<F>(f)());
      }
    } catch (...) {
      thrown = std::current_exception();
    }
  }
};

template <class F>
struct callback_of : done_callback {
  callback_of(F f) : function(std::move(f)) {
    end = [](done_callback& that, bool calls) noexcept {
      const std::unique_ptr<callback_of> mine(&static_cast<callback_of&>(that));
      if (calls) try {
          mine->function();
        } catch (...) {  // it harms nobody: the task has its result
        }
    };
  }
  F function;
};

}  // namespace detail

/// What a task gives, or throws, when it is done. Copies mean the same task.
///
///     auto f = pool.submit([] { return 6 * 7; });
///     f.result();                     // a thread: blocks; throws what the task has thrown
///     co_await f;                     // an actor
template <class R>
class future {
  using stored = typename detail::task_of<R>::stored;

public:
  using value_type = R;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;

  future() noexcept = default;

  /// Waits until it is done. @returns what it gave; valid while a future of it lives
  /// @throws what it threw; wait_failed(timeout, cancelled, negative_timeout, closed);
  ///   ask_failed(would_block_worker) in a turn
  std::conditional_t<std::is_void_v<R>, void, const stored&> result(wait_time t = forever) const {
    wait(t);
    return take();
  }
  /// Waits until it is done. @returns what it threw; null: nothing @throws as result()
  [[nodiscard]] std::exception_ptr exception(wait_time t = forever) const {
    wait(t);
    if (cancelled()) throw wait_failed(wait_errc::cancelled, name);
    return task_->thrown;
  }
  /// Waits until it is done or cancelled. @returns ok, timeout, negative_timeout, closed
  [[nodiscard]] wait_errc wait_until_done(wait_time t = forever) const {
    if (done()) return wait_errc::ok;
    return detail::call<detail::await_task_op>(hub_, t, detail::any_task(share()));
  }

  /// @cost one load
  [[nodiscard]] bool done() const noexcept { return state() >= detail::task_state::cancelled; }
  [[nodiscard]] bool running() const noexcept { return state() == detail::task_state::running; }
  [[nodiscard]] bool cancelled() const noexcept { return state() == detail::task_state::cancelled; }
  /// Cancels it if it has not begun. @returns whether it is cancelled
  bool cancel() const {
    const wait_errc end = detail::call<detail::cancel_op>(hub_, forever, detail::any_task(share()));
    if (end == wait_errc::ok) detail::call_back(*task_);
    return end == wait_errc::ok || end == wait_errc::cancelled;
  }
  /// Calls `f(future)` once when it is done or cancelled: here and now if it is, else on the thread
  /// that ends it. What it throws harms nobody.
  template <class F>
  void add_done_callback(F f) const {
    auto call = [f = std::move(f), that = *this]() mutable { f(that); };
    auto made = std::make_unique<detail::callback_of<decltype(call)>>(std::move(call));
    detail::done_callback& callback = *made.release();
    const wait_errc end =
        detail::call<detail::callback_op>(hub_, forever, detail::any_task(share()), callback);
    if (end != wait_errc::ok) callback.end(callback, end == wait_errc::timeout);
  }

  /// Whether it means a task at all.
  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(task_); }
  friend bool operator==(const future& a, const future& b) noexcept {
    return a.task_.get() == b.task_.get();
  }

  [[nodiscard]] auto operator co_await() const { return awaiter(*this); }

  // For the library.
  future(detail::handle hub, detail::task_ptr<detail::task_of<R>> t) noexcept
      : hub_(std::move(hub)), task_(std::move(t)) {}
  [[nodiscard]] const detail::handle& hub_handle_() const noexcept { return hub_; }

private:
  static constexpr std::string_view name = "result of a future";

  class awaiter : public detail::awaiting<detail::await_task_op> {
  public:
    explicit awaiter(const future& of)
        : detail::awaiting<detail::await_task_op>(of.hub_, forever, detail::any_task(of.share())),
          of_(of) {}
    auto await_resume() -> std::conditional_t<std::is_void_v<R>, void, const stored&> {
      const wait_errc end = detail::awaiting<detail::await_task_op>::await_resume();
      if (end != wait_errc::ok) throw wait_failed(end, name);
      return of_.take();
    }

  private:
    const future& of_;
  };

  [[nodiscard]] detail::task_ptr<detail::task_of<R>> share() const noexcept { return task_; }
  [[nodiscard]] detail::task_state state() const noexcept {
    return task_->state.load(std::memory_order_acquire);  // H2
  }
  void wait(wait_time t) const {
    if (const wait_errc end = wait_until_done(t); end != wait_errc::ok)
      throw wait_failed(end, name);
  }
  /// @pre done()
  std::conditional_t<std::is_void_v<R>, void, const stored&> take() const {
    if (cancelled()) throw wait_failed(wait_errc::cancelled, name);
    if (task_->thrown != nullptr) std::rethrow_exception(task_->thrown);
    if constexpr (!std::is_void_v<R>) return *task_->value;
  }

  detail::handle hub_;
  detail::task_ptr<detail::task_of<R>> task_;
};

/// When wait() returns.
enum class return_when : std::uint8_t { first_completed, first_exception, all_completed };
inline constexpr return_when first_completed = return_when::first_completed;
inline constexpr return_when first_exception = return_when::first_exception;
inline constexpr return_when all_completed = return_when::all_completed;

template <class R>
struct waited {
  std::vector<future<R>> done;
  std::vector<future<R>> not_done;
};

/// Futures in the order in which they are done.
template <class R>
class completed_futures {
  using put_op = detail::owning_put_op<std::size_t, detail::fifo_store<std::size_t>>;

public:
  completed_futures(actor_system& sys, const std::vector<future<R>>& fs)
      : ended_(std::make_shared<queue<std::size_t>>(sys)), all_(fs) {
    for (std::size_t i = 0; i < all_.size(); ++i)
      all_[i].add_done_callback([ended = ended_, i](const future<R>&) {
        // Without waiting: whoever ends a task may be in a turn.
        static_cast<void>(detail::post<put_op>(ended->handle_(), std::size_t(i)));
      });
  }
  /// The next; none: all have come, or the time is over, which late() tells.
  /// @throws wait_failed(negative_timeout)
  [[nodiscard]] std::optional<future<R>> next(wait_time t = forever) {
    if (given_ == all_.size()) return std::nullopt;
    const auto i = ended_->get(t);
    if (!i) {
      if (i.error() == wait_errc::negative_timeout) throw wait_failed(i.error(), "as_completed()");
      late_ = true;
      return std::nullopt;
    }
    ++given_;
    return all_[*i];
  }
  [[nodiscard]] bool late() const noexcept { return late_; }

private:
  std::shared_ptr<queue<std::size_t>> ended_;
  std::vector<future<R>> all_;
  std::size_t given_ = 0;
  bool late_ = false;
};

/// The futures one by one as they are done: `while (auto f = done.next()) …`.
template <class R>
[[nodiscard]] completed_futures<R> as_completed(actor_system& sys,
                                                const std::vector<future<R>>& fs) {
  return completed_futures<R>(sys, fs);
}

/// Waits until the first is done, or the first has failed, or all are done, or the time is over.
/// @returns those that are done by then, and those that are not, each in their order
/// @throws wait_failed(negative_timeout)
template <class R>
[[nodiscard]] waited<R> wait(actor_system& sys, const std::vector<future<R>>& fs,
                             return_when until = all_completed, wait_time t = forever) {
  completed_futures<R> ends(sys, fs);
  const time_point deadline =
      t.is_forever() || t.is_negative() ? time_point::max() : sys.now() + t.lasts();
  const auto left = [&]() -> wait_time {
    if (t.is_forever() || t.is_negative()) return t;
    return std::max(deadline - sys.now(), duration::zero());
  };
  while (const auto f = ends.next(left())) {
    if (until == first_completed) break;
    if (until == first_exception && !f->cancelled() && f->exception() != nullptr) break;
  }
  waited<R> both;
  for (const future<R>& f : fs) (f.done() ? both.done : both.not_done).push_back(f);
  return both;
}

}  // namespace troupe::classic
