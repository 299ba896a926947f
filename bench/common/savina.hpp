// savina.hpp: Savina's standard parameters, and how work is cut into its iterations.
//
//   Rules    An iteration has the standard size, makes its actors and ends them, and all of it is
//            clocked. One of a tenth goes first. `--work` says how many messages there are in all.
//   Source   Imam, Sarkar: Savina, An Actor Benchmark Suite, AGERE! 2014; the parameters are the
//            defaults of its configurations ThreadRing, Counting, Throughput and Big.
#pragma once

#include "row_program.hpp"
#include "workload.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace bench::savina {

inline constexpr std::uint64_t ring_actors = 100;
inline constexpr std::uint64_t ring_hops = 100'000;

inline constexpr std::uint64_t counting_messages = 1'000'000;

inline constexpr std::uint64_t throughput_actors = 60;
inline constexpr std::uint64_t throughput_messages = 10'000;  // to each actor

inline constexpr std::uint64_t big_actors = 120;
inline constexpr std::uint64_t big_pings = 20'000;  // from each actor; each is answered by a pong

/// Nanoseconds for each message. `iterate(messages)` runs one iteration of about so many messages
/// and returns how many there were.
template <class Iterate>
double ns_per_message(const order& o, std::uint64_t standard, Iterate iterate) {
  iterate(warm_up(standard));
  std::uint64_t messages = 0;
  const double took = seconds([&] {
    while (messages < o.work) messages += iterate(std::min(standard, o.work - messages));
  });
  return ns_each(took, messages);
}

/// What a message of the throughput row lets its actor compute. The angle is a variable, since
/// compilers know the sine of a constant.
inline double compute(double angle) {
  const double sine = std::sin(angle);
  return sine * sine;
}
inline constexpr double throughput_angle = 37.2;

/// Savina's own generator, so that every program pings the same neighbours.
class pseudo_random {
public:
  explicit pseudo_random(std::uint64_t seed) : value_(seed) {}
  std::uint64_t below(std::uint64_t limit) {
    value_ = (value_ * 1309 + 13849) & 65535;
    return value_ % limit;
  }

private:
  std::uint64_t value_;
};

}  // namespace bench::savina
