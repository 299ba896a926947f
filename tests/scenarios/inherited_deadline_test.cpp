// inherited_deadline_test.cpp: deadlines travel: what an actor asks while it serves a request.
//
//   Note     on threads the inner asks would wait an hour: that the world settles is the proof.
#include "cast.hpp"

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;

using cast::asker;
using cast::keeper;
using cast::query;
using cast::right_answer;
using cast::says;
using troupe::ask_errc;
using troupe::duration;

const bool real = scenario::world::real;
constexpr duration tick{1};
const duration limit = real ? 5ms : 50ms;

void pass(scenario::world& w, duration d) {
  w.advance(d);
  w.settle();
}

void wait_for_kept(const troupe::ref<keeper>& k, int count) {
  while (k.ask(cast::how_many{}).get() < count) {}
}

struct round {
  bool answered = false;
  ask_errc code{};
  duration after{};  ///< since the request came
};
struct rounds {
  using reply = std::vector<round>;
};

/// Serves a request by asking another, several times one after the other, each within `own`.
class broker : public troupe::actor<broker> {
public:
  broker(troupe::address<query> next, duration own, int times)
      : next_(std::move(next)), own_(own), times_(times) {}

  void on(query q, troupe::reply_to<query> reply) {
    ask(q, std::move(reply), times_, self().system().now());
  }
  /// Told, it serves nobody.
  void on(const cast::ask_for& what) {
    what.whom.try_ask<query>(what.number)
        .within(what.within)
        .then(this, [this](troupe::result<int> r) { note(r, {}); });
  }
  std::vector<round> on(rounds) const { return rounds_; }

private:
  void ask(query q, troupe::reply_to<query> reply, int left, troupe::time_point began) {
    next_.try_ask<query>(q.number).within(own_).then(
        this, [=, this, back = std::move(reply)](troupe::result<int> r) mutable {
          note(r, self().system().now() - began);
          if (!r.has_value()) return back.fail(r.error());
          if (left == 1) return back(*r);
          ask({q.number + 1}, std::move(back), left - 1, began);
        });
  }
  void note(const troupe::result<int>& r, duration after) {
    rounds_.push_back({r.has_value(), r ? ask_errc{} : r.error().code(), after});
  }

  troupe::address<query> next_;
  duration own_;
  int times_;
  std::vector<round> rounds_;
};

void expect_timeout_after(const round& r, duration d) {
  EXPECT_FALSE(r.answered);
  EXPECT_EQ(r.code, ask_errc::timeout) << to_string(r.code);
  if (!real) {
    EXPECT_EQ(r.after, d);
  }
}

void expect_one_timeout(const troupe::ref<asker>& a) {
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  ASSERT_TRUE(seen[0].error.has_value());
  EXPECT_EQ(*seen[0].error, ask_errc::timeout) << to_string(seen[0].error->code());
}

SCENARIO(InheritedDeadline, CutsTheAsksMadeWhileServingARequest) {
  auto k = w.spawn<keeper>();
  auto b = w.spawn<broker>(k, 1h, 1);
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(b, 1, limit);
  pass(w, 50ms);
  const auto all = b.ask(rounds{}).get();
  if (!real) {
    ASSERT_EQ(all.size(), 1U);
  }
  for (const auto& r : all) expect_timeout_after(r, 50ms);
  expect_one_timeout(a);
}

SCENARIO(InheritedDeadline, CutsThoseOfAGetToo) {
  auto k = w.spawn<keeper>();
  auto b = w.spawn<broker>(k, 1h, 1);
  EXPECT_FALSE(b.try_ask<query>(1).within(limit).get().has_value());
  w.settle();
  pass(w, 1ms);
  const auto all = b.ask(rounds{}).get();
  if (!real) {
    ASSERT_EQ(all.size(), 1U);
  }
  for (const auto& r : all) expect_timeout_after(r, 50ms);
}

SCENARIO(InheritedDeadline, TravelsThroughAllWhoServe) {
  auto k = w.spawn<keeper>();
  auto c = w.spawn<broker>(k, 1h, 1);
  auto b = w.spawn<broker>(c, 2h, 1);
  auto front = w.spawn<broker>(b, 3h, 1);
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(front, 1, limit);
  pass(w, 50ms);
  for (const auto& one : {c, b, front}) {
    const auto all = one.ask(rounds{}).get();
    if (!real) {
      ASSERT_EQ(all.size(), 1U);
    }
    for (const auto& r : all) expect_timeout_after(r, 50ms);
  }
  expect_one_timeout(a);
}

