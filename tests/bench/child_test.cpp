// child_test.cpp: programs that end well, crash, hang, or cannot be started.
#include <troupe/bench/compare/child.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using compare::outcome;
using compare::run_child;
using namespace std::chrono_literals;

outcome shell(const std::string& script, std::chrono::milliseconds limit = 60s) {
  return run_child(
      {.words = {"/bin/sh", "-c", script}, .preload = {}, .quiet = true, .limit = limit});
}

TEST(Child, WhatItWroteIsThereAndAGoodEndIsNoFailure) {
  const outcome o = shell("echo 12.5 ns");
  EXPECT_EQ(o.output, "12.5 ns\n");
  EXPECT_EQ(o.failure, "");
}

TEST(Child, MoreThanAPipeHoldsIsReadWhole) {
  const outcome o = shell("head -c 200000 /dev/zero");
  EXPECT_EQ(o.output.size(), 200'000u);
  EXPECT_EQ(o.failure, "");
}

TEST(Child, ABadExitCodeIsAFailureThatNamesIt) {
  const outcome o = shell("echo half; exit 3");
  EXPECT_EQ(o.output, "half\n");
  EXPECT_EQ(o.failure, "ended with exit code 3");
}

TEST(Child, ACrashIsAFailureThatNamesTheSignal) {
  EXPECT_EQ(shell("kill -SEGV $$").failure, "ended by signal 11 (Segmentation fault)");
}

TEST(Child, AProgramThatIsNotThereCannotBeStarted) {
  const outcome o = run_child({.words = {"/nowhere/at/all"}, .preload = {}});
  EXPECT_EQ(o.failure, "cannot be started");
}

TEST(Child, WhoIsLateIsKilled) {
  const outcome o = shell("echo begun; exec tail -f /dev/null", 200ms);
  EXPECT_EQ(o.failure, "not done after 0.2 s, killed");
}

TEST(Child, WhoClosesItsOutputAndGoesOnIsLateToo) {
  const outcome o = shell("exec >/dev/null; exec tail -f /dev/null", 200ms);
  EXPECT_EQ(o.failure, "not done after 0.2 s, killed");
}

TEST(Child, WhatItLeavesBehindDoesNotKeepItAlive) {
  const outcome o = shell("tail -f /dev/null & echo $!");  // which holds the output open
  const int left_behind = std::stoi(o.output);
  EXPECT_EQ(o.failure, "");
  EXPECT_EQ(kill(left_behind, SIGKILL), 0);
}

}  // namespace
