// cross_core.hpp: what the rows cross_core_spin and cross_core_park have in common on every side.
//
//   Rules    Parked: whoever gets the ball keeps its CPU busy for `rest`, longer than anybody spins
//            before it sleeps; so the other side is asleep when the ball is sent. Measured is from
//            just before the sending until the other side runs. That it slept is checked.
#pragma once

#include "row_program.hpp"

#include <chrono>
#include <cstdint>
#include <sys/resource.h>

namespace bench::cross_core {

inline constexpr std::chrono::microseconds rest{200};

/// What goes to and fro. `left` flights follow this one; `on_way` is how long those before took.
struct ball {
  std::uint64_t left;
  std::chrono::steady_clock::time_point touched;
  std::chrono::nanoseconds on_way;
};

inline ball served(std::uint64_t flights) {
  return {flights - 1, std::chrono::steady_clock::now(), std::chrono::nanoseconds{0}};
}
/// The first thing that is done with a ball that has arrived.
inline ball landed(const ball& b) {
  const auto now = std::chrono::steady_clock::now();
  return {b.left, now, b.on_way + (now - b.touched)};
}
/// The last thing that is done with it before it is sent.
inline ball returned(const ball& b) {
  auto now = b.touched;
  while (now - b.touched < rest) now = std::chrono::steady_clock::now();
  return {b.left - 1, now, b.on_way};
}

/// How often the threads of this process have gone to sleep until now.
inline std::int64_t times_slept() {
  rusage usage{};
  require(getrusage(RUSAGE_SELF, &usage) == 0, "getrusage failed");
  return usage.ru_nvcsw;
}

/// Microseconds of a round trip. `play(flights)` gives the ball as it has landed for the last time.
template <class Play>
double parked_round_trip(std::uint64_t round_trips, Play play) {
  const std::uint64_t flights = 2 * round_trips;
  const auto slept_before = times_slept();
  const ball last = play(flights);
  const auto slept = static_cast<std::uint64_t>(times_slept() - slept_before);
  // Three of four: where others use the machine, a side may still wait for its CPU to fall asleep.
  require(4 * slept >= 3 * flights, "a side did not sleep while the ball was away");
  return std::chrono::duration<double, std::micro>(last.on_way).count() /
         static_cast<double>(round_trips);
}

}  // namespace bench::cross_core
