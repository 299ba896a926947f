// players.hpp: who plays in the scenarios about coroutines.
//
//   Before   scenarios say as a coroutine what a player does.      After   its journal is compared.
//   Holds    an actor whose handlers are written in the test; things that say when they are
//            destroyed; one who handles nothing until it is let go.
//   Note     what waits for a keeper waits an hour: no real time decides anything.
#pragma once

#include "../cast.hpp"
#include "../lives.hpp"

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cast {

using scenario::journal_ptr;
using scenario::make_journal;
using troupe::ask_errc;
using troupe::exit_kind;
using troupe::task;

const bool real = scenario::world::real;

class player;
using scene = std::function<troupe::task<>(player&)>;
struct play {  ///< the scene may capture: it lives in the handler's frame
  scene what;
};
struct perform {  ///< the same, answered at its end
  using reply = void;
  scene what;
};
struct fall {  ///< fails
  std::string text;
};

/// Does what the test says, and writes down what comes meanwhile: `1 stop(normal) gone`.
class player : public troupe::actor<player> {
public:
  using player::actor::self;

  explicit player(journal_ptr j) : journal_(std::move(j)) {}
  ~player() { say("gone"); }

  troupe::task<> on(play p) { co_await p.what(*this); }
  troupe::task<> on(perform p) { co_await p.what(*this); }
  void on(note n) { say(std::to_string(n.number)); }
  int on(query q) {
    if (q.number != 0) say("q" + std::to_string(q.number));
    return right_answer(q.number);
  }
  void on(const fall& f) { throw std::runtime_error(f.text); }
  void on(stop_now) { self().stop(); }
  void on_stop(const troupe::exit_reason& why) {
    say("stop(" + std::string(to_string(why.kind())) + ")");
  }
  void say(const std::string& what) const { journal_->note(what); }

private:
  journal_ptr journal_;
};

/// Says its name when it is destroyed, wherever it was moved meanwhile.
class trace {
public:
  trace(journal_ptr j, std::string name) noexcept
      : journal_(std::move(j)), name_(std::move(name)) {}
  trace(trace&&) noexcept = default;
  trace& operator=(trace&&) = delete;
  ~trace() {
    if (journal_ != nullptr) journal_->note(name_);
  }

private:
  journal_ptr journal_;
  std::string name_;
};

/// Never answers, not even when it ends: what it was asked lies with the test.
class silent : public troupe::actor<silent> {
public:
  using pile = std::shared_ptr<std::vector<troupe::asked<query>>>;
  explicit silent(pile p) : pile_(std::move(p)) {}
  void on(query q, troupe::reply_to<query> reply) { pile_->push_back({q, std::move(reply)}); }
  int on(how_many) const { return static_cast<int>(pile_->size()); }

private:
  pile pile_;
};
[[nodiscard]] inline silent::pile make_pile() {
  return std::make_shared<std::vector<troupe::asked<query>>>();
}

/// Asks that wait until the keeper is told to answer.
template <class Keeper>
[[nodiscard]] auto kept_by(const troupe::ref<Keeper>& k, int number) {
  return k.template ask<query>(number).within(1h);
}
template <class Keeper>
[[nodiscard]] auto tried_by(const troupe::ref<Keeper>& k, int number) {
  return k.template try_ask<query>(number).within(1h);
}

/// Returns when `k` has kept `count`: those who asked are suspended, or about to be.
template <class Keeper>
void wait_for_kept(const troupe::ref<Keeper>& k, int count) {
  while (k.ask(how_many{}).get() < count) std::this_thread::yield();
}
/// Returns when `who` has handled what it was told before.
template <class Handle>
void wait_for(const Handle& who) {
  static_cast<void>(who.template ask<query>(0).get());
}
/// Lets `k` answer, and returns when the answers are on their way.
inline void let_answer(const troupe::ref<keeper>& k, int number) {
  k.tell<answer>(number);
  static_cast<void>(k.ask(how_many{}).get());
}

/// On seeds lets `d` pass; on threads waits until nothing is pending, so what sleeps has woken.
inline void pass(scenario::world& w, troupe::duration d) {
  w.advance(d);
  w.settle();
}

/// A player, and what it has written.
struct stage_of_one {
  explicit stage_of_one(scenario::world& w) : wrote(make_journal()), p(w.spawn<player>(wrote)) {}
  stage_of_one(scenario::world& w, troupe::spawn_options with)
      : wrote(make_journal()), p(w.spawn<player>(std::move(with), wrote)) {}

  [[nodiscard]] std::string text() const { return wrote->text(); }

  journal_ptr wrote;
  troupe::ref<player> p;
};

/// Runs a scene to its end, on a player of its own.
inline void run(scenario::world& w, scene what) {
  stage_of_one one(w);
  one.p.ask<perform>(std::move(what)).within(1h).get();
}

/// Handles one message that waits for the keeper, and takes no other meanwhile: so a test fills its
/// mailbox message by message.
struct hold_still {};
class full_box : public troupe::actor<full_box> {
public:
  full_box(troupe::address<query> k, page_ptr read)
      : keeper_(std::move(k)), read_(std::move(read)) {}
  troupe::task<> on(hold_still) { co_await keeper_.ask<query>(0).within(1h); }
  void on(note n) { read_->write(n.number); }
  int on(query q) {
    read_->write(q.number);
    return right_answer(q.number);
  }
  void on_stop(const troupe::exit_reason& why) { read_->close(why.kind()); }

private:
  troupe::address<query> keeper_;
  page_ptr read_;
};

/// A box of that capacity, held and empty.
struct held_box {
  held_box(scenario::world& w, std::size_t capacity,
           troupe::overflow_policy policy = troupe::overflow_policy::reject_newest)
      : k(w.spawn<keeper>()),
        to(w.spawn<full_box>({.capacity = capacity, .overflow = policy, .max_suspended = 1}, k,
                             read)) {
    to.tell(hold_still{});
    wait_for_kept(k, 1);
  }
  /// Lets it go on.
  void open() const { k.tell(answer_all{}); }

  page_ptr read = std::make_shared<page>();
  troupe::ref<keeper> k;
  troupe::ref<full_box> to;
};

/// The code of a failed await, or "none".
[[nodiscard]] inline std::string code_of(const troupe::ask_failed& e) {
  return std::string(to_string(e.error().code()));
}
template <class R>
[[nodiscard]] std::string code_of(const troupe::result<R>& r) {
  return r ? "none" : std::string(to_string(r.error().code()));
}

[[nodiscard]] inline std::uint64_t dead(scenario::world& w, troupe::dead_reason why) {
  return w.counters().dead_letters(why);
}

/// Requests that ended otherwise before their handler answered, or ran.
[[nodiscard]] inline std::uint64_t unanswered(scenario::world& w) {
  return dead(w, troupe::dead_reason::late) + dead(w, troupe::dead_reason::expired) +
         dead(w, troupe::dead_reason::cancelled);
}

/// A ledger whose tickets have all been destroyed, each once.
inline void expect_balanced(const ledger& book, int made) {
  EXPECT_EQ(ledger::read(book.made), made);
  EXPECT_EQ(ledger::read(book.destroyed), made);
}

}  // namespace cast
