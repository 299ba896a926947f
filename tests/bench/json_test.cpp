// json_test.cpp: brackets, commas, quotes.
#include <troupe/bench/compare/json.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using compare::json_writer;

TEST(Json, ValuesOfAnObjectAreSeparatedAndIndented) {
  json_writer out;
  out.open('{').field("a", 1).field("b", "two").key("c").null().close('}');
  EXPECT_EQ(out.text(), "{\n  \"a\": 1,\n  \"b\": \"two\",\n  \"c\": null\n}");
}

TEST(Json, ListsNestAndMayBeEmpty) {
  json_writer out;
  out.open('[').open('[').close(']').open('[').value(1.5).value(2.0).close(']').close(']');
  EXPECT_EQ(out.text(), "[\n  [],\n  [\n    1.5,\n    2\n  ]\n]");
}

TEST(Json, QuotesBackslashesAndControlCharactersAreEscaped) {
  json_writer out;
  out.value("a\"b\\c\n\x01");
  EXPECT_EQ(out.text(), "\"a\\\"b\\\\c\\u000a\\u0001\"");
}

TEST(Json, NumbersThatJsonDoesNotKnowAreNull) {
  json_writer out;
  out.open('[').value(std::nan("")).value(HUGE_VAL).close(']');
  EXPECT_EQ(out.text(), "[\n  null,\n  null\n]");
}

}  // namespace
