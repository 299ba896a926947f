// shutdown_test.cpp: how a system comes to rest and how it ends.
#include "lives.hpp"
#include <troupe/actors/detail/runtime.hpp>

#include <functional>
#include <string>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;
using troupe::ask_errc;
using troupe::dead_reason;
using troupe::shutdown_stage;

// --- drain

struct relay {
  int hops;
};
/// Sends a message on to a child of its own, which does the same.
class chain : public troupe::actor<chain> {
public:
  explicit chain(journal_ptr j) : journal_(std::move(j)) {}
  void on(relay r) {
    if (r.hops == 0) return journal_->note("arrived");
    self().spawn<chain>(journal_).tell<relay>(r.hops - 1);
  }

private:
  journal_ptr journal_;
};

SCENARIO(Drain, ReturnsWhenWhatOneMessageCausedHasHappened) {
  const auto j = make_journal();
  auto a = w.spawn<chain>(j);
  for (int round = 1; round <= 3; ++round) {
    a.tell<relay>(10);
    ASSERT_TRUE(w.system().drain());
    EXPECT_EQ(j->count("arrived"), round);
    EXPECT_EQ(w.counters().alive(), 1U) << "the children have ended by themselves";
  }
}

SCENARIO(Drain, OfASystemAtRestReturnsAtOnceAndAgain) {
  EXPECT_TRUE(w.system().drain());
  EXPECT_TRUE(w.system().drain(0ns));
  auto a = w.spawn<mortal>(make_journal(), "a");
  EXPECT_TRUE(w.system().drain());
  EXPECT_TRUE(w.system().drain());
  EXPECT_EQ(a.ask<echo>(1).get(), 1);
}

struct ask_silent {
  troupe::ref<mortal> whom;
};
/// Asks one that holds its answer back; its deadline is the only thing that ends the ask.
class patient : public troupe::actor<patient> {
public:
  patient(journal_ptr j, troupe::duration d) : journal_(std::move(j)), within_(d) {}
  void on(const ask_silent& a) {
    a.whom.try_ask<hold>().within(within_).then(this, [this](const troupe::result<void>& r) {
      journal_->note(r ? "answered" : std::string(to_string(r.error().code())));
    });
  }

private:
  journal_ptr journal_;
  troupe::duration within_;
};

SCENARIO(Drain, WaitsForOutstandingAsks) {
  const auto j = make_journal();
  auto silent = w.spawn<mortal>(j, "s");
  auto a = w.spawn<patient>(j, 2ms);
  a.tell<ask_silent>(silent);
  EXPECT_TRUE(w.system().drain());
  EXPECT_EQ(j->text(), "s.start timeout");
  const auto c = w.counters();
  EXPECT_EQ(c.asked, c.settled);
  silent.tell(let_go{});
}

SCENARIO(Drain, SaysSoWhenAnAskIsStillOutstanding) {
  const auto j = make_journal();
  auto silent = w.spawn<mortal>(j, "s");
  auto a = w.spawn<patient>(j, 1h);
  a.tell<ask_silent>(silent);
  wait_until_held(silent);
  EXPECT_FALSE(w.system().drain(1ms));
  silent.tell(let_go{});
  EXPECT_TRUE(w.system().drain());
  EXPECT_TRUE(j->has("answered"));
}

struct try_it {
  using reply = std::string;
  bool drain;
};
class impatient : public troupe::actor<impatient> {
public:
  std::string on(try_it t) {
    try {
      if (t.drain)
        static_cast<void>(self().system().drain(1ms));
      else
        static_cast<void>(self().system().shutdown(1ms));
    } catch (const troupe::ask_failed& e) {
      return std::string(to_string(e.error().code())) + ": " + e.error().text();
    }
    return "it blocked";
  }
};