SCENARIO(InheritedDeadline, GoesOnThroughAChainOfContinuations) {
  auto k = w.spawn<keeper>();
  auto b = w.spawn<broker>(k, 1h, 10);
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(b, 0, limit);
  for (int i = 0; i < 3; ++i) {
    if (!real) pass(w, 10ms);
    k.tell(cast::answer_all{});
    if (!real) w.settle();
  }
  if (!real) {
    pass(w, 20ms - tick);
    EXPECT_EQ(b.ask(rounds{}).get().size(), 3U);
    EXPECT_EQ(a.ask(cast::so_far{}).get().size(), 0U);
  }
  pass(w, tick);
  const auto all = b.ask(rounds{}).get();
  if (!real) {
    ASSERT_EQ(all.size(), 4U);
  }
  if (!all.empty()) expect_timeout_after(all.back(), 50ms);
  expect_one_timeout(a);
}

SCENARIO(InheritedDeadline, GoesOnThroughContinuationsThatTimedOut) {
  class retries : public troupe::actor<retries> {
  public:
    explicit retries(troupe::address<query> next) : next_(std::move(next)) {}
    void on(query q, troupe::reply_to<query> reply) {
      next_.try_ask<query>(q.number).within(10ms).then(
          this, [this, q, back = std::move(reply)](troupe::result<int>) mutable {
            next_.try_ask<query>(q.number).within(1h).then(
                this, [mine = std::move(back)](troupe::result<int> r) mutable {
                  if (!r) mine.fail({ask_errc::not_handled, "gave up"});
                });
          });
    }

  private:
    troupe::address<query> next_;
  };
  auto k = w.spawn<keeper>();
  auto b = w.spawn<retries>(k);
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(b, 1, limit);
  pass(w, 50ms);
  w.settle();
  EXPECT_EQ(w.counters().asked, w.counters().settled) << "the second ask waits for an hour";
  EXPECT_EQ(a.ask(cast::so_far{}).get().size(), 1U);
}

SCENARIO(InheritedDeadline, GoesOnWithAForwardedRequest) {
  auto k = w.spawn<keeper>();
  auto b = w.spawn<broker>(k, 1h, 1);
  auto first = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(first, 1, limit);
  if (!real) pass(w, 20ms);
  first.tell<cast::hand_on>(b);
  if (!real) {
    pass(w, 30ms - tick);
    EXPECT_EQ(k.ask(cast::how_many{}).get(), 1);
    EXPECT_EQ(b.ask(rounds{}).get().size(), 0U);
  }
  pass(w, tick);
  const auto all = b.ask(rounds{}).get();
  if (!real) {
    ASSERT_EQ(all.size(), 1U);
  }
  for (const auto& r : all) expect_timeout_after(r, 30ms);
  expect_one_timeout(a);
}

SCENARIO(InheritedDeadline, DoesNotLengthenWhatIsShorter) {
  auto k = w.spawn<keeper>();
  auto b = w.spawn<broker>(k, 5ms, 1);
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(b, 1, 1h);
  pass(w, 5ms);
  const auto all = b.ask(rounds{}).get();
  ASSERT_EQ(all.size(), 1U);
  expect_timeout_after(all[0], 5ms);
  expect_one_timeout(a);  // as the broker said; its own deadline is far
  EXPECT_EQ(w.counters().asked, w.counters().settled);
}

SCENARIO(InheritedDeadline, IsNotThatOfWhatComesAfterTheRequest) {
  auto k = w.spawn<keeper>();
  auto served = w.spawn<keeper>();
  auto b = w.spawn<broker>(served, 1h, 1);
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(b, 1, 5ms);
  b.tell<cast::ask_for>(k, 2, 1h);  // in the same turn, with some seeds
  w.advance(5ms);
  while (a.ask(cast::so_far{}).get().empty()) {  // not settle(): the other ask is open
  }
  expect_one_timeout(a);
  wait_for_kept(k, 1);
  w.advance(30min);
  k.tell(cast::answer_all{});
  w.settle();
  int answered = 0;  // the other one's end may be seen before or after it
  for (const auto& r : b.ask(rounds{}).get()) answered += r.answered;
  EXPECT_EQ(answered, 1);
}

SCENARIO(InheritedDeadline, IsNotThatOfWhatComesAfterAReply) {
  auto k = w.spawn<keeper>();
  auto p = w.spawn<cast::prompt>();
  auto b = w.spawn<broker>(p, 1h, 3);
  auto a = w.spawn<asker>();
  a.tell<cast::ask_for>(b, 1, 20ms);
  b.tell<cast::ask_for>(k, 2, 1h);
  b.tell<cast::ask_for>(k, 3, 1h);
  wait_for_kept(k, 2);
  b.tell<cast::ask_for>(k, 4, 1h);
  wait_for_kept(k, 3);
  w.advance(30min);
  k.tell(cast::answer_all{});
  w.settle();
  int answered = 0;
  for (const auto& r : b.ask(rounds{}).get()) answered += r.answered;
  EXPECT_GE(answered, 3);
  if (!real) {
    EXPECT_EQ(answered, 6);
  }
}

}  // namespace
