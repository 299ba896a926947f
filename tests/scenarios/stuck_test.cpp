// stuck_test.cpp: shutdown when a handler does not return.
//
//   Kind     stress: one must be able to be stuck on a thread of its own.
#include "lives.hpp"
#include "threads/left_on_purpose.hpp"
#include <troupe/actors/detail/runtime.hpp>

#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;

struct gate {
  std::latch inside{1};
  std::latch opened{1};
};
struct pass {
  std::shared_ptr<gate> through;
};
class sentry : public troupe::actor<sentry> {
public:
  explicit sentry(journal_ptr j) : journal_(std::move(j)) {}
  ~sentry() { journal_->note("sentry.gone"); }
  void on(const pass& p) {
    p.through->inside.count_down();
    p.through->opened.wait();
    journal_->note("sentry.passed");
  }
  void on(step s) { journal_->note("sentry." + std::to_string(s.n)); }

private:
  journal_ptr journal_;
};

/// A system with one sentry stuck at a gate, and three actors that are free.
struct stuck_house {
  explicit stuck_house(int workers)
      : sys(std::make_unique<troupe::actor_system>(
            troupe::system_options{.workers = workers, .shutdown_deadline = 20ms, .log = false})) {
    at_gate = sys->spawn<sentry>({.name = "north gate"}, j);
    left_on_purpose(at_gate);
    for (int i = 0; i < 3; ++i) others.push_back(sys->spawn<mortal>(j, "o" + std::to_string(i)));
    if (workers > 1) {
      EXPECT_TRUE(sys->drain());
    }
    at_gate.tell<pass>(shared_gate);
    shared_gate->inside.wait();
    at_gate.tell<step>(1);
  }
  journal_ptr j = make_journal();
  std::shared_ptr<gate> shared_gate = std::make_shared<gate>();
  std::unique_ptr<troupe::actor_system> sys;
  troupe::ref<sentry> at_gate;
  std::vector<troupe::ref<mortal>> others;
};

TEST(Stuck, TheReportNamesClassLabelAndMessageAndTheOthersEnd) {
  stuck_house h(2);
  const auto report = h.sys->shutdown(50ms);
  EXPECT_FALSE(report.clean());
  EXPECT_TRUE(report.workers_left);
  ASSERT_EQ(report.stuck.size(), 1U) << report.to_string();
  const troupe::culprit& c = report.stuck[0];
  EXPECT_EQ(c.who, h.at_gate.id());
  EXPECT_NE(c.what.find("sentry"), std::string::npos) << c.what;
  EXPECT_NE(c.what.find("north gate"), std::string::npos) << c.what;
  EXPECT_NE(c.handling.find("pass"), std::string::npos) << c.handling;
  EXPECT_GE(c.running, 50ms) << "it was stuck at least as long as shutdown waited";
  const std::string text = report.to_string();
  for (const char* const part : {"sentry", "north gate", "pass"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
  for (const std::string o : {"o0", "o1", "o2"})
    EXPECT_TRUE(h.j->in_order(o + ".stop(shutdown)", o + ".gone")) << h.j->text();
  EXPECT_FALSE(h.j->has("sentry.passed"));
  h.shared_gate->opened.count_down();
}

TEST(Stuck, AfterwardsRefsAreInertAndTheProgramGoesOn) {
  stuck_house h(2);
  EXPECT_FALSE(h.sys->shutdown(20ms).clean());
  h.at_gate.tell<step>(2);
  h.at_gate.kill();
  const auto r = h.others[0].try_ask<echo>(1).within(200ms).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), troupe::ask_errc::down) << "nobody is left who could run into a deadline";
  step s{1};
  EXPECT_EQ(h.others[0].try_tell(s), troupe::tell_status::closed);
  EXPECT_THROW(static_cast<void>(h.sys->spawn<mortal>(h.j, "late")), troupe::system_closed);
  static_cast<void>(h.sys->shutdown(20ms));
  h.sys.reset();
  h.at_gate.tell<step>(3);
  troupe::actor_system next({.workers = 2, .log = false});
  EXPECT_EQ(next.spawn<mortal>(h.j, "next").ask<echo>(5).get(), 5);
  h.shared_gate->opened.count_down();
}

TEST(Stuck, WhenItReturnsAfterTheEndItDoesNoHarm) {
  for (int round = 0; round < 10; ++round) {
    stuck_house h(2);
    EXPECT_FALSE(h.sys->shutdown(5ms).clean());
    h.sys.reset();
    h.shared_gate->opened.count_down();
    h.at_gate.tell<step>(2);
    while (!h.j->has("sentry.passed")) std::this_thread::yield();
    h.at_gate = {};
    h.others.clear();
  }
}

