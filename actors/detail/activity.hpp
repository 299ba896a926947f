// activity.hpp: one run of a handler, from its message to its end, and what it waits for.
//
//   Before   task.hpp, gather.hpp and inbox.hpp make coroutines that are part of one.
//   After    activities.cpp starts, resumes and ends them in turns of their actor.
//   Called   everything here: in the actor's turns.
//   Holds    an activity lives in the promise of its outermost coroutine.
//   Rules    A1  A coroutine is resumed or destroyed in its actor's turns only, and only while it
//                is suspended.
//            A2  What waits unregisters when it is destroyed: to destroy the outermost frame ends
//                all of it.
//            A3  While an operation outside uses the frames of an activity they are not destroyed.
#pragma once

#include <troupe/actors/detail/runtime.hpp>

#include <coroutine>
#include <cstddef>
#include <exception>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace troupe::detail {

/// One run: the coroutines that wait for one another. A branch of when_all or when_any is one of
/// its own, inside its parent.
struct activity {
  activity() noexcept = default;
  activity(const activity&) = delete;
  activity& operator=(const activity&) = delete;

  cell* owner = nullptr;
  activity* parent = nullptr;  ///< of a branch
  std::coroutine_handle<> frame;
  /// Of a handler: takes the result when it has ended, and destroys the frame; throws what the
  /// handler threw. Of a branch: null.
  void (*complete)(activity&) = nullptr;
  /// Of a branch: it has ended, or is given up and nothing is outside any more.
  void (*ended)(activity&) noexcept = nullptr;
  request_block* serves = nullptr;          ///< answered when it ends
  time_point deadline = time_point::max();  ///< of the request it serves
  unsigned outside = 0;                     ///< operations under way that use its frames
  bool is_listed = false;                   ///< a handler that was suspended
  bool is_dying = false;                    ///< given up: not resumed any more
  activity* before = nullptr;               // the actor's suspended handlers
  activity* after = nullptr;
};

/// The part of every promise that can be awaited from, and awaits.
class promise_base {
public:
  promise_base() noexcept = default;
  promise_base(const promise_base&) = delete;
  promise_base& operator=(const promise_base&) = delete;

  static void* operator new(std::size_t bytes) {
    if (void* const memory = allocate(bytes, alignof(std::max_align_t))) return memory;
    throw std::bad_alloc();
  }
  static void operator delete(void* memory) noexcept { deallocate(memory); }

  std::suspend_always initial_suspend() const noexcept { return {}; }

  /// The end of a coroutine: goes on with the one that waits for it, or tells its activity.
  struct at_end {
    bool await_ready() const noexcept { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> h) const noexcept {
      promise_base& p = h.promise();
      if (p.continuation)
        p.continuation.resume();  // it may destroy this frame
      else if (p.is_outermost)
        end_of(*p.part_of);
    }
    void await_resume() const noexcept {}
  };
  at_end final_suspend() const noexcept { return {}; }

  template <class T>
  T&& await_transform(T&& awaited) const noexcept {
    constexpr bool is_ours = requires { std::remove_cvref_t<T>::is_awaited_in_turns; };
    static_assert(is_ours,
                  "troupe: an actor awaits what troupe offers: ask, send, sleep, blocking, "
                  "when_all, when_any, an inbox, a task; Asio's operations with use_actor");
    return std::forward<T>(awaited);
  }

  activity* part_of = nullptr;
  std::coroutine_handle<> continuation;  ///< null also while its awaiter still starts it
  bool is_outermost = false;

private:
  /// In activities.cpp.
  static void end_of(activity& a) noexcept;
};

/// @throws std::logic_error: a task is awaited once
[[noreturn]] void refuse_second_await();

/// The first turn of a handler that is a coroutine. Its activity is complete but for owner and
/// deadline.
/// @pre open_books(c): it may be suspended
void begin_activity(cell& c, activity& a);

/// Between these two an actor's messages wait. @pre open_books(c)
void begin_of_start(cell& c) noexcept;
void end_of_start(cell& c) noexcept;

/// From the next message on only these are handled, others wait; until want_all.
/// @throws std::bad_alloc
void want_only(cell& c, std::span<const message_tag> wanted);
void want_all(cell& c) noexcept;

/// From here on nothing in this activity is resumed; what is under way outside is told to end.
/// @returns true: its frame may be destroyed. false: something is outside, `ended` will be called
[[nodiscard]] bool give_up(activity& a) noexcept;

/// Something in an activity that is suspended and will be resumed in a turn: the base of awaiters.
class suspension {
public:
  suspension() noexcept = default;
  suspension(const suspension&) = delete;
  suspension& operator=(const suspension&) = delete;

protected:
  ~suspension() = default;

  /// Who is suspended.
  template <class P>
  void bind(std::coroutine_handle<P> h) noexcept {
    handle_ = h;
    in_ = h.promise().part_of;
  }
  [[nodiscard]] activity& in() const noexcept { return *in_; }
  [[nodiscard]] cell& owner() const noexcept { return *in_->owner; }
  /// In a turn, with no coroutine of its actor running: goes on. This object may be gone
  /// afterwards. Throws what a handler that ends by it has thrown.
  void resume() const { resume_in(*in_, handle_); }
  /// The same from the end of another coroutine of the same handler.
  void resume_from_within() const noexcept { resume_nested(*in_, handle_); }

private:
  // In activities.cpp.
  static void resume_in(activity& a, std::coroutine_handle<> h);
  static void resume_nested(activity& a, std::coroutine_handle<> h) noexcept;

  std::coroutine_handle<> handle_;
  activity* in_ = nullptr;
};

/// An operation that is under way somewhere else and uses the frames of its activity: a socket's, a
/// file's. Who derives from it begins it in await_suspend and calls back() in a turn.
class outside_operation : public suspension {
protected:
  /// `cancel` asks it to end soon, by back() in a later turn; it may be called more than once.
  explicit outside_operation(void (*cancel)(outside_operation&) noexcept) noexcept
      : cancel_(cancel) {}
  ~outside_operation() = default;

  /// It is under way: the frames stay until back(). If the actor stops already, it is told to end.
  /// @pre bind(); open_books(owner())
  void begin() noexcept;
  /// In a turn: it has ended. Resumes, or destroys what has waited for that.
  void back();

private:
  friend bool give_up(activity& a) noexcept;
  friend void cancel_operations(cell& c) noexcept;
  friend void remind_operations(cell& c) noexcept;
  void tell_to_end() noexcept;

  void (*const cancel_)(outside_operation&) noexcept;
  bool told_to_end_ = false;
  outside_operation* before_ = nullptr;
  outside_operation* after_ = nullptr;
};

/// A wait that will end by itself: drain() waits for it, and its actor is not left while it lasts.
class counted_wait {
public:
  counted_wait() noexcept = default;
  counted_wait(const counted_wait&) = delete;
  counted_wait& operator=(const counted_wait&) = delete;
  ~counted_wait() { end(); }

  /// @throws std::bad_alloc
  void begin(cell& c);
  void end() noexcept;

private:
  cell* c_ = nullptr;
};

}  // namespace troupe::detail
