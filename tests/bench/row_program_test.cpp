// row_program_test.cpp: the command line of measured programs.
#include <troupe/bench/common/row_program.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

struct result {
  int code;
  std::string out;
  std::string err;
};

double measured_work(const bench::order& o) {
  return static_cast<double>(o.work) + o.workers / 10.0 + (o.variant == "v" ? 0.01 : 0);
}
double fails(const bench::order&) {
  bench::require(false, "messages were lost");
  return 0;
}

result run(std::vector<std::string> words) {
  constexpr bench::entry rows[] = {{"works", "ns", measured_work}, {"fails", "ms", fails}};
  words.insert(words.begin(), "program");
  std::vector<char*> argv;
  for (auto& w : words) argv.push_back(w.data());
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  result r;
  r.code = bench::row_program("sample 1", rows, static_cast<int>(argv.size()), argv.data());
  r.out = ::testing::internal::GetCapturedStdout();
  r.err = ::testing::internal::GetCapturedStderr();
  return r;
}

TEST(RowProgram, PrintsTheValueAndItsUnit) {
  const result r = run({"works", "--workers", "2", "--work", "40", "--variant", "v"});
  EXPECT_EQ(r.code, 0);
  EXPECT_EQ(r.out, "40.21 ns\n");
}

TEST(RowProgram, ListsItsRowsAndSaysWhoItIs) {
  EXPECT_EQ(run({"--list"}).out, "works\nfails\n");
  EXPECT_TRUE(run({"--about"}).out.starts_with("sample 1, "));
}

TEST(RowProgram, ARowThatFailsSaysWhyWithExitCodeOne) {
  const result r = run({"fails", "--work", "1"});
  EXPECT_EQ(r.code, 1);
  EXPECT_EQ(r.out, "");
  EXPECT_EQ(r.err, "program: messages were lost\n");
}

TEST(RowProgram, WrongArgumentsAreNamedWithExitCodeTwo) {
  const std::pair<std::vector<std::string>, std::string> wrong[] = {
      {{}, "a row is missing"},
      {{"nothing"}, "there is no row 'nothing' here"},
      {{"works"}, "--work COUNT is missing"},
      {{"works", "--work"}, "--work needs a value"},
      {{"works", "--work", "0"}, "--work needs a positive number, not '0'"},
      {{"works", "--work", "1", "--workers", "-1"}, "--workers needs a positive number, not '-1'"},
      {{"works", "--fast", "1"}, "unknown option '--fast'"},
  };
  for (const auto& [words, why] : wrong) {
    const result r = run(words);
    EXPECT_EQ(r.code, 2);
    EXPECT_NE(r.err.find(why), std::string::npos) << r.err;
    EXPECT_NE(r.err.find("usage: program ROW"), std::string::npos) << r.err;
  }
}

}  // namespace
