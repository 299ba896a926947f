// slot_test.cpp: places in a tree whose addresses outlive every restart: X3, X4.
#include "recorder.hpp"

#include <sstream>

namespace {

using namespace supervised;

constexpr auto drop = mailbox_type::drop;
constexpr auto keep = mailbox_type::keep;

/// A tree whose child a sits at a slot; when it has failed it stays away for an hour.
struct seated {
  seated(world& in, mailbox_type waiting, spawn_options options = {}, bool started = true)
      : w(in), c(in), at(in.system(), std::move(options)), waits(waiting) {
    if (started) begin();
  }
  void begin() { top = c.start(supervisor_spec{.intensity = 100, .children = {spec()}}); }
  [[nodiscard]] child_spec spec(const std::string& id = "a") const {
    auto one = c.one(id);
    one.at = at;
    one.mailbox = waits;
    one.backoff = fixed{1h};
    return one;
  }
  void fail() {
    at.tell(fall{});
    w.settle();
    EXPECT_EQ(listed(top), "a:restarting");
    c.lives->clear();
  }
  /// The next incarnation begins, without the wait.
  void begin_again() {
    EXPECT_EQ(code_of(top.terminate_child("a").get()), "ok");
    EXPECT_EQ(code_of(top.restart_child("a").get()), "ok");
    w.settle();
  }
  [[nodiscard]] std::uint64_t dead(dead_reason why) const { return w.counters().dead_letters(why); }

  world& w;
  cast_of_children c;
  slot<child> at;
  mailbox_type waits;
  supervisor_ref top;
};

// --- where it was made

SCENARIO(Slot, X4ASlotOfAnotherSystemIsRefusedByName) {
  cast_of_children c(w);
  kit::stage elsewhere(1);
  const slot<child> stranger(elsewhere.system(), "stranger");
  auto one = c.one("a");
  one.at = stranger;
  const auto top = start(w.system(), supervisor_spec{.children = {one}});
  ASSERT_FALSE(top);
  EXPECT_EQ(top.error(), supervision_errc::failed_to_start);
  EXPECT_NE(top.error().text().find("another actor_system"), std::string::npos)
      << top.error().text();
  EXPECT_EQ(c.lives->text(), "");
}

// --- who is meant

SCENARIO(Slot, X4AddressesStayGoodOverRestarts) {
  seated s(w, drop);
  const address<say, query, fall> to = s.at;
  const auto id = s.at.id();
  EXPECT_EQ(actor_at(s.top, "a"), id);
  for (int life = 1; life < 5; ++life) {
    s.c.lives->clear();
    EXPECT_EQ(to.ask<query>(life).get(), 10 * life);
    to.tell(fall{});
    w.settle();
    s.begin_again();
    EXPECT_EQ(s.c.lives->text(),
              "a.q" + std::to_string(life) + " a.stop(failed:disk) a.gone a.built a.start");
    to.tell<say>(life);
    s.at.tell<say>(life);
    w.settle();
    EXPECT_EQ(s.c.lives->count("a." + std::to_string(life)), 2);
  }
  EXPECT_EQ(s.at.id(), id);
}

SCENARIO(Slot, X4ARefOfAnIncarnationReachesNoOther) {
  seated s(w, keep);
  const auto first = std::make_shared<ref<child>>();
  s.c.tell_and_settle("a", will{[first](child& me) { *first = me.self(); }});
  s.fail();
  first->tell<say>(1);
  s.begin_again();
  first->tell<say>(2);
  s.at.tell<say>(3);
  w.settle();
  EXPECT_EQ(s.c.lives->text(), "a.built a.start a.3");
  EXPECT_EQ(s.dead(dead_reason::restarted), 2U);
  *first = {};
}

SCENARIO(Slot, X4NamesGivenToItSurviveRestarts) {
  seated s(w, keep);
  const child_address to = s.at;
  EXPECT_EQ(w.system().names().put("books", to), put_name::registered);
  s.fail();
  const auto meanwhile = w.system().names().find<say>("books");
  ASSERT_TRUE(meanwhile) << "the place is there, whoever sits in it";
  meanwhile.tell<say>(1);
  s.begin_again();
  w.system().names().find<say>("books").tell<say>(2);
  w.settle();
  EXPECT_EQ(s.c.lives->text(), "a.built a.start a.1 a.2");
}

// --- before the first child

SCENARIO(Slot, X4WhatIsToldBeforeTheFirstStartWaitsForIt) {
  for (const mailbox_type how : {drop, keep}) {
    seated s(w, how, {}, false);
    for (int i = 0; i < 3; ++i) s.at.tell<say>(i);
    w.settle();
    const auto before = w.counters().dead_letters();
    auto top = start(w.system(), supervisor_spec{.children = {s.spec()}});
    ASSERT_TRUE(top) << top.error().text();
    w.settle();
    EXPECT_EQ(s.c.lives->text(), "a.built a.start a.0 a.1 a.2");
    EXPECT_EQ(w.counters().dead_letters(), before);
    EXPECT_EQ(code_of(top->stop().get()), "ok");
  }
}

SCENARIO(Slot, X4AnAskBeforeTheFirstStartFailsAtOnceUnlessItWaits) {
  seated s(w, drop, {}, false);
  const auto before = w.system().now();
  const auto r = s.at.try_ask<query>(1).within(1h).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), ask_errc::down);
  if (!real) {
    EXPECT_EQ(w.system().now(), before);
  }
  s.c.elsewhere([to = s.at](caller& me) {
    to.try_ask<query>(2).within(1h).wait_for_restart().then(
        &me, [&me](const result<int>& got) { me.note(got ? "answered" : "refused"); });
  });
  s.c.elsewhere([](caller& me) { me.note("asked"); });
  until(w, [&] { return s.c.lives->has("asked"); });
  EXPECT_EQ(s.c.lives->text(), "asked");
  s.begin();
  w.settle();
  EXPECT_EQ(s.at.ask<query>(3).get(), 30);
  EXPECT_EQ(w.counters().asked, w.counters().settled);
}

