// result.hpp: a value, or why there is none.
//
//   Before   try_ask, and handlers with outcomes of their domain, make one.
//   After    the user looks, then takes the value or the error.
//   Holds    either. C++20 has no std::expected; what is here behaves as that does.
#pragma once

#include <troupe/actors/reason.hpp>

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace troupe {

/// Why an ask has no reply. What to do next stands beside each. A failed ask is an *unknown
/// outcome*: the handler may have run.
enum class ask_errc : std::uint8_t {
  timeout,             ///< no reply within the deadline: try again only what may be done twice
  down,                ///< the actor has ended, or ended before it answered, or the handle is empty
                       ///< (reason `gone`): the reason says why
  full,                ///< its mailbox is at its capacity: try later, or slow down
  cancelled,           ///< the asking side gave up first
  self_ask,            ///< an actor asked itself and would wait for ever: call the function
  unreachable,         ///< the connection is lost
  no_reply,            ///< the handler let go of its reply_to without an answer: a bug there
  not_handled,         ///< it takes no such message, or a pool cannot route it
  would_block_worker,  ///< .get() or drain() inside a turn: use .then, which does not block
  no_memory            ///< there was no memory for the request
};

/// The name of a code: "timeout", "down" …
[[nodiscard]] std::string_view to_string(ask_errc code) noexcept;

/// Why an ask failed: a code to decide by, a text for people, and the exit reason where an actor's
/// end is the cause.
class ask_error {
public:
  ask_error(ask_errc code, std::string text = {}, exit_reason reason = {}) noexcept
      : code_(code), text_(std::move(text)), reason_(std::move(reason)) {}

  [[nodiscard]] ask_errc code() const noexcept { return code_; }
  /// One line: whom was asked what, and what happened.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// Why the asked actor ended, if the code is `down`.
  [[nodiscard]] const exit_reason& reason() const noexcept { return reason_; }

  friend bool operator==(const ask_error& e, ask_errc code) noexcept { return e.code_ == code; }

private:
  ask_errc code_;
  std::string text_;
  exit_reason reason_;
};

/// What `.get()` throws, and what ends an actor that asked without `try_` and was not answered.
class ask_failed : public std::exception {
public:
  explicit ask_failed(ask_error error) noexcept : error_(std::move(error)) {}
  [[nodiscard]] const ask_error& error() const noexcept { return error_; }
  [[nodiscard]] const char* what() const noexcept override { return error_.text().c_str(); }

private:
  ask_error error_;
};

/// What `value()` of a result of the user's own error type throws.
class bad_result : public std::exception {
public:
  [[nodiscard]] const char* what() const noexcept override {
    return "troupe: value() of a result that holds an error";
  }
};

/// A value or an error, as std::expected. `T` may be void.
/// @note replies that callers should handle belong here: `using reply = result<receipt, refusal>;`
template <class T, class E = ask_error>
class [[nodiscard]] result {
  static_assert(!std::is_reference_v<T> && !std::is_reference_v<E>,
                "troupe: a result owns what it holds");
  using stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

public:
  using value_type = T;
  using error_type = E;

  result()
    requires(std::is_void_v<T>)
      : held_(std::in_place_index<0>) {}
  template <class U = stored>
    requires(!std::is_void_v<T> && std::is_constructible_v<stored, U> &&
             std::is_convertible_v<U, stored> && !std::is_same_v<std::remove_cvref_t<U>, result> &&
             !std::is_same_v<std::remove_cvref_t<U>, E>)
  result(U&& value) : held_(std::in_place_index<0>, std::forward<U>(value)) {}
  result(E error) : held_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value. @throws ask_failed (or bad_result, for an error type of the user's) if there is
  /// none.
  decltype(auto) value() & { return (checked(), std::get<0>(held_)); }
  decltype(auto) value() const& { return (checked(), std::get<0>(held_)); }
  decltype(auto) value() && { return (checked(), std::get<0>(std::move(held_))); }

  /// The value. @pre has_value()
  stored& operator*() & noexcept { return *std::get_if<0>(&held_); }
  const stored& operator*() const& noexcept { return *std::get_if<0>(&held_); }
  stored&& operator*() && noexcept { return std::move(*std::get_if<0>(&held_)); }
  stored* operator->() noexcept { return std::get_if<0>(&held_); }
  const stored* operator->() const noexcept { return std::get_if<0>(&held_); }

  /// The error. @pre !has_value()
  [[nodiscard]] const E& error() const& noexcept { return *std::get_if<1>(&held_); }
  [[nodiscard]] E&& error() && noexcept { return std::move(*std::get_if<1>(&held_)); }

  template <class U>
  [[nodiscard]] stored value_or(U&& otherwise) && {
    return has_value() ? std::move(**this) : static_cast<stored>(std::forward<U>(otherwise));
  }
  template <class U>
  [[nodiscard]] stored value_or(U&& otherwise) const& {
    return has_value() ? **this : static_cast<stored>(std::forward<U>(otherwise));
  }

private:
  void checked() const {
    if (has_value()) return;
    if constexpr (std::is_same_v<E, ask_error>)
      throw ask_failed(error());
    else
      throw bad_result();
  }

  std::variant<stored, E> held_;
};

}  // namespace troupe
