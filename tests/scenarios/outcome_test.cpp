// outcome_test.cpp: whatever the asked do, every ask of a living actor has exactly one outcome.
//
//   Note     what an actor does depends on the order in which it is asked, hence on the seed.
#include "cast.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

using cast::says;
using troupe::ask_errc;
using troupe::duration;

const bool real = scenario::world::real;

struct job {
  using reply = int;
  int number = 0;
  int hops = 0;
};
struct meet {
  std::vector<troupe::address<job>> all;
};
struct answer_kept {};
struct quit {};

/// Does with a request whatever can be done with one.
class moody : public troupe::actor<moody> {
public:
  explicit moody(unsigned seed) : random_(seed) {}

  void on(const meet& m) { others_ = m.all; }
  void on(job j, troupe::reply_to<job> reply) {
    const bool goes_on = j.hops < 6 && !others_.empty();
    switch (pick(100)) {
      case 0: throw std::runtime_error("a bad day");
      case 1: return self().stop(troupe::exit_reason(troupe::exit_kind::user, 3));
      case 2: reply(j.number); throw std::runtime_error("after the answer");
      case 3: return others_.clear();  // and drops the reply
      default: break;
    }
    switch (pick(6)) {
      case 0: return reply.fail({ask_errc::not_handled, "not in the mood"});
      case 1: return kept_.push_back({j, std::move(reply)});
      case 2:
        if (goes_on) return reply.forward(other(), job{j.number, j.hops + 1});
        break;
      case 3:
        if (goes_on) return ask_another(j, std::move(reply));
        break;
      case 4: return;
      default: break;
    }
    reply(j.number);
  }
  void on(answer_kept) {
    for (auto& one : kept_) {
      if (pick(3) == 0)
        one.reply.forward(others_.empty() ? troupe::address<job>() : other(), one.message);
      else
        one.reply(one.message.number);
    }
    kept_.clear();
  }
  void on(quit) { self().stop(); }

private:
  [[nodiscard]] std::size_t pick(std::size_t n) { return random_() % n; }
  [[nodiscard]] const troupe::address<job>& other() { return others_[pick(others_.size())]; }
  void ask_another(job j, troupe::reply_to<job> reply) {
    other()
        .try_ask<job>(j.number, j.hops + 1)
        .within(std::chrono::microseconds(pick(4000)))
        .then(this, [mine = std::move(reply)](troupe::result<int> r) mutable {
          if (r.has_value()) return mine(*r);
          mine.fail(r.error());
        });
  }

  std::mt19937 random_;
  std::vector<troupe::address<job>> others_;
  std::vector<troupe::asked<job>> kept_;
};

struct go {
  int count;
};
/// What one asker has asked, and what became of it.
struct score {
  std::atomic<int> asked{0};
  std::atomic<int> outcomes{0};
  std::atomic<int> twice{0};
  std::atomic<int> wrong{0};

  [[nodiscard]] static int read(const std::atomic<int>& n) {
    return n.load(std::memory_order_acquire);
  }
};

/// Asks all of them, in any order, and counts.
class gambler : public troupe::actor<gambler> {
public:
  gambler(unsigned seed, std::vector<troupe::address<job>> whom, std::shared_ptr<score> s,
          std::shared_ptr<cast::ledger> book)
      : random_(seed), whom_(std::move(whom)), score_(std::move(s)), book_(std::move(book)) {}

  void on(go g) {
    for (int i = 0; i < g.count; ++i) ask();
  }

private:
  void ask() {
    static constexpr std::array<duration, 5> waits{0ns, 50us, 500us, 2ms, 4ms};
    const int number = next_++;
    score_->asked.fetch_add(1, std::memory_order_acq_rel);
    whom_[random_() % whom_.size()]
        .try_ask<job>(number)
        .within(waits[random_() % waits.size()])
        .then(this, [this, number, counted = cast::ticket(book_)](troupe::result<int> r) {
          counted.call();
          score_->outcomes.fetch_add(1, std::memory_order_acq_rel);
          if (++seen_[number] > 1) score_->twice.fetch_add(1, std::memory_order_acq_rel);
          if (r && *r != number) score_->wrong.fetch_add(1, std::memory_order_acq_rel);
          if (random_() % 4 == 0 && next_ < 60) ask();
        });
  }

