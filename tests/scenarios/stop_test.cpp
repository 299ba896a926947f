// stop_test.cpp: stop and kill, from outside and from inside.
#include "lives.hpp"

#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace scenario;
using troupe::dead_reason;
using troupe::exit_kind;
using troupe::exit_reason;
using troupe::tell_status;

SCENARIO(Stop, WhatWasQueuedBeforeIsHandledAndWhatComesLaterIsNot) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  for (int i = 0; i < 3; ++i) a.tell<step>(i);
  a.stop();
  for (int i = 3; i < 6; ++i) a.tell<step>(i);
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.0 a.1 a.2 a.stop(normal) a.gone");
  EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), 3U);
}

SCENARIO(Stop, TwiceCountsOnceAndTheFirstReasonHolds) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  a.stop(exit_reason(exit_kind::user, 1, "first"));
  a.stop(exit_reason(exit_kind::user, 2, "second"));
  w.settle();
  a.stop(exit_reason(exit_kind::user, 3, "third"));
  w.settle();
  const exit_reason first(exit_kind::user, 1, "first");
  EXPECT_EQ(j->text(), "a.start a.stop(" + first.to_string() + ") a.gone");
  EXPECT_EQ(w.counters().ended, 1U);
  EXPECT_EQ(w.counters().dead_letters(), 0U) << "a stop is no message of the user's";
  EXPECT_EQ(a.try_ask<echo>(1).get().error().reason(), first);
}

SCENARIO(Stop, TwiceWhileItsChildrenEndKeepsTheFirstReason) {
  const auto j = make_journal();
  auto p = w.spawn<mortal>(j, "p");
  auto c = p.ask<bear>("c").get();
  const exit_reason first(exit_kind::user, 1, "first");
  p.stop(first);
  p.stop(exit_reason(exit_kind::user, 2, "second"));
  w.settle();
  EXPECT_TRUE(j->in_order("c.gone", "p.stop(" + first.to_string() + ")")) << j->text();
  EXPECT_EQ(p.try_ask<echo>(1).get().error().reason(), first);
}

// --- from inside

enum class exit_by : std::uint8_t {
  self_stop,
  ref_stop,
  kill,
  self_stop_then_throw,
  stop_and_kill
};
struct go {
  exit_by how;
};
/// In one handler: tells itself three messages, ends in some way, tells itself two more.
class leaver : public troupe::actor<leaver> {
public:
  explicit leaver(journal_ptr j) : journal_(std::move(j)) {}
  ~leaver() { journal_->note("gone"); }
  void on_stop(const exit_reason& why) { journal_->note("stop(" + why.to_string() + ")"); }
  void on(step s) { journal_->note(std::to_string(s.n)); }
  void on(go g) {
    const troupe::ref<leaver> me = self();
    for (int i = 0; i < 3; ++i) me.tell<step>(i);
    end(g.how, me);
    for (int i = 3; i < 5; ++i) self().tell<step>(i);
    journal_->note("returned");
    if (g.how == exit_by::self_stop_then_throw) throw std::runtime_error("after all");
  }

private:
  void end(exit_by how, const troupe::ref<leaver>& me) {
    switch (how) {
      case exit_by::self_stop:
      case exit_by::self_stop_then_throw: self().stop(exit_reason(exit_kind::user, 5)); break;
      case exit_by::ref_stop: me.stop(exit_reason(exit_kind::user, 5)); break;
      case exit_by::kill: me.kill(); break;
      case exit_by::stop_and_kill:
        me.stop();
        me.kill();
        break;
    }
  }
  journal_ptr journal_;
};

const std::string user_5 = exit_reason(exit_kind::user, 5).to_string();

std::string life_of_leaver(world& w, exit_by how) {
  const auto j = make_journal();
  auto a = w.spawn<leaver>(j);
  a.tell<go>(how);
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
  const auto lines = j->lines();
  const auto handled = static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [](const std::string& l) { return l.size() == 1; }));
  EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), 5 - handled);
  return j->text();
}