// --- X3: what waits when it fails

/// Somebody tells a to fail, then four numbers, in one chain.
void fail_with_four_behind(seated& s) {
  s.c.elsewhere([to = s.at](caller&) {
    to.tell(fall{});
    for (int i = 0; i < 4; ++i) to.tell<say>(i);
  });
  s.w.settle();
}

SCENARIO(Slot, X3DroppedIsWhatWaitsAndWhatComesMeanwhile) {
  seated s(w, drop);
  fail_with_four_behind(s);
  EXPECT_EQ(s.c.lives->text(), "a.stop(failed:disk) a.gone");
  EXPECT_EQ(s.dead(dead_reason::restarted), 4U);
  s.at.tell<say>(4);
  w.settle();
  EXPECT_EQ(s.dead(dead_reason::restarted), 5U);
  s.begin_again();
  s.at.tell<say>(5);
  w.settle();
  EXPECT_EQ(s.c.lives->text(), "a.stop(failed:disk) a.gone a.built a.start a.5");
  EXPECT_EQ(w.counters().dead_letters(), 5U);
}

SCENARIO(Slot, X3KeptIsWhatWaitsAndWhatComesMeanwhileInOrderButNotWhatHasFailed) {
  seated s(w, keep);
  fail_with_four_behind(s);
  for (int i = 4; i < 7; ++i) s.at.tell<say>(i);
  w.settle();
  EXPECT_EQ(s.c.lives->text(), "a.stop(failed:disk) a.gone");
  s.begin_again();
  EXPECT_EQ(s.c.lives->text(),
            "a.stop(failed:disk) a.gone a.built a.start a.0 a.1 a.2 a.3 a.4 a.5 a.6");
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Slot, X3KeptMessagesSurviveAStartThatFails) {
  seated s(w, keep);
  fail_with_four_behind(s);
  s.c.lives->fail_starts("a", 1);
  EXPECT_EQ(code_of(s.top.terminate_child("a").get()), "ok");
  EXPECT_EQ(code_of(s.top.restart_child("a").get()), "failed_to_start");
  EXPECT_EQ(code_of(s.top.restart_child("a").get()), "ok");
  w.settle();
  EXPECT_EQ(s.c.lives->text(),
            "a.stop(failed:disk) a.gone a.built a.gone a.built a.start a.0 a.1 a.2 a.3");
}

/// Somebody tells a to fail, and has asked it something behind that.
void fail_with_an_ask_behind(seated& s, bool waits) {
  s.c.elsewhere([to = s.at, waits](caller& me) {
    const auto got = [&me](const result<int>& r) {
      me.note(r ? "answered(" + std::to_string(*r) + ")"
                : std::string(to_string(r.error().code())) + "(" + brief(r.error().reason()) + ")");
    };
    to.tell(fall{});
    if (waits)
      to.try_ask<query>(7).within(10h).wait_for_restart().then(&me, got);
    else
      to.try_ask<query>(7).within(10h).then(&me, got);
  });
}

