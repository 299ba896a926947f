// scenario.cpp: the worlds in which scenarios run.
#include "scenario.hpp"

#include <troupe/actors/detail/runtime.hpp>

#include <string>

namespace scenario {
namespace {

using namespace std::chrono_literals;

#if defined(TROUPE_REAL_THREADS)
constexpr int rounds_on_threads = 10;
#else
constexpr std::size_t seeds_per_scenario = 200;
#endif

void expect_nothing_left(const troupe::system_counters& c, std::int64_t envelopes_before) {
  EXPECT_EQ(c.alive(), 0U) << "actors that have not ended";
  EXPECT_EQ(c.asked, c.settled) << "asks that have not ended";
  EXPECT_EQ(c.cells_made, c.cells_freed)
      << "cells that have not been freed: refs that outlive the world?";
  EXPECT_EQ(troupe::detail::live_envelopes(), envelopes_before) << "envelopes left";
}

}  // namespace

struct world::body {
#if defined(TROUPE_REAL_THREADS)
  explicit body(int workers) : sys({.workers = workers, .log = false}) {}
  troupe::actor_system sys;
  troupe::actor_system& system() { return sys; }
#else
  explicit body(std::uint64_t seed) : stage(seed) {}
  troupe::kit::stage stage;
  troupe::actor_system& system() { return stage.system(); }
#endif
  std::int64_t envelopes = troupe::detail::live_envelopes();
  bool shut = false;
};

#if defined(TROUPE_REAL_THREADS)
world::world(int workers) : body_(std::make_unique<body>(workers)) {}
void world::settle() { ASSERT_TRUE(system().drain()); }
void world::advance(troupe::duration) {}
#else
world::world(std::uint64_t seed) : body_(std::make_unique<body>(seed)) {}
void world::settle() { body_->stage.settle(); }
void world::advance(troupe::duration d) { body_->stage.advance(d); }
#endif

world::~world() {
  if (!body_->shut) {
    const auto report = shutdown(60s);
    EXPECT_TRUE(report.clean()) << report.to_string();
  }
  expect_nothing_left(counters(), body_->envelopes);
}

troupe::actor_system& world::system() { return body_->system(); }

troupe::shutdown_report world::shutdown(troupe::duration deadline) {
  body_->shut = true;
  return system().shutdown(deadline);
}

void everywhere(const std::function<void(world&)>& f) {
#if defined(TROUPE_REAL_THREADS)
  for (const int workers : {1, 2, 4})
    for (int round = 0; round < rounds_on_threads; ++round) {
      SCOPED_TRACE("workers " + std::to_string(workers) + ", round " + std::to_string(round));
      world w(workers);
      f(w);
      if (::testing::Test::HasFailure()) return;
    }
#else
  for (const std::uint64_t seed : troupe::kit::seeds(seeds_per_scenario)) {
    SCOPED_TRACE("to replay: TROUPE_SEED=" + std::to_string(seed));
    world w(seed);
    f(w);
    if (::testing::Test::HasFailure()) return;
  }
#endif
}

}  // namespace scenario
