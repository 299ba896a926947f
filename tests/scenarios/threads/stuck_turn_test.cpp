// stuck_turn_test.cpp: a worker that does not return from a turn is reported (faults 4 and 5).
//
//   Kind     stress: one must be able to be stuck on a thread of its own.
#include "../lives.hpp"
#include "left_on_purpose.hpp"
#include <troupe/actors/events/event.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;

struct gate {
  std::atomic<bool> entered{false};
  std::atomic<bool> opened{false};
};
using gate_ptr = std::shared_ptr<gate>;
struct spin {
  gate_ptr until;
};
struct block {
  gate_ptr until;
};
class culprit : public troupe::actor<culprit> {
public:
  void on(const spin& s) {
    enter(*s.until);
    while (!s.until->opened.load(std::memory_order_acquire)) {}
  }
  void on(const block& b) {
    enter(*b.until);
    b.until->opened.wait(false, std::memory_order_acquire);
  }
  int on(echo e) { return e.n; }

private:
  static void enter(gate& g) {
    g.entered.store(true, std::memory_order_release);
    g.entered.notify_all();
  }
};

void open(const gate_ptr& g) {
  g->opened.store(true, std::memory_order_release);
  g->opened.notify_all();
}
void wait_until_inside(const gate_ptr& g) { g->entered.wait(false, std::memory_order_acquire); }
void wait_for_reports(troupe::actor_system& sys, std::uint64_t n) {
  while (sys.counters().stuck_turns < n) std::this_thread::yield();
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

/// Lets one actor be stuck by a message, and returns what was said meanwhile. On a machine that is
/// busy other turns may be reported too: they look long.
template <class M>
std::string said_about(int workers) {
  testing::internal::CaptureStderr();
  {
    troupe::actor_system sys({.workers = workers, .stuck_after = 10ms});
    const auto c = sys.spawn<culprit>({.name = "north gate"});
    const auto other = sys.spawn<culprit>();
    const auto g = std::make_shared<gate>();
    c.tell<M>(g);
    wait_until_inside(g);
    wait_for_reports(sys, 1);
    for (int i = 0; i < (workers > 1 ? 1'000 : 0); ++i)
      EXPECT_EQ(other.ask<echo>(i).get(), i) << "another core";
    open(g);
    EXPECT_EQ(c.ask<echo>(1).get(), 1);
  }
  return testing::internal::GetCapturedStderr();
}

void expect_report(const std::string& said, const std::string& message) {
  EXPECT_EQ(times(said, message), 1U) << said;
  for (const char* const part : {"troupe: worker ", " has been in one turn of ",
                                 "culprit \"north gate\" #", " ms, handling `"})
    EXPECT_NE(said.find(part), std::string::npos) << part << " is missing: " << said;
}

TEST(StuckTurn, Fault4_AHandlerThatSpinsIsReportedOnceAndOtherCoresGoOn) {
  for (const int workers : {1, 2, 4}) {
    const std::string said = said_about<spin>(workers);
    expect_report(said, "::spin`; thread ");
    EXPECT_NE(said.find(" is running. "), std::string::npos) << said;
  }
}

TEST(StuckTurn, Fault5_AHandlerThatBlocksIsReportedOnceWithActorAndMessage) {
  for (const int workers : {1, 2, 4}) {
    std::string said;
    for (int tries = 0; tries < 20 && said.find(" is blocked. ") == std::string::npos; ++tries) {
      said = said_about<block>(workers);  // it may be seen on its way to the lock
      expect_report(said, "::block`; thread ");
    }
    EXPECT_NE(said.find(" is blocked. "), std::string::npos) << said;
  }
}

/// How many of the reports are about this actor.
std::ptrdiff_t reports_of(const std::vector<troupe::event>& events, troupe::actor_id who) {
  return std::count_if(events.begin(), events.end(), [&](const troupe::event& e) {
    return e.kind == troupe::event_kind::stuck && e.who == who;
  });
}

TEST(StuckTurn, EachTurnIsReportedOnceHoweverLongOthersLast) {
  troupe::actor_system sys({.workers = 2, .log = false, .stuck_after = 2ms});
  const auto first = sys.spawn<culprit>();
  auto events = sys.events();
  const auto stays = std::make_shared<gate>();
  first.tell<block>(stays);
  wait_until_inside(stays);
  wait_for_reports(sys, 1);
  troupe::ref<culprit> second;
  for (std::uint64_t n = 2; n < 12; ++n) {  // the measure of time: each is longer than the limit
    second = sys.spawn<culprit>();  // in a turn of its own, whatever the one before still does
    const auto g = std::make_shared<gate>();
    second.tell<block>(g);
    wait_until_inside(g);
    wait_for_reports(sys, n);
    open(g);
    EXPECT_EQ(second.ask<echo>(1).get(), 1);
  }
  const auto all = events.take_all();
  EXPECT_EQ(reports_of(all, first.id()), 1);
  EXPECT_GE(reports_of(all, second.id()), 1);
  open(stays);
}

TEST(StuckTurn, WhoReadsEventsIsToldToo) {
  troupe::actor_system sys({.workers = 1, .log = false, .stuck_after = 2ms});
  const auto c = sys.spawn<culprit>({.name = "north gate"});
  auto events = sys.events();
  const auto g = std::make_shared<gate>();
  c.tell<block>(g);
  const auto e = events.next(troupe::duration::max());
  open(g);
  ASSERT_TRUE(e);
  EXPECT_EQ(e->kind, troupe::event_kind::stuck);
  EXPECT_EQ(e->who, c.id());
  EXPECT_EQ(e->label, "north gate");
  EXPECT_NE(e->text.find("handling `"), std::string::npos) << e->to_string();
}

TEST(StuckTurn, AnActorWithAThreadOfItsOwnMayBlockUnreported) {
  troupe::actor_system sys({.workers = 1, .log = false, .stuck_after = 2ms});
  const auto own = sys.spawn<culprit>({.own_thread = true});
  auto events = sys.events();
  const auto stays = std::make_shared<gate>();
  own.tell<block>(stays);
  wait_until_inside(stays);
  for (std::uint64_t n = 1; n < 6; ++n) {
    const auto other = sys.spawn<culprit>();  // in a turn of its own, whatever came before
    const auto g = std::make_shared<gate>();
    other.tell<block>(g);
    wait_for_reports(sys, n);
    open(g);
    EXPECT_EQ(other.ask<echo>(1).get(), 1);
  }
  EXPECT_EQ(reports_of(events.take_all(), own.id()), 0);
  open(stays);
}

TEST(StuckTurn, Fault4_ShutdownStillEndsByItsDeadlineAndNamesWhoSpins) {
  const auto g = std::make_shared<gate>();
  {
    troupe::actor_system sys({.workers = 1, .log = false, .stuck_after = 5ms});
    const auto c = sys.spawn<culprit>({.name = "north gate"});
    left_on_purpose(c);
    c.tell<spin>(g);
    wait_until_inside(g);
    wait_for_reports(sys, 1);
    const auto report = sys.shutdown(20ms);
    EXPECT_TRUE(report.workers_left);
    EXPECT_NE(report.to_string().find("north gate"), std::string::npos) << report.to_string();
  }
  open(g);
}

TEST(StuckTurn, ALimitOfMaxMeansNever) {
  troupe::actor_system never({.workers = 1, .log = false, .stuck_after = troupe::duration::max()});
  const auto unreported = never.spawn<culprit>();
  const auto stays = std::make_shared<gate>();
  unreported.tell<block>(stays);
  wait_until_inside(stays);
  troupe::actor_system clock({.workers = 1, .log = false, .stuck_after = 2ms});
  for (std::uint64_t n = 1; n < 6; ++n) {
    const auto c = clock.spawn<culprit>();  // in a turn of its own, whatever came before
    const auto g = std::make_shared<gate>();
    c.tell<block>(g);
    wait_for_reports(clock, n);
    open(g);
    EXPECT_EQ(c.ask<echo>(1).get(), 1);
  }
  EXPECT_EQ(never.counters().stuck_turns, 0U);
  open(stays);
}

TEST(StuckTurn, ALimitThatIsNoneIsRefusedByName) {
  for (const troupe::duration wrong : {troupe::duration(0), troupe::duration(-5)}) try {
      troupe::actor_system sys({.stuck_after = wrong});
      ADD_FAILURE() << "not refused";
    } catch (const troupe::bad_option& e) {
      const std::string text = e.what();
      EXPECT_NE(text.find("system_options.stuck_after is " + std::to_string(wrong.count())),
                std::string::npos)
          << text;
    }
}

}  // namespace
