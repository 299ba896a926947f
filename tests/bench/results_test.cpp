// results_test.cpp: results.json.
#include <troupe/bench/compare/results.hpp>

#include "programs.hpp"
#include "samples.hpp"
#include <troupe/bench/compare/machine.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace {

using namespace samples;

const compare::row ring = row_named("savina_ring");

std::string json_of(const compare::row_result& result) {
  compare::machine m;
  m.cpu = "a \"fast\" one";
  return compare::results_json(m, {}, {ours, peer}, {result});
}

::testing::AssertionResult has(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << part << " is not in " << text;
}

TEST(Results, EveryValueIsKeptBesideItsMedian) {
  const std::string json = json_of(result_of(ring, {1.0, 3.0}, {4.0, 4.0}));
  EXPECT_TRUE(has(json, "\"cpu\": \"a \\\"fast\\\" one\""));
  EXPECT_TRUE(has(json, "\"metric\": \"savina_ring\""));
  EXPECT_TRUE(has(json, "\"better\": \"smaller\""));
  EXPECT_TRUE(has(json, "\"median\": 2,\n          \"min\": 1,\n          \"max\": 3,\n"));
  EXPECT_TRUE(has(json, "\"group\": \"savina\",\n      \"peer\": \"peer\",\n      \"rows\": 1"));
}

TEST(Results, WhatIsMissingIsNull) {
  auto result = result_of(ring, {1.0}, {std::nullopt});
  result.standings[1].failure = "ended with exit code 1";
  const std::string json = json_of(result);
  EXPECT_TRUE(has(json, "\"median\": null"));
  EXPECT_TRUE(has(json, "\"failure\": \"ended with exit code 1\""));
  EXPECT_TRUE(has(json, "\"rows\": 1,\n      \"ratio\": null"));
}

TEST(Results, AFileIsWrittenWithItsFolders) {
  const programs::folder here;
  const std::string path = here.path_of("a/b/results.json");
  compare::write_file(path, "{}\n");
  std::ifstream in(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "{}\n");
}

TEST(Results, AFileThatCannotBeWrittenIsNamed) {
  try {
    compare::write_file("/dev/full", "{}\n");
    FAIL() << "written";
  } catch (const std::exception& e) {
    EXPECT_STREQ(e.what(), "cannot write /dev/full");
  }
}

}  // namespace