SCENARIO(Stop, BySelfEndsWhenTheHandlerReturnsAndTheQueueIsDead) {
  EXPECT_EQ(life_of_leaver(w, exit_by::self_stop), "returned stop(" + user_5 + ") gone");
}
SCENARIO(Stop, ByOnesOwnRefInsideAHandlerIsQueuedBehindWhatIsThere) {
  EXPECT_EQ(life_of_leaver(w, exit_by::ref_stop), "returned 0 1 2 stop(" + user_5 + ") gone");
}
SCENARIO(Kill, ByOnesOwnRefInsideAHandlerEndsAfterItWithoutOnStop) {
  EXPECT_EQ(life_of_leaver(w, exit_by::kill), "returned gone");
}
SCENARIO(Kill, OvertakesAStop) {
  EXPECT_EQ(life_of_leaver(w, exit_by::stop_and_kill), "returned gone");
}
SCENARIO(Stop, BySelfAndThenAnExceptionIsAFailure) {
  EXPECT_EQ(life_of_leaver(w, exit_by::self_stop_then_throw),
            "returned stop(failed(std::runtime_error, \"after all\")) gone");
}

/// Stops itself in on_start, or again in on_stop.
class eager : public troupe::actor<eager> {
public:
  eager(journal_ptr j, bool at_start) : journal_(std::move(j)), at_start_(at_start) {}
  ~eager() { journal_->note("gone"); }
  void on_start() {
    if (at_start_) self().stop(exit_reason(exit_kind::user, 1, "at once"));
  }
  void on_stop(const exit_reason& why) {
    journal_->note("stop(" + why.to_string() + ")");
    self().stop(exit_reason(exit_kind::user, 2, "again"));
  }
  void on(step) { journal_->note("step"); }
  int on(echo e) { return e.n; }

private:
  journal_ptr journal_;
  bool at_start_;
};

SCENARIO(Stop, BySelfInOnStartEndsItBeforeTheFirstMessage) {
  const auto j = make_journal();
  auto a = w.spawn<eager>(j, true);
  a.tell<step>(1);
  w.settle();
  const exit_reason why(exit_kind::user, 1, "at once");
  EXPECT_EQ(j->text(), "stop(" + why.to_string() + ") gone");
  EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), 1U);
}

SCENARIO(Stop, BySelfInOnStopChangesNothing) {
  const auto j = make_journal();
  auto a = w.spawn<eager>(j, false);
  const exit_reason why(exit_kind::user, 7, "the reason");
  a.stop(why);
  w.settle();
  EXPECT_EQ(j->text(), "stop(" + why.to_string() + ") gone");
  EXPECT_EQ(a.try_ask<echo>(1).get().error().reason(), why);
}

// --- kill

SCENARIO(Kill, EndsBeforeTheNextMessageWithoutOnStop) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  w.settle();
  if (!world::real) {
    for (int i = 0; i < 10; ++i) a.tell<step>(i);
  }
  a.kill();
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.gone");
  EXPECT_EQ(w.counters().dead_letters(dead_reason::ended), world::real ? 0U : 10U);
  EXPECT_EQ(w.counters().failed, 0U);
}

SCENARIO(Kill, OfOneThatHasNotStartedLeavesNoHalfLife) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  a.kill();
  w.settle();
  EXPECT_EQ(j->count("a.gone"), 1);
  EXPECT_LE(j->count("a.start"), 1);
  EXPECT_EQ(j->lines().size(), static_cast<std::size_t>(1 + j->count("a.start")));
}

SCENARIO(Stop, OrKillOfAnEndedActorDoesNothing) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  a.stop();
  w.settle();
  const auto text = j->text();
  for (int i = 0; i < 10; ++i) {
    a.kill();
    a.stop();
    w.settle();
  }
  EXPECT_EQ(j->text(), text);
  EXPECT_EQ(w.counters().ended, 1U);
  step s{1};
  EXPECT_EQ(a.try_tell(s), tell_status::closed);
}

SCENARIO(Stop, OrKillOfAnEmptyRefDoesNothing) {
  const troupe::ref<mortal> nobody;
  nobody.stop();
  nobody.kill();
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

// --- what others see

SCENARIO(Stop, TheReasonReachesWhoAsksAfterwards) {
  auto a = w.spawn<mortal>(make_journal(), "a");
  const exit_reason why(exit_kind::user, 17, "moved away");
  a.stop(why);
  for (int i = 0; i < 3; ++i) {
    const auto r = a.try_ask<echo>(1).get();
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error(), troupe::ask_errc::down);
    EXPECT_EQ(r.error().reason(), why);
  }
}

SCENARIO(Kill, TheReasonReachesWhoAsks) {
  auto a = w.spawn<mortal>(make_journal(), "a");
  a.kill();
  const auto r = a.try_ask<echo>(1).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().reason(), exit_kind::killed);
}

