// shutdown_test.cpp: the report of a shutdown, as a value.
#include <troupe/actors/shutdown.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <type_traits>

namespace {

using namespace std::chrono_literals;
using troupe::culprit;
using troupe::shutdown_report;
using troupe::shutdown_stage;

static_assert(shutdown_stage::listeners < shutdown_stage::trees);
static_assert(shutdown_stage::trees < shutdown_stage::actors);
static_assert(shutdown_stage::actors < shutdown_stage::timers);
static_assert(shutdown_stage::timers < shutdown_stage::pool);
static_assert(shutdown_stage::pool < shutdown_stage::reactors);
static_assert(!std::is_copy_constructible_v<troupe::shutdown_step>);

TEST(ShutdownReport, IsCleanWhenItNamesNobody) {
  const shutdown_report r;
  EXPECT_TRUE(r.clean());
  EXPECT_EQ(r.to_string(), "clean");
}

TEST(ShutdownReport, IsNotCleanWithACulpritAWorkerLeftOrAKill) {
  shutdown_report stuck;
  stuck.stuck.push_back({.what = "bank"});
  shutdown_report left;
  left.workers_left = true;
  shutdown_report killed;
  killed.killed = 3;
  for (const auto* r : {&stuck, &left, &killed}) {
    EXPECT_FALSE(r->clean());
    EXPECT_NE(r->to_string(), "clean");
    EXPECT_FALSE(r->to_string().empty());
  }
  EXPECT_NE(killed.to_string().find('3'), std::string::npos) << killed.to_string();
}

TEST(ShutdownReport, SaysALinePerCulpritWithMessageAndTime) {
  shutdown_report r;
  r.stuck.push_back({.what = "bank #1", .handling = "deposit", .running = 1500ms});
  r.stuck.push_back({.what = "bank #2"});
  const std::string text = r.to_string();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  for (const char* const part : {"bank #1", "deposit", "1500 ms", "bank #2"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " is missing: " << text;
  EXPECT_LT(text.find("bank #1"), text.find("bank #2"));
}

}  // namespace
