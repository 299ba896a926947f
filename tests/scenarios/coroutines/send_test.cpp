// send_test.cpp: co_await send waits for room, in line, no longer than it said.
#include "players.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cast;
using troupe::address;
using troupe::dead_reason;
using troupe::overflow_policy;
using troupe::tell_status;

const troupe::duration while_full = real ? 5ms : 50ms;

/// Sends so many, numbered from `first` on, and writes each down once it is sent.
scene sends(address<note> to, int first, int count) {
  return [to, first, count](player& me) -> task<> {
    for (int i = first; i < first + count; ++i) {
      co_await to.send<note>(i).within(1h);
      me.say("sent" + std::to_string(i));
    }
  };
}

/// Sends one within `d`, and writes down how that ended.
scene tries(address<note> to, int number, troupe::duration d) {
  return [to, number, d](player& me) -> task<> {
    std::string ended = "sent";
    try {
      co_await to.send<note>(number).within(d);
    } catch (const troupe::ask_failed& e) {
      ended = code_of(e);
    }
    me.say(ended + std::to_string(number));
  };
}

[[nodiscard]] std::string all_sent(int first, int count) {
  std::string all;
  for (int i = first; i < first + count; ++i)
    all += (all.empty() ? "sent" : " sent") + std::to_string(i);
  return all;
}

// --- with room

SCENARIO(Send, WithRoomItIsAsTellAndDoesNotSuspend) {
  post to(w);
  stage_of_one s(w);
  s.p.tell<play>([to = to.to](player& me) -> task<> {
    me.self().tell<note>(9);
    for (int i = 0; i < 3; ++i) co_await to.send<note>(i);
    me.say("in the same turn");
  });
  w.settle();
  EXPECT_EQ(s.text(), "in the same turn 9");
  EXPECT_EQ(to.read->lines(), up_to(3));
}

SCENARIO(Send, InOneLineWithTheTellsOfItsSender) {
  post to(w);
  run(w, [to = to.to](player&) -> task<> {
    for (int i = 0; i < 30; i += 3) {
      to.tell<note>(i);
      co_await to.send<note>(i + 1);
      auto sending = to.send(note{i + 2});
      co_await sending;
    }
  });
  w.settle();
  EXPECT_EQ(to.read->lines(), up_to(30));
}

SCENARIO(Send, IsLazy) {
  post to(w);
  run(w, [to = to.to](player&) -> task<> {
    auto second = to.send<note>(1);
    co_await to.send<note>(0);
    co_await second;
    auto never = to.send<note>(2);
    auto nor = std::move(never);
    co_return;
  });
  w.settle();
  EXPECT_EQ(to.read->lines(), up_to(2));
}

SCENARIO(Send, ToManyActorsInARow) {
  const auto read = std::make_shared<page>();
  std::vector<troupe::ref<reader>> all;
  for (int i = 0; i < 100; ++i) all.push_back(w.spawn<reader>(read));
  run(w, [all](player&) -> task<> {
    for (const auto& to : all) co_await to.send<note>(1);
  });
  w.settle();
  EXPECT_EQ(read->lines(), std::vector<int>(100, 1));
}

// --- without

SCENARIO(Send, WaitsWhereACapacityIsReachedAndGoesOnAsMessagesAreTaken) {
  for (const int capacity : {1, 2, 3, 4}) {
    constexpr int count = 10;
    held_box box(w, static_cast<std::size_t>(capacity));
    stage_of_one s(w);
    s.p.tell<play>(sends(box.to, 0, count));
    until(w, [&] { return s.wrote->lines().size() == static_cast<std::size_t>(capacity); });
    wait_for(s.p);
    EXPECT_EQ(s.text(), all_sent(0, capacity)) << "the next one waits for room";
    note refused{99};
    EXPECT_EQ(box.to.try_tell(refused), tell_status::full);
    box.open();
    w.settle();
    EXPECT_EQ(s.text(), all_sent(0, count));
    EXPECT_EQ(box.read->lines(), up_to(count));
  }
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Send, OthersAreHandledWhileOneWaitsForRoom) {
  held_box box(w, 1);
  stage_of_one s(w);
  s.p.tell<play>(sends(box.to, 0, 2));
  tell(s.p, 7, 2);
  wait_for(s.p);
  EXPECT_EQ(s.text(), "sent0 7 8");
  box.open();
  w.settle();
  EXPECT_EQ(s.text(), "sent0 7 8 sent1");
}

