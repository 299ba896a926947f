// abandon_test.cpp: who has not ended `kill_limit` after a kill is abandoned.
//
//   On seeds an operation outside does not come back while the clock passes. On threads a handler
//   waits at a gate.
#include "../threads/left_on_purpose.hpp"
#include "witness.hpp"
#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/detail/envelope.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace life;

/// An operation under way elsewhere. It does not mind being cancelled: it comes back when the test
/// says so.
class errand : public troupe::detail::outside_operation {
public:
  explicit errand(errand** self) : outside_operation(&mind_nothing), self_(self) {
    home_.ops = &home_ops;
    home_.flags = troupe::detail::envelope::reserved | troupe::detail::envelope::detached;
    home_.who = this;
  }
  bool await_ready() const noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> h) noexcept {
    bind(h);
    *self_ = this;
    begin();
  }
  void await_resume() const noexcept {}
  void come_back() { troupe::detail::deliver_reserved(owner(), home_); }

private:
  struct homecoming : troupe::detail::envelope {
    errand* who = nullptr;
  };
  static const troupe::detail::envelope_ops home_ops;
  static void mind_nothing(outside_operation&) noexcept {}

  errand** self_;
  homecoming home_;
};
const troupe::detail::envelope_ops errand::home_ops{
    [](troupe::detail::cell&, troupe::detail::envelope& e) {
      static_cast<homecoming&>(e).who->back();
    },
    nullptr, "the end of an errand", troupe::detail::envelope_kind::reply};

/// What is awaited.
class going_out {
public:
  using value_type = void;
  static constexpr bool is_awaited_in_turns = true;

  explicit going_out(errand** self) noexcept : self_(self) {}
  [[nodiscard]] auto operator co_await() const noexcept { return errand(self_); }

private:
  errand** self_;
};

/// Somebody who waits for an errand.
struct sent_out {
  sent_out(troop& t, const ref<witness>& who) : t_(t) {
    who.tell<lasting>([self = &out_](witness& me) -> task<> {
      co_await going_out(self);
      me.note("came back");
    });
    t.settle();
  }
  void come_back() {
    out_->come_back();
    t_.settle();
  }

private:
  troop& t_;
  errand* out_ = nullptr;
};

SCENARIO_ON_SEEDS(Abandon, ComesWhenTheKillLimitHasPassedAndNotBefore) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  sent_out out(t, b);
  b.kill();
  w.advance(999ms);
  EXPECT_EQ(t.of("a"), "") << "too early";
  EXPECT_EQ(w.counters().abandoned_bodies, 0U);
  EXPECT_TRUE(w.system().snapshot().graveyard.empty());
  w.advance(1ms);
  EXPECT_EQ(t.of("a"), "down(b killed)");
  EXPECT_EQ(w.counters().abandoned_bodies, 1U);
  EXPECT_EQ(t.of("b"), "") << "its object is still in use";
  w.advance(10s);
  out.come_back();
  EXPECT_EQ(t.of("a"), "down(b killed)");
  EXPECT_EQ(t.of("b"), "gone");
  EXPECT_EQ(w.counters().abandoned_bodies, 1U);
  EXPECT_TRUE(w.system().snapshot().graveyard.empty());
}

SCENARIO_ON_SEEDS(Abandon, DoesNotComeIfItEndsInTime) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  sent_out out(t, b);
  b.kill();
  w.advance(999ms);
  out.come_back();
  EXPECT_EQ(t.of("a"), "down(b killed)");
  w.advance(10s);
  EXPECT_EQ(t.of("a"), "down(b killed)");
  EXPECT_EQ(t.of("b"), "gone");
  EXPECT_EQ(w.counters().abandoned_bodies, 0U);
}

SCENARIO_ON_SEEDS(Abandon, ComesNotAfterAStopOnlyAfterAKill) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  sent_out out(t, b);
  b.stop();
  w.advance(1h);
  EXPECT_EQ(t.of("a"), "");
  EXPECT_EQ(w.counters().abandoned_bodies, 0U);
  b.kill();
  w.advance(999ms);
  EXPECT_EQ(t.of("a"), "");
  w.advance(1ms);
  EXPECT_EQ(t.of("a"), "down(b killed)");
  EXPECT_EQ(w.counters().abandoned_bodies, 1U);
  out.come_back();
  EXPECT_EQ(t.of("a"), "down(b killed)");
}