SCENARIO(Stop, AnswersTheRequestsThatItHeld) {
  const auto j = make_journal();
  auto holder = w.spawn<mortal>(j, "h");
  auto a = w.spawn<mortal>(j, "a");
  a.tell<ask_to_hold>(holder);
  wait_until_held(holder);
  holder.stop();
  w.settle();
  EXPECT_EQ(j->count("a.refused(down)") + j->count("a.refused(no_reply)"), 1) << j->text();
  const auto c = w.counters();
  EXPECT_EQ(c.asked, c.settled);
}

SCENARIO(Stop, AnAskerThatStopsIsNotCalledBack) {
  const auto j = make_journal();
  auto holder = w.spawn<mortal>(j, "h");
  auto a = w.spawn<mortal>(j, "a");
  a.tell<ask_to_hold>(holder);
  wait_until_held(holder);
  a.stop();
  holder.tell(let_go{});
  w.settle();
  EXPECT_TRUE(j->in_order("a.stop(normal)", "a.gone"));
  EXPECT_FALSE(j->in_order("a.stop(normal)", "a.answered"));
  EXPECT_LE(j->count("a.answered"), 1);
  const auto c = w.counters();
  EXPECT_EQ(c.asked, c.settled);
}

// --- much

struct tick {};
struct counter_of {
  std::atomic<std::uint64_t> handled{0};
  std::latch opened{1};
  std::latch inside{1};
};
struct block {};
class busy : public troupe::actor<busy> {
public:
  explicit busy(std::shared_ptr<counter_of> c) : counter_(std::move(c)) {}
  void on(tick) { counter_->handled.fetch_add(1, std::memory_order_relaxed); }
  void on(block) {
    counter_->inside.count_down();
    counter_->opened.wait();
  }
  int on(echo e) { return e.n; }

private:
  std::shared_ptr<counter_of> counter_;
};

constexpr std::uint64_t much = 100'000;

/// Queues `much`; on threads while the actor is held in a handler, so that all of it is queued.
void with_much_queued(const std::function<void(const troupe::ref<busy>&)>& end,
                      std::uint64_t handled) {
  own_system sys;
  const auto c = std::make_shared<counter_of>();
  auto a = sys->spawn<busy>(c);
  if (world::real) {
    a.tell(block{});
    c->inside.wait();
  }
  for (std::uint64_t i = 0; i < much; ++i) a.tell(tick{});
  end(a);
  a.tell(tick{});
  c->opened.count_down();
  sys.settle();
  EXPECT_EQ(c->handled.load(std::memory_order_relaxed), handled);
  EXPECT_EQ(sys->counters().dead_letters(dead_reason::ended), much + 1 - handled);
  EXPECT_EQ(sys->counters().alive(), 0U);
}

TEST(StopInBulk, AHundredThousandQueuedMessagesAreHandledFirst) {
  with_much_queued([](const auto& a) { a.stop(); }, much);
}
TEST(StopInBulk, AKilledActorHandlesNoneOfAHundredThousand) {
  with_much_queued([](const auto& a) { a.kill(); }, 0);
}

TEST(StopInBulk, ShutdownDoesNotWaitForAHundredThousandMessages) {
  own_system sys;
  const auto c = std::make_shared<counter_of>();
  auto a = sys->spawn<busy>(c);
  c->opened.count_down();
  for (std::uint64_t i = 0; i < much; ++i) a.tell(tick{});
  EXPECT_TRUE(sys->shutdown(std::chrono::seconds(60)).clean());
  EXPECT_EQ(
      c->handled.load(std::memory_order_relaxed) + sys->counters().dead_letters(dead_reason::ended),
      much);
}

SCENARIO_ON_THREADS(Stop, FromManyThreadsAtOnceEndsItOnce) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  w.settle();
  std::vector<std::thread> all;
  for (int t = 0; t < 4; ++t)
    all.emplace_back([mine = a, t] {
      for (int i = 0; i < 20; ++i) {
        mine.tell<step>(i);
        if (t % 2 == 0 && i == 15) mine.stop();
        if (t == 3 && i == 18) mine.kill();
      }
    });
  for (auto& t : all) t.join();
  w.settle();
  EXPECT_EQ(j->count("a.start"), 1);
  EXPECT_LE(j->count("a.stop(normal)"), 1);
  EXPECT_EQ(j->count("a.gone"), 1);
  EXPECT_EQ(j->lines().back(), "a.gone");
  const auto hooks = 2 + static_cast<std::size_t>(j->count("a.stop(normal)"));
  EXPECT_EQ(j->lines().size() - hooks + w.counters().dead_letters(), 80U);
}

}  // namespace