SCENARIO(Drain, OrShutdownInsideATurnIsRefusedNamingActorAndMessage) {
  auto a = w.spawn<impatient>();
  for (const bool drain : {true, false}) {
    const std::string said = a.ask<try_it>(drain).get();
    EXPECT_EQ(said.rfind("would_block_worker: ", 0), 0U) << said;
    EXPECT_NE(said.find("impatient"), std::string::npos) << said;
    EXPECT_NE(said.find("try_it"), std::string::npos) << said;
  }
  auto b = w.spawn<mortal>(make_journal(), "b");
  EXPECT_EQ(b.ask<echo>(1).get(), 1) << "the system goes on";
}

// --- shutdown

SCENARIO(Shutdown, StopsEveryActorWithTheReasonAndReportsNobody) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  auto b = w.spawn<mortal>(j, "b", trouble::on_stop);
  const auto report = w.shutdown(60s);
  EXPECT_TRUE(report.clean());
  EXPECT_TRUE(report.stuck.empty());
  EXPECT_FALSE(report.workers_left);
  EXPECT_EQ(report.to_string(), "clean");
  for (const std::string who : {"a", "b"})
    EXPECT_EQ(j->count(who + ".stop(shutdown)") + j->count(who + ".gone"),
              j->has(who + ".start") ? 2 : 1)
        << j->text();
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(Shutdown, QueuedMessagesAreDeadLetters) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  for (int i = 0; i < 100; ++i) a.tell<step>(3);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(static_cast<std::uint64_t>(j->count("a.3")) + w.counters().dead_letters(), 100U);
  EXPECT_EQ(j->lines().back(), "a.gone");
}

SCENARIO(Shutdown, TheSecondDoesNothing) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  w.settle();
  EXPECT_TRUE(w.shutdown(60s).clean());
  const auto lines = j->lines().size();
  const auto report = w.system().shutdown(60s);
  EXPECT_TRUE(report.clean());
  EXPECT_EQ(j->lines().size(), lines);
  EXPECT_EQ(j->count("a.stop(shutdown)"), 1);
}

SCENARIO(Shutdown, TakesNoNewActorsAfterwards) {
  const auto j = make_journal();
  EXPECT_TRUE(w.shutdown(60s).clean());
  const auto before = w.counters();
  EXPECT_THROW(static_cast<void>(w.spawn<mortal>(j, "a")), troupe::system_closed);
  EXPECT_TRUE(j->lines().empty()) << "its constructor did not run";
  EXPECT_EQ(w.counters().spawned, before.spawned);
  EXPECT_EQ(w.counters().cells_made, before.cells_made);
}

SCENARIO(Shutdown, AfterwardsThereIsNothingToDrain) {
  auto a = w.spawn<mortal>(make_journal(), "a");
  EXPECT_TRUE(w.shutdown(60s).clean());
  a.tell<step>(1);
  EXPECT_TRUE(w.system().drain(1ms));
}

/// Does in on_stop what cannot be done any more.
class stubborn : public troupe::actor<stubborn> {
public:
  stubborn(journal_ptr j, troupe::address<step, echo> to)
      : journal_(std::move(j)), to_(std::move(to)) {}
  ~stubborn() {
    to_.tell<step>(2);
    journal_->note("gone");
  }
  void on_stop(const troupe::exit_reason&) {
    to_.tell<step>(1);
    to_.try_ask<echo>(1).then(this, [](const troupe::result<int>&) {});
    static_cast<void>(self().system().spawn<mortal>(journal_, "late"));
  }

private:
  journal_ptr journal_;
  troupe::address<step, echo> to_;
};

SCENARIO(Shutdown, WhatOnStopStillSendsAsksAndSpawnsLeavesNothing) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  std::vector<troupe::ref<stubborn>> all;
  for (int i = 0; i < 4; ++i) all.push_back(w.spawn<stubborn>(j, a));
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(j->count("gone"), 4);
  EXPECT_EQ(j->count("late.start"), j->count("late.gone"));
  const auto c = w.counters();
  EXPECT_EQ(c.asked, c.settled);
}

