// phase.hpp: strangers at work in a system, then rest, then the balance of the books.
//
//   Before   soak.cpp draws a plan from the seed.
//   After    what was wrong; nothing lives any more, nothing is under way.
//   Called   by the main thread.
//   Rules    P1  At rest each message has been handled or is a dead letter, each actor has ended,
//                each cell and each envelope is free again: else a wake-up was lost, or memory.
//            P2  What does not come to rest is named, and not waited for any longer.
#pragma once

#include "stranger.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace soak {

/// One phase. Drawn from the seed of the soak and the phase's number, and from nothing else.
struct plan {
  plan(std::uint64_t seed, std::uint64_t phase);

  std::uint64_t seed;
  const flavour* mood;
  std::size_t strangers;
  int workers;              ///< of the system, if this phase begins one
  std::uint64_t cut_after;  ///< deeds, after which the system is shut down; or curtain::never
  bool ends_system;         ///< at rest; a phase that is cut short does so too
};

/// What happened.
struct outcome {
  std::vector<std::string> wrongs;  ///< empty: all is as it must be
  bool hangs = false;               ///< threads are left that cannot be joined
  std::uint64_t messages = 0;
  std::uint64_t actors = 0;
};

[[nodiscard]] outcome run_phase(troupe::actor_system& sys, const plan& p);

/// Shuts down a system at rest. @returns what was wrong; empty: nothing
[[nodiscard]] std::vector<std::string> end_system(troupe::actor_system& sys);

}  // namespace soak
