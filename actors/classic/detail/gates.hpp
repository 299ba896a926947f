// gates.hpp: the actors behind semaphore, event and barrier.
//
//   Before   semaphore.hpp, event.hpp and barrier.hpp send operations.
//   Called   steps: in their turns.
#pragma once

#include <troupe/actors/classic/detail/call.hpp>
#include <troupe/actors/classic/detail/view.hpp>
#include <troupe/actors/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe::classic::detail {

/// What most operations give: no more than how they ended.
template <class Body>
struct plain_op : operation {
  using body = Body;
  using value_type = wait_errc;
  explicit plain_op(const envelope_ops& step) noexcept : operation(step) {}
  [[nodiscard]] static wait_errc refused(wait_errc why) noexcept { return why; }
  [[nodiscard]] wait_errc take(const handle&) const noexcept { return outcome_of(*this); }
  void discard(const handle&) const noexcept {}
  static void look_again(cell&, operation&) noexcept {}
};

/// The same for those that give a number, and cannot fail while the adapter lives.
template <class Body>
struct number_op : operation {
  using body = Body;
  using value_type = std::size_t;
  explicit number_op(const envelope_ops& step) noexcept : operation(step) {}
  [[nodiscard]] static std::size_t refused(wait_errc) noexcept { return 0; }
  [[nodiscard]] std::size_t take(const handle&) const noexcept { return number; }
  void discard(const handle&) const noexcept {}
  static void look_again(cell&, operation&) noexcept {}
  std::size_t number = 0;
};

// --- semaphore

class semaphore_body;
struct permit_op : plain_op<semaphore_body> {
  static constexpr std::string_view name = "acquire() of a semaphore";
  permit_op() noexcept;
  void discard(const handle& to) const noexcept;
};
struct permits_op : plain_op<semaphore_body> {
  static constexpr std::string_view name = "release() of a semaphore";
  explicit permits_op(std::ptrdiff_t how_many) noexcept;
  std::ptrdiff_t count;
};
struct value_op : number_op<semaphore_body> {
  static constexpr std::string_view name = "value() of a semaphore";
  value_op() noexcept;
};

class semaphore_body : public actor<semaphore_body> {
public:
  semaphore_body(std::size_t value, bool bounded) noexcept
      : value_(value), initial_(value), bounded_(bounded) {}
  ~semaphore_body() { answer_all(line_, wait_errc::closed); }

  void acquire(permit_op& op) noexcept;
  void release(permits_op& op) noexcept;
  void tell_value(value_op& op) noexcept;
  void leave(operation& op, leaving why) noexcept;
  void show(adapter_view& view) const;

private:
  std::size_t value_;
  const std::size_t initial_;
  const bool bounded_;
  std::uint64_t last_wait_ = 0;
  line line_;
};

// --- event

class event_body;
enum class flag_change : std::uint8_t { none, set, clear };
/// Sets or clears it, and gives what it was before.
struct flag_op : number_op<event_body> {
  static constexpr std::string_view name = "set(), clear() or is_set() of an event";
  explicit flag_op(flag_change wanted) noexcept;
  flag_change change;
};
/// Gives whether it was seen set.
struct await_flag_op : operation {
  using body = event_body;
  using value_type = bool;
  static constexpr std::string_view name = "wait() for an event";
  await_flag_op() noexcept;
  [[nodiscard]] static bool refused(wait_errc why) { throw wait_failed(why, name); }
  [[nodiscard]] bool take(const handle&) const {
    if (outcome_of(*this) == wait_errc::closed) throw wait_failed(wait_errc::closed, name);
    return outcome_of(*this) == wait_errc::ok;
  }
  void discard(const handle&) const noexcept {}
  static void look_again(cell&, operation&) noexcept {}
};

class event_body : public actor<event_body> {
public:
  ~event_body() { answer_all(line_, wait_errc::closed); }

  void change(flag_op& op) noexcept;
  void await(await_flag_op& op) noexcept;
  void leave(operation& op, leaving why) noexcept;
  void show(adapter_view& view) const;

private:
  bool is_set_ = false;
  std::uint64_t last_wait_ = 0;
  line line_;
};

// --- barrier

class barrier_body;
struct arrival {
  std::size_t index = 0;
  bool runs_action = false;  ///< then it says how that went
};
struct arrive_op : operation {
  using body = barrier_body;
  using value_type = result<arrival, wait_errc>;
  static constexpr std::string_view name = "wait() at a barrier";
  arrive_op() noexcept;
  [[nodiscard]] static value_type refused(wait_errc why) noexcept { return why; }
  [[nodiscard]] value_type take(const handle&) const noexcept {
    if (outcome_of(*this) != wait_errc::ok) return outcome_of(*this);
    return as;
  }
  void discard(const handle& to) const noexcept;
  static void look_again(cell&, operation&) noexcept {}
  arrival as;
};
enum class barrier_change : std::uint8_t { acted, abort, reset };
struct change_op : plain_op<barrier_body> {
  static constexpr std::string_view name = "abort() or reset() of a barrier";
  explicit change_op(barrier_change wanted) noexcept;
  barrier_change change;
};
enum class barrier_question : std::uint8_t { waiting, broken };
struct question_op : number_op<barrier_body> {
  static constexpr std::string_view name = "n_waiting() or broken() of a barrier";
  explicit question_op(barrier_question asked) noexcept;
  barrier_question what;
};

class barrier_body : public actor<barrier_body> {
public:
  barrier_body(std::size_t parties, bool acts) noexcept : parties_(parties), acts_(acts) {}
  ~barrier_body() {
    answer_all(line_, wait_errc::closed);
    answer_all(early_, wait_errc::closed);
  }

  void arrive(arrive_op& op) noexcept;
  void change(change_op& op) noexcept;
  void tell(question_op& op) noexcept;
  void leave(operation& op, leaving why) noexcept;
  void show(adapter_view& view) const;

private:
  void pass() noexcept;
  void break_it() noexcept;
  void admit_early() noexcept;

  const std::size_t parties_;
  const bool acts_;
  bool broken_ = false;
  bool acting_ = false;      ///< all are there, one of them runs the action
  std::size_t arrived_ = 0;  ///< of this round
  std::uint64_t last_wait_ = 0;
  line line_;
  line early_;  ///< of the next round
};

}  // namespace troupe::classic::detail
