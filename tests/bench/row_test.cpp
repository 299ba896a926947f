// row_test.cpp: the table of rows.
#include <troupe/bench/compare/row.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

TEST(Row, NamesAreUniqueAndEachIsFound) {
  std::set<std::string_view> names;
  for (const compare::row& r : compare::all_rows()) {
    EXPECT_TRUE(names.insert(r.name).second) << r.name;
    EXPECT_EQ(compare::find_row(r.name), &r);
  }
  EXPECT_EQ(compare::find_row("nothing"), nullptr);
}

TEST(Row, EachHasWorkAndSaysWhatItIs) {
  for (const compare::row& r : compare::all_rows()) {
    EXPECT_GT(r.work, 0u) << r.name;
    EXPECT_FALSE(r.unit.empty() || r.what.empty()) << r.name;
    EXPECT_EQ(r.name.find_first_of(" =,"), std::string_view::npos) << r.name;
  }
}

}  // namespace
