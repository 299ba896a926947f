// deadline_test.cpp: what is promised of deadlines: when asks time out, and what nobody waits for.
//
//   Note     on seeds the clock stands still but for `w.advance`, so times are compared exactly; on
//            threads a settled world is one whose asks have all ended.
#include "cast.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace {

using namespace std::chrono_literals;

using cast::asker;
using cast::keeper;
using cast::outcome;
using cast::prompt;
using cast::query;
using cast::reason_of;
using cast::right_answer;
using cast::says;
using troupe::ask_errc;
using troupe::dead_reason;
using troupe::duration;

const bool real = scenario::world::real;
constexpr duration tick{1};

/// On seeds lets `d` pass; on threads waits until no ask is open any more.
void pass(scenario::world& w, duration d) {
  w.advance(d);
  w.settle();
}

[[nodiscard]] std::vector<outcome> seen_by(const troupe::ref<asker>& a) {
  return a.ask(cast::so_far{}).get();
}

void expect_timed_out(const std::vector<outcome>& seen, std::size_t count) {
  ASSERT_EQ(seen.size(), count);
  for (const auto& got : seen) {
    ASSERT_TRUE(got.error.has_value()) << got.number << " was answered";
    EXPECT_EQ(*got.error, ask_errc::timeout) << to_string(got.error->code());
  }
}

[[nodiscard]] std::uint64_t dead(scenario::world& w, dead_reason why) {
  return w.counters().dead_letters(why);
}

/// Returns when `k` has kept `count`.
void wait_for_kept(const troupe::ref<keeper>& k, int count) {
  while (k.ask(cast::how_many{}).get() < count) {}
}

// --- when

SCENARIO(Deadline, EndsAnAskWhenTheClockPassesItAndNotBefore) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(k, 1, 5ms);
  if (!real) {
    pass(w, 5ms - tick);
    EXPECT_EQ(seen_by(a).size(), 0U) << "a nanosecond too early";
  }
  pass(w, tick);
  const auto seen = seen_by(a);
  expect_timed_out(seen, 1);
  EXPECT_TRUE(says(seen[0].error->text(), "no reply within 5 ms")) << seen[0].error->text();
  EXPECT_TRUE(says(seen[0].error->text(), "keeper")) << seen[0].error->text();
  EXPECT_TRUE(says(seen[0].error->text(), "query")) << seen[0].error->text();
}

struct ask_each {  ///< number i within waits[i], all in one handler
  troupe::address<query> whom;
  std::vector<duration> waits;
};
struct lap {
  int number = 0;
  bool answered = false;
  duration took{};
};
struct laps {
  using reply = std::vector<lap>;
};
/// Notes how long each of its asks took.
class stopwatch : public troupe::actor<stopwatch> {
public:
  void on(const ask_each& a) {
    for (std::size_t i = 0; i < a.waits.size(); ++i)
      a.whom.try_ask<query>(static_cast<int>(i))
          .within(a.waits[i])
          .then(this, [this, i, began = now()](troupe::result<int> r) {
            laps_.push_back({static_cast<int>(i), r.has_value(), now() - began});
          });
  }
  std::vector<lap> on(laps) const { return laps_; }

private:
  [[nodiscard]] troupe::time_point now() const { return self().system().now(); }
  std::vector<lap> laps_;
};

SCENARIO(Deadline, IsNeverShorterThanWasSaid) {
  const std::vector<duration> waits{3ms, 1ms, 0ms, 2ms, 7us, 1ns};
  auto k = w.spawn<keeper>();
  auto s = w.spawn<stopwatch>();
  s.tell<ask_each>(k, waits);
  pass(w, 10ms);
  const auto all = s.ask(laps{}).get();
  ASSERT_EQ(all.size(), waits.size());
  for (const lap& l : all) {
    const duration said = waits[static_cast<std::size_t>(l.number)];
    EXPECT_FALSE(l.answered);
    if (said > 0ms && real) {
      EXPECT_GE(l.took, said) << "number " << l.number;
    }
    if (!real) {
      EXPECT_EQ(l.took, said) << "number " << l.number;
    }
  }
}