SCENARIO(Send, ThoseWhoWaitAreServedInTheOrderTheyCame) {
  held_box box(w, 1);
  tell(box.to, 0, 1);
  std::vector<stage_of_one> all;
  for (int i = 1; i < 5; ++i) {
    all.emplace_back(w);
    all.back().p.tell<play>(sends(box.to, i, 1));
    wait_for(all.back().p);
  }
  box.open();
  w.settle();
  EXPECT_EQ(box.read->lines(), up_to(5));
}

SCENARIO(Send, TwoHandlersOfOneActorKeepTheirOrder) {
  held_box box(w, 1);
  stage_of_one s(w);
  s.p.tell<play>(sends(box.to, 0, 2));
  s.p.tell<play>(sends(box.to, 2, 1));
  s.p.tell<play>(sends(box.to, 3, 1));
  wait_for(s.p);
  EXPECT_EQ(s.text(), "sent0");
  box.open();
  w.settle();
  EXPECT_EQ(box.read->lines(), up_to(4));
}

SCENARIO(Send, ManySendersLoseNothingAndKeepTheirOrder) {
  constexpr int senders = 4;
  constexpr int each = 40;
  for (const auto policy :
       {overflow_policy::reject_newest, overflow_policy::drop_oldest, overflow_policy::stop_actor})
    for (const std::size_t capacity : {std::size_t{1}, std::size_t{3}}) {
      const auto read = std::make_shared<page>();
      auto to =
          w.spawn<full_box>({.capacity = capacity, .overflow = policy}, w.spawn<keeper>(), read);
      std::vector<stage_of_one> all;
      for (int i = 0; i < senders; ++i) {
        all.emplace_back(w);
        all.back().p.tell<play>(sends(to, i * each, each));
      }
      w.settle();
      const auto got = read->lines();
      EXPECT_EQ(got.size(), static_cast<std::size_t>(senders * each));
      std::array<int, senders> last{-1, -1, -1, -1};
      for (const int n : got)
        EXPECT_LT(std::exchange(last[static_cast<std::size_t>(n / each)], n), n);
      for (int i = 0; i < senders; ++i)
        EXPECT_EQ(all[static_cast<std::size_t>(i)].text(), all_sent(i * each, each));
    }
  EXPECT_EQ(w.counters().dead_letters(), 0U);
  EXPECT_EQ(w.counters().failed, 0U);
}

SCENARIO(Send, UnderEachPolicyItWaitsOutsideTheCapacity) {
  for (const auto policy :
       {overflow_policy::reject_newest, overflow_policy::drop_oldest, overflow_policy::stop_actor})
    for (const int capacity : {1, 2, 4}) {
      held_box box(w, static_cast<std::size_t>(capacity), policy);
      stage_of_one s(w);
      s.p.tell<play>(sends(box.to, 0, capacity + 3));
      wait_for(s.p);
      EXPECT_EQ(s.text(), all_sent(0, capacity));
      box.open();
      w.settle();
      EXPECT_EQ(box.read->lines(), up_to(capacity + 3));
      EXPECT_TRUE(box.read->ends().empty());
    }
  EXPECT_EQ(w.counters().dead_letters(), 0U);
  EXPECT_EQ(w.counters().failed, 0U);
}

// --- the deadline

SCENARIO(Send, PastItsDeadlineItFailsWithFullAndIsNeverDelivered) {
  held_box box(w, 1);
  tell(box.to, 0, 1);
  stage_of_one s(w);
  s.p.tell<play>(tries(box.to, 1, while_full));
  if (!real) {
    w.advance(while_full - 1ns);
    EXPECT_EQ(s.text(), "");
  }
  w.advance(real ? 0ns : 1ns);
  while (s.text().empty()) wait_for(s.p);  // not settle(): the box is held
  EXPECT_EQ(s.text(), "full1");
  box.open();
  w.settle();
  EXPECT_EQ(box.read->lines(), up_to(1));
  EXPECT_EQ(w.counters().failed, 0U);
}

