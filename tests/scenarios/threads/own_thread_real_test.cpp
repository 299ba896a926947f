// own_thread_real_test.cpp: what an actor's own thread does, and when it ends.
//
//   Kind     stress: what is looked at are threads.
#include "../lives.hpp"
#include "left_on_purpose.hpp"
#include "process.hpp"
#include <troupe/actors/engine/scheduling/placement.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <latch>
#include <pthread.h>
#include <string>
#include <sys/syscall.h>
#include <system_error>
#include <thread>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;

const troupe::spawn_options on_its_own{.own_thread = true};

std::string this_thread() {
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  return name;
}

struct where {
  using reply = std::string;
};
struct work {};
struct cpus {
  using reply = std::vector<int>;
};
struct spawn_one {
  using reply = std::vector<int>;
};
struct block_one {
  using reply = std::vector<int>;
};
struct has_sigpipe {
  using reply = bool;
};

/// Says where its turns are, and whether they were ever elsewhere.
class seat : public troupe::actor<seat> {
public:
  explicit seat(bool own = true) : own_(own) {}
  void on_start() { look(); }
  std::string on(where) { return look(); }
  void on(work) { look(); }
  int on(echo) const { return misplaced_; }
  std::vector<int> on(cpus) { return troupe::detail::allowed_cpus(); }
  std::vector<int> on(spawn_one) {
    child_ = self().spawn<seat>(on_its_own);
    return child_.ask<cpus>().get();
  }
  troupe::task<std::vector<int>> on(block_one) {
    co_return co_await troupe::blocking([] { return troupe::detail::allowed_cpus(); });
  }
  bool on(has_sigpipe) const {
    sigset_t now;
    pthread_sigmask(SIG_BLOCK, nullptr, &now);
    return sigismember(&now, SIGPIPE) == 0;
  }

private:
  std::string look() {
    std::string now = this_thread();
    if (home_.empty()) home_ = now;
    if (own_ ? now != home_ || now.rfind("troupe-own-", 0) != 0 : now.rfind("troupe-own-", 0) == 0)
      ++misplaced_;
    return now;
  }
  bool own_;
  std::string home_;
  int misplaced_ = 0;
  troupe::ref<seat> child_;
};

struct bear_seat {
  using reply = troupe::ref<seat>;
};
class mother : public troupe::actor<mother> {
public:
  troupe::ref<seat> on(bear_seat) { return self().spawn<seat>(on_its_own); }
};

/// Wakes its neighbours from wherever it runs.
class pusher : public troupe::actor<pusher> {
public:
  explicit pusher(std::vector<troupe::ref<seat>> to) : to_(std::move(to)) {}
  void on(work) {
    for (const auto& a : to_) a.tell<work>();
  }

private:
  std::vector<troupe::ref<seat>> to_;
};

TEST(OwnThreadReal, B1_EveryTurnIsOnItsThreadWhoeverWakesItAndNobodyElsesIs) {
  troupe::actor_system sys({.workers = 2, .log = false});
  std::vector<troupe::ref<seat>> seats;
  for (int i = 0; i < 6; ++i)
    seats.push_back(sys.spawn<seat>({.own_thread = i % 2 == 0}, i % 2 == 0));
  std::vector<troupe::ref<pusher>> pushers;
  for (int i = 0; i < 4; ++i)
    pushers.push_back(sys.spawn<pusher>({.own_thread = i % 2 == 0}, seats));
  for (unsigned round = 0; round < 2'000; ++round) pushers[round % 4].tell<work>();
  ASSERT_TRUE(sys.drain());
  for (const auto& s : seats) EXPECT_EQ(s.ask<echo>(0).get(), 0);
}

struct gate {
  std::latch inside{1};
  std::latch opened{1};
};
struct pass {
  std::shared_ptr<gate> through;
};
class sentry : public troupe::actor<sentry> {
public:
  void on(const pass& p) {
    p.through->inside.count_down();
    p.through->opened.wait();
  }
  int on(echo e) { return e.n; }
};

TEST(OwnThreadReal, ThatBlocksHoldsUpNobodyNotEvenOnTheOnlyWorker) {
  troupe::actor_system sys({.workers = 1, .log = false, .stuck_after = 1ms});
  const auto g = std::make_shared<gate>();
  const auto blocked = sys.spawn<sentry>(on_its_own);
  blocked.tell<pass>(g);
  g->inside.wait();
  const auto free = sys.spawn<sentry>();
  const auto also_own = sys.spawn<sentry>(on_its_own);
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(free.ask<echo>(i).get(), i);
    ASSERT_EQ(also_own.ask<echo>(i).get(), i);
  }
  EXPECT_FALSE(sys.drain(0s)) << "it is in a turn";
  g->opened.count_down();
  EXPECT_TRUE(sys.drain());
}

