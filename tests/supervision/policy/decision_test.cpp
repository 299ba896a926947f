// decision_test.cpp: what the end of a child means, for each restart type and each reason.
//
//   Rules    R1 to R3, D7: docs/semantics.md.
#include <troupe/supervision/policy/decision.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using troupe::exit_kind;
using troupe::exit_reason;
using troupe::permanent;
using troupe::temporary;
using troupe::transient;
using troupe::detail::is_expected_end;
using troupe::detail::verdict;
using troupe::detail::verdict_on;

struct way_out {
  exit_reason why;
  bool is_clean;
};
[[nodiscard]] std::vector<way_out> ways_out() {
  return {{exit_kind::normal, true},
          {exit_kind::shutdown, true},
          {{exit_kind::shutdown, "with words"}, true},
          {exit_kind::unreferenced, true},
          {{exit_kind::exited, 0}, true},
          {{exit_kind::exited, 1}, false},
          {{exit_kind::exited, -1}, false},
          {{exit_kind::signal, 9}, false},
          {{exit_kind::user, 0}, false},
          {exit_kind::killed, false},
          {exit_kind::unreachable, false},
          {exit_kind::gone, false},
          {exit_reason::failed("std::runtime_error", "disk"), false}};
}

TEST(Decision, R1PermanentIsRestartedWhateverItEndedFor) {
  for (const auto& way : ways_out())
    EXPECT_EQ(verdict_on(permanent, way.why), verdict::restart) << way.why.to_string();
}

TEST(Decision, R2TransientIsRestartedUnlessItsEndWasClean) {
  for (const auto& way : ways_out())
    EXPECT_EQ(verdict_on(transient, way.why), way.is_clean ? verdict::leave : verdict::restart)
        << way.why.to_string();
}

TEST(Decision, R3TemporaryIsForgottenWhateverItEndedFor) {
  for (const auto& way : ways_out())
    EXPECT_EQ(verdict_on(temporary, way.why), verdict::forget) << way.why.to_string();
}

TEST(Decision, D7WhoWasToldToEndIsExpectedToEndForShutdown) {
  for (const auto type : {permanent, transient, temporary}) {
    EXPECT_TRUE(is_expected_end(type, false, exit_kind::shutdown));
    EXPECT_EQ(is_expected_end(type, false, exit_kind::normal), type != permanent)
        << "a permanent child never ends by itself";
    for (const auto kind : {exit_kind::killed, exit_kind::failed, exit_kind::user})
      EXPECT_FALSE(is_expected_end(type, false, kind)) << to_string(kind);
  }
}

TEST(Decision, D7WhoIsKilledAtOnceIsExpectedToEndKilled) {
  for (const auto type : {permanent, transient, temporary}) {
    EXPECT_TRUE(is_expected_end(type, true, exit_kind::killed));
    for (const auto kind : {exit_kind::shutdown, exit_kind::normal, exit_kind::failed})
      EXPECT_FALSE(is_expected_end(type, true, kind)) << to_string(kind);
  }
}

}  // namespace