SCENARIO(Send, WaitsFiveSecondsUnlessSaid) {
  if (real) return;
  held_box box(w, 1);
  tell(box.to, 0, 1);
  stage_of_one s(w);
  s.p.tell<play>([to = box.to](player& me) -> task<> {
    try {
      co_await to.send<note>(1);
    } catch (const troupe::ask_failed& e) {
      me.say(code_of(e));
    }
  });
  w.advance(5s - 1ns);
  EXPECT_EQ(s.text(), "");
  w.advance(1ns);
  EXPECT_EQ(s.text(), "full");
  box.open();
}

SCENARIO(Send, TheErrorSaysWhatWasSentToWhom) {
  held_box box(w, 1);
  tell(box.to, 0, 1);
  stage_of_one s(w);
  s.p.tell<play>([to = box.to](player& me) -> task<> {
    try {
      co_await to.send<note>(1).within(1ms);
    } catch (const troupe::ask_failed& e) {
      me.say(e.what());
    }
  });
  w.advance(1ms);
  while (s.text().empty()) wait_for(s.p);
  EXPECT_TRUE(says(s.text(), "note")) << s.text();
  EXPECT_TRUE(says(s.text(), "full_box")) << s.text();
  box.open();
}

SCENARIO(Send, ThoseBehindOneThatGaveUpMoveForward) {
  held_box box(w, 1);
  tell(box.to, 0, 1);
  stage_of_one first(w);
  stage_of_one second(w);
  stage_of_one third(w);
  first.p.tell<play>(tries(box.to, 8, while_full));
  wait_for(first.p);
  second.p.tell<play>(sends(box.to, 1, 1));
  wait_for(second.p);
  third.p.tell<play>(tries(box.to, 9, while_full));
  w.advance(while_full);
  while (first.text().empty()) wait_for(first.p);
  while (third.text().empty()) wait_for(third.p);
  box.open();
  w.settle();
  EXPECT_EQ(first.text(), "full8");
  EXPECT_EQ(second.text(), "sent1");
  EXPECT_EQ(third.text(), "full9");
  EXPECT_EQ(box.read->lines(), up_to(2));
}

/// Deadline and room at the same time: either it failed and is not there, or it did not and is.
SCENARIO(Send, EitherFailsOrIsDelivered) {
  constexpr int rounds = 8;
  held_box box(w, 1);
  tell(box.to, 0, 1);
  stage_of_one s(w);
  for (int i = 1; i <= rounds; ++i) s.p.tell<play>(tries(box.to, i, i * while_full / rounds));
  wait_for(s.p);
  w.advance(while_full / 2);
  box.open();
  w.advance(while_full);
  until(w, [&] { return s.wrote->lines().size() == rounds; });
  w.settle();
  std::vector<int> expected{0};
  for (int i = 1; i <= rounds; ++i)
    if (s.wrote->has("sent" + std::to_string(i))) expected.push_back(i);
  EXPECT_EQ(box.read->lines(), expected);
  if (!real) {
    EXPECT_EQ(expected.size(), 1U + rounds / 2);
  }
}

SCENARIO(Send, UncaughtItFailsTheSender) {
  held_box box(w, 1);
  tell(box.to, 0, 1);
  stage_of_one s(w);
  s.p.tell<play>([to = box.to](player&) -> task<> { co_await to.send<note>(1).within(1ms); });
  w.advance(1ms);
  until(w, [&] { return s.wrote->has("gone"); });
  EXPECT_EQ(s.text(), "stop(failed) gone");
  EXPECT_TRUE(says(reason_of(s.p).type(), "ask_failed"));
  box.open();
}

// --- ends

SCENARIO(Send, ToOneThatHasEndedFailsWithDownAndItsReason) {
  auto to = w.spawn<reader>(std::make_shared<page>());
  to.kill();
  w.settle();
  stage_of_one s(w);
  s.p.tell<play>([to](player& me) -> task<> {
    try {
      co_await to.send<note>(1);
    } catch (const troupe::ask_failed& e) {
      me.say(code_of(e) + " " + e.error().reason().to_string());
    }
  });
  w.settle();
  EXPECT_EQ(s.text(), "down killed");
}