TEST(OwnThreadReal, EndsWithItsActorAndLeavesNoThread) {
  std::thread([] {}).join();  // a sanitizer starts one of its own with the first
  troupe::actor_system sys({.workers = 2, .log = false});
  ASSERT_TRUE(sys.drain());
  const auto before = threads_now();
  const auto j = make_journal();
  for (int round = 0; round < 50; ++round) {
    std::vector<troupe::ref<mortal>> all;
    for (int i = 0; i < 4; ++i) all.push_back(sys.spawn<mortal>(on_its_own, j, "a"));
    EXPECT_EQ(sys.own_threads().size(), 4U);
    all[0].kill();
    all[1].stop();
    all[2].tell<fail>("no");
    all[3] = {};
    // First what the system says: a thread that ends cuts the kernel's list short.
    while (!sys.own_threads().empty()) std::this_thread::yield();
    wait_for_threads(before);
    all[1].tell<step>(1);  // a cell that is left without a thread drops it on a worker
    EXPECT_EQ(all[2].try_ask<echo>(1).get().error(), troupe::ask_errc::down);
  }
  EXPECT_EQ(j->count("a.gone"), 200);
}

TEST(OwnThreadReal, AConstructorThatThrowsEndsItsThread) {
  class unborn : public troupe::actor<unborn> {
  public:
    unborn() { throw std::runtime_error("not today"); }
    void on(work) {}
  };
  std::thread([] {}).join();
  troupe::actor_system sys({.workers = 1, .log = false});
  ASSERT_TRUE(sys.drain());
  const auto before = threads_now();
  for (int i = 0; i < 20; ++i)
    EXPECT_THROW((void)sys.spawn<unborn>(on_its_own), std::runtime_error);
  wait_for_threads(before);
}

TEST(OwnThreadReal, ThatCannotBeHadIsASystemErrorAndLeavesNothing) {
  troupe::actor_system sys({.workers = 1, .log = false});
  const auto j = make_journal();
  const auto before = sys.spawn<mortal>(on_its_own, j, "before");
  ASSERT_TRUE(sys.drain());
  const auto threads = threads_now();
  bool is_filtered = false;
  std::string said;
  std::thread([&] {
    is_filtered = refuse_calls({SYS_clone, SYS_clone3}, EAGAIN);
    if (!is_filtered) return;
    try {
      (void)sys.spawn<mortal>(on_its_own, j, "unborn");
      said = "nothing";
    } catch (const std::system_error& e) {
      said = e.what();
      EXPECT_EQ(e.code(), std::errc::resource_unavailable_try_again);
    }
  }).join();
  if (!is_filtered) GTEST_SKIP() << "seccomp filters are not allowed here";
  EXPECT_NE(said.find("spawn_options.own_thread: no thread can be had for "), std::string::npos)
      << said;
  EXPECT_NE(said.find("mortal"), std::string::npos) << said;
  wait_for_threads(threads);
  EXPECT_EQ(sys.counters().alive(), 1U);
  EXPECT_EQ(sys.own_threads().size(), 1U);
  EXPECT_EQ(sys.spawn<mortal>(on_its_own, j, "after").ask<echo>(3).get(), 3) << "later it can";
}

