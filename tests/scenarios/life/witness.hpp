// witness.hpp: who plays in the scenarios about watches, links and ends.
//
//   Before   scenarios say what a witness does in one handler.
//   After    what it wrote is compared: its number for each message, `down(b normal)`,
//            `stop(killed)`, `gone`.
//   Holds    a book in which each writes on a page of its own; the actor that writes.
#pragma once

#include "../cast.hpp"
#include "../lives.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace life {

using namespace std::chrono_literals;
using scenario::world;
using troupe::actor_id;
using troupe::address;
using troupe::down;
using troupe::exit_kind;
using troupe::exit_reason;
using troupe::monitor;
using troupe::ref;
using troupe::task;

const bool real = world::real;

/// What each has written, and who is who.
class book {
public:
  void know(actor_id id, const std::string& name) {
    const std::lock_guard hold(mutex_);
    names_[id] = name;
  }
  void note(const std::string& page, const std::string& line) {
    const std::lock_guard hold(mutex_);
    pages_[page].push_back(line);
  }
  void note_down(const std::string& page, const down& d) {
    const std::lock_guard hold(mutex_);
    const auto who = names_.find(d.who);
    const std::string name = who != names_.end() ? who->second : d.who.value() == 0 ? "0" : "?";
    pages_[page].push_back("down(" + name + " " + brief(d.reason) + ")");
    reasons_[page].push_back(d.reason);
  }
  [[nodiscard]] std::vector<std::string> lines(const std::string& page) const {
    const std::lock_guard hold(mutex_);
    const auto found = pages_.find(page);
    return found == pages_.end() ? std::vector<std::string>() : found->second;
  }
  /// The reasons of all downs on that page, in their order.
  [[nodiscard]] std::vector<exit_reason> reasons(const std::string& page) const {
    const std::lock_guard hold(mutex_);
    const auto found = reasons_.find(page);
    return found == reasons_.end() ? std::vector<exit_reason>() : found->second;
  }
  [[nodiscard]] std::string of(const std::string& page) const {
    std::string all;
    for (const auto& line : lines(page)) all += (all.empty() ? "" : " ") + line;
    return all;
  }
  [[nodiscard]] std::ptrdiff_t count(const std::string& page, const std::string& line) const {
    const auto all = lines(page);
    return std::count(all.begin(), all.end(), line);
  }
  /// `failed` for a failure, whatever its text; a link's and a user's with their number.
  [[nodiscard]] static std::string brief(const exit_reason& why) {
    std::string text(to_string(why.kind()));
    if (why.kind() == exit_kind::user) text += std::to_string(why.number());
    if (why.kind() == exit_kind::failed) text += ":" + std::string(why.text());
    return text;
  }

private:
  mutable std::mutex mutex_;
  std::map<actor_id, std::string> names_;
  std::map<std::string, std::vector<std::string>> pages_;
  std::map<std::string, std::vector<exit_reason>> reasons_;
};
using book_ptr = std::shared_ptr<book>;

class witness;
using deed = std::function<void(witness&)>;

struct say {
  int number;
};
struct farewell {  ///< comes instead of a down, where the test wants one
  std::string text;
};
struct will {  ///< does it in one handler
  deed what;
};
struct act {  ///< the same, answered at its end
  using reply = void;
  deed what;
};
struct lasting {  ///< suspends: whoever asks for it is answered when the keeper answers
  using reply = void;
  std::function<task<>(witness&)> what;
};
struct here {  ///< self(), as it is
  troupe::self_ref<witness> who;
};
struct keep {
  ref<witness> whom;
};

/// What a witness is born with.
struct nature {
  deed at_start{};
  deed at_stop{};
  /// Is told the numbers 101 in on_stop and 102 in the destructor.
  address<say> last_words{};
};

/// Does what the test says, and writes down what comes.
class witness : public troupe::actor<witness> {
public:
  using witness::actor::self;

  witness(book_ptr b, std::string name, nature n = {})
      : name_(std::move(name)), book_(std::move(b)), nature_(std::move(n)) {}
  ~witness() {
    note("gone");
    if (nature_.last_words) nature_.last_words.tell<say>(102);
  }
  void on_start() {
    book_->know(static_cast<ref<witness>>(self()).id(), name_);
    if (nature_.at_start) nature_.at_start(*this);
  }
  void on_stop(const exit_reason& why) {
    note("stop(" + book::brief(why) + ")");
    end = why;
    if (nature_.last_words) nature_.last_words.tell<say>(101);
    if (nature_.at_stop) nature_.at_stop(*this);
  }