SCENARIO(Send, ThroughAnEmptyHandleFailsWithDown) {
  stage_of_one s(w);
  s.p.tell<play>(tries(address<note>(), 1, 1h));
  s.p.tell<play>([](player& me) -> task<> {
    try {
      co_await troupe::ref<reader>().send<note>(1);
    } catch (const troupe::ask_failed& e) {
      me.say(code_of(e) + " " + e.error().reason().to_string());
    }
  });
  w.settle();
  EXPECT_EQ(s.wrote->count("down1"), 1) << s.text();
  EXPECT_EQ(s.wrote->count("down gone"), 1) << s.text();
}

SCENARIO(Send, AReceiverThatIsKilledFailsThoseWhoWaitWithDown) {
  held_box box(w, 1);
  tell(box.to, 0, 1);
  stage_of_one s(w);
  for (int i = 1; i < 4; ++i) s.p.tell<play>(tries(box.to, i, 1h));
  wait_for(s.p);
  EXPECT_EQ(s.text(), "");
  box.to.kill();
  until(w, [&] { return s.wrote->lines().size() == 3; });
  for (int i = 1; i < 4; ++i) EXPECT_EQ(s.wrote->count("down" + std::to_string(i)), 1) << s.text();
  EXPECT_TRUE(box.read->lines().empty());
  EXPECT_EQ(dead(w, dead_reason::ended), 4U)
      << "the one that was in the mailbox, and those in line";
}

SCENARIO(Send, AReceiverThatStopsDeliversOrFails) {
  held_box box(w, 1);
  tell(box.to, 0, 1);
  stage_of_one s(w);
  for (int i = 1; i < 4; ++i) s.p.tell<play>(tries(box.to, i, 1h));
  wait_for(s.p);
  box.to.stop();
  box.open();
  w.settle();
  std::vector<int> expected{0};
  for (int i = 1; i < 4; ++i) {
    const auto n = std::to_string(i);
    EXPECT_EQ(s.wrote->count("sent" + n) + s.wrote->count("down" + n), 1) << s.text();
    if (s.wrote->has("sent" + n)) expected.push_back(i);
  }
  EXPECT_EQ(box.read->lines(), expected) << "what was sent before it ended was handled";
  EXPECT_EQ(box.read->ends(), std::vector{exit_kind::normal});
}

SCENARIO(Send, OfASenderThatEndsWhileItWaitsIsNeverDelivered) {
  for (const bool kill : {true, false}) {
    held_box box(w, 1);
    tell(box.to, 0, 1);
    stage_of_one gone(w);
    stage_of_one stays(w);
    gone.p.tell<play>(sends(box.to, 9, 1));
    wait_for(gone.p);
    stays.p.tell<play>(sends(box.to, 1, 1));
    wait_for(stays.p);
    if (kill)
      gone.p.kill();
    else
      gone.p.stop();
    EXPECT_EQ(reason_of(gone.p), kill ? exit_kind::killed : exit_kind::normal);
    box.open();
    w.settle();
    EXPECT_EQ(box.read->lines(), up_to(2));
    EXPECT_EQ(stays.text(), "sent1");
  }
}

// --- to oneself

SCENARIO(Send, ToOneselfWithRoomIsATell) {
  stage_of_one s(w);
  s.p.tell<play>([](player& me) -> task<> {
    co_await me.self().send<note>(1);
    me.say("sent");
  });
  w.settle();
  EXPECT_EQ(s.text(), "sent 1");
}

SCENARIO(Send, ToOneselfWhenFullFailsWithSelfAsk) {
  stage_of_one s(w, {.capacity = 1});
  s.p.ask<perform>([](player& me) -> task<> {
       const troupe::ref<player> mine = me.self();
       const address<note> by_address = mine;
       for (int way = 0; way < 3; ++way) {
         me.self().tell<note>(way);
         try {
           if (way == 0) co_await me.self().send<note>(7);
           if (way == 1) co_await mine.send<note>(8);
           if (way == 2) co_await by_address.send<note>(9);
           me.say("sent");
         } catch (const troupe::ask_failed& e) {
           me.say(code_of(e));
         }
       }
     })
      .get();
  w.settle();
  EXPECT_EQ(s.wrote->count("self_ask"), 3) << s.text();
  EXPECT_EQ(s.wrote->lines().size(), 6U) << "and what filled it: " << s.text();
}

}  // namespace