SCENARIO_ON_SEEDS(Abandon, ASecondKillDoesNotBeginTheLimitAnew) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  sent_out out(t, b);
  b.kill();
  for (int i = 0; i < 3; ++i) {
    w.advance(300ms);
    b.kill();
    b.stop();
  }
  EXPECT_EQ(t.of("a"), "");
  w.advance(100ms);
  EXPECT_EQ(t.of("a"), "down(b killed)");
  out.come_back();
}

SCENARIO_ON_SEEDS(Abandon, EveryWatcherAndLinkGetsKilledOnce) {
  troop t(w);
  auto b = t.add("b");
  auto traps = t.add("traps");
  auto falls = t.add("falls");
  auto one = t.add("one");
  auto two = t.add("two");
  t.trap(traps);
  t.link(traps, b);
  t.link(b, falls);
  for (const auto& who : {one, two, two, two}) t.watch(who, b);
  does(two, [b](witness& me) { static_cast<void>(me.self().watch(b, farewell{"bye"})); });
  t.cancel(two, 2);
  sent_out out(t, b);
  b.kill();
  w.advance(1s);
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(t.of("traps"), "down(b killed)");
    EXPECT_EQ(t.of("falls"), "stop(killed) gone");
    EXPECT_EQ(t.of("one"), "down(b killed)");
    EXPECT_EQ(t.count("two", "down(b killed)"), 2) << t.of("two");
    EXPECT_EQ(t.count("two", "bye"), 1);
    if (again == 0) out.come_back();
  }
}

SCENARIO_ON_SEEDS(Abandon, LaterMessagesAreDeadAndLaterWatchesGone) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  sent_out out(t, b);
  b.kill();
  w.advance(1s);
  const auto before = w.counters().dead_letters(troupe::dead_reason::ended);
  b.tell<say>(1);
  b.tell<say>(2);
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(troupe::dead_reason::ended), before + 2);
  say one{3};
  EXPECT_EQ(b.try_tell(one), troupe::tell_status::closed);
  const auto r = b.try_ask<cast::query>(1).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), troupe::ask_errc::down);
  EXPECT_EQ(r.error().reason(), exit_kind::killed);
  t.watch(a, b);
  w.settle();
  EXPECT_EQ(t.of("a"), "down(b gone)");
  out.come_back();
  EXPECT_EQ(t.of("a"), "down(b gone)");
}

SCENARIO_ON_SEEDS(Abandon, TheParentNoLongerWaits) {
  troop t(w);
  auto a = t.add("a");
  auto p = t.add("p");
  auto b = t.bear(p, "b");
  t.watch(a, p);
  t.watch(a, b);
  sent_out out(t, b);
  p.kill();
  w.settle();
  EXPECT_EQ(t.of("a"), "");
  w.advance(1s);
  EXPECT_EQ(t.of("p"), "gone");
  EXPECT_EQ(t.count("a", "down(b killed)"), 1) << t.of("a");
  EXPECT_EQ(t.count("a", "down(p killed)"), 1) << t.of("a");
  EXPECT_EQ(t.of("b"), "");
  out.come_back();
  EXPECT_EQ(t.of("b"), "gone");
  EXPECT_EQ(t.notes->lines("a").size(), 2U) << t.of("a");
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO_ON_SEEDS(Abandon, AParentThatStopsWaitsUntilItsChildIsAbandoned) {
  troop t(w);
  auto a = t.add("a");
  auto p = t.add("p");
  auto b = t.bear(p, "b");
  t.watch(a, p);
  sent_out out(t, b);
  p.stop();
  w.advance(10s);
  EXPECT_EQ(t.of("a"), "") << "a stop has no limit";
  b.kill();
  w.advance(1s);
  EXPECT_EQ(t.of("a"), "down(p normal)");
  out.come_back();
}

SCENARIO_ON_SEEDS(Abandon, TheGraveyardSaysWhoAndWhatAndSinceWhen) {
  troop t(w);
  auto b = t.add_with({.name = "north gate"}, "b");
  sent_out out(t, b);
  const auto before = w.system().now();
  b.kill();
  w.advance(5s);
  const auto graves = w.system().snapshot().graveyard;
  ASSERT_EQ(graves.size(), 1U);
  EXPECT_EQ(graves[0].id, b.id().value());
  EXPECT_NE(graves[0].class_name.find("witness"), std::string_view::npos);
  EXPECT_EQ(graves[0].name, "north gate");
  EXPECT_FALSE(graves[0].doing.empty());
  EXPECT_GE(graves[0].since, before);
  EXPECT_LE(graves[0].since, before + 1s);
  EXPECT_NE(w.system().snapshot().to_string().find("north gate"), std::string::npos);
  out.come_back();
  EXPECT_TRUE(w.system().snapshot().graveyard.empty());
}

SCENARIO_ON_SEEDS(Abandon, SeveralAreEachCounted) {
  troop t(w);
  auto a = t.add("a");
  std::vector<ref<witness>> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(t.add("b"));
    t.watch(a, all.back());
  }
  std::array<std::optional<sent_out>, 3> out;
  for (std::size_t i = 0; i < 3; ++i) out[i].emplace(t, all[i]);
  for (const auto& b : all) b.kill();
  w.advance(1s);
  EXPECT_EQ(t.of("a"), "down(b killed) down(b killed) down(b killed)");
  for (std::size_t left = 3; left > 0; --left) {
    EXPECT_EQ(w.system().snapshot().graveyard.size(), left);
    out[left - 1]->come_back();
  }
  EXPECT_TRUE(w.system().snapshot().graveyard.empty());
  EXPECT_EQ(w.counters().abandoned_bodies, 3U);
  EXPECT_EQ(t.count("b", "gone"), 3);
  EXPECT_EQ(t.count("b", "came back"), 0);
}

