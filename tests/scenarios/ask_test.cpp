// ask_test.cpp: what is promised of asks: the ways they are made, and how they fail.
#include "cast.hpp"

#include <array>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace {

using cast::asker;
using cast::at_once;
using cast::keeper;
using cast::prompt;
using cast::query;
using cast::reason_of;
using cast::right_answer;
using cast::says;
using troupe::ask_errc;
using troupe::exit_kind;

// --- replies of every kind

struct bounced {
  int missing;
};
struct withdraw {
  using reply = troupe::result<int, bounced>;
  int amount;
};
struct deposit {
  using reply = void;
  int amount;
};
struct cheque {
  using reply = std::unique_ptr<int>;
};
struct alignas(64) statement {
  std::array<int, 1000> lines;
};
struct print {
  using reply = statement;
};
struct ledger_of {
  using reply = troupe::result<std::string>;
};
class account : public troupe::actor<account> {
public:
  void on(deposit d) { balance_ += d.amount; }
  troupe::result<int, bounced> on(withdraw w) {
    if (w.amount > balance_) return bounced{w.amount - balance_};
    return balance_ -= w.amount;
  }
  std::unique_ptr<int> on(cheque) { return std::make_unique<int>(balance_); }
  statement on(const print&) const {
    statement s;
    s.lines.fill(balance_);
    return s;
  }
  troupe::result<std::string> on(ledger_of) const { return std::to_string(balance_); }

private:
  int balance_ = 0;
};

SCENARIO(Ask, GetGivesTheReplyWhateverItsType) {
  auto a = w.spawn<account>();
  static_assert(std::is_void_v<decltype(a.ask<deposit>(100).get())>);
  a.ask<deposit>(100).get();
  EXPECT_TRUE(a.try_ask<deposit>(20).get().has_value());
  EXPECT_EQ(*a.ask<withdraw>(50).get(), 70);
  const auto refused = a.ask<withdraw>(80).get();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().missing, 10);
  EXPECT_EQ(**a.try_ask<withdraw>(5).get(), 65);
  EXPECT_EQ(*a.ask<cheque>().get(), 65);
  EXPECT_EQ(a.ask(print{}).get().lines, a.ask(print{}).get().lines);
  EXPECT_EQ(a.ask(print{}).get().lines.back(), 65);
  EXPECT_EQ(a.ask(ledger_of{}).get().value(), "65");
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

struct audit {
  using reply = std::vector<std::string>;
};
struct begin {
  using reply = void;
};
class auditor : public troupe::actor<auditor> {
public:
  explicit auditor(troupe::address<deposit, withdraw, cheque, ledger_of> to) : to_(std::move(to)) {}
  void on(begin) {
    to_.ask<deposit>(100).then(this, [this] { seen_.push_back("done"); });
    to_.try_ask<deposit>(20).then(
        this, [this](troupe::result<void> r) { seen_.push_back(r ? "done" : "failed"); });
    to_.ask<withdraw>(50).then(this, [this](troupe::result<int, bounced> r) {
      seen_.push_back(std::to_string(r.value()));
    });
    to_.try_ask<withdraw>(80).then(this, [this](troupe::result<troupe::result<int, bounced>> r) {
      seen_.push_back("missing " + std::to_string(r.value().error().missing));
    });
    to_.ask<cheque>().then(this, [this, mine = std::make_unique<int>(5)](std::unique_ptr<int> p) {
      seen_.push_back(std::to_string(*p + *mine));
    });
    to_.ask(ledger_of{}).then(this, [this](const troupe::result<std::string>& r) {
      seen_.push_back(r.value());
    });
  }
  std::vector<std::string> on(audit) const { return seen_; }

private:
  troupe::address<deposit, withdraw, cheque, ledger_of> to_;
  std::vector<std::string> seen_;
};

SCENARIO(Ask, ThenGivesTheReplyToTheContinuationWhateverItsType) {
  auto a = w.spawn<account>();
  auto b = w.spawn<auditor>(a);
  b.tell(begin{});
  w.settle();
  EXPECT_EQ(b.ask(audit{}).get(),
            (std::vector<std::string>{"done", "done", "70", "missing 10", "75", "70"}));
}

// --- many at once

