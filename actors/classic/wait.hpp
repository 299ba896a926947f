// wait.hpp: how long an adapter's caller waits, and what becomes of the wait.
//
//   Before   users write `q.get(10ms)`, `l.acquire()`.      After   lock.hpp, queue.hpp … wait so.
//   Holds    values.
#pragma once

#include <troupe/actors/message.hpp>

#include <cstdint>
#include <exception>
#include <ostream>
#include <string>
#include <string_view>

namespace troupe::classic {

/// What became of an operation, and what to do next.
enum class wait_errc : std::uint8_t {
  ok,
  timeout,           ///< not within the time; nothing has changed: try again, or do without
  negative_timeout,  ///< a bug: a time to wait is not negative, and for ever is `forever`
  closed,            ///< the adapter has ended with its system
  queue_full,        ///< put_nowait: no room now
  queue_empty,       ///< get_nowait: nothing there now
  queue_shut_down,   ///< nothing more goes in, or comes out
  not_held,          ///< release of what nobody holds: nothing has changed
  not_owner,         ///< only who holds it may do that: nothing has changed
  too_many,     ///< above the initial value, or a task_done without its task: nothing has changed
  broken,       ///< the barrier is broken until it is reset
  deadlock,     ///< would have waited for itself, in a circle: see watch_waits()
  bad_count,    ///< a number that cannot be, such as release(0): nothing has changed
  cancelled,    ///< the task was cancelled before it began
  shut_down,    ///< the executor takes no more tasks
  not_started,  ///< a thread that has not begun is not waited for: start() it
  started_before,  ///< a thread begins once
  self_join,       ///< a thread would wait for its own end
  killed,          ///< it was ended before it had a result
  no_memory
};

/// The name of a code: "timeout", "queue_full" …
[[nodiscard]] std::string_view to_string(wait_errc code) noexcept;
/// For people, and for tests that print what they compare.
std::ostream& operator<<(std::ostream& out, wait_errc code);

/// What the forms without a time throw when they cannot give what they promise, and what misuse
/// throws. `what()` names the operation and says what to do.
class wait_failed : public std::exception {
public:
  wait_failed(wait_errc code, std::string_view operation);
  [[nodiscard]] wait_errc code() const noexcept { return code_; }
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

private:
  wait_errc code_;
  std::string text_;
};

struct forever_t {
  explicit constexpr forever_t() = default;
};
/// Until it comes.
inline constexpr forever_t forever{};

/// How long to wait: a duration, or `forever`. A negative one is an error of its own, so that a
/// subtraction that went wrong does not wait for ever.
class wait_time {
public:
  constexpr wait_time(forever_t) noexcept : lasts_(duration::max()) {}
  template <class Rep, class Period>
  constexpr wait_time(std::chrono::duration<Rep, Period> d) noexcept
      : lasts_(std::chrono::duration_cast<duration>(d)) {}

  [[nodiscard]] constexpr bool is_forever() const noexcept { return lasts_ == duration::max(); }
  [[nodiscard]] constexpr bool is_negative() const noexcept { return lasts_ < duration::zero(); }
  /// Whether there is time at all.
  [[nodiscard]] constexpr bool may_wait() const noexcept { return lasts_ > duration::zero(); }
  [[nodiscard]] constexpr duration lasts() const noexcept { return lasts_; }

private:
  duration lasts_;
};

/// What can be said about any adapter when it is built.
struct options {
  std::string name{};  ///< a label for reports; need not be unique
};

}  // namespace troupe::classic
