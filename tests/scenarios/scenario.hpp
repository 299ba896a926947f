// scenario.hpp: one text of a concurrent test, run on real threads and on seeds.
//
//   Before   the files of this folder.      After   GoogleTest.
//   Holds    the world that a scenario gets; at its end nothing may be left over.
//   Note     linked twice: `sim_scenarios` replays orders from seeds, `stress_scenarios` uses
//            threads; on_seeds.cpp or on_threads.cpp says which.
#pragma once

#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace scenario {

/// Where a scenario runs: a system, and what differs between threads and seeds.
class world {
public:
  /// On threads; constant within a program.
  static const bool real;
  /// `which`: on threads the number of workers, on seeds the seed.
  explicit world(std::uint64_t which);
  world(const world&) = delete;
  world& operator=(const world&) = delete;
  /// Shuts down and checks that nothing is left: no actor, no cell, no open ask, no envelope.
  ~world();

  [[nodiscard]] troupe::actor_system& system();
  template <class A, class... Args>
  [[nodiscard]] troupe::ref<A> spawn(Args&&... args) {
    return system().spawn<A>(std::forward<Args>(args)...);
  }
  template <class A, class... Args>
  [[nodiscard]] troupe::ref<A> spawn(troupe::spawn_options options, Args&&... args) {
    return system().spawn<A>(std::move(options), std::forward<Args>(args)...);
  }

  /// Returns when nothing is pending: no message, no ask.
  void settle();
  /// On seeds: lets `d` pass. On threads: nothing; real time passes by itself.
  void advance(troupe::duration d);
  [[nodiscard]] troupe::system_counters counters() { return system().counters(); }

  /// Shuts down now; what may be touched afterwards are refs, which are inert.
  troupe::shutdown_report shutdown(troupe::duration deadline);

private:
  struct body;
  std::unique_ptr<body> body_;
};

/// Runs `f` on every seed, or on 1, 2 and 4 workers several times; stops at the first failure and
/// prints how to repeat it.
void everywhere(const std::function<void(world&)>& f);

/// Whether others run while one is held at a gate: on threads that takes two.
[[nodiscard]] inline bool can_hold(world& w) {
  return !world::real || w.system().workers().size() > 1;
}

/// Returns when `holds()`; on seeds it must hold once nothing can happen without time.
template <class F>
void until(world& w, F holds) {
  if (!world::real) w.settle();
  while (world::real && !holds()) std::this_thread::yield();
  EXPECT_TRUE(holds());
}

/// A test that only one of the programs has. @pre called while static objects are made
bool add_test(bool is_here, const char* suite, const char* name, const char* file, int line,
              void (*body)());

}  // namespace scenario

/// SCENARIO(Ask, AReplyComesOnce) { auto a = w.spawn<...>(); ... w.settle(); EXPECT_... }
#define SCENARIO(suite, name)                                   \
  static void suite##_##name(::scenario::world& w);             \
  TEST(suite, name) { ::scenario::everywhere(suite##_##name); } \
  static void suite##_##name(::scenario::world& w)

/// What threads only, or seeds only, can do.
#define TEST_OF_ONE_(here, suite, name)                                               \
  static void suite##_##name();                                                       \
  [[maybe_unused]] static const bool suite##_##name##_added =                         \
      ::scenario::add_test(here, #suite, #name, __FILE__, __LINE__, &suite##_##name); \
  static void suite##_##name()
#define TEST_ON_THREADS(suite, name) TEST_OF_ONE_(::scenario::world::real, suite, name)
#define TEST_ON_SEEDS(suite, name) TEST_OF_ONE_(!::scenario::world::real, suite, name)

#define SCENARIO_OF_ONE_(here, suite, name)                                        \
  static void suite##_##name##_in(::scenario::world& w);                           \
  TEST_OF_ONE_(here, suite, name) { ::scenario::everywhere(suite##_##name##_in); } \
  static void suite##_##name##_in(::scenario::world& w)
#define SCENARIO_ON_THREADS(suite, name) SCENARIO_OF_ONE_(::scenario::world::real, suite, name)
#define SCENARIO_ON_SEEDS(suite, name) SCENARIO_OF_ONE_(!::scenario::world::real, suite, name)
