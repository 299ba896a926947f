// lock_body.hpp: the actor behind lock, rlock, guarded and condition.
//
//   Before   lock.hpp, guarded.hpp and condition.hpp send operations.
//   After    their callers go on.
//   Called   steps: in its turns.
//   Holds    who holds the lock, who waits for it, who waits for a condition of it.
//   Rules    L1  Those who wait do so in order; a thread that comes while the lock is free takes it
//                although others wait, asleep: to wake them takes longer than most holds.
//            L2  Once in `patience` who has waited for so long gets it by hand-over; a coroutine, a
//                function, and everybody if it is fair, at each release.
//            L3  One sleeping thread at a time is on its way to a lock that was left free for it.
//            L4  A token names one hold. It rises with each; waiting for a condition keeps it.
#pragma once

#include <troupe/actors/classic/detail/call.hpp>
#include <troupe/actors/classic/detail/view.hpp>
#include <troupe/actors/result.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace troupe::classic {

class lock_hold;

namespace detail {

class adapter_book;
class lock_body;

/// L2. The time of Go's mutex.
inline constexpr duration patience = std::chrono::milliseconds(1);
/// While a thread is on its way to the lock, so seldom the time is looked at.
inline constexpr unsigned clock_every = 16;

enum class lock_kind : std::uint8_t { plain, reentrant };

struct acquire_op : operation {
  using body = lock_body;
  using value_type = result<lock_hold, wait_errc>;
  static constexpr std::string_view name = "acquire() of a lock";

  acquire_op() noexcept;
  [[nodiscard]] static value_type refused(wait_errc why) noexcept;
  [[nodiscard]] value_type take(const handle& to) noexcept;
  void discard(const handle& to) noexcept;
  /// It was nudged: tries again, without losing its place.
  static void look_again(cell& adapter, operation& op) noexcept;

  /// A function that the turn runs under the lock, instead of giving it; null: it is given.
  void (*call)(acquire_op&, void* value) noexcept = nullptr;
  line* condition = nullptr;  ///< it waits for this before
  bool notified = false;
  bool owner_died = false;
  unsigned depth = 1;
  std::uint64_t token = 0;

protected:
  explicit acquire_op(const envelope_ops& step) noexcept : operation(step) {}
};

/// What a thread sends that was nudged.
struct retry_op : operation {
  explicit retry_op(operation& of) noexcept;
  operation& target;
};

enum class release_by : std::uint8_t {
  call,  ///< somebody says so, who must be the owner of a reentrant one
  end,   ///< the hold's object goes, wherever it is: that was the right
  death  ///< the same, with its actor
};

struct release_op : operation {
  using body = lock_body;
  using value_type = wait_errc;
  static constexpr std::string_view name = "release() of a lock";

  /// `token` 0: whoever holds it.
  explicit release_op(std::uint64_t of_token, release_by why = release_by::call) noexcept;
  [[nodiscard]] static wait_errc refused(wait_errc why) noexcept { return why; }
  [[nodiscard]] wait_errc take(const handle&) const noexcept { return outcome_of(*this); }
  void discard(const handle&) const noexcept {}
  static void look_again(cell&, operation&) noexcept {}

  std::uint64_t token;
  release_by by_what;
};

/// Waits for a condition, without the lock, then for the lock.
struct await_op : acquire_op {
  using value_type = wait_errc;
  static constexpr std::string_view name = "wait() for a condition";

  await_op(std::shared_ptr<line> at, lock_hold* under) noexcept;
  [[nodiscard]] static wait_errc refused(wait_errc why) noexcept { return why; }
  [[nodiscard]] wait_errc take(const handle&) noexcept;
  /// A notification that reached nobody goes to the next.
  void discard(const handle& to) const noexcept;

  std::shared_ptr<line> keeps;
  lock_hold* hold;    ///< its caller's
  const cell* under;  ///< the lock that is held
};

/// Which hold of which lock.
struct hold_view {
  hold_view(const lock_hold& of) noexcept;
  const cell* lock;
  std::uint64_t token;
};

struct notify_op : operation {
  using body = lock_body;
  using value_type = wait_errc;
  static constexpr std::string_view name = "notify() of a condition";

  notify_op(std::shared_ptr<line> of, hold_view held, std::size_t how_many) noexcept;
  /// Passes on what did not reach whom it was for.
  explicit notify_op(std::shared_ptr<line> of) noexcept;
  [[nodiscard]] static wait_errc refused(wait_errc why) noexcept { return why; }
  [[nodiscard]] wait_errc take(const handle&) const noexcept { return outcome_of(*this); }
  void discard(const handle&) const noexcept {}
  static void look_again(cell&, operation&) noexcept {}

  std::shared_ptr<line> condition;
  const cell* under = nullptr;  ///< the lock that is held
  std::uint64_t token = 0;
  std::size_t count = 1;
  bool is_passed_on = false;  ///< by one whom it was for: there is no hold
};

/// Asks whether somebody holds it.
struct locked_op : operation {
  using body = lock_body;
  using value_type = bool;
  static constexpr std::string_view name = "locked() of a lock";

  locked_op() noexcept;
  [[nodiscard]] static bool refused(wait_errc) noexcept { return false; }
  [[nodiscard]] bool take(const handle&) const noexcept { return is_held; }
  void discard(const handle&) const noexcept {}
  static void look_again(cell&, operation&) noexcept {}

  bool is_held = false;
};

class lock_body : public actor<lock_body> {
public:
  /// `value` is what functions under the lock get.
  lock_body(lock_kind kind, bool fair, std::shared_ptr<void> value,
            std::shared_ptr<adapter_book> book) noexcept
      : kind_(kind), fair_(fair), value_(std::move(value)), book_(std::move(book)) {}
  ~lock_body();

  void acquire(acquire_op& op) noexcept;
  void try_again(retry_op& op) noexcept;
  void release(release_op& op) noexcept;
  void await(await_op& op) noexcept;
  void notify(notify_op& op) noexcept;
  void is_locked(locked_op& op) noexcept;
  void leave(operation& op, leaving why) noexcept;
  void break_wait(std::uint64_t number) noexcept;
  void show(adapter_view& view) const;

private:
  [[nodiscard]] wait_errc check(std::uint64_t token, const agent* by) const noexcept;
  void wait_for_lock(acquire_op& op) noexcept;
  void grant(acquire_op& op) noexcept;
  [[nodiscard]] wait_errc check_hold(const cell* under, std::uint64_t token) const noexcept;
  void wake_first(line& condition) noexcept;
  void let_go(bool died) noexcept;
  void pass_on() noexcept;
  [[nodiscard]] bool is_handed_to(const acquire_op& op) const noexcept;
  [[nodiscard]] bool has_waited_enough(const acquire_op& op) noexcept;

  const lock_kind kind_;
  const bool fair_;
  bool held_ = false;
  bool died_ = false;  ///< the last holder ended while it held it
  unsigned depth_ = 0;
  std::uint64_t token_ = 0;       ///< of the present hold
  std::uint64_t last_token_ = 0;  ///< the highest given
  std::uint64_t last_wait_ = 0;
  agent holder_;
  line line_;
  const operation* nudged_ = nullptr;  ///< L3
  time_point last_forced_{};           ///< L2
  unsigned asked_ = 0;                 ///< while somebody is on its way
  std::vector<std::shared_ptr<line>> conditions_;
  std::shared_ptr<void> value_;
  std::shared_ptr<adapter_book> book_;  ///< who looks for circles
};

}  // namespace detail
}  // namespace troupe::classic
