// coroutine.hpp: bodies that stop half-way and give a value each time: generators.
//
//   Before   a function of the user's with co_yield.
//   After    next() and send() run it; coroutine.cpp refuses misuse. No actor, no scheduler.
//   Called   from any thread, one at a time; the body runs on the caller's stack until it stops.
//   Holds    a frame with all locals, until the coroutine is destroyed.
#pragma once

#include <troupe/actors/detail/coroutine_frame.hpp>

#include <cstddef>
#include <exception>
#include <iterator>
#include <type_traits>
#include <utility>

namespace troupe {

/// A body that gives values one by one, each when it is asked for.
///
///     troupe::coroutine<int> squares(int up_to) {
///       for (int i = 1; i <= up_to; ++i) co_yield i * i;
///     }
///     for (int square : squares(10)) use(square);
///
///     auto c = squares(10);
///     while (auto square = c.next()) use(*square);
///
/// With `Send` each co_yield also brings a value, `Send got = co_yield value;`: next() runs the
/// body to its first co_yield, send() from there to the next. `Yield` may be a reference (what it
/// refers to need live until the next call only) or void (`Send got = co_yield {};`: it only
/// takes). A coroutine never awaits, so it works in a handler as everywhere.
/// @note What its parameters refer to, and the captures of a lambda, must outlive it.
/// @note g++ 12.2: a co_yield stands alone, `Send got = co_yield value;`, in no condition. It
/// destroys an aggregate or a capturing lambda that is built in the expression twice (of an
/// aggregate the compiler says so), and takes no braced list of elements there.
/// @thread any, one at a time
/// @cost one allocation for its life; an indirect call for each value
template <class Yield, class Send = void>
class [[nodiscard("troupe: nothing of a coroutine runs before next(): keep it")]] coroutine {
  static_assert(detail::can_be_given<Yield>,
                "troupe: a coroutine gives values, T, or references, T& and const T&");
  static_assert(detail::can_be_sent<Send>,
                "troupe: what is sent to a coroutine is a value that can be moved: not const, no "
                "reference");

public:
  using promise_type = detail::coroutine_promise<Yield, Send>;
  /// What next() and send() give: an optional<Yield>; of a reference a pointer, of void a bool.
  /// Empty, null, false: the body has ended.
  using item = typename promise_type::item;
  class iterator;

  /// One that is done.
  coroutine() noexcept = default;

  /// Runs to the next co_yield; with `Send` to the first one, from there send() goes on.
  /// @returns its value; nothing if the body ended, now or before
  /// @throws what left the body, which has ended with it. std::logic_error: it is running (a body
  /// cannot resume itself), or stands at a co_yield that waits for a value
  item next() {
    if (!is_resumable()) return {};
    if constexpr (!std::is_void_v<Send>)
      if (frame_.promise()->begun)
        detail::refuse_resume(detail::coroutine_misuse::waits_for_a_value);
    return resume();
  }

  /// Gives `value` to the co_yield where the body stands, and runs to the next one.
  /// @returns as next(); of a body that has ended nothing, and `value` is dropped
  /// @throws as next(). std::logic_error: it stands at no co_yield yet, next() comes first
  template <class Value = Send>
  item send(Value&& value) {
    static_assert(!std::is_void_v<Send>,
                  "troupe: this coroutine takes no values: call next(), or declare it "
                  "coroutine<Yield, Send>");
    if (!is_resumable()) return {};
    if constexpr (!std::is_void_v<Send>) {
      if (!frame_.promise()->begun) detail::refuse_resume(detail::coroutine_misuse::not_begun);
      Send sent(std::forward<Value>(value));
      frame_.promise()->sent = &sent;
      return resume();
    }
  }

  /// Whether its body has ended, or it has none: default-constructed, or moved from.
  [[nodiscard]] bool done() const noexcept { return frame_.done(); }

  /// What is left, from where it stands. A value may be moved out of the iterator, once.
  [[nodiscard]] iterator begin()
    requires(std::is_void_v<Send> && !std::is_void_v<Yield>)
  {
    return iterator(*this);
  }
  detail::no_iterator<Yield> begin()
    requires(!std::is_void_v<Send> || std::is_void_v<Yield>)
  {
    static_assert(std::is_void_v<Send> && !std::is_void_v<Yield>,
                  "troupe: a coroutine that takes values, or gives none, is no range: call next() "
                  "and send()");
    return {};
  }
  [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

private:
  friend promise_type;
  explicit coroutine(promise_type& p) noexcept : frame_(p) {}

  /// @returns false if it is done @throws std::logic_error if it is running
  [[nodiscard]] bool is_resumable() const {
    const auto handle = frame_.handle();
    if (!handle) return false;
    if (handle.promise().is_running()) detail::refuse_resume(detail::coroutine_misuse::running);
    return !handle.done();
  }

  /// The body may move this coroutine elsewhere meanwhile: it is not touched after resume().
  item resume() {
    const auto handle = frame_.handle();
    promise_type& p = handle.promise();
    item result{};
    p.out = &result;
    handle.resume();
    p.out = nullptr;
    if (p.failure) [[unlikely]]
      std::rethrow_exception(std::exchange(p.failure, nullptr));
    return result;
  }

  detail::frame_owner<promise_type> frame_;
};

/// An input iterator: holds the value that the coroutine gave last. @pre the coroutine stays
template <class Yield, class Send>
class coroutine<Yield, Send>::iterator {
public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = std::remove_cvref_t<Yield>;
  using difference_type = std::ptrdiff_t;

  explicit iterator(coroutine& from) : from_(&from), now_(from.next()) {}

  [[nodiscard]] Yield&& operator*() const noexcept { return static_cast<Yield&&>(*now_); }
  iterator& operator++() {
    now_ = from_->next();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const iterator& i, std::default_sentinel_t) noexcept { return !i.now_; }

private:
  coroutine* from_;
  mutable item now_;
};

}  // namespace troupe
