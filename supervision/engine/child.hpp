// child.hpp: one child, in the books of the supervisor that guards it.
//
//   Before   list.cpp and family.cpp decide what is to become of it.
//   After    life/seat.hpp begins and ends its incarnations; what it hears goes to the guardian.
//   Called   in the guardian's turns; what is shown: any thread, under the lock of its book.
//   Holds    its spec, its seat, one alarm for whatever it waits for, the last 16 restarts.
#pragma once

#include <troupe/supervision/engine/guardian.hpp>
#include <troupe/supervision/spec.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::detail {

class child : public ward {
public:
  /// @param number among the children of its guardian: in the order of their coming
  /// @param spec shared by those of a family; its id is empty then
  /// @param how it is made: of temporary ones only until it has begun
  child(guardian& by, std::uint64_t number, std::shared_ptr<const child_spec> spec,
        std::shared_ptr<const recipe> how);
  virtual ~child();

  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] const child_spec& spec() const noexcept { return *spec_; }
  [[nodiscard]] child_kind kind() const noexcept { return spec_->start.kind(); }
  [[nodiscard]] child_state state() const noexcept {
    return state_.load(std::memory_order_acquire);
  }
  [[nodiscard]] bool has_actor() const noexcept {
    const child_state s = state();
    return s == child_state::starting || s == child_state::running || s == child_state::stopping;
  }
  /// None: it has no actor.
  [[nodiscard]] actor_id who() const noexcept;
  /// Its seat; empty before its first start.
  [[nodiscard]] handle seat() const noexcept;
  /// Its last restarts, oldest first.
  [[nodiscard]] const std::vector<restart_record>& history() const noexcept { return history_; }
  /// Why the last incarnation ended.
  [[nodiscard]] const exit_reason& last() const noexcept { return last_; }
  /// What its on_start had to say. @pre it has begun, or ended
  [[nodiscard]] const start_result* said() const noexcept;
  /// Who sat there was killed, and has not ended.
  [[nodiscard]] bool was_abandoned() const noexcept;
  /// For people: `child "fraud"`, or `child account #12`.
  [[nodiscard]] std::string describe() const;

  /// The next incarnation begins; begun() or ended() follows. @pre !has_actor()
  /// @throws as spawn: it stays as it is
  void start();
  /// It is told to end as its spec says; ended() follows. @pre has_actor()
  void stop();
  /// The same without a limit of its own, and at once.
  void ask_to_stop() noexcept;
  void kill() noexcept;
  /// due() follows after `d`; also if that is nothing not in this turn. @pre !has_actor()
  void wait(duration d);
  /// Its place may be somebody else's now.
  void vacate() noexcept;
  /// It has no actor, and waits for none.
  void rest() noexcept;

  /// It is to be restarted, for the reason of its last end: how long it waits before.
  [[nodiscard]] duration delay(const backoff_policy& otherwise) noexcept;
  /// An attempt is made.
  void note_attempt();
  /// It could not be started.
  void note_failure(const exit_reason& why);
  /// @thread any, under the lock of the book
  void show(tree_snapshot& shown, time_point now) const;

  // ward
  void begun() override;
  void ended(const exit_reason& why) override;

private:
  struct clock : alarm {
    explicit clock(child& c) noexcept;
    child& of;
  };
  static const alarm_ops clock_ops;
  void rang();
  void set_clock(duration d);
  void clear_clock() noexcept;
  void enter(child_state s) noexcept { state_.store(s, std::memory_order_release); }
  void make_seat_for_it();
  [[nodiscard]] std::string restart_text() const;
  [[nodiscard]] cell* seat_cell() const noexcept;

  guardian& by_;
  const std::uint64_t number_;
  const std::shared_ptr<const child_spec> spec_;
  std::shared_ptr<const recipe> how_;
  const body_ops& ops_;
  std::shared_ptr<place> at_;  ///< null: it sits in one of its own
  handle own_;
  clock clock_;
  counted_wait waits_;  ///< for an attempt that is to come at once: a drain waits for it
  std::atomic<child_state> state_{child_state::undefined};
  bool occupies_ = false;
  bool was_late_ = false;                  ///< it was killed because it did not begin in time
  bool has_restarted_ = false;             ///< the incarnation that starts follows another one
  std::uint32_t attempts_ = 0;             ///< since the count for the backoff began
  std::atomic<time_point::rep> began_{0};  ///< when its incarnation began; 0: none has
  duration ran_for_{};                     ///< the incarnation that ended last, since it had begun
  exit_reason last_;
  std::vector<restart_record> history_;
};

/// How long a child that was told to stop may take; duration::max(): without limit.
/// @pre not killed at once
[[nodiscard]] duration stop_limit(const child_spec& spec) noexcept;

}  // namespace troupe::detail