struct forever {
  troupe::address<forever> next;
};
class restless : public troupe::actor<restless> {
public:
  explicit restless(journal_ptr j) : journal_(std::move(j)) {}
  ~restless() { journal_->note("gone"); }
  void on(const forever& f) { f.next.tell<forever>(self()); }

private:
  journal_ptr journal_;
};

SCENARIO_ON_THREADS(Shutdown, EndsActorsThatWouldNeverComeToRest) {
  const auto j = make_journal();
  auto a = w.spawn<restless>(j);
  auto b = w.spawn<restless>(j);
  a.tell<forever>(b);
  EXPECT_FALSE(w.system().drain(1ms));
  a = b = {};
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(j->count("gone"), 2);
}

TEST_ON_THREADS(Shutdown, TheDestructorGivesUpToDrainAtItsDeadline) {
  const auto j = make_journal();
  {
    troupe::actor_system sys({.workers = 2, .shutdown_deadline = 10ms, .log = false});
    auto a = sys.spawn<restless>(j);
    a.tell<forever>(a);
  }
  EXPECT_EQ(j->text(), "gone");
}

TEST(Shutdown, TheDestructorDrainsFirst) {
  const auto j = make_journal();
  {
    own_system sys;
    auto a = sys->spawn<mortal>(j, "a");
    for (int i = 0; i < 3; ++i) a.tell<step>(i);
  }
  EXPECT_EQ(j->text(), "a.start a.0 a.1 a.2 a.stop(unreferenced) a.gone");
}

// --- steps

class noted_step final : public troupe::shutdown_step {
public:
  noted_step(journal_ptr j, std::string name, std::function<void(troupe::shutdown_report&)> f = {})
      : journal_(std::move(j)), name_(std::move(name)), also_(std::move(f)) {}
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }
  void stop(troupe::time_point, troupe::shutdown_report& report) noexcept override {
    journal_->note(name_);
    if (also_) also_(report);
  }

private:
  journal_ptr journal_;
  std::string name_;
  std::function<void(troupe::shutdown_report&)> also_;
};

SCENARIO(ShutdownSteps, RunByStageAndWithinAStageInReverseOrder) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  w.settle();
  noted_step pool(j, "pool"), tree1(j, "tree1"), listener1(j, "listener1"), timers(j, "timers"),
      tree2(j, "tree2"), gone(j, "gone"), listener2(j, "listener2"), reactors(j, "reactors");
  w.system().add_step(shutdown_stage::pool, pool);
  w.system().add_step(shutdown_stage::trees, tree1);
  w.system().add_step(shutdown_stage::listeners, listener1);
  w.system().add_step(shutdown_stage::trees, gone);
  w.system().add_step(shutdown_stage::reactors, reactors);
  w.system().add_step(shutdown_stage::timers, timers);
  w.system().add_step(shutdown_stage::trees, tree2);
  w.system().add_step(shutdown_stage::listeners, listener2);
  w.system().remove_step(gone);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(j->text(),
            "a.start listener2 listener1 tree2 tree1 a.stop(shutdown) a.gone timers pool reactors");
  static_cast<void>(w.system().shutdown(60s));
  EXPECT_EQ(j->count("pool"), 1);
}

SCENARIO(ShutdownSteps, BeforeTheActorsMayStillUseThem) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  noted_step tree(j, "tree", [&a, &j](troupe::shutdown_report&) {
    const auto r = a.try_ask<echo>(11).get();
    j->note(r ? std::to_string(*r) : "no answer");
    a.stop();
  });
  w.system().add_step(shutdown_stage::trees, tree);
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_TRUE(j->in_order("tree", "11")) << j->text();
  EXPECT_EQ(j->count("a.gone"), 1);
}