TEST(Stuck, TheDestructorGivesUpToo) {
  stuck_house h(2);
  h.sys.reset();
  EXPECT_FALSE(h.j->has("sentry.passed"));
  h.shared_gate->opened.count_down();
}

TEST(Stuck, ItIsReleasedInTimeAndTheReportIsClean) {
  stuck_house h(2);
  std::thread opens([&h] { h.shared_gate->opened.count_down(); });
  const auto report = h.sys->shutdown(60s);
  opens.join();
  EXPECT_TRUE(report.clean()) << report.to_string();
  EXPECT_TRUE(h.j->in_order("sentry.passed", "sentry.gone"));
}

TEST(Stuck, OnTheOnlyWorkerAllAreNamed) {
  stuck_house h(1);
  const auto report = h.sys->shutdown(20ms);
  EXPECT_TRUE(report.workers_left);
  EXPECT_FALSE(report.clean());
  const auto names_sentry = [](const troupe::culprit& c) {
    return c.what.find("sentry") != std::string::npos &&
           c.handling.find("pass") != std::string::npos;
  };
  EXPECT_EQ(std::count_if(report.stuck.begin(), report.stuck.end(), names_sentry), 1)
      << report.to_string();
  EXPECT_EQ(report.stuck.size(), 4U) << report.to_string();
  h.shared_gate->opened.count_down();
}

TEST(Stuck, AnOnStopThatDoesNotReturnIsNamedToo) {
  class lingering : public troupe::actor<lingering> {
  public:
    lingering(std::shared_ptr<gate> g, journal_ptr j)
        : gate_(std::move(g)), journal_(std::move(j)) {}
    void on_stop(const troupe::exit_reason&) {
      gate_->opened.wait();
      journal_->note("left");
    }

  private:
    std::shared_ptr<gate> gate_;
    journal_ptr journal_;
  };
  const auto g = std::make_shared<gate>();
  const auto j = make_journal();
  {
    troupe::actor_system sys({.workers = 2, .log = false});
    auto a = sys.spawn<lingering>(g, j);
    left_on_purpose(a);
    auto b = sys.spawn<mortal>(j, "b");
    const auto report = sys.shutdown(20ms);
    ASSERT_EQ(report.stuck.size(), 1U) << report.to_string();
    EXPECT_EQ(report.stuck[0].who, a.id());
    EXPECT_NE(report.stuck[0].what.find("lingering"), std::string::npos);
    EXPECT_TRUE(j->has("b.gone"));
  }
  g->opened.count_down();
  while (!j->has("left")) std::this_thread::yield();
}

/// Its handler gives to a thread that may block what does not return.
class patient : public troupe::actor<patient> {
public:
  troupe::task<> on(pass p) {
    co_await troupe::blocking(
        [](const std::shared_ptr<gate>& g) {
          g->inside.count_down();
          g->opened.wait();
        },
        p.through);
  }
};

TEST(Stuck, AJobThatDoesNotReturnLeavesItsThread) {
  const auto g = std::make_shared<gate>();
  auto sys = std::make_unique<troupe::actor_system>(
      troupe::system_options{.workers = 2, .shutdown_deadline = 20ms, .log = false});
  auto a = sys->spawn<patient>({.name = "south gate"});
  left_on_purpose(a);
  a.tell<pass>(g);
  g->inside.wait();
  const auto report = sys->shutdown(20ms);
  EXPECT_FALSE(report.clean());
  EXPECT_TRUE(report.workers_left);
  EXPECT_TRUE(report.stuck.empty()) << "its actor has ended: " << report.to_string();
  EXPECT_NE(report.to_string().find("thread"), std::string::npos) << report.to_string();
  sys.reset();
  g->opened.count_down();
}

TEST(Stuck, WhoWasAbandonedBeforeIsNamedWithWhatItDoes) {
  const auto g = std::make_shared<gate>();
  const auto j = make_journal();
  auto sys = std::make_unique<troupe::actor_system>(
      troupe::system_options{.workers = 2, .log = false, .kill_limit = 1ms});
  auto a = sys->spawn<sentry>({.name = "west gate"}, j);
  left_on_purpose(a);
  a.tell<pass>(g);
  g->inside.wait();
  a.kill();
  while (sys->counters().abandoned_bodies == 0) std::this_thread::yield();
  while (sys->counters().alive() != 0) std::this_thread::yield();  // counted a moment later
  const auto report = sys->shutdown(20ms);
  EXPECT_FALSE(report.clean());
  ASSERT_EQ(report.stuck.size(), 1U) << report.to_string();
  EXPECT_EQ(report.stuck[0].who, a.id());
  for (const char* const part : {"west gate", "abandoned", "pass"})
    EXPECT_NE(report.stuck[0].what.find(part), std::string::npos) << report.to_string();
  sys.reset();
  g->opened.count_down();
}

}  // namespace
