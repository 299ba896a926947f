// tournament_test.cpp: the order of measuring; programs that print nonsense or fail half-way.
#include <troupe/bench/compare/tournament.hpp>

#include "programs.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace {

using namespace samples;

/// Ours and one peer, each a script; what compare says meanwhile is kept out of the test's output.
struct contest {
  programs::folder here;
  compare::contestant us = contestant_named("ours", compare::no_peer);
  compare::contestant them = contestant_named("peer");
  compare::options options{.rows = {}, .repetitions = 3, .workers = 2, .scale = 1, .json = ""};
  compare::row row = row_named("sample");

  contest(const std::string& our_script, const std::string& their_script) {
    us.program = here.add("ours", our_script);
    them.program = here.add("peer", their_script);
  }
  /// Runs it. @returns the standings of ours and the peer
  std::vector<compare::standing> held() {
    ::testing::internal::CaptureStderr();
    auto standings = compare::measure(row, options, {us, them}).standings;
    said = ::testing::internal::GetCapturedStderr();
    return standings;
  }
  std::string said;
};

TEST(Tournament, EachProgramGivesOneValueForEachRepetition) {
  contest c("echo 2 ns", "echo 3.5 ns");
  const auto standings = c.held();
  ASSERT_EQ(standings.size(), 2u);
  EXPECT_EQ(standings[0].values, (compare::series{2.0, 2.0, 2.0}));
  EXPECT_EQ(standings[1].values, (compare::series{3.5, 3.5, 3.5}));
  EXPECT_EQ(standings[1].failure, "");
}

TEST(Tournament, TheyRunInTurn) {
  const std::string note = R"sh(echo "${0##*/}" >>"${0%/*}/order"; echo 1 ns)sh";
  contest c(note, note);
  c.held();
  std::ifstream in(c.here.path_of("order"));
  const std::string order(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(order, "ours\npeer\nours\npeer\nours\npeer\n");
}

TEST(Tournament, AProgramIsToldTheRowTheWorkersTheWorkAndItsVariant) {
  const std::string note = R"sh(echo "$@" >"${0%/*}/words"; echo 1 ns)sh";
  contest c("echo 1 ns", note);
  c.them.variant = "sharing";
  c.options.scale = 0.5;
  c.row.workers = 1;
  c.held();
  std::ifstream in(c.here.path_of("words"));
  std::string words;
  std::getline(in, words);
  EXPECT_EQ(words, "sample --workers 1 --work 50 --variant sharing");
}

TEST(Tournament, WorkIsNeverScaledToNothing) {
  contest c("echo 1 ns", "echo 1 ns");
  c.options.scale = 0.0001;
  EXPECT_EQ(compare::measure(c.row, c.options, {}).work, 1u);
}

TEST(Tournament, WhoPrintsNonsenseLosesTheRow) {
  for (const char* nonsense :
       {"true", "echo fast", "echo 3", "echo 3 ms", "echo -1 ns", "echo nan ns", "echo inf ns"}) {
    contest c("echo 1 ns", nonsense);
    const auto standings = c.held();
    EXPECT_EQ(standings[1].failure, "printed no value in ns") << nonsense;
    EXPECT_EQ(standings[1].values, compare::series{std::nullopt}) << nonsense;
    EXPECT_EQ(standings[0].values.size(), 3u) << nonsense;
  }
}

TEST(Tournament, WhoCrashesHalfWayKeepsWhatItHadAndIsNotStartedAgain) {
  contest c("echo 1 ns", R"sh(test -e "$0.ran" && kill -ABRT $$; touch "$0.ran"; echo 9 ns)sh");
  const auto standings = c.held();
  EXPECT_EQ(standings[1].values, (compare::series{9.0, std::nullopt}));
  EXPECT_EQ(standings[1].failure, "ended by signal 6 (Aborted)");
  EXPECT_NE(c.said.find("left out of this row from here on"), std::string::npos);
}

TEST(Tournament, WhoDoesNotHaveTheRowIsNotAsked) {
  contest c("echo 1 ns", "echo 1 ns");
  c.row.peers = compare::no_peer;
  EXPECT_EQ(c.held().size(), 1u);
}

}  // namespace