SCENARIO(ShutdownSteps, ReportWhomTheyWaitedForInVain) {
  const auto j = make_journal();
  noted_step tree(j, "tree", [](troupe::shutdown_report& report) {
    report.stuck.push_back({.what = "the north tree", .handling = "prune"});
  });
  w.system().add_step(shutdown_stage::trees, tree);
  const auto report = w.shutdown(60s);
  EXPECT_FALSE(report.clean());
  ASSERT_EQ(report.stuck.size(), 1U);
  EXPECT_NE(report.to_string().find("the north tree"), std::string::npos);
  EXPECT_NE(report.to_string().find("prune"), std::string::npos);
  EXPECT_FALSE(report.workers_left);
}

// --- several systems

TEST(Systems, AThousandAreBuiltAndDestroyed) {
  const auto envelopes = troupe::detail::live_envelopes();
  for (int i = 0; i < 1000; ++i) {
    own_system sys(1 + i % 3);
    auto a = sys->spawn<mortal>(make_journal(), "a");
    if (i % 2 == 0) {
      ASSERT_EQ(a.ask<echo>(i).get(), i);
    }
    if (i % 3 == 0) {
      ASSERT_TRUE(sys->shutdown(60s).clean());
    }
  }
  EXPECT_EQ(troupe::detail::live_envelopes(), envelopes);
}

/// Runs both until neither has anything to do.
void settle_both(own_system& a, own_system& b) {
  for (int i = 0; i < 40; ++i) {
    a.settle();
    b.settle();
  }
}

struct greet {
  using reply = std::string;
  std::string name;
};
class greeter : public troupe::actor<greeter> {
public:
  std::string on(const greet& g) { return "hello " + g.name; }
};
struct visit {
  troupe::address<greet> whom;
  int times;
};
class visitor : public troupe::actor<visitor> {
public:
  explicit visitor(journal_ptr j) : journal_(std::move(j)) {}
  void on(const visit& v) {
    if (v.times == 0) return;
    v.whom.try_ask<greet>("v").then(this, [this, v](const troupe::result<std::string>& r) {
      journal_->note(r ? "greeted" : std::string(to_string(r.error().code())));
      self().tell<visit>(v.whom, v.times - 1);
    });
  }

private:
  journal_ptr journal_;
};

TEST(Systems, TwoTalkThroughRefsThatCross) {
  const auto j = make_journal();
  own_system here;
  own_system there;
  auto v = here->spawn<visitor>(j);
  auto g = there->spawn<greeter>();
  v.tell<visit>(g, 10);
  settle_both(here, there);
  EXPECT_EQ(j->count("greeted"), 10);
  EXPECT_EQ(here->counters().alive(), 1U);
  EXPECT_EQ(there->counters().alive(), 1U);
  EXPECT_EQ(here->counters().asked, 10U);
  EXPECT_EQ(there->counters().asked, 0U);
  v.tell<visit>(g, 0);
  g = {};
  settle_both(here, there);
  EXPECT_EQ(there->counters().alive(), 0U) << "the last ref was dropped in the other system";
}

TEST(Systems, TheOtherMayGoFirst) {
  const auto j = make_journal();
  const auto envelopes = troupe::detail::live_envelopes();
  {
    own_system here;
    auto v = here->spawn<visitor>(j);
    {
      own_system there;
      auto g = there->spawn<greeter>();
      v.tell<visit>(g, 3);
      settle_both(here, there);
      EXPECT_TRUE(there->shutdown(60s).clean());
      EXPECT_EQ(here->counters().alive(), 1U) << "one system's end is not the other's";
      v.tell<visit>(g, 2);
    }
    here.settle();
    EXPECT_EQ(j->count("greeted"), 3);
    EXPECT_EQ(j->count("down"), 2);
    v.tell<visit>(here->spawn<greeter>(), 1);
    here.settle();
    EXPECT_EQ(j->count("greeted"), 4);
  }
  EXPECT_EQ(troupe::detail::live_envelopes(), envelopes);
}

}  // namespace
