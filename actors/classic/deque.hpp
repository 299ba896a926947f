// deque.hpp: both ends of a sequence, shared.
//
//   Before   threads and actors that put and take at either end.
//   After    deque_body, an actor, does it. Nobody waits.
//   Called   deque<T>: ordinary threads. deque<T>::ref: in actors.
//   Holds    a handle to the actor; the elements live there.
#pragma once

#include <troupe/actors/classic/detail/gates.hpp>
#include <troupe/actors/classic/detail/make.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace troupe::classic {

namespace detail {

enum class end_of : std::uint8_t { left, right };

template <class T>
class deque_body;

template <class T>
struct append_op : plain_op<deque_body<T>> {
  static constexpr std::string_view name = "append() to a deque";
  append_op(end_of where, T&& x) noexcept
      : plain_op<deque_body<T>>(step_ops<&deque_body<T>::append>), at(where), item(std::move(x)) {}
  end_of at;
  T item;
};

template <class T>
struct pop_op : operation {
  using body = deque_body<T>;
  using value_type = result<T, wait_errc>;
  static constexpr std::string_view name = "pop() from a deque";
  explicit pop_op(end_of where) noexcept : operation(step_ops<&body::pop>), at(where) {}
  [[nodiscard]] static value_type refused(wait_errc why) noexcept { return why; }
  [[nodiscard]] value_type take(const handle&) noexcept {
    if (!item) return outcome_of(*this);
    return *std::move(item);
  }
  /// Back where it was.
  void discard(const handle& to) noexcept {
    if (item) static_cast<void>(post<append_op<T>>(to, at, *std::move(item)));
  }
  static void look_again(cell&, operation&) noexcept {}
  end_of at;
  std::optional<T> item;
};

template <class T>
struct rotate_op : number_op<deque_body<T>> {
  static constexpr std::string_view name = "rotate() or size() of a deque";
  explicit rotate_op(std::ptrdiff_t steps) noexcept
      : number_op<deque_body<T>>(step_ops<&deque_body<T>::rotate>), by_steps(steps) {}
  std::ptrdiff_t by_steps;
};

template <class T>
class deque_body : public actor<deque_body<T>> {
public:
  explicit deque_body(std::size_t maxlen) noexcept : maxlen_(maxlen) {}

  void append(append_op<T>& op) noexcept {
    try {
      if (op.at == end_of::right)
        kept_.push_back(std::move(op.item));
      else
        kept_.push_front(std::move(op.item));
    } catch (...) {
      return answer(op, wait_errc::no_memory);
    }
    if (kept_.size() > maxlen_) op.at == end_of::right ? kept_.pop_front() : kept_.pop_back();
    answer(op, wait_errc::ok);
  }
  void pop(pop_op<T>& op) noexcept {
    if (kept_.empty()) return answer(op, wait_errc::queue_empty);
    if (op.at == end_of::right) {
      op.item.emplace(std::move(kept_.back()));
      kept_.pop_back();
    } else {
      op.item.emplace(std::move(kept_.front()));
      kept_.pop_front();
    }
    answer(op, wait_errc::ok);
  }
  void rotate(rotate_op<T>& op) noexcept {
    op.number = kept_.size();
    if (op.number > 1) {
      const auto size = static_cast<std::ptrdiff_t>(op.number);
      const std::ptrdiff_t right = ((op.by_steps % size) + size) % size;
      std::rotate(kept_.begin(), kept_.end() - right, kept_.end());
    }
    answer(op, wait_errc::ok);
  }
  void leave(operation&, leaving) noexcept {}
  void show(adapter_view& view) const { view.state = std::to_string(kept_.size()) + " in it"; }

private:
  const std::size_t maxlen_;
  std::deque<T> kept_;
};

}  // namespace detail

/// A sequence with two ends. Beyond `maxlen` the element at the other end is dropped; 0: no limit.
template <class T>
class deque {
  static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T>,
                "troupe: the elements of a deque are moved on, and that must not throw: declare "
                "its moves noexcept");
  using end_of = detail::end_of;

public:
  using value_type = T;
  class ref;

  explicit deque(actor_system& sys, std::size_t maxlen = 0, options o = {})
      : maxlen_(maxlen == 0 ? static_cast<std::size_t>(-1) : maxlen),
        body_(detail::make_adapter<detail::deque_body<T>>(sys, std::move(o.name), maxlen_)) {}

  /// @returns ok, no_memory, closed
  wait_errc append(T x) { return add(end_of::right, std::move(x)); }
  wait_errc append_left(T x) { return add(end_of::left, std::move(x)); }
  /// @returns the element at that end, or queue_empty, closed
  [[nodiscard]] result<T, wait_errc> pop() { return take(end_of::right); }
  [[nodiscard]] result<T, wait_errc> pop_left() { return take(end_of::left); }
  /// Moves `n` elements from the right end to the left; a negative n the other way.
  void rotate(std::ptrdiff_t n = 1) {
    static_cast<void>(detail::call<detail::rotate_op<T>>(body_, forever, n));
  }
  [[nodiscard]] std::size_t size() const {
    return detail::call<detail::rotate_op<T>>(body_, forever, std::ptrdiff_t{0});
  }

  // For the library.
  [[nodiscard]] const detail::handle& handle_() const noexcept { return body_; }

private:
  wait_errc add(end_of at, T&& x) {
    return detail::call<detail::append_op<T>>(body_, forever, at, std::move(x));
  }
  [[nodiscard]] result<T, wait_errc> take(end_of at) {
    return detail::call<detail::pop_op<T>>(body_, forever, at);
  }

  std::size_t maxlen_;
  detail::handle body_;
};

/// What an actor holds of a deque.
template <class T>
class deque<T>::ref {
public:
  ref(const deque& of) noexcept : body_(of.handle_()) {}

  [[nodiscard]] auto append(T x) const { return add(detail::end_of::right, std::move(x)); }
  [[nodiscard]] auto append_left(T x) const { return add(detail::end_of::left, std::move(x)); }
  [[nodiscard]] auto pop() const { return take(detail::end_of::right); }
  [[nodiscard]] auto pop_left() const { return take(detail::end_of::left); }

private:
  [[nodiscard]] auto add(detail::end_of at, T x) const {
    return detail::awaited<detail::append_op<T>, detail::end_of, T>(body_, forever, at,
                                                                    std::move(x));
  }
  [[nodiscard]] auto take(detail::end_of at) const {
    return detail::awaited<detail::pop_op<T>, detail::end_of>(body_, forever, at);
  }

  detail::handle body_;
};

}  // namespace troupe::classic
