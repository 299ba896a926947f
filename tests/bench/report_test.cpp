// report_test.cpp: the lines for machines and the table.
#include <troupe/bench/compare/report.hpp>

#include "samples.hpp"
#include <troupe/bench/compare/machine.hpp>

#include <gtest/gtest.h>

namespace {

using namespace samples;
using compare::better;
using compare::machine_lines;

const compare::row speed = row_named("speed", better::bigger);
const compare::row delay = row_named("delay");

TEST(Report, ALineHasBothMediansAndTheMedianOfTheRatios) {
  EXPECT_EQ(machine_lines({result_of(delay, {10.0, 20.0, 12.0}, {20.0, 80.0, 60.0})}),
            "metric=delay ours=12.0 peer=peer peer_value=60.0 ratio=4.00\n");
}

TEST(Report, ARatioAboveOneMeansThatOursIsBetterWhicheverWayIsBetter) {
  EXPECT_EQ(machine_lines({result_of(speed, {30.0}, {3.0})}),
            "metric=speed ours=30.0 peer=peer peer_value=3.00 ratio=10.0\n");
  EXPECT_EQ(machine_lines({result_of(delay, {30.0}, {3.0})}),
            "metric=delay ours=30.0 peer=peer peer_value=3.00 ratio=0.100\n");
}

TEST(Report, ARowWithoutPeersSaysSo) {
  auto alone = result_of(delay, {0.5}, {});
  alone.standings.pop_back();
  EXPECT_EQ(machine_lines({alone}), "metric=delay ours=0.500 peer=none\n");
}

TEST(Report, AZeroIsSaidInsteadOfARatio) {
  EXPECT_EQ(machine_lines({result_of(delay, {3.0}, {0.0})}),
            "metric=delay ours=3.00 peer=peer peer_value=0 ratio=peer_value_is_0\n");
  EXPECT_EQ(machine_lines({result_of(delay, {0.0}, {197.0})}),
            "metric=delay ours=0 peer=peer peer_value=197 ratio=ours_is_0\n");
  EXPECT_EQ(machine_lines({result_of(delay, {0.0}, {0.0})}),
            "metric=delay ours=0 peer=peer peer_value=0 ratio=peer_value_is_0\n");
}

TEST(Report, WhoFailedHasNoValueAndTheTableSaysWhy) {
  auto failed = result_of(delay, {3.0}, {std::nullopt});
  failed.standings[1].failure = "ended with exit code 1";
  EXPECT_EQ(machine_lines({failed}),
            "metric=delay ours=3.00 peer=peer peer_value=none ratio=none\n");
  EXPECT_NE(compare::table({failed}).find("delay: peer ended with exit code 1\n"),
            std::string::npos);
}

TEST(Report, WhenOursFailedThePeerIsStillPrinted) {
  EXPECT_EQ(machine_lines({result_of(delay, {std::nullopt}, {3.0})}),
            "metric=delay ours=none peer=peer peer_value=3.00 ratio=none\n");
}

TEST(Report, TheGeometricMeanComesLast) {
  const compare::row ring = row_named("savina_ring");
  EXPECT_EQ(machine_lines({result_of(ring, {2.0}, {9.0}), result_of(delay, {1.0}, {1.0})}),
            "metric=savina_ring ours=2.00 peer=peer peer_value=9.00 ratio=4.50\n"
            "metric=delay ours=1.00 peer=peer peer_value=1.00 ratio=1.00\n"
            "geomean=savina peer=peer ratio=4.50 rows=1\n");
}

TEST(Report, TheTableShowsTheRangeOfTheValues) {
  const std::string table = compare::table({result_of(delay, {10.0, 20.0}, {80.0, 40.0})});
  EXPECT_NE(table.find("[10.0 .. 20.0]"), std::string::npos) << table;
  EXPECT_NE(table.find("[40.0 .. 80.0]"), std::string::npos) << table;
}

TEST(Report, WhatMakesTheNumbersDoubtfulIsSaidFirst) {
  compare::machine m;
  m.load = 1.5;
  compare::options o;
  o.repetitions = 2;
  o.scale = 0.1;
  compare::contestant absent = contestant_named("elsewhere");
  absent.absent = "not built";
  const std::string text = compare::preamble(m, o, {ours, absent});
  EXPECT_NE(text.find("others use this machine (load 1.5)"), std::string::npos) << text;
  EXPECT_NE(text.find("fewer than 5 repetitions"), std::string::npos) << text;
  EXPECT_NE(text.find("scaled by 0.1"), std::string::npos) << text;
  EXPECT_NE(text.find("skipped: not built"), std::string::npos) << text;
}

}  // namespace