SCENARIO(Deadline, ThousandsOfOpenAsksExpireInTheOrderOfTheirDeadlines) {
  constexpr std::size_t count = 3000;
  std::vector<duration> waits(count);
  for (std::size_t i = 0; i < count; ++i) waits[i] = 1ms + (i ^ 63U) / 2 * 1us;  // two of each
  waits[count - 1] = 10us;
  waits[count / 2] = 20us;
  auto k = w.spawn<keeper>();
  auto s = w.spawn<stopwatch>();
  s.tell<ask_each>(k, waits);
  pass(w, 1s);
  const auto all = s.ask(laps{}).get();
  ASSERT_EQ(all.size(), count);
  std::vector<int> times(count, 0);
  for (const lap& l : all) ++times[static_cast<std::size_t>(l.number)];
  EXPECT_EQ(times, std::vector<int>(count, 1)) << "each once";
  if (real) return;  // there the asks themselves take time
  for (std::size_t i = 0; i < count; ++i) {
    const lap& l = all[i];
    EXPECT_EQ(l.took, waits[static_cast<std::size_t>(l.number)]);
    if (i == 0) continue;
    EXPECT_LE(all[i - 1].took, l.took);
    if (all[i - 1].took == l.took) {
      EXPECT_LT(all[i - 1].number, l.number) << "of equal ones the first that was asked";
    }
  }
  EXPECT_EQ(all[0].number, static_cast<int>(count - 1));
}

SCENARIO(Deadline, ThatIsNotReachedLeavesNothingBehind) {
  auto p = w.spawn<prompt>();
  auto a = w.spawn<asker>();
  for (int i = 0; i < 20; ++i) a.tell<cast::ask_for>(p, i, 1h + i * 1min);
  w.settle();
  pass(w, 10h);
  const auto seen = seen_by(a);
  ASSERT_EQ(seen.size(), 20U);
  for (const auto& got : seen) EXPECT_EQ(got.value, right_answer(got.number));
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Deadline, OfZeroOrLessEndsTheAskAtOnce) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  for (const duration d : {duration(0), duration(-1), duration(-5h), duration::min()})
    a.tell<cast::ask_for>(k, 1, d);
  w.settle();  // no time passes on seeds
  expect_timed_out(seen_by(a), 4);
  if (!real) {
    EXPECT_EQ(k.ask(cast::how_many{}).get(), 0) << "handled, though nobody waits";
  }
  if (!real) {
    EXPECT_EQ(dead(w, dead_reason::expired), 4U);
  }
}

SCENARIO(Deadline, OfDurationMaxIsNever) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(k, 1, duration::max());
  a.tell<cast::ask_for>(k, 2, duration::max() - tick);
  wait_for_kept(k, 2);
  w.advance(100'000h);
  EXPECT_EQ(seen_by(a).size(), 0U);
  k.tell(cast::answer_all{});
  w.settle();
  const auto seen = seen_by(a);
  ASSERT_EQ(seen.size(), 2U);
  for (const auto& got : seen) EXPECT_EQ(got.value, right_answer(got.number));
  EXPECT_EQ(w.spawn<prompt>().ask<query>(4).within(duration::max()).get(), 40);
}

// --- threads

SCENARIO(Deadline, OfAGetEndsItWithATextThatSaysWhomItAsked) {
  auto k = w.spawn<keeper>();
  const auto before = w.system().now();
  const auto r = k.try_ask<query>(1).within(5ms).get();
  const auto took = w.system().now() - before;
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::timeout) << to_string(r.error().code());
  for (const auto* word : {"query", "keeper", "no reply within 5 ms"})
    EXPECT_TRUE(says(r.error().text(), word)) << r.error().text();
  EXPECT_GE(took, 5ms);
  if (!real) {
    EXPECT_EQ(took, 5ms);
  }
  EXPECT_THROW(std::ignore = k.ask<query>(2).within(1us).get(), troupe::ask_failed);
  w.settle();
  EXPECT_EQ(w.counters().asked, w.counters().settled);
}

