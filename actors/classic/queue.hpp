// queue.hpp: queues between threads, and between threads and actors.
//
//   Before   producers and consumers.
//   After    detail/queue_body.hpp, an actor, keeps the order.
//   Called   queue<T>: ordinary threads. queue<T>::ref: in actors.
//   Holds    a handle to the actor; the elements live there.
//   Cost     put and get, if nobody else is there: an exchange and a compare-exchange each, and
//            what std::deque allocates.
#pragma once

#include <troupe/actors/classic/detail/make.hpp>
#include <troupe/actors/classic/detail/queue_body.hpp>

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace troupe::classic {

namespace detail {

/// Of less than any Less: what is compared with `<`.
struct lower {
  template <class T>
  [[nodiscard]] bool operator()(const T& a, const T& b) const {
    return a < b;
  }
};

}  // namespace detail

/// A queue of at most `maxsize` elements; 0 or less means 2^30. put() waits for room, get() for an
/// element, each in the order in which they came. Every element that was put counts as a task until
/// task_done(): join() waits for all of them.
///
///     classic::queue<job> jobs(sys, 16);
///     jobs.put({1});                              // a thread: blocks
///     auto j = co_await jobs_ref.get();           // an actor, with a queue<job>::ref
///     if (!j) co_return;                          // it was shut down
///
/// When to use: to hand work from threads to actors and back, at the consumers' pace. When not:
/// between actors: a mailbox is a queue, with less in between.
/// @note elements are moved without throwing, so one whose copy throws does so in its caller's hand
template <class T, class Store>
class basic_queue {
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "troupe: the elements of a queue are moved on, and that must not throw: declare "
                "the move constructor noexcept");
  using put_op = detail::put_op<T, Store>;
  using owning_put_op = detail::owning_put_op<T, Store>;
  using get_op = detail::get_op<T, Store>;
  using change_op = detail::queue_change_op<T, Store>;

public:
  using value_type = T;
  class ref;

  /// @throws std::bad_alloc, system_closed
  explicit basic_queue(actor_system& sys, std::ptrdiff_t maxsize = 0, options o = {})
      : maxsize_(maxsize <= 0 ? detail::queue_size_max : static_cast<std::size_t>(maxsize)),
        body_(
            detail::make_adapter<detail::queue_body<T, Store>>(sys, std::move(o.name), maxsize_)) {}

  /// Waits for room, and moves `x` in; if it returns anything but ok, `x` is still yours.
  /// @returns ok, queue_full (after the time), queue_shut_down, negative_timeout, closed, no_memory
  [[nodiscard]] wait_errc put(T&& x, wait_time t = forever) {
    return detail::call<put_op>(body_, t, &x);
  }
  [[nodiscard]] wait_errc put(const T& x, wait_time t = forever) {
    T copy(x);
    return put(std::move(copy), t);
  }
  /// The same without waiting.
  [[nodiscard]] wait_errc put_nowait(T&& x) { return put(std::move(x), duration::zero()); }
  [[nodiscard]] wait_errc put_nowait(const T& x) { return put(x, duration::zero()); }
  /// Waits for an element. @returns it, or queue_empty (after the time), queue_shut_down (and
  ///   nothing is left), negative_timeout, closed
  [[nodiscard]] result<T, wait_errc> get(wait_time t = forever) {
    return detail::call<get_op>(body_, t);
  }
  [[nodiscard]] result<T, wait_errc> get_nowait() { return get(duration::zero()); }

  /// How many are in it: true when it was looked at.
  [[nodiscard]] std::size_t qsize() const {
    return detail::call<detail::size_op<T, Store>>(body_, forever);
  }
  [[nodiscard]] bool empty() const { return qsize() == 0; }
  [[nodiscard]] bool full() const { return qsize() >= maxsize(); }
  [[nodiscard]] std::size_t maxsize() const noexcept { return maxsize_; }

  /// What was got is done. @returns too_many: more often than there were elements
  wait_errc task_done() { return change(detail::queue_change::task_done); }
  /// Waits until each element that was put is done. @returns ok, timeout, negative_timeout, closed
  wait_errc join(wait_time t = forever) {
    return detail::call<detail::join_op<T, Store>>(body_, t);
  }
  /// From now on nothing goes in: who puts, or waits to, gets queue_shut_down; who gets does so
  /// when nothing is left. `immediate`: what is in it is dropped and counts as done; so join()
  /// may return before the work is done.
  void shutdown(bool immediate = false) {
    static_cast<void>(
        change(immediate ? detail::queue_change::terminate : detail::queue_change::shutdown));
  }

  // For the library.
  [[nodiscard]] const detail::handle& handle_() const noexcept { return body_; }

private:
  wait_errc change(detail::queue_change to) { return detail::call<change_op>(body_, forever, to); }

  std::size_t maxsize_;
  detail::handle body_;
};

/// What an actor holds of a queue: every operation is awaited and blocks nobody.
template <class T, class Store>
class basic_queue<T, Store>::ref {
public:
  ref(const basic_queue& of) noexcept : body_(of.handle_()) {}

  /// What was not put when the time is over is gone.
  [[nodiscard]] auto put(T x, wait_time t = forever) const {
    return detail::awaited<owning_put_op, T>(body_, t, std::move(x));
  }
  [[nodiscard]] auto get(wait_time t = forever) const { return detail::awaited<get_op>(body_, t); }
  [[nodiscard]] auto task_done() const {
    return detail::awaited<change_op, detail::queue_change>(body_, forever,
                                                            detail::queue_change::task_done);
  }
  [[nodiscard]] auto join(wait_time t = forever) const {
    return detail::awaited<detail::join_op<T, Store>>(body_, t);
  }
  [[nodiscard]] auto qsize() const {
    return detail::awaited<detail::size_op<T, Store>>(body_, forever);
  }

  // For the library.
  [[nodiscard]] const detail::handle& handle_() const noexcept { return body_; }

private:
  detail::handle body_;
};

/// First in, first out.
template <class T>
using queue = basic_queue<T, detail::fifo_store<T>>;
/// A queue without limit and without tasks: put() and get().
template <class T>
class simple_queue {
public:
  using value_type = T;
  using ref = typename queue<T>::ref;

  explicit simple_queue(actor_system& sys, options o = {}) : queue_(sys, 0, std::move(o)) {}

  /// @returns ok, closed, no_memory
  wait_errc put(T x) { return queue_.put(std::move(x)); }
  /// As that of a queue; it is never shut down.
  [[nodiscard]] result<T, wait_errc> get(wait_time t = forever) { return queue_.get(t); }
  [[nodiscard]] result<T, wait_errc> get_nowait() { return queue_.get_nowait(); }
  [[nodiscard]] std::size_t qsize() const { return queue_.qsize(); }
  [[nodiscard]] bool empty() const { return queue_.empty(); }
  operator ref() const noexcept { return ref(queue_); }

private:
  queue<T> queue_;
};
/// Last in, first out.
template <class T>
using lifo_queue = basic_queue<T, detail::lifo_store<T>>;
/// The lowest first; equal ones in the order in which they came.
template <class T, class Less = detail::lower>
using priority_queue = basic_queue<T, detail::priority_store<T, Less>>;

}  // namespace troupe::classic
