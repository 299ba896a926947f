// restricted_test.cpp: a kernel that refuses what the runtime would like to use (fault 43).
//
//   Kind     stress. The filters are those of threads that end with their test.
#include "../lives.hpp"
#include "process.hpp"

#include <cerrno>
#include <functional>
#include <initializer_list>
#include <string>
#include <sys/syscall.h>
#include <thread>

namespace {

using namespace scenario;
using namespace std::chrono_literals;

/// What a system says that is built and used where these calls are refused; "skipped": filters are
/// refused.
std::string said_without(std::initializer_list<unsigned> calls,
                         const std::function<void(troupe::actor_system&)>& f) {
  testing::internal::CaptureStderr();
  bool is_filtered = false;
  std::thread([&] {
    is_filtered = refuse_calls(calls, EPERM);
    if (!is_filtered) return;
    troupe::actor_system sys;
    f(sys);
  }).join();
  const std::string said = testing::internal::GetCapturedStderr();
  return is_filtered ? said : "skipped";
}

struct nap {
  using reply = int;
};
class sleeper : public troupe::actor<sleeper> {
public:
  troupe::task<int> on(nap) {
    co_await troupe::sleep(1ms);
    const int n = co_await troupe::blocking([] { return 1; });
    co_return n;
  }
};

void use(troupe::actor_system& sys) {
  const auto j = make_journal();
  const auto a = sys.spawn<mortal>(j, "a");
  const auto own = sys.spawn<mortal>({.own_thread = true}, j, "own");
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(a.ask<echo>(i).get(), i);
    ASSERT_EQ(own.ask<echo>(i).get(), i);
    a.tell<meet>(own);
    own.tell<meet>(a);
  }
  EXPECT_EQ(sys.spawn<sleeper>().ask<nap>().get(), 1);
  a.tell<forget>();
  own.tell<forget>();
  EXPECT_TRUE(sys.drain());
}

void expect_one_line(const std::string& said, std::initializer_list<const char*> parts) {
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  EXPECT_EQ(said.rfind("troupe: this system does without ", 0), 0U) << said;
  for (const char* const part : parts) EXPECT_NE(said.find(part), std::string::npos) << said;
}

TEST(Restricted, Fault43_WithoutMembarrierItWorksAndSaysSoOnce) {
  const std::string said = said_without({SYS_membarrier}, use);
  if (said == "skipped") GTEST_SKIP() << "seccomp filters are not allowed here";
  expect_one_line(said, {"membarrier"});
}

TEST(Restricted, Fault43_WithoutEventfdItWorksAndSaysSoOnce) {
  const std::string said = said_without({SYS_eventfd2, SYS_eventfd}, use);
  if (said == "skipped") GTEST_SKIP() << "seccomp filters are not allowed here";
  expect_one_line(said, {"eventfd"});
}

TEST(Restricted, Fault43_WithoutAffinityItWorksAndSaysSoOnce) {
  const std::string said = said_without({SYS_sched_setaffinity}, [](troupe::actor_system& sys) {
    use(sys);
    if (sys.workers()[0].cpu < 0) return;  // a quota: it would not have pinned them
    EXPECT_FALSE(sys.workers()[0].pinned);
    EXPECT_NE(sys.placement().find("refused to pin"), std::string::npos) << sys.placement();
  });
  if (said == "skipped") GTEST_SKIP() << "seccomp filters are not allowed here";
  if (!said.empty()) expect_one_line(said, {"pinned workers"});
}

TEST(Restricted, Fault43_WithoutAnyOfThemItWorksAndSaysSoOnce) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer asks for the affinity of each thread";
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
  GTEST_SKIP() << "the sanitizer asks for the affinity of each thread";
#endif
#endif
  const std::string said =
      said_without({SYS_membarrier, SYS_eventfd2, SYS_eventfd, SYS_sched_setaffinity,
                    SYS_sched_getaffinity, SYS_timerfd_create},
                   use);
  if (said == "skipped") GTEST_SKIP() << "seccomp filters are not allowed here";
  expect_one_line(said, {"membarrier", "eventfd"});
}

}  // namespace