SCENARIO(Slot, X3ARequestThatWaitsFailsWithTheReasonAndIsNeverRun) {
  for (const mailbox_type how : {drop, keep}) {
    seated s(w, how);
    fail_with_an_ask_behind(s, false);
    w.settle();
    EXPECT_TRUE(s.c.lives->has("down(failed:disk)")) << s.c.lives->text();
    s.begin_again();
    EXPECT_FALSE(s.c.lives->has("a.q7")) << s.c.lives->text();
    EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  }
}

SCENARIO(Slot, X3ARequestThatIsToWaitGoesToTheNextIncarnation) {
  for (const mailbox_type how : {drop, keep}) {
    seated s(w, how);
    fail_with_an_ask_behind(s, true);
    until(w, [&] { return s.c.lives->has("a.gone"); });
    EXPECT_EQ(s.c.lives->text(), "a.stop(failed:disk) a.gone");
    s.begin_again();
    EXPECT_EQ(s.c.lives->text(), "a.stop(failed:disk) a.gone a.built a.start a.q7 answered(70)");
    EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  }
}

SCENARIO(Slot, X3ARequestThatIsBeingHandledHasFailedThoughItWasToWait) {
  seated s(w, keep);
  const auto r = s.at.try_ask(ask_once{}).wait_for_restart().get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), ask_errc::down);
  EXPECT_EQ(r.error().reason().text(), "as asked");
  s.begin_again();
  EXPECT_EQ(s.c.lives->count("a.asked"), 1);
}

// --- X4: while nobody sits there

SCENARIO(Slot, X4AnAskMeanwhileFailsAtOnceWithTheReason) {
  for (const mailbox_type how : {drop, keep}) {
    seated s(w, how);
    s.fail();
    const auto before = w.system().now();
    const auto r = s.at.try_ask<query>(1).within(10h).get();
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error(), ask_errc::down);
    EXPECT_EQ(r.error().reason(), exit_kind::failed);
    EXPECT_EQ(r.error().reason().text(), "disk");
    if (!real) {
      EXPECT_EQ(w.system().now(), before);
    }
    s.begin_again();
    EXPECT_EQ(s.c.lives->text(), "a.built a.start");
    EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  }
}

SCENARIO(Slot, X4AnAskThatIsToWaitIsAnsweredByTheNextIncarnation) {
  for (const mailbox_type how : {drop, keep}) {
    seated s(w, how);
    s.fail();
    s.c.elsewhere([to = s.at](caller& me) {
      to.try_ask<query>(4).within(10h).wait_for_restart().then(
          &me, [&me](const result<int>& r) { me.note(r && *r == 40 ? "answered" : "refused"); });
      me.note("asked");
    });
    until(w, [&] { return s.c.lives->has("asked"); });
    s.begin_again();
    EXPECT_EQ(s.c.lives->text(), "asked a.built a.start a.q4 answered");
    EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  }
}

SCENARIO_ON_SEEDS(Slot, X4AnAskThatIsToWaitDoesSoUntilItsDeadline) {
  seated s(w, keep);
  s.fail();
  const auto before = w.system().now();
  const auto r = s.at.try_ask<query>(1).within(10s).wait_for_restart().get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), ask_errc::timeout);
  EXPECT_GE(w.system().now() - before, 10s);
  EXPECT_LE(w.system().now() - before, 10s + 50ms);
  const auto late = s.at.try_ask<query>(2).within(2h).wait_for_restart().get();
  ASSERT_TRUE(late) << late.error().text();
  EXPECT_EQ(*late, 20);
  EXPECT_EQ(w.system().now() - before, 1h) << "when its wait was over";
  EXPECT_EQ(s.c.lives->text(), "a.built a.start a.q2") << "the first is not run any more";
}

SCENARIO_ON_SEEDS(Slot, X4TheNextIncarnationComesByItselfAfterItsWait) {
  seated s(w, keep);
  fail_with_four_behind(s);
  w.advance(1h);
  EXPECT_EQ(s.c.lives->text(), "a.stop(failed:disk) a.gone a.built a.start a.0 a.1 a.2 a.3");
}

SCENARIO(Slot, X4NoMoreIsKeptThanItsCapacity) {
  seated s(w, keep, {.capacity = 4});
  s.fail();
  for (int i = 0; i < 6; ++i) s.at.tell<say>(i);
  w.settle();
  EXPECT_EQ(s.dead(dead_reason::full), 2U);
  s.begin_again();
  EXPECT_EQ(s.c.lives->text(), "a.built a.start a.0 a.1 a.2 a.3");
  s.at.tell<say>(6);
  w.settle();
  EXPECT_TRUE(s.c.lives->has("a.6")) << "there is room again";
}

