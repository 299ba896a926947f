// systems_test.cpp: what systems leave of themselves in their process (fault 52).
//
//   Kind     stress: what is looked at are threads and descriptors.
#include "../lives.hpp"
#include "process.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <thread>

namespace {

using namespace scenario;
using namespace std::chrono_literals;

struct nap {
  using reply = int;
};
/// Uses what a system has: its timers, its threads for what blocks.
class sleeper : public troupe::actor<sleeper> {
public:
  troupe::task<int> on(nap) {
    co_await troupe::sleep(1us);
    const int n = co_await troupe::blocking([] { return 1; });
    co_return n;
  }
};

void use(troupe::actor_system& sys, const journal_ptr& j) {
  const auto a = sys.spawn<mortal>(j, "a");
  const auto own = sys.spawn<mortal>({.own_thread = true}, j, "own");
  EXPECT_EQ(a.ask<echo>(1).get(), 1);
  EXPECT_EQ(own.ask<echo>(2).get(), 2);
  EXPECT_EQ(sys.spawn<sleeper>().ask<nap>().get(), 1);
}

TEST(SystemsReal, Fault52_AThousandLeaveNoThreadAndNoDescriptor) {
  std::thread([] {}).join();  // a sanitizer starts one of its own with the first
  const auto j = make_journal();
  {
    troupe::actor_system first({.workers = 2, .log = false});
    use(first, j);
  }
  const auto threads = threads_now();
  const auto descriptors = descriptors_now();
  for (int i = 0; i < 1'000; ++i) {
    troupe::actor_system sys({.workers = 2, .log = false});
    use(sys, j);
  }
  wait_for_threads(threads);
  EXPECT_EQ(descriptors_now(), descriptors);
  EXPECT_EQ(j->count("a.gone"), 1'001);
  EXPECT_EQ(j->count("own.gone"), 1'001);
}

TEST(SystemsReal, Fault52_TwoInOneProcessEndInAnyOrder) {
  for (const bool first_goes_first : {true, false}) {
    const auto j = make_journal();
    auto first =
        std::make_unique<troupe::actor_system>(troupe::system_options{.workers = 2, .log = false});
    auto second =
        std::make_unique<troupe::actor_system>(troupe::system_options{.workers = 2, .log = false});
    auto a = first->spawn<mortal>({.own_thread = true}, j, "a");
    auto b = second->spawn<mortal>({.own_thread = true}, j, "b");
    a.tell<meet>(b);  // each keeps a ref to one of the other house
    b.tell<meet>(a);
    ASSERT_TRUE(first->drain());
    (first_goes_first ? first : second).reset();
    auto& left = first_goes_first ? b : a;
    EXPECT_EQ(left.ask<echo>(5).get(), 5);
    first.reset();
    second.reset();
    EXPECT_EQ(j->count("a.gone"), 1);
    EXPECT_EQ(j->count("b.gone"), 1);
  }
}

TEST(SystemsReal, Fault19_EveryDescriptorIsClosedByExec) {
  const auto before = names_in("/proc/self/fd");
  troupe::actor_system sys({.workers = 3, .log = false});
  use(sys, make_journal());
  std::size_t ours = 0;
  for (const std::string& fd : names_in("/proc/self/fd")) {
    if (before.contains(fd)) continue;
    const int flags = fcntl(std::stoi(fd), F_GETFD);
    if (flags < 0 && errno == EBADF) continue;  // the one with which they were listed
    ++ours;
    EXPECT_NE(flags & FD_CLOEXEC, 0) << "descriptor " << fd;
  }
  EXPECT_GT(ours, 0U);
}

}  // namespace
