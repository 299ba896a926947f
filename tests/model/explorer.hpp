// explorer.hpp: runs a small concurrent program under every schedule up to a bound, then at random.
//
//   Before   a model test states its threads.   After   schedules.cpp chooses, execution.cpp runs.
//   Called   explore, replay: one OS thread. check, yield, wait_until: the program's threads.
//   Holds    one execution at a time; the first failure ends the search and is told step by step.
//   Rules    E1  The program is deterministic: all choices come from the schedule.
//            E2  State is made in the program, fresh for each execution, and dies with it.
//   Blind    Only sequentially consistent interleavings: no weak memory, so a missing acquire or
//            release is not seen. Plain code runs together with the operation before it, unless
//            options.split. No timeouts, no spurious failures.
#pragma once

#include "atomics.hpp"
#include "tracked.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace model {

namespace detail {
class execution;

/// A function object without its type.
struct callable {
  void* object = nullptr;
  void (*call)(void*) = nullptr;
};
}  // namespace detail

inline constexpr unsigned unbounded = ~0U;

/// What to explore, and how long.
struct options {
  /// Depth first: switches away from a thread that could go on, per schedule.
  unsigned preemptions = 3;
  /// Schedules tried at random afterwards, without a bound on preemptions.
  std::size_t random_runs = 0;
  std::uint64_t seed = 1;
  /// A longer execution is a failure: a thread spins, or the bound is too small.
  std::size_t steps_max = 10'000;
  /// The depth-first search gives up after so many: report.complete is false.
  std::size_t executions_max = 2'000'000;
  /// A second point after each operation, so that the plain code between two operations can come
  /// late. Sees, for instance, a plain store that should stand before the operation that frees it.
  bool split = false;
};

/// One execution under construction: the program gets it and adds threads and state.
class run {
public:
  explicit run(detail::execution& execution) noexcept : execution_(execution) {}
  run(const run&) = delete;
  run& operator=(const run&) = delete;

  /// State of this execution, destroyed after at_end, last made first. After a failure it is
  /// abandoned instead, since half-done threads may still stand in it.
  template <class State, class... Args>
  State* make(Args&&... args) {
    auto* const state = new State(std::forward<Args>(args)...);
    own(state, [](void* object) { delete static_cast<State*>(object); });
    return state;
  }
  /// One more virtual thread, at most 32. The plain code before its first operation runs before
  /// all other threads' operations.
  template <class Body>
  void thread(Body body) {
    add_thread(keep(std::move(body)));
  }
  /// To be called when all threads have ended. Its own operations are no scheduling points.
  template <class Body>
  void at_end(Body body) {
    add_end(keep(std::move(body)));
  }
  /// How the interleaving calls an object, and its parts (`name+offset`); otherwise o1, o2, ...
  template <class Object>
  void name(const Object* object, const char* name) {
    detail::name_object(object, sizeof(Object), name);
  }

private:
  template <class Body>
  detail::callable keep(Body body) {
    return {make<Body>(std::move(body)), [](void* object) { (*static_cast<Body*>(object))(); }};
  }
  void own(void* object, void (*destroy)(void*));
  void add_thread(detail::callable body);
  void add_end(detail::callable body);

  detail::execution& execution_;
};

/// What a search found.
struct report {
  /// Depth-first and random executions together, without the repetition of a failed one.
  std::size_t executions = 0;
  std::size_t random_executions = 0;
  /// All schedules within the bound of preemptions have been run.
  bool complete = false;
  std::uint64_t seed = 0;
  /// The statement that did not hold; empty if all did.
  std::string failure;
  /// The interleaving that led there, a line per operation: thread, object, operation, value.
  std::string interleaving;
  /// For replay.
  std::string schedule;

  [[nodiscard]] bool ok() const noexcept { return failure.empty(); }
  /// All of this for a person, with the line that replays the failure.
  [[nodiscard]] std::string text() const;
};

namespace detail {

/// A program without its type.
struct program {
  const void* object;
  void (*call)(const void*, run&);
};
[[nodiscard]] report explore_program(const options& how, program what);
[[nodiscard]] report replay_program(std::string_view schedule, program what);

template <class Program>
[[nodiscard]] program erase(const Program& what) noexcept {
  return {&what,
          [](const void* object, run& made) { (*static_cast<const Program*>(object))(made); }};
}

}  // namespace detail

/// Runs `what(run&)` under all schedules within the bound, then under random ones, until one fails.
/// An abort, a segmentation fault and an exception are failures too.
/// @thread one at a time; not from inside a program.
template <class Program>
[[nodiscard]] report explore(const options& how, Program what) {
  return detail::explore_program(how, detail::erase(what));
}

/// Runs one schedule, as report.schedule gave it.
template <class Program>
[[nodiscard]] report replay(std::string_view schedule, Program what) {
  return detail::replay_program(schedule, detail::erase(what));
}

/// Fails the execution unless `holds`. Does not return then.
inline void check(bool holds, std::string_view statement) {
  if (!holds) detail::fail(detail::joined({"check failed: ", statement}));
}

/// Nothing to do until another thread has done something: for loops that spin. Thread switches are
/// free here. Prefer wait_until, which has fewer schedules.
inline void yield() noexcept { detail::yield_point(); }

/// Sleeps: the thread cannot go on until `holds()`. If all that are left sleep, that is a deadlock,
/// which is how a lost wake-up shows.
/// @pre `holds` has no effects. Its operations are no scheduling points.
template <class Predicate>
void wait_until(Predicate holds) {
  detail::point({nullptr, "wait_until"}, {[](const void* predicate) -> bool {
                                            return (*static_cast<const Predicate*>(predicate))();
                                          },
                                          &holds});
  if (detail::tracing()) detail::note(nullptr, {"wait_until goes on"});
}

}  // namespace model