SCENARIO_ON_SEEDS(Abandon, TheReportOfShutdownNamesThem) {
  troop t(w);
  auto b = t.add_with({.name = "north gate"}, "b");
  sent_out out(t, b);
  b.kill();
  w.advance(1s);
  const auto report = w.shutdown(1s);
  EXPECT_FALSE(report.clean());
  EXPECT_NE(report.to_string().find("north gate"), std::string::npos) << report.to_string();
  out.come_back();
}

/// A system whose limit is short, and an actor that waits at a gate in a handler.
struct stuck {
  explicit stuck(int workers = 2) : sys(options(workers)) {
    a = sys.spawn<witness>(notes, "a");
    b = sys.spawn<witness>({.name = "north gate"}, notes, "b");
    notes->know(b.id(), "b");
    does(a, [this](witness& me) { me.watch(b); });
  }
  ~stuck() { gate.open(); }

  static troupe::system_options options(int workers) {
    troupe::system_options o;
    o.workers = workers;
    o.log = false;
    o.kill_limit = 5ms;
    return o;
  }
  void hold() {
    b.tell<will>([hinge = gate.hinge()](witness& me) {
      hinge.pass();
      me.note("came back");
    });
    gate.wait_for(1);
  }
  void wait_for_down() const {
    while (notes->reasons("a").empty()) std::this_thread::yield();
  }

  book_ptr notes = std::make_shared<book>();
  cast::gate gate;
  troupe::actor_system sys;
  ref<witness> a;
  ref<witness> b;
};

TEST_ON_THREADS(Abandon, AHandlerThatDoesNotReturnIsGivenUpAndItsWatcherTold) {
  for (int round = 0; round < 10; ++round) {
    stuck s;
    s.hold();
    s.b.kill();
    s.wait_for_down();
    EXPECT_EQ(s.notes->of("a"), "down(b killed)");
    EXPECT_EQ(s.sys.counters().abandoned_bodies, 1U);
    EXPECT_EQ(s.notes->of("b"), "") << "its handler has not returned";
    s.gate.open();
    EXPECT_TRUE(s.sys.drain());
    while (s.notes->count("b", "gone") == 0) std::this_thread::yield();
    EXPECT_EQ(s.notes->of("b"), "came back gone");
    EXPECT_EQ(s.notes->of("a"), "down(b killed)");
    EXPECT_EQ(s.sys.counters().abandoned_bodies, 1U);
    s.b = {};
    s.a = {};
    EXPECT_TRUE(s.sys.shutdown(60s).clean());
    EXPECT_EQ(s.sys.counters().cells_made, s.sys.counters().cells_freed);
    EXPECT_EQ(s.sys.counters().alive(), 0U);
  }
}

TEST_ON_THREADS(Abandon, LaterMessagesToItAreDeadLetters) {
  stuck s;
  s.hold();
  s.b.tell<say>(1);  // queued before
  s.b.kill();
  s.wait_for_down();
  for (int i = 0; i < 5; ++i) s.b.tell<say>(i);
  say one{1};
  EXPECT_EQ(s.b.try_tell(one), troupe::tell_status::closed);
  const auto r = s.b.try_ask<cast::query>(1).within(1h).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), troupe::ask_errc::down);
  EXPECT_EQ(r.error().reason(), exit_kind::killed);
  does(s.a, [&](witness& me) { me.watch(s.b); });
  while (s.notes->reasons("a").size() < 2) std::this_thread::yield();
  EXPECT_EQ(s.notes->of("a"), "down(b killed) down(b gone)");
  s.gate.open();
  EXPECT_TRUE(s.sys.shutdown(60s).clean());
  EXPECT_GE(s.sys.counters().dead_letters(troupe::dead_reason::ended), 6U);
  EXPECT_EQ(s.notes->of("b"), "came back gone");
}

