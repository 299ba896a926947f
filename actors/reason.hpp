// reason.hpp: why an actor ended.
//
//   Before   turn.cpp, or whoever ends an actor, makes one.
//   After    on_stop, the errors of asks, watchers and supervisors read it.
//   Holds    a kind, a number, and text that is shared between copies.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// The kinds of ends.
enum class exit_kind : std::uint8_t {
  normal,        ///< it stopped by itself, or was asked to
  shutdown,      ///< its system, parent or supervisor ended it
  failed,        ///< an exception left a handler: type and text say which
  killed,        ///< ended at once, without its cleanup being waited for
  unreferenced,  ///< nobody could reach it any more and nothing was pending
  unreachable,   ///< the connection to it is lost: it may live
  gone,          ///< there was nobody any more when it was asked for
  signal,        ///< its process was ended by signal `number()`
  exited,        ///< its process returned `number()`
  user           ///< a reason of the program's own: `number()` and text
};

/// The name of a kind: "normal", "failed" …
[[nodiscard]] std::string_view to_string(exit_kind kind) noexcept;

/// Why an actor ended. A value: cheap to copy, its text is shared.
class exit_reason {
public:
  exit_reason() noexcept = default;
  exit_reason(exit_kind kind) noexcept : kind_(kind) {}
  exit_reason(exit_kind kind, std::string text);
  exit_reason(exit_kind kind, int number, std::string text = {});

  /// An exception of type `type` with text `text` left a handler; `recent` names the types of the
  /// messages that came before, and must live as long as types do.
  /// @note without memory for the text the kind alone is kept.
  [[nodiscard]] static exit_reason failed(std::string type, std::string text,
                                          std::vector<std::string_view> recent = {}) noexcept;

  /// The end of one that was linked to `other`, which has ended for `cause`: equal to that.
  [[nodiscard]] static exit_reason linked(const exit_reason& cause, std::string other) noexcept;
  /// The same reason, to which something else has led.
  [[nodiscard]] exit_reason because_of(const exit_reason& cause) const noexcept;

  [[nodiscard]] exit_kind kind() const noexcept { return kind_; }
  /// The type of the exception; empty unless failed.
  [[nodiscard]] std::string_view type() const noexcept;
  [[nodiscard]] std::string_view text() const noexcept;
  /// The types of the last messages that the actor handled before it failed, at most 16, the one
  /// that failed last: of those, what the worker where it failed still remembers. Fewer if it had
  /// moved there from another, or much else ran there; empty if the system does not observe.
  /// @note says what led to the end; two reasons that differ only in this are equal
  [[nodiscard]] std::span<const std::string_view> recent() const noexcept;
  /// What has led to it: the end of the one that it was linked to, or that an ask has met. Null:
  /// nothing else. It lives as long as this reason, or a copy of it.
  [[nodiscard]] const exit_reason* cause() const noexcept;
  /// The signal, the exit status, or the program's own number.
  [[nodiscard]] int number() const noexcept { return number_; }
  /// normal, shutdown, unreferenced and exited(0): nothing went wrong.
  [[nodiscard]] bool is_clean() const noexcept;
  /// One line for people: `failed(std::runtime_error, "disk")`, `signal(11)`, `shutdown`.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const exit_reason& a, const exit_reason& b) noexcept;
  friend bool operator==(const exit_reason& a, exit_kind b) noexcept { return a.kind_ == b; }

private:
  struct words {
    std::string type;
    std::string text;
    std::vector<std::string_view> recent;
    std::shared_ptr<const exit_reason> cause{};
    std::string linked_to{};  ///< whose end it was; empty: no link's
  };
  exit_reason(exit_kind kind, int number, std::shared_ptr<const words> said) noexcept;

  exit_kind kind_ = exit_kind::normal;
  int number_ = 0;
  std::shared_ptr<const words> said_;
};

}  // namespace troupe