  std::mt19937 random_;
  std::vector<troupe::address<job>> whom_;
  std::shared_ptr<score> score_;
  std::shared_ptr<cast::ledger> book_;
  std::map<int, int> seen_;
  int next_ = 0;
};

constexpr int gamblers = 5;
constexpr int moods = 6;

struct company {
  std::vector<troupe::ref<moody>> asked;
  std::vector<troupe::ref<gambler>> askers;
  std::vector<std::shared_ptr<score>> scores;
  std::shared_ptr<cast::ledger> book = std::make_shared<cast::ledger>();
};

[[nodiscard]] company assemble(scenario::world& w) {
  company c;
  std::vector<troupe::address<job>> all;
  for (unsigned i = 0; i < moods; ++i) {
    if (i % 2 == 0)
      c.asked.push_back(w.spawn<moody>(i + 1));
    else  // some of them are full now and then
      c.asked.push_back(w.spawn<moody>({.capacity = 10}, i + 1));
    all.emplace_back(c.asked.back());
  }
  for (const auto& m : c.asked) m.tell<meet>(all);
  for (unsigned i = 0; i < gamblers; ++i) {
    c.scores.push_back(std::make_shared<score>());
    c.askers.push_back(w.spawn<gambler>(i + 100, all, c.scores.back(), c.book));
  }
  return c;
}

/// Work, ends and time, all mixed.
void play(scenario::world& w, company& c) {
  cast::at_once(2, [&](int me) {
    for (int i = 0; i < gamblers; ++i)
      if (i % 2 == me) c.askers[static_cast<std::size_t>(i)].tell<go>(25);
    for (int i = 0; i < 20; ++i) std::ignore = c.asked[0].try_ask<job>(i).within(200us).get();
  });
  w.advance(300us);
  for (const auto& m : c.asked) m.tell(answer_kept{});
  for (const auto& a : c.askers) a.tell<go>(10);
  c.asked[1].tell(quit{});
  w.advance(700us);
  c.asked[2].kill();
  c.askers[0].kill();  // two of the askers do not live to see all their outcomes
  c.askers[1].stop();
  for (const auto& m : c.asked) m.tell(answer_kept{});
  w.advance(1h);
  w.settle();
}

void expect_one_outcome_each(const company& c) {
  int called = 0;
  for (std::size_t i = 0; i < c.scores.size(); ++i) {
    const score& s = *c.scores[i];
    called += score::read(s.outcomes);
    EXPECT_EQ(score::read(s.twice), 0) << "asker " << i;
    EXPECT_EQ(score::read(s.wrong), 0) << "asker " << i << " got a reply to another ask";
    if (i < 2) {
      EXPECT_LE(score::read(s.outcomes), score::read(s.asked)) << "asker " << i;
    } else {
      EXPECT_EQ(score::read(s.outcomes), score::read(s.asked)) << "asker " << i;
    }
    if (i >= 2) {
      EXPECT_GE(score::read(s.asked), 35);
    }
  }
  EXPECT_EQ(cast::ledger::read(c.book->called), called);
  EXPECT_EQ(cast::ledger::read(c.book->destroyed), cast::ledger::read(c.book->made));
}

SCENARIO(Outcome, ThereIsExactlyOneOfEveryAskOfALivingActor) {
  auto c = assemble(w);
  play(w, c);
  expect_one_outcome_each(c);
  const auto all = w.counters();
  EXPECT_EQ(all.asked, all.settled);
}

SCENARIO(Outcome, ThereIsNoneAfterTheSystemHasEnded) {
  auto c = assemble(w);
  for (const auto& a : c.askers) a.tell<go>(25);
  if (!real) w.advance(100us);
  EXPECT_TRUE(w.shutdown(60s).clean());
  int outcomes = 0;
  for (const auto& s : c.scores) outcomes += score::read(s->outcomes);
  EXPECT_EQ(cast::ledger::read(c.book->called), outcomes);
  EXPECT_EQ(cast::ledger::read(c.book->destroyed), cast::ledger::read(c.book->made));
  for (const auto& m : c.asked) m.tell(answer_kept{});
  const auto all = w.counters();
  EXPECT_EQ(all.asked, all.settled);
  EXPECT_EQ(all.alive(), 0U);
}

}  // namespace