SCENARIO(Ask, EachReplyFindsItsOwnContinuation) {
  constexpr int count = 20;
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  for (int i = 0; i < count; ++i) a.ask<cast::ask_for>(k, i).get();
  EXPECT_EQ(k.ask(cast::how_many{}).get(), count);
  for (int i = 0; i < count; ++i) k.tell<cast::answer>((i * 7) % count);
  w.settle();
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto& got = seen[static_cast<std::size_t>(i)];
    EXPECT_EQ(got.number, (i * 7) % count) << "replies of one sender come in its order";
    EXPECT_EQ(got.value, right_answer(got.number));
  }
}

SCENARIO(Ask, OrdinaryThreadsMayAskAtOnce) {
  constexpr int threads = 4;
  constexpr int each = 25;
  auto a = w.spawn<prompt>();
  at_once(threads, [&a](int me) {
    for (int i = 0; i < each; ++i) {
      const int number = me * each + i;
      EXPECT_EQ(a.ask<query>(number).get(), right_answer(number));
    }
  });
  EXPECT_EQ(a.ask(cast::how_many{}).get(), threads * each);
}

class relay : public troupe::actor<relay> {
public:
  explicit relay(troupe::address<query> next) : next_(std::move(next)) {}
  void on(query q, troupe::reply_to<query> reply) {
    next_.ask<query>(q.number + 1).then(this, [back = std::move(reply)](int n) mutable {
      back(n + 1);
    });
  }

private:
  troupe::address<query> next_;
};

SCENARIO(Ask, AnAskedActorMayAskOthersBeforeItAnswers) {
  auto last = w.spawn<prompt>();
  auto middle = w.spawn<relay>(last);
  auto front = w.spawn<relay>(middle);
  at_once(3, [&front](int i) { EXPECT_EQ(front.ask<query>(i).get(), right_answer(i + 2) + 2); });
}

// --- when things happen

SCENARIO(Ask, IsLazyAndSendsNothingUntilItIsEnded) {
  auto a = w.spawn<prompt>();
  const auto before = w.counters().asked;
  {
    auto never_ended = a.ask<query>(1);
    auto moved = std::move(never_ended).within(std::chrono::seconds(1));
  }
  w.settle();
  EXPECT_EQ(w.counters().asked, before);
  EXPECT_EQ(a.ask(cast::how_many{}).get(), 0);
}

struct try_it {
  using reply = void;
  troupe::address<query> whom;
};
struct calls {
  using reply = std::string;
};
/// Notes whether a continuation runs inside the call that made it.
class notes_when : public troupe::actor<notes_when> {
public:
  void on(const try_it& t) {
    inside_ = true;
    t.whom.try_ask<query>(1).then(this, [this](troupe::result<int> r) {
      said_ += inside_ ? " inside" : " later";
      said_ += r ? " answered" : " " + std::string(to_string(r.error().code()));
    });
    inside_ = false;
  }
  std::string on(calls) const { return said_; }

private:
  bool inside_ = false;
  std::string said_;
};

SCENARIO(Ask, TheContinuationRunsAfterTheHandlerThatAskedEvenIfItFailsAtOnce) {
  auto lives = w.spawn<prompt>();
  auto ended = w.spawn<prompt>();
  ended.stop();
  w.settle();
  auto a = w.spawn<notes_when>();
  a.ask<try_it>(lives).get();
  w.settle();
  EXPECT_EQ(a.ask(calls{}).get(), " later answered");
  a.ask<try_it>(ended).get();
  w.settle();
  EXPECT_EQ(a.ask(calls{}).get(), " later answered later down");
}

// --- whom it cannot be asked of

template <class Handle>
troupe::ask_error error_of_asking(const Handle& h) {
  const auto r = h.template try_ask<query>(1).get();
  EXPECT_FALSE(r.has_value());
  return r.has_value() ? troupe::ask_error(ask_errc::cancelled) : r.error();
}