  void on(say s) { note(std::to_string(s.number)); }
  void on(down d) {
    book_->note_down(name_, d);
    if (at_down) at_down(*this, d);
  }
  void on(farewell f) { note(f.text); }
  void on(const will& w) { w.what(*this); }
  void on(const act& a) { a.what(*this); }
  task<> on(lasting l) { co_await l.what(*this); }
  void on(here h) { monitors.push_back(self().watch(h.who)); }
  void on(keep k) { kept.push_back(std::move(k.whom)); }
  int on(cast::query q) const { return cast::right_answer(q.number); }

  void note(const std::string& line) const { book_->note(name_, line); }
  void watch(const ref<witness>& whom) { monitors.push_back(self().watch(whom)); }
  void link(const ref<witness>& whom) { monitors.push_back(self().link(whom)); }
  [[nodiscard]] ref<witness> bear(const std::string& name, nature n = {}) {
    return self().spawn<witness>(book_, name, std::move(n));
  }

  std::vector<monitor> monitors;
  std::vector<ref<witness>> kept;
  std::function<void(witness&, const down&)> at_down;
  exit_reason end;

private:
  std::string name_;
  book_ptr book_;
  nature nature_;
};

/// Does it in a handler, and returns when that has returned.
inline void does(const ref<witness>& who, deed what) {
  who.ask<act>(std::move(what)).within(1h).get();
}
inline void fail(witness&) { throw std::runtime_error("disk"); }

/// The witnesses of one scenario.
class troop {
public:
  explicit troop(world& w) : w_(w) {}

  /// One that has begun: who ends before has no on_stop.
  [[nodiscard]] ref<witness> add(const std::string& name) {
    auto one = add(name, nature{});
    if (scenario::world::real) does(one, [](witness&) {});
    return one;
  }
  [[nodiscard]] ref<witness> add(const std::string& name, nature n) {
    return add_with({.name = name}, name, std::move(n));
  }
  [[nodiscard]] ref<witness> add_with(troupe::spawn_options with, const std::string& name,
                                      nature n = {}) {
    auto one = w_.spawn<witness>(std::move(with), notes, name, std::move(n));
    notes->know(one.id(), name);
    return one;
  }
  [[nodiscard]] ref<witness> bear(const ref<witness>& parent, const std::string& name,
                                  nature n = {}) {
    auto child = std::make_shared<ref<witness>>();
    does(parent, [=](witness& p) { *child = p.bear(name, n); });
    notes->know(child->id(), name);
    return std::move(*child);
  }
  void watch(const ref<witness>& watcher, const ref<witness>& whom) {
    does(watcher, [whom](witness& a) { a.watch(whom); });
  }
  void link(const ref<witness>& one, const ref<witness>& other) {
    does(one, [other](witness& a) { a.link(other); });
  }
  void trap(const ref<witness>& who, bool on = true) {
    does(who, [on](witness& a) { a.self().trap_exits(on); });
  }
  void fail(const ref<witness>& who) { who.tell<will>(&life::fail); }
  /// Cancels the monitor that it got as its `which`th.
  void cancel(const ref<witness>& who, std::size_t which = 0) {
    does(who, [which](witness& a) { a.monitors.at(which).cancel(); });
  }
  [[nodiscard]] bool is_alive(const ref<witness>& who) {
    return who.try_ask<cast::query>(1).within(1h).get().has_value();
  }
  [[nodiscard]] std::string of(const std::string& name) const { return notes->of(name); }
  [[nodiscard]] std::ptrdiff_t count(const std::string& name, const std::string& line) const {
    return notes->count(name, line);
  }
  void settle() { w_.settle(); }
  /// On threads, where strangers keep the system busy: until it holds.
  template <class F>
  void settle_but_for(F holds) {
    while (!holds()) std::this_thread::yield();
  }

  book_ptr notes = std::make_shared<book>();

private:
  world& w_;
};

using scenario::can_hold;
using scenario::until;

}  // namespace life