TEST_ON_THREADS(Abandon, TheGraveyardNamesItWhatItDidAndSinceWhen) {
  stuck s;
  s.hold();
  s.b.kill();
  s.wait_for_down();
  const auto seen = s.sys.snapshot();
  ASSERT_EQ(seen.graveyard.size(), 1U);
  const auto& grave = seen.graveyard[0];
  EXPECT_EQ(grave.id, s.b.id().value());
  EXPECT_NE(grave.class_name.find("witness"), std::string_view::npos);
  EXPECT_EQ(grave.name, "north gate");
  EXPECT_NE(grave.doing.find("will"), std::string_view::npos) << grave.doing;
  EXPECT_LE(grave.since, s.sys.now());
  s.gate.open();
  while (!s.sys.snapshot().graveyard.empty()) std::this_thread::yield();
  EXPECT_TRUE(s.sys.shutdown(60s).clean());
}

TEST_ON_THREADS(Abandon, TheReportOfShutdownNamesWhoIsInTheGraveyard) {
  const auto notes = std::make_shared<book>();
  {
    stuck s;
    scenario::left_on_purpose(s.a);
    s.hold();
    s.b.kill();
    s.wait_for_down();
    const auto report = s.sys.shutdown(20ms);
    EXPECT_FALSE(report.clean());
    EXPECT_NE(report.to_string().find("north gate"), std::string::npos) << report.to_string();
    s.gate.open();
    while (s.notes->count("b", "came back") == 0) std::this_thread::yield();
  }
}

TEST_ON_THREADS(Abandon, TheParentAndThoseLinkedDoNotWaitForIt) {
  stuck s(4);
  auto p = s.sys.spawn<witness>(s.notes, "p");
  s.notes->know(p.id(), "p");
  does(p, [&s](witness& me) {
    auto child = me.bear("c");
    me.link(child);
    child.tell<will>([hinge = s.gate.hinge()](witness&) { hinge.pass(); });
  });
  s.gate.wait_for(1);
  does(s.a, [p](witness& me) { me.watch(p); });
  p.kill();
  s.wait_for_down();
  EXPECT_EQ(s.notes->of("a"), "down(p killed)");
  EXPECT_EQ(s.notes->count("p", "gone"), 1);
  EXPECT_EQ(s.notes->count("c", "gone"), 0);
  s.gate.open();
  p = {};
  EXPECT_TRUE(s.sys.shutdown(60s).clean());
  EXPECT_EQ(s.notes->count("c", "gone"), 1);
}

TEST_ON_THREADS(Abandon, OneThatReturnsJustWhenItsTimeIsOverIsToldOfOnce) {
  for (int round = 0; round < 30; ++round) {
    stuck s;
    s.hold();
    s.b.kill();
    while (round % 2 == 0 && s.sys.counters().abandoned_bodies == 0 && round % 3 != 0)
      std::this_thread::yield();
    s.gate.open();
    s.wait_for_down();
    EXPECT_TRUE(s.sys.drain());
    EXPECT_TRUE(s.sys.shutdown(60s).clean());
    EXPECT_EQ(s.notes->count("a", "down(b killed)"), 1) << s.notes->of("a");
    EXPECT_EQ(s.notes->of("b"), "came back gone");
  }
}

TEST_ON_THREADS(Abandon, ABlockingJobThatDoesNotReturnHoldsNobody) {
  // It uses nothing of its actor's, which ends at once.
  stuck s;
  s.b.tell<lasting>([&s](witness& me) -> task<> {
    co_await troupe::blocking([](cast::gate::leaf hinge) { hinge.pass(); }, s.gate.hinge());
    me.note("never");
  });
  s.gate.wait_for(1);
  s.b.kill();
  s.wait_for_down();
  EXPECT_EQ(s.notes->of("a"), "down(b killed)");
  EXPECT_EQ(s.notes->of("b"), "gone");
  s.gate.open();
  EXPECT_TRUE(s.sys.shutdown(60s).clean());
  EXPECT_EQ(s.sys.counters().abandoned_bodies, 0U);
}

}  // namespace
