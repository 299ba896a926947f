// thread_limit_test.cpp: children whose threads cannot be had: fault 38.
//
//   Note     the only worker, on which the supervisors run, is refused new threads for good.
#include "../supervision/recorder.hpp"
#include "process.hpp"

#include <sys/syscall.h>

namespace {

using namespace supervised;

/// Refuses threads to the worker that runs it. @returns false: the kernel does not let us
struct refuse_threads {
  using reply = bool;
};
class warden : public actor<warden> {
public:
  bool on(refuse_threads) { return scenario::refuse_calls({SYS_clone, SYS_clone3}, EAGAIN); }
};

child_spec on_its_own(const record_ptr& lives, const std::string& id) {
  return {.id = id, .start = actor_of<child>(lives, id), .options = {.own_thread = true}};
}

TEST(ThreadLimit, Fault38AChildWithoutAThreadIsAFailedStart) {
  actor_system sys({.workers = 1, .log = false});
  const auto lives = std::make_shared<record>();
  const auto top =
      start(sys, supervisor_spec{.children = {{.id = "a", .start = actor_of<child>(lives, "a")}}});
  ASSERT_TRUE(top);
  if (!sys.spawn<warden>().ask<refuse_threads>().get()) GTEST_SKIP() << "no seccomp filters here";
  const auto b = top->start_child(on_its_own(lives, "b")).get();
  ASSERT_FALSE(b);
  EXPECT_EQ(b.error(), supervision_errc::failed_to_start);
  EXPECT_NE(b.error().text().find("no thread can be had"), std::string::npos) << b.error().text();
  EXPECT_EQ(listed(*top), "a:running") << "nobody else is touched, and b is not listed";
}

TEST(ThreadLimit, Fault38ASupervisorCountsIt) {
  actor_system sys({.workers = 1, .log = false});
  const auto lives = std::make_shared<record>();
  const supervisor_spec sub{.children = {on_its_own(lives, "b")}};
  ASSERT_TRUE(start(sys, supervisor_spec{.intensity = 2, .children = {{.id = "sub", .start = sub}}},
                    "top"));
  if (!sys.spawn<warden>().ask<refuse_threads>().get()) GTEST_SKIP() << "no seccomp filters here";
  auto r = sys.events();
  EXPECT_TRUE(find_supervisor(sys, "top/sub").stop().get());
  while (const auto e = r.next(std::chrono::minutes(1)))
    if (e->kind == event_kind::gave_up) {
      EXPECT_NE(e->text.find("more than 2 restarts"), std::string::npos) << e->text;
      EXPECT_NE(e->text.find("no thread can be had"), std::string::npos) << e->text;
      break;
    }
  EXPECT_EQ(lives->built("b"), 1) << "the attempts did not come so far";
  EXPECT_FALSE(find_supervisor(sys, "top/sub"));
}

}  // namespace
