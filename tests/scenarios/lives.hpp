// lives.hpp: what the tests about lives share.
//
//   Before   life, reach, children, stop and shutdown tests.      After   scenario.hpp.
//   Holds    a journal of what happened, an actor that writes its life down, a system of a test's
//            own, whose refs may outlive it.
#pragma once

#include "scenario.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace scenario {

/// What happened, in order, noted from any thread. Actors share it: they outlive a scenario's text.
class journal {
public:
  void note(std::string what) {
    const std::lock_guard hold(mutex_);
    lines_.push_back(std::move(what));
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::lock_guard hold(mutex_);
    return lines_;
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const auto& line : lines()) all += (all.empty() ? "" : " ") + line;
    return all;
  }
  [[nodiscard]] std::ptrdiff_t count(const std::string& what) const {
    const auto all = lines();
    return std::count(all.begin(), all.end(), what);
  }
  [[nodiscard]] bool has(const std::string& what) const { return count(what) > 0; }
  /// Whether both were noted, each once, in this order.
  [[nodiscard]] bool in_order(const std::string& first, const std::string& second) const {
    const auto all = lines();
    const auto a = std::find(all.begin(), all.end(), first);
    return a != all.end() && std::find(a, all.end(), second) != all.end() && count(first) == 1 &&
           count(second) == 1;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};
using journal_ptr = std::shared_ptr<journal>;
[[nodiscard]] inline journal_ptr make_journal() { return std::make_shared<journal>(); }

class mortal;

struct step {
  int n;
};
struct echo {
  using reply = int;
  int n;
};
struct fail {
  std::string text;
};
struct leave {
  troupe::exit_reason why;
};
struct bear {  ///< spawns a child and keeps no ref to it
  using reply = troupe::ref<mortal>;
  std::string name;
};
struct meet {  ///< keeps a ref
  troupe::ref<mortal> whom;
};
struct forget {};
struct hold {  ///< answered at let_go
  using reply = void;
};
struct let_go {};
struct held {
  using reply = std::size_t;
};
struct ask_to_hold {  ///< asks the other; notes the answer
  troupe::ref<mortal> whom;
};
enum class trouble : std::uint8_t { none, on_start, on_stop };

/// Writes its life down: `a.start`, `a.1`, `a.stop(normal)`, `a.gone`.
class mortal : public troupe::actor<mortal> {
public:
  mortal(journal_ptr j, std::string name, trouble t = trouble::none)
      : journal_(std::move(j)), name_(std::move(name)), trouble_(t) {}
  ~mortal() { note("gone"); }

  void on_start() {
    note("start");
    if (trouble_ == trouble::on_start) throw std::runtime_error("cannot start");
  }
  void on_stop(const troupe::exit_reason& why) {
    note("stop(" + why.to_string() + ")");
    if (trouble_ == trouble::on_stop) throw std::runtime_error("cannot stop");
  }

  void on(step s) { note(std::to_string(s.n)); }
  int on(echo e) { return e.n; }
  void on(const fail& f) { throw std::runtime_error(f.text); }
  void on(leave l) { self().stop(std::move(l.why)); }
  troupe::ref<mortal> on(bear b) { return self().spawn<mortal>(journal_, std::move(b.name)); }
  void on(meet m) { known_.push_back(std::move(m.whom)); }
  void on(forget) { known_.clear(); }
  void on(hold, troupe::reply_to<hold> to) { held_.push_back(std::move(to)); }
  void on(let_go) {
    for (auto& to : held_) to();
    held_.clear();
  }
  std::size_t on(held) const { return held_.size(); }
  void on(const ask_to_hold& a) {
    a.whom.try_ask<hold>().then(this, [this](const troupe::result<void>& r) {
      note(r ? "answered" : "refused(" + std::string(to_string(r.error().code())) + ")");
    });
  }

private:
  void note(const std::string& what) { journal_->note(name_ + "." + what); }

  journal_ptr journal_;
  std::string name_;
  trouble trouble_;
  std::vector<troupe::ref<mortal>> known_;
  std::vector<troupe::reply_to<hold>> held_;
};

/// Waits until `holder` has got a request that it will answer later.
inline void wait_until_held(const troupe::ref<mortal>& holder) {
  while (holder.ask(held{}).get() == 0) std::this_thread::yield();
}

/// A system that a test builds and destroys by itself.
class own_system {
public:
  explicit own_system(int workers = 2) {
    if (world::real)
      on_threads_.emplace(troupe::system_options{.workers = workers, .log = false});
    else
      on_seeds_.emplace(1);
  }
  [[nodiscard]] troupe::actor_system& operator*() {
    return world::real ? *on_threads_ : on_seeds_->system();
  }
  [[nodiscard]] troupe::actor_system* operator->() { return &**this; }
  void settle() {
    if (world::real)
      ASSERT_TRUE(on_threads_->drain());
    else
      on_seeds_->settle();
  }

private:
  std::optional<troupe::actor_system> on_threads_;
  std::optional<troupe::kit::stage> on_seeds_;
};

}  // namespace scenario