SCENARIO(Ask, OfAnEndedActorFailsAtOnceWithItsReason) {
  auto stopped = w.spawn<prompt>();
  auto told = w.spawn<prompt>();
  auto killed = w.spawn<prompt>();
  stopped.stop();
  told.stop(troupe::exit_reason(exit_kind::user, 42, "lunch"));
  killed.kill();
  w.settle();
  const auto error = error_of_asking(stopped);
  EXPECT_EQ(error, ask_errc::down);
  EXPECT_EQ(error.reason(), exit_kind::normal);
  EXPECT_TRUE(says(error.text(), "prompt")) << error.text();
  EXPECT_TRUE(says(error.text(), "query")) << error.text();
  EXPECT_EQ(error_of_asking(told).reason(), troupe::exit_reason(exit_kind::user, 42, "lunch"));
  EXPECT_EQ(error_of_asking(killed).reason(), exit_kind::killed);
  EXPECT_THROW(std::ignore = stopped.ask<query>(1).get(), troupe::ask_failed);

  auto a = w.spawn<asker>();
  a.ask<cast::ask_for>(told, 1).get();
  w.settle();  // without letting time pass
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].error.value(), ask_errc::down);
  EXPECT_EQ(seen[0].error->reason().number(), 42);
}

SCENARIO(Ask, ThroughAnEmptyHandleFailsAtOnce) {
  EXPECT_EQ(error_of_asking(troupe::ref<prompt>()), ask_errc::down);
  EXPECT_EQ(error_of_asking(troupe::address<query>()), ask_errc::down);
  auto a = w.spawn<asker>();
  a.ask<cast::ask_for>(troupe::address<query>(), 1).get();
  w.settle();
  const auto seen = a.ask(cast::so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].error.value(), ask_errc::down);
}

struct ask_self {
  int how;
};
class narcissus : public troupe::actor<narcissus> {
public:
  explicit narcissus(bool tries) : tries_(tries) {}
  void on(ask_self a) {
    if (a.how == 0) return ask_through(self());
    if (a.how == 1) return ask_through(troupe::ref<narcissus>(self()));
    ask_through(troupe::address<query>(self()));
  }
  int on(query q) { return q.number; }
  std::string on(calls) const { return said_; }

private:
  template <class Handle>
  void ask_through(const Handle& me) {
    if (tries_)
      me.template try_ask<query>(1).then(
          this, [this](troupe::result<int> r) { said_ += to_string(r.error().code()); });
    else
      me.template ask<query>(1).then(this, [this](int) { said_ += "answered"; });
  }
  bool tries_;
  std::string said_;
};

SCENARIO(Ask, OfOneselfIsRefusedAtOnceThroughEveryHandle) {
  auto a = w.spawn<narcissus>(true);
  for (int how = 0; how < 3; ++how) a.tell<ask_self>(how);
  w.settle();
  EXPECT_EQ(a.ask(calls{}).get(), "self_askself_askself_ask");
  auto b = w.spawn<narcissus>(false);
  b.tell<ask_self>(0);
  w.settle();
  EXPECT_EQ(reason_of(b), exit_kind::failed);
  EXPECT_TRUE(says(reason_of(b).type(), "ask_failed")) << reason_of(b).to_string();
}

// --- blocking

struct block {
  using reply = std::string;
  int how;
};
class blocker : public troupe::actor<blocker> {
public:
  explicit blocker(troupe::address<query> whom) : whom_(std::move(whom)) {}
  std::string on(block b) {
    try {
      if (b.how == 0) return std::to_string(whom_.ask<query>(1).get());
      if (b.how == 1) return std::to_string(whom_.try_ask<query>(1).get().has_value());
      if (b.how == 2) return std::to_string(self().system().drain());
      return self().system().shutdown(std::chrono::seconds(1)).to_string();
    } catch (const troupe::ask_failed& e) {
      EXPECT_EQ(e.error(), ask_errc::would_block_worker);
      return e.what();
    }
  }
  int on(query) { return whom_.ask<query>(1).get(); }

private:
  troupe::address<query> whom_;
};

SCENARIO(Ask, BlockingInsideATurnIsRefusedAndNamesActorAndMessage) {
  auto p = w.spawn<prompt>();
  auto a = w.spawn<blocker>(p);
  for (int how = 0; how < 4; ++how) {
    const auto text = a.ask<block>(how).get();
    EXPECT_TRUE(says(text, "blocker")) << how << ": " << text;
    EXPECT_TRUE(says(text, "block")) << how << ": " << text;
  }
  EXPECT_EQ(p.ask(cast::how_many{}).get(), 0) << "a refused get() sends nothing";
  const auto r = a.try_ask<query>(1).get();
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), ask_errc::down);
  EXPECT_TRUE(says(r.error().reason().text(), "query")) << r.error().reason().to_string();
  EXPECT_TRUE(says(r.error().reason().text(), "blocker")) << r.error().reason().to_string();
}

}  // namespace
