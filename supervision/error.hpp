// error.hpp: why a supervisor could not do what it was asked.
//
//   Before   an operation on a supervisor, or the start of a tree.      After   its caller decides.
//   Holds    a code to decide by, words for people, the child it is about.
#pragma once

#include <troupe/actors/reason.hpp>
#include <troupe/actors/ref.hpp>
#include <troupe/actors/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace troupe {

/// Why an operation on a supervisor failed, and what to do next.
enum class supervision_errc : std::uint8_t {
  invalid_spec,     ///< the text names the field and what would do: correct it
  already_started,  ///< a child of that id runs: `who()` it is
  already_present,  ///< a child of that id is listed, without an actor: restart_child, delete_child
  not_found,        ///< there is no such child
  running,          ///< only for a child that was terminated: terminate_child first
  restarting,       ///< the same: it is about to be started again
  failed_to_start,  ///< its constructor or on_start failed, or it took too long; see `reason()`
  is_family,        ///< the children of a family have no ids and no way back
  noproc,           ///< there is no such supervisor (any more)
  full,             ///< its mailbox is at its capacity: try later
  timeout,          ///< it did not answer within the time that was given: an unknown outcome
  no_memory         ///< there was no memory for the operation
};

/// The name of a code: "already_started", "not_found" …
[[nodiscard]] std::string_view to_string(supervision_errc code) noexcept;

/// Why an operation on a supervisor failed. A value.
class supervision_error {
public:
  supervision_error(supervision_errc code, std::string text, exit_reason reason = {},
                    actor_id who = {}) noexcept
      : code_(code), text_(std::move(text)), reason_(std::move(reason)), who_(who) {}

  [[nodiscard]] supervision_errc code() const noexcept { return code_; }
  /// One line: what was asked of whom, what happened, what to do.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// failed_to_start: why. noproc: why the supervisor ended; `gone` if there was none.
  [[nodiscard]] const exit_reason& reason() const noexcept { return reason_; }
  /// already_started: who runs.
  [[nodiscard]] actor_id who() const noexcept { return who_; }

  friend bool operator==(const supervision_error& e, supervision_errc code) noexcept {
    return e.code_ == code;
  }

private:
  supervision_errc code_;
  std::string text_;
  exit_reason reason_;
  actor_id who_;
};

/// What an operation on a supervisor gives.
template <class R>
using supervision_result = result<R, supervision_error>;

}  // namespace troupe
