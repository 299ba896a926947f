// inbox_state.hpp: where a process stands with its inbox.
//
//   Before   inbox.hpp: next() waits here.
//   After    a message of a wanted type, the end of the inbox, or the time resumes it.
//   Called   in the process's turns.
//   Rules    N1  The turn hands over a message only while somebody waits for it; the others are put
//                aside, in order (engine/stash.hpp).
//            N2  A closed inbox gives nothing once nothing wanted is left in it.
#pragma once

#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/detail/alarm.hpp>
#include <troupe/actors/detail/envelope.hpp>

#include <span>

namespace troupe::detail {

class receiver;

struct inbox_state {
  receiver* waiting = nullptr;
  bool closed = false;  ///< nothing will come any more
};

/// A next() that waits.
class receiver : public suspension {
public:
  /// Takes the place of the one who waits. Then the caller puts the message in, and resumes it.
  static receiver& stop_waiting(cell& c) noexcept;
  using suspension::resume;

protected:
  explicit receiver(cell& c) noexcept : cell_(c), timeout_(timeout_ops) {}
  ~receiver();

  /// @param wanted the types that are wanted; empty: all
  /// @returns false: there is nothing and nothing can come, the caller goes on at once
  /// @throws std::logic_error: somebody waits already
  [[nodiscard]] bool wait(std::span<const message_tag> wanted, duration longest);

private:
  friend bool close_inbox(cell& c) noexcept;
  friend void close_if_empty(cell& c);

  struct timeout : alarm {
    using alarm::alarm;
  };
  static const alarm_ops timeout_ops;

  cell& cell_;
  bool waits_ = false;
  timeout timeout_;
};

/// The books of a process, before its coroutine begins.
void open_inbox(cell& c, inbox_state& state);
/// Whether the next() that waits wants only one type.
[[nodiscard]] bool is_selective(const cell& c) noexcept;
[[nodiscard]] bool is_inbox_closed(const cell& c) noexcept;
/// A handle to it was made: messages may come.
void reopen_inbox(cell& c) noexcept;
/// A process is asked to end: its next() gives nothing.
void end_inbox(cell& c);
/// Its coroutine has ended.
void end_process(cell& c);

}  // namespace troupe::detail
