// options_test.cpp: the command line of compare.
#include <troupe/bench/compare/options.hpp>

#include <troupe/bench/compare/row.hpp>

#include <gtest/gtest.h>

namespace {

using compare::options;
using compare::read_options;
using compare::wrong_arguments;

std::string refusal(const std::vector<std::string>& words) {
  try {
    read_options(words);
  } catch (const wrong_arguments& e) {
    return e.what();
  }
  return "understood";
}

TEST(Options, WithoutAnyAllRowsAreMeasuredFiveTimesOnAllCpus) {
  const options o = read_options({});
  EXPECT_EQ(o.rows.size(), compare::all_rows().size());
  EXPECT_EQ(o.repetitions, 5);
  EXPECT_GE(o.workers, 1);
  EXPECT_EQ(o.scale, 1);
  EXPECT_TRUE(o.json.ends_with("/build/bench/results.json"));
  EXPECT_FALSE(o.list || o.help || o.packages);
}

TEST(Options, EachIsTaken) {
  const options o = read_options({"--repetitions", "7", "--workers", "3", "--scale", "0.5",
                                  "--json", "x.json", "--list", "--help", "--packages"});
  EXPECT_EQ(o.repetitions, 7);
  EXPECT_EQ(o.workers, 3);
  EXPECT_EQ(o.scale, 0.5);
  EXPECT_EQ(o.json, "x.json");
  EXPECT_TRUE(o.list && o.help && o.packages);
}

TEST(Options, ChosenRowsComeInTheOrderOfTheTableAndOnce) {
  const options o = read_options({"--only", "skynet,ping_pong_ns,skynet"});
  ASSERT_EQ(o.rows.size(), 2u);
  EXPECT_EQ(o.rows[0]->name, "ping_pong_ns");
  EXPECT_EQ(o.rows[1]->name, "skynet");
}

TEST(Options, ARowThatIsNotThereIsNamedAndTheRowsAreListed) {
  const std::string why = refusal({"--only", "pingpong"});
  EXPECT_NE(why.find("no row 'pingpong'"), std::string::npos) << why;
  EXPECT_NE(why.find("ping_pong_ns, one_producer"), std::string::npos) << why;
}

TEST(Options, WhatIsNotUnderstoodIsNamed) {
  EXPECT_EQ(refusal({"--fast"}), "unknown option '--fast'");
  EXPECT_EQ(refusal({"--scale"}), "--scale needs a value");
  EXPECT_EQ(refusal({"--only", ""}), "--only needs rows, separated by commas");
  EXPECT_EQ(refusal({"--json", ""}), "--json needs a file name");
}

TEST(Options, NumbersAreAboveZeroAndNotTooLarge) {
  EXPECT_EQ(refusal({"--repetitions", "0"}),
            "--repetitions needs a number above 0 and at most 1000, not '0'");
  EXPECT_EQ(refusal({"--workers", "2x"}),
            "--workers needs a number above 0 and at most 1024, not '2x'");
  EXPECT_EQ(refusal({"--scale", "nan"}),
            "--scale needs a number above 0 and at most 1000, not 'nan'");
  EXPECT_EQ(refusal({"--scale", "-1"}),
            "--scale needs a number above 0 and at most 1000, not '-1'");
}

}  // namespace
