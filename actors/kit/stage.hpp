// stage.hpp: a system in which nothing happens by chance.
//
//   Before   a test.      After   its actors run on this thread, in an order that the seed decides.
//   Called   by the thread that built it.
//   Holds    a system on the seeded scheduler.
#pragma once

#include <troupe/actors/prelude.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace troupe::kit {

class seeded;

/// One thread, one seed, a clock that moves only when told. Two runs with the same seed do the
/// same; many seeds try many orders. A `.get()` of the test runs the actors until it is answered,
/// passing time if nothing else is left.
class stage {
public:
  /// @param seed decides every choice of the scheduler; print it when a test fails
  explicit stage(std::uint64_t seed = 1);

  /// As actor_system::spawn.
  template <class A, class... Args>
  [[nodiscard]] ref<A> spawn(Args&&... args) {
    return system_.spawn<A>(std::forward<Args>(args)...);
  }
  template <class A, class... Args>
  [[nodiscard]] ref<A> spawn(spawn_options options, Args&&... args) {
    return system_.spawn<A>(std::move(options), std::forward<Args>(args)...);
  }
  /// As actor_system::spawn_pool.
  template <class A, class... Args>
  [[nodiscard]] pool_ref<A> spawn_pool(const pool_options& options, const Args&... args) {
    return system_.spawn_pool<A>(options, args...);
  }

  /// As actor_system::spawn of a process.
  template <detail::process_like F, class... Args>
  [[nodiscard]] auto spawn(F body, Args... args) {
    return system_.spawn(std::move(body), std::move(args)...);
  }
  template <detail::process_like F, class... Args>
  [[nodiscard]] auto spawn(const spawn_options& options, F body, Args... args) {
    return system_.spawn(options, std::move(body), std::move(args)...);
  }

  /// Runs until nothing can happen without time passing.
  /// @throws std::runtime_error if that is never so: messages go round for ever
  void settle();
  /// Settles, then lets `d` pass, with all that is due on the way.
  void advance(duration d);
  /// Runs one turn. @returns false if no actor has anything to do
  bool step();

  /// As actor_system::events: what happens from now on. `settle()`, then `take_all()`.
  [[nodiscard]] event_reader events() { return system_.events(); }
  [[nodiscard]] actor_system& system() noexcept { return system_; }
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

private:
  const std::uint64_t seed_;
  seeded* scheduler_;  // the system's
  actor_system system_;
};

/// The seeds that a test tries: 1 to `count`, or the one in the environment variable TROUPE_SEED,
/// with which a failure is replayed.
[[nodiscard]] std::vector<std::uint64_t> seeds(std::size_t count);

}  // namespace troupe::kit