TEST(OwnThreadReal, IsListedWithItsActorAndNamed) {
  troupe::actor_system sys({.workers = 1, .log = false});
  const auto a = sys.spawn<seat>({.name = "front row", .own_thread = true});
  EXPECT_EQ(a.ask<where>().get(), "troupe-own-0");
  const auto all = sys.own_threads();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].number, 0);
  EXPECT_EQ(troupe::actor_id(all[0].id), a.id());
  EXPECT_NE(all[0].actor.find("seat \"front row\""), std::string::npos) << all[0].actor;
  EXPECT_EQ(sys.workers().size(), 1U) << "it is none of the workers";
  const std::string text = sys.placement();
  EXPECT_NE(text.find("own thread 0: any CPU, "), std::string::npos) << text;
  EXPECT_NE(text.find("front row"), std::string::npos) << text;
}

TEST(OwnThreadReal, RunsOnAnyCpuThoughAPinnedWorkerHasStartedIt) {
  const auto allowed = troupe::detail::allowed_cpus();
  troupe::actor_system sys({.cpus = {allowed.front()}, .log = false});
  const auto own = sys.spawn<seat>(on_its_own);
  EXPECT_EQ(own.ask<cpus>().get(), allowed);
  EXPECT_EQ(own.ask<spawn_one>().get(), allowed);
  const auto pinned = sys.spawn<seat>(false);
  EXPECT_EQ(pinned.ask<cpus>().get().size(), 1U);
  EXPECT_EQ(pinned.ask<block_one>().get(), allowed) << "so do the threads for what blocks";
  const auto child = sys.spawn<mother>().ask<bear_seat>().get();
  EXPECT_EQ(child.ask<cpus>().get(), allowed);
}

TEST(OwnThreadReal, HasSigpipeBlockedAsWorkersHave) {
  troupe::actor_system sys({.workers = 1, .log = false});
  EXPECT_FALSE(sys.spawn<seat>(on_its_own).ask<has_sigpipe>().get());
}

TEST(OwnThreadReal, OneThatIsStuckIsNamedByShutdownAndDoesNoHarmLater) {
  for (int round = 0; round < 5; ++round) {
    const auto g = std::make_shared<gate>();
    const auto j = make_journal();
    auto sys = std::make_unique<troupe::actor_system>(
        troupe::system_options{.workers = 1, .shutdown_deadline = 20ms, .log = false});
    const auto a = sys->spawn<sentry>({.name = "gatekeeper", .own_thread = true});
    left_on_purpose(a);
    const auto b = sys->spawn<mortal>(on_its_own, j, "b");
    a.tell<pass>(g);
    g->inside.wait();
    const auto report = sys->shutdown(20ms);
    EXPECT_TRUE(report.workers_left);
    ASSERT_EQ(report.stuck.size(), 1U) << report.to_string();
    EXPECT_EQ(report.stuck[0].who, a.id());
    EXPECT_NE(report.stuck[0].what.find("gatekeeper"), std::string::npos);
    EXPECT_NE(report.stuck[0].handling.find("pass"), std::string::npos);
    EXPECT_GE(report.stuck[0].running, 20ms);
    EXPECT_TRUE(j->in_order("b.stop(shutdown)", "b.gone")) << j->text();
    sys.reset();
    g->opened.count_down();
    a.tell<pass>(g);
  }
}

TEST(OwnThreadReal, ManyComeAndGoWhileTheSystemEnds) {
  for (int round = 0; round < 20; ++round) {
    troupe::actor_system sys({.workers = 2, .log = false});
    const auto j = make_journal();
    std::thread spawns([&] {
      try {
        for (;;) (void)sys.spawn<mortal>(on_its_own, j, "a");
      } catch (const troupe::system_closed&) {}
    });
    while (!j->has("a.gone")) std::this_thread::yield();
    EXPECT_TRUE(sys.shutdown(60s).clean());
    spawns.join();
    EXPECT_EQ(j->count("a.gone"), static_cast<std::ptrdiff_t>(sys.counters().spawned));
  }
}

}  // namespace
