// task.hpp: a coroutine that an actor runs.
//
//   Before   users write `task<R> on(M)`, or await one task in another.
//   After    actor_ops.hpp starts those that are handlers; the rest start when they are awaited.
//   Called   in the actor's turns.
//   Holds    its frame, from the call until it has ended and was destroyed.
//   Cost     one allocation for the frame.
#pragma once

#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/handler.hpp>

#include <coroutine>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace troupe {

namespace detail {

/// What a coroutine leaves behind: a value, or what it threw.
template <class R>
class outcome_of {
  static_assert(!std::is_reference_v<R>, "troupe: a task owns what it gives: no reference");

public:
  template <class T = R>
    requires std::is_convertible_v<T, R>
  void return_value(T&& value) {
    held_.template emplace<1>(std::forward<T>(value));
  }
  void unhandled_exception() noexcept { held_.template emplace<2>(std::current_exception()); }
  [[nodiscard]] R take() {
    if (held_.index() == 2) std::rethrow_exception(std::move(*std::get_if<2>(&held_)));
    return std::move(*std::get_if<1>(&held_));
  }

private:
  std::variant<std::monostate, R, std::exception_ptr> held_;
};

template <>
class outcome_of<void> {
public:
  void return_void() const noexcept {}
  void unhandled_exception() noexcept { thrown_ = std::current_exception(); }
  void take() {
    if (thrown_ != nullptr) std::rethrow_exception(std::move(thrown_));
  }

private:
  std::exception_ptr thrown_;
};

template <class R>
class task_promise : public promise_base, public outcome_of<R> {
public:
  [[nodiscard]] task<R> get_return_object() noexcept;

  activity own;  ///< if it is a handler's outermost coroutine
};

template <class R>
struct frame_of {
  using promise = task_promise<R>;
  using handle = std::coroutine_handle<promise>;
};

}  // namespace detail

/// A coroutine of an actor: the return type of handlers that wait (`task<long> on(balance)`), and
/// of what they are made of (`task<> load()`). Nothing runs before it is awaited, or its message is
/// handled; it runs in turns of its actor only. While it waits the actor handles other messages, so
/// state may have changed after each co_await; `exclusive(request)` holds everything else back.
///
/// What it is destroyed with, at its end or at its actor's: its parameters and variables, each
/// once.
/// @note take messages and arguments by value: a reference is dead after the first co_await. With
///   g++ 12 `co_await` stands alone: `auto x = co_await f(); if (x) …`
template <class R>
class [[nodiscard("a task runs when it is awaited: co_await it")]] task {
  using handle = typename detail::frame_of<R>::handle;

public:
  using promise_type = detail::task_promise<R>;
  using value_type = R;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;

  task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task& operator=(task&& other) noexcept {
    task(std::move(other)).swap(*this);
    return *this;
  }
  ~task() {
    if (frame_) frame_.destroy();
  }

  // For the library.
  explicit task(handle frame) noexcept : frame_(frame) {}
  [[nodiscard]] handle release_() noexcept { return std::exchange(frame_, nullptr); }

private:
  struct awaiter {
    handle frame;

    bool await_ready() const noexcept { return false; }
    /// Not by symmetric transfer, which is no tail call in every build: a million tasks that end at
    /// once would need a million stack frames.
    template <class P>
    bool await_suspend(std::coroutine_handle<P> waits) const {
      if (!frame || frame.done()) detail::refuse_second_await();
      promise_type& p = frame.promise();
      p.part_of = waits.promise().part_of;
      frame.resume();
      if (frame.done()) return false;
      p.continuation = waits;
      return true;
    }
    R await_resume() const { return frame.promise().take(); }
  };

public:
  [[nodiscard]] auto operator co_await() && noexcept { return awaiter{frame_}; }
  [[nodiscard]] auto operator co_await() & noexcept { return awaiter{frame_}; }

private:
  void swap(task& other) noexcept { std::swap(frame_, other.frame_); }

  handle frame_;
};

template <class R>
task<R> detail::task_promise<R>::get_return_object() noexcept {
  return task<R>(std::coroutine_handle<task_promise>::from_promise(*this));
}

namespace detail {

/// Destroys the frame when its result has been taken.
template <class R>
class ended_frame {
public:
  explicit ended_frame(const activity& a) noexcept
      : frame_(frame_of<R>::handle::from_address(a.frame.address())) {}
  ended_frame(const ended_frame&) = delete;
  ended_frame& operator=(const ended_frame&) = delete;
  ~ended_frame() { frame_.destroy(); }
  [[nodiscard]] R take() { return frame_.promise().take(); }

private:
  typename frame_of<R>::handle frame_;
};

/// Takes what a handler gave, and destroys its frame.
template <class R>
[[nodiscard]] R take_ended(activity& a) {
  ended_frame<R> frame(a);
  return frame.take();
}

/// The end of a handler that nobody waits for.
template <class R>
void complete_told(activity& a) {
  ended_frame<R> frame(a);
  (void)frame.take();
}

/// The end of a coroutine on_start: the messages that have come meanwhile may be handled, or are
/// dropped, if it said that there is nothing to do.
template <class R>
void complete_start(activity& a) {
  cell& c = *a.owner;
  if constexpr (std::is_void_v<R>)
    complete_told<void>(a);
  else
    heed_start(c, take_ended<R>(a));
  end_of_start(c);
}

/// Starts a coroutine handler: `complete` is called when it has ended, in whatever turn.
template <class R>
void start_task(cell& c, task<R> t, void (*complete)(activity&), request_block* serves = nullptr) {
  open_books(c);
  const auto frame = t.release_();
  activity& a = frame.promise().own;
  a.frame = frame;
  a.complete = complete;
  a.serves = serves;
  frame.promise().part_of = &a;
  frame.promise().is_outermost = true;
  begin_activity(c, a);
}

/// Starts a coroutine on_start: until its end messages wait.
template <class R>
void start_slowly(cell& c, task<R> t) {
  open_books(c);
  begin_of_start(c);
  start_task(c, std::move(t), &complete_start<R>);
}

}  // namespace detail
}  // namespace troupe
