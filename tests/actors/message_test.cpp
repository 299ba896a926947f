// message_test.cpp: replies that messages name, names of types.
#include <troupe/actors/message.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace unit {
struct plain {};
struct question {
  using reply = std::string;
};
struct command {
  using reply = void;
};
struct theirs {};
template <class T>
struct box {};
enum class color { red };
}  // namespace unit

template <>
struct troupe::reply_of<unit::theirs> {
  using type = int;
};

namespace {

using troupe::is_request;
using troupe::reply_t;

static_assert(!is_request<unit::plain>);
static_assert(!is_request<int>);
static_assert(!is_request<unit::color>);
static_assert(is_request<unit::question>);
static_assert(is_request<unit::command>);
static_assert(is_request<unit::theirs>);
static_assert(std::is_same_v<reply_t<unit::question>, std::string>);
static_assert(std::is_void_v<reply_t<unit::command>>);
static_assert(std::is_same_v<reply_t<unit::theirs>, int>);

TEST(TypeName, IsAsTheCompilerWritesIt) {
  EXPECT_EQ(troupe::detail::type_name<unit::plain>(), "unit::plain");
  EXPECT_EQ(troupe::detail::type_name<int>(), "int");
  EXPECT_EQ(troupe::detail::type_name<unit::color>(), "unit::color");
}

TEST(TypeName, OfATemplateNamesItsArguments) {
  EXPECT_EQ(troupe::detail::type_name<unit::box<unit::plain>>(), "unit::box<unit::plain>");
  const auto whole = troupe::detail::type_name<unit::box<int[3]>>();  // compilers put the blanks
  EXPECT_TRUE(whole == "unit::box<int [3]>" || whole == "unit::box<int[3]>") << whole;
}

}  // namespace