SCENARIO(Deadline, OfAGetThatWasNotReachedChangesNothing) {
  auto p = w.spawn<prompt>();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(p.ask<query>(i).within(1h).get(), right_answer(i));
  w.advance(2h);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Deadline, OfAGetOfZeroOrLessEndsIt) {
  auto k = w.spawn<keeper>();
  for (const duration d : {duration(0), duration(-3h), duration::min()}) {
    const auto r = k.try_ask<query>(1).within(d).get();
    ASSERT_FALSE(r.has_value());
    EXPECT_EQ(r.error(), ask_errc::timeout) << to_string(r.error().code());
  }
  w.settle();
  if (!real) {
    EXPECT_EQ(k.ask(cast::how_many{}).get(), 0);
  }
}

// --- what comes too late

SCENARIO(Deadline, AReplyAfterItIsLateAndNeverReachesTheNextAsk) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(k, 1, 5ms);
  pass(w, 5ms);
  expect_timed_out(seen_by(a), 1);
  const int kept = k.ask(cast::how_many{}).get();  // on threads it may have been too late for `k`
  a.tell<cast::ask_for>(k, 2, 1h);
  wait_for_kept(k, kept + 1);
  k.tell<cast::answer>(1);
  EXPECT_EQ(k.ask(cast::how_many{}).get(), 1);
  EXPECT_EQ(seen_by(a).size(), 1U) << "the second ask got the reply to the first";
  EXPECT_EQ(dead(w, dead_reason::late), static_cast<std::uint64_t>(kept));
  k.tell<cast::answer>(2);
  w.settle();
  const auto seen = seen_by(a);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[1].value, right_answer(2));
  EXPECT_EQ(w.counters().dead_letters(), 1U);
}

SCENARIO(Deadline, AFailureOrANoReplyAfterItIsLateToo) {
  auto k = w.spawn<keeper>();
  auto other = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(k, 1, 5ms);
  a.tell<cast::ask_for>(other, 2, 5ms);
  pass(w, 5ms);
  expect_timed_out(seen_by(a), 2);
  k.tell<cast::fail_all>(ask_errc::not_handled, "no");
  other.tell(cast::let_go{});
  w.settle();
  expect_timed_out(seen_by(a), 2);
  EXPECT_EQ(w.counters().dead_letters(), 2U);
  if (!real) {
    EXPECT_EQ(dead(w, dead_reason::late), 2U);
  }
}

SCENARIO(Deadline, OfAGetAReplyAfterItIsLate) {
  auto k = w.spawn<keeper>();
  EXPECT_FALSE(k.try_ask<query>(1).within(1ms).get().has_value());
  w.settle();
  const int kept = k.ask(cast::how_many{}).get();
  k.tell(cast::answer_all{});
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(), 1U);
  EXPECT_EQ(dead(w, dead_reason::late), static_cast<std::uint64_t>(kept));
  if (!real) {
    EXPECT_EQ(kept, 1);
  }
}

SCENARIO(Deadline, OfAsksThatAreAnsweredInTimeLeaveOneVisitBehindAtMost) {
  auto p = w.spawn<prompt>();
  auto a = w.spawn<asker>();
  for (int i = 0; i < 300; ++i)  // some shorter than those before, some longer
    a.tell<cast::ask_for>(p, i, std::chrono::hours(1 + i * 7 % 10));
  w.settle();
  EXPECT_EQ(seen_by(a).size(), 300U);
  const auto before = w.counters().turns;
  w.advance(24h);
  EXPECT_LE(w.counters().turns, before + 1);
}

