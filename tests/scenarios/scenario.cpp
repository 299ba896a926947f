// scenario.cpp: the worlds in which scenarios run.
#include "scenario.hpp"

#include <troupe/actors/detail/runtime.hpp>

#include <optional>
#include <string>

namespace scenario {
namespace {

using namespace std::chrono_literals;

constexpr int rounds_on_threads = 10;
constexpr std::size_t seeds_per_scenario = 200;

void expect_nothing_left(const troupe::system_counters& c, std::int64_t envelopes_before) {
  EXPECT_EQ(c.alive(), 0U) << "actors that have not ended";
  EXPECT_EQ(c.asked, c.settled) << "asks that have not ended";
  EXPECT_EQ(c.cells_made, c.cells_freed)
      << "cells that have not been freed: refs that outlive the world?";
  EXPECT_EQ(troupe::detail::live_envelopes(), envelopes_before) << "envelopes left";
}

}  // namespace

struct world::body {
  explicit body(std::uint64_t which) {
    if (real)
      on_threads.emplace(troupe::system_options{.workers = static_cast<int>(which), .log = false});
    else
      on_seeds.emplace(which);
  }
  troupe::actor_system& system() { return real ? *on_threads : on_seeds->system(); }

  std::optional<troupe::actor_system> on_threads;
  std::optional<troupe::kit::stage> on_seeds;
  std::int64_t envelopes = troupe::detail::live_envelopes();
  bool shut = false;
};

world::world(std::uint64_t which) : body_(std::make_unique<body>(which)) {}

void world::settle() {
  if (!real) return body_->on_seeds->settle();
  ASSERT_TRUE(system().drain());
}

void world::advance(troupe::duration d) {
  if (!real) body_->on_seeds->advance(d);
}

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

namespace {

void on_threads(const std::function<void(world&)>& f) {
  for (const std::uint64_t workers : {1U, 2U, 4U})
    for (int round = 0; round < rounds_on_threads; ++round) {
      SCOPED_TRACE("workers " + std::to_string(workers) + ", round " + std::to_string(round));
      world w(workers);
      f(w);
      if (::testing::Test::HasFailure()) return;
    }
}

void on_seeds(const std::function<void(world&)>& f) {
  for (const std::uint64_t seed : troupe::kit::seeds(seeds_per_scenario)) {
    SCOPED_TRACE("to replay: TROUPE_SEED=" + std::to_string(seed));
    world w(seed);
    f(w);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace

void everywhere(const std::function<void(world&)>& f) { world::real ? on_threads(f) : on_seeds(f); }

bool add_test(bool is_here, const char* suite, const char* name, const char* file, int line,
              void (*body)()) {
  class one : public ::testing::Test {
  public:
    explicit one(void (*body)()) : body_(body) {}
    void TestBody() override { body_(); }

  private:
    void (*body_)();
  };
  if (is_here)
    ::testing::RegisterTest(suite, name, nullptr, nullptr, file, line,
                            [body]() -> ::testing::Test* { return new one(body); });
  return is_here;
}

}  // namespace scenario