SCENARIO(Slot, X4BetweenTerminateAndRestartTheSameHolds) {
  for (const mailbox_type how : {drop, keep}) {
    seated s(w, how);
    const auto before = s.dead(dead_reason::restarted);
    EXPECT_EQ(code_of(s.top.terminate_child("a").get()), "ok");
    s.c.lives->clear();
    for (int i = 0; i < 2; ++i) s.at.tell<say>(i);
    const auto r = s.at.try_ask<query>(1).get();
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error(), ask_errc::down);
    EXPECT_EQ(r.error().reason(), exit_kind::shutdown);
    EXPECT_EQ(code_of(s.top.restart_child("a").get()), "ok");
    w.settle();
    EXPECT_EQ(s.c.lives->text(), how == keep ? "a.built a.start a.0 a.1" : "a.built a.start");
    EXPECT_EQ(s.dead(dead_reason::restarted) - before, how == keep ? 1U : 3U) << "with the ask";
    EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  }
}

SCENARIO(Slot, X3KeptMessagesAreNeitherLostNorTwiceWhenASiblingFails) {
  seated s(w, keep, {}, false);
  constexpr int count = 40;
  auto top = start(w.system(), supervisor_spec{.strategy = one_for_all,
                                               .intensity = 1000,
                                               .children = {s.spec(), s.c.one("b")}});
  ASSERT_TRUE(top) << top.error().text();
  const auto b = s.c.find("b");
  s.c.lives->clear();
  std::string expected;
  for (int i = 0; i < count; ++i) {
    s.at.tell<say>(i);
    if (i == count / 2) b.tell(fall{});
    expected += " a." + std::to_string(i);
  }
  until(w, [&] { return s.c.lives->has("a." + std::to_string(count - 1)); });
  w.settle();
  std::string said;
  for (int i = 0; i < count; ++i) EXPECT_EQ(s.c.lives->count("a." + std::to_string(i)), 1) << i;
  std::istringstream all(s.c.lives->of("a"));
  for (std::string line; all >> line;)
    if (line.find_first_not_of("0123456789", 2) == std::string::npos) said += " " + line;
  EXPECT_EQ(said, expected);
  EXPECT_EQ(s.c.lives->built("a"), 1);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

// --- whose place it is

SCENARIO(Slot, X4MayServeAnotherTreeWhenTheFirstHasEnded) {
  seated s(w, drop);
  const auto id = s.at.id();
  EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  EXPECT_EQ(s.at.try_ask<query>(1).get().error(), ask_errc::down);
  s.begin();
  EXPECT_EQ(s.at.ask<query>(2).get(), 20);
  EXPECT_EQ(s.at.id(), id);
}

SCENARIO(Slot, X4HasRoomForOneChildAtATime) {
  seated s(w, drop);
  const auto r = start(w.system(), supervisor_spec{.children = {s.spec("other")}}, "other");
  EXPECT_FALSE(r);
  EXPECT_FALSE(s.top.start_child(s.spec("twin")).get());
  EXPECT_EQ(s.at.ask<query>(2).get(), 20);
  EXPECT_EQ(s.c.lives->text(), "a.q2");
  EXPECT_EQ(listed(s.top), "a:running");
}

SCENARIO(Slot, X4WhenNobodyMeansItAnyMoreWhatComesIsADeadLetter) {
  child_address to;
  {
    seated s(w, keep);
    to = s.at;
    EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  }
  w.settle();
  const auto before = w.counters().dead_letters();
  to.tell<say>(1);
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(), before + 1);
  const auto r = to.try_ask<query>(1).within(10h).wait_for_restart().get();
  ASSERT_FALSE(r) << "nobody will ever come";
  EXPECT_EQ(r.error(), ask_errc::down);
}

SCENARIO(Slot, X4AChildMayBeDeletedAndAnotherPutThere) {
  seated s(w, keep);
  EXPECT_EQ(code_of(s.top.terminate_child("a").get()), "ok");
  EXPECT_EQ(code_of(s.top.delete_child("a").get()), "ok");
  EXPECT_EQ(code_of(s.top.start_child(s.spec("other")).get()), "ok");
  s.at.tell<say>(1);
  w.settle();
  EXPECT_TRUE(s.c.lives->has("other.1")) << s.c.lives->text();
}

}  // namespace