// --- requests that nobody waits for are not run

SCENARIO(Deadline, ARequestThatComesAfterItIsDroppedUnrun) {
  auto p = w.spawn<prompt>();
  auto k = w.spawn<keeper>();
  EXPECT_FALSE(k.try_ask<query>(1).within(5ms).get().has_value());
  w.settle();
  const auto kept = static_cast<std::uint64_t>(k.ask(cast::how_many{}).get());
  k.tell<cast::hand_on>(p);
  w.settle();
  const auto handled = static_cast<std::uint64_t>(p.ask(cast::how_many{}).get());
  EXPECT_EQ(w.counters().dead_letters(), 1U) << "counted once, not as late too";
  EXPECT_EQ(dead(w, dead_reason::late), handled);
  EXPECT_EQ(dead(w, dead_reason::expired), 1 - handled);
  // On threads deadlines are compared with a clock that lags a little.
  if (!real) {
    EXPECT_EQ(handled, 0U);
  }
  if (!real) {
    EXPECT_EQ(kept, 1U);
  }
}

SCENARIO(Deadline, ARequestWhoseAskerTimedOutIsNotRun) {
  auto p = w.spawn<prompt>();
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  for (int i = 0; i < 3; ++i) a.tell<cast::ask_for>(k, i, 5ms);
  pass(w, 5ms);
  expect_timed_out(seen_by(a), 3);
  k.tell<cast::hand_on>(p);
  w.settle();
  EXPECT_EQ(p.ask(cast::how_many{}).get(), 0);
  EXPECT_EQ(dead(w, dead_reason::cancelled) + (real ? dead(w, dead_reason::expired) : 0), 3U);
  EXPECT_EQ(w.counters().dead_letters(), 3U) << "each once, and none as late too";
  expect_timed_out(seen_by(a), 3);
}

SCENARIO(Deadline, ARequestWhoseAskerEndedIsNotRun) {
  auto p = w.spawn<prompt>();
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  for (int i = 0; i < 3; ++i) a.tell<cast::ask_for>(k, i, 1h);
  wait_for_kept(k, 3);
  a.stop();
  EXPECT_EQ(reason_of(a), troupe::exit_kind::normal);  // one dead letter: it was asked
  k.tell<cast::hand_on>(p);
  w.settle();
  EXPECT_EQ(p.ask(cast::how_many{}).get(), 0);
  EXPECT_EQ(dead(w, dead_reason::cancelled), 3U);
  EXPECT_EQ(w.counters().dead_letters(), 3U + 1U);
}

// --- one that never gives up

struct begin {
  troupe::address<query> whom;
};
struct ping {};
struct pinged_at {
  using reply = int;
};
constexpr int rounds_max = 300;

/// Asks again within nothing as soon as it has timed out.
class stubborn : public troupe::actor<stubborn> {
public:
  void on(const begin& b) {
    whom_ = b.whom;
    ask(1ms);
  }
  void on(ping) { pinged_at_ = rounds_; }
  int on(pinged_at) const { return pinged_at_; }

private:
  void ask(duration within) {
    whom_.try_ask<query>(rounds_).within(within).then(this, [this](troupe::result<int>) {
      if (++rounds_ == 1) self().tell(ping{});
      if (rounds_ < rounds_max) ask(0ns);
    });
  }
  troupe::address<query> whom_;
  int rounds_ = 0;
  int pinged_at_ = -1;
};

SCENARIO(Deadline, OfAnAskMadeInATimeoutIsNotWaitedForInTheSameTurn) {
  auto k = w.spawn<keeper>();
  auto s = w.spawn<stubborn>();
  s.tell<begin>(k);
  pass(w, 1s);
  const int at = s.ask(pinged_at{}).get();
  EXPECT_GT(at, 0);
  EXPECT_LT(at, rounds_max) << "a message had to wait until it gave up";
}

}  // namespace
