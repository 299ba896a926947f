// recorder.hpp: the cast of children of the supervision scenarios, and the record of their lives.
//
//   Before   scenarios build trees of these.      After   what was recorded is compared.
//   Holds    one record for all children of a scenario, in the order of what happened; orders for
//            incarnations to come; an actor that asks supervisors while the test does other things.
//   Note     a record keeps no handles: children are found by the names they put.
#pragma once

#include "../cast.hpp"
#include "errand.hpp"
#include <troupe/supervision/prelude.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace supervised {

using namespace std::chrono_literals;
using namespace troupe;  // NOLINT(google-build-using-namespace): one vocabulary, its own
using cast::query;
using cast::right_answer;
using cast::says;
using scenario::world;

const bool real = world::real;

/// What happened to all children, in order: `b.start b.stop(shutdown) b.gone`. And what their next
/// incarnations are to do.
class record {
public:
  void note(const std::string& line) {
    const std::lock_guard hold(mutex_);
    lines_.push_back(line);
  }
  /// Nothing of what was noted so far is of interest any more.
  void clear() {
    const std::lock_guard hold(mutex_);
    lines_.clear();
  }
  [[nodiscard]] std::string text() const {
    const std::lock_guard hold(mutex_);
    std::string all;
    for (const auto& line : lines_) all += (all.empty() ? "" : " ") + line;
    return all;
  }
  /// Of one child only.
  [[nodiscard]] std::string of(const std::string& name) const {
    const std::lock_guard hold(mutex_);
    std::string all;
    for (const auto& line : lines_)
      if (line.rfind(name + ".", 0) == 0) all += (all.empty() ? "" : " ") + line;
    return all;
  }
  [[nodiscard]] std::ptrdiff_t count(const std::string& line) const {
    const std::lock_guard hold(mutex_);
    return std::count(lines_.begin(), lines_.end(), line);
  }
  [[nodiscard]] bool has(const std::string& line) const { return count(line) > 0; }
  /// How often it was built.
  [[nodiscard]] std::ptrdiff_t built(const std::string& name) const {
    return count(name + ".built");
  }

  /// So many beginnings of this child fail from now on.
  void fail_starts(const std::string& name, int times) {
    const std::lock_guard hold(mutex_);
    failing_[name] = times;
  }
  [[nodiscard]] bool is_start_to_fail(const std::string& name) {
    const std::lock_guard hold(mutex_);
    const auto found = failing_.find(name);
    return found != failing_.end() && found->second-- > 0;
  }
  [[nodiscard]] errand_box& errands() noexcept { return errands_; }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::map<std::string, int> failing_;
  errand_box errands_;
};
using record_ptr = std::shared_ptr<record>;

/// `failed:disk`, `user5:enough`, `killed`.
[[nodiscard]] inline std::string brief(const exit_reason& why) {
  std::string text(to_string(why.kind()));
  if (why == exit_kind::user) text += std::to_string(why.number());
  if (why == exit_kind::failed || why == exit_kind::user) text += ":" + std::string(why.text());
  return text;
}

class child;
using deed = std::function<void(child&)>;

struct say {  ///< written down: `a.7`
  int number = 0;
};
struct fall {  ///< fails
  std::string text = "disk";
};
struct leave {  ///< ends by itself
  exit_reason why{};
};
struct will {  ///< does it in one handler
  deed what;
};
struct go_out {};  ///< on seeds: waits for an errand, and ends no sooner than that comes back
struct ask_once {  ///< fails after having been asked
  using reply = void;
};
using child_address = address<say, fall, leave, will, go_out, query, ask_once>;

/// Writes its life down, and does what it is told. It is found under its name.
class child : public actor<child> {
public:
  using protocol = child_address;
  using child::actor::self;

  child(record_ptr r, std::string name) : record_(std::move(r)), name_(std::move(name)) {
    note("built");
  }
  ~child() { note("gone"); }

  void on_start() {
    if (record_->is_start_to_fail(name_)) throw std::runtime_error("cannot start");
    static_cast<void>(self().system().names().put(name_, self()));
    note("start");
  }
  void on_stop(const exit_reason& why) { note("stop(" + brief(why) + ")"); }

  void on(say s) { note(std::to_string(s.number)); }
  void on(const fall& f) { throw std::runtime_error(f.text); }
  void on(leave l) { self().stop(std::move(l.why)); }
  void on(const will& w) { w.what(*this); }
  task<> on(go_out) {
    const going_out out(record_->errands(), name_);
    co_await out;
  }
  int on(query q) {
    if (q.number != 0) note("q" + std::to_string(q.number));
    return right_answer(q.number);
  }
  void on(ask_once) {
    note("asked");
    throw std::runtime_error("as asked");
  }

  void note(const std::string& what) { record_->note(name_ + "." + what); }
  /// An ordinary child, kept by a ref.
  void bear(const std::string& name) { kept_.push_back(self().spawn<child>(record_, name)); }

private:
  record_ptr record_;
  std::string name_;
  std::vector<ref<child>> kept_;
};

/// What an operation gave: `ok`, or the name of its code.
template <class R>
[[nodiscard]] std::string code_of(const supervision_result<R>& r) {
  return r ? "ok" : std::string(to_string(r.error().code()));
}

/// Does what the test says in a handler: asks a supervisor, and writes down what comes of it.
class caller;
struct call {
  std::function<void(caller&)> what;
};
class caller : public actor<caller> {
public:
  using caller::actor::self;
  explicit caller(record_ptr r) : record_(std::move(r)) {}

  void on(const call& c) { c.what(*this); }
  /// Writes down `what(code)` when the operation has ended.
  template <class Operation>
  void await(Operation op, std::string what) {
    std::move(op).then(this, [this, what = std::move(what)](const auto& r) {
      note(what + "(" + code_of(r) + ")");
    });
  }
  void note(const std::string& line) { record_->note(line); }

private:
  record_ptr record_;
};

/// The children of one scenario, and who asks.
class cast_of_children {
public:
  explicit cast_of_children(world& w) : w_(w), asks_(w.spawn<caller>(lives)) {}

  [[nodiscard]] child_spec one(const std::string& id, restart_type how = permanent) const {
    return {.id = id, .start = actor_of<child>(lives, id), .restart = how};
  }
  [[nodiscard]] std::vector<child_spec> all(const std::vector<std::string>& ids) const {
    std::vector<child_spec> specs;
    for (const auto& id : ids) specs.push_back(one(id));
    return specs;
  }
  /// Starts it, and forgets what was written down so far.
  [[nodiscard]] supervisor_ref start(const child_start& tree, const std::string& name = {}) {
    auto r = troupe::start(w_.system(), tree, name);
    EXPECT_TRUE(r.has_value()) << r.error().text();
    w_.settle();
    lives->clear();
    return r ? *r : supervisor_ref();
  }
  /// The child that lives under this name; empty if none does.
  [[nodiscard]] child_address find(const std::string& name) const {
    return w_.system().names().find<say, fall, leave, will, go_out, query, ask_once>(name);
  }
  template <class M>
  void tell(const std::string& name, M m) {
    const auto to = find(name);
    EXPECT_TRUE(static_cast<bool>(to)) << name << " is nowhere to be found";
    to.tell(std::move(m));
  }
  /// Tells, and lets everything happen that comes of it without time.
  template <class M>
  void tell_and_settle(const std::string& name, M m) {
    tell(name, std::move(m));
    w_.settle();
  }
  /// Has somebody ask the supervisor; the record says `name(ok)` when it was answered.
  template <class Operation>
  void ask_meanwhile(Operation make, const std::string& name) {
    asks_.tell<call>([make, name](caller& c) { c.await(make(), name); });
  }
  void stop_meanwhile(const supervisor_ref& s) {
    ask_meanwhile([s] { return s.stop(); }, "stopped");
  }
  /// Does it in one handler of somebody else's: what is told there arrives as a chain.
  void elsewhere(std::function<void(caller&)> what) { asks_.tell<call>(std::move(what)); }

  record_ptr lives = std::make_shared<record>();

private:
  world& w_;
  ref<caller> asks_;
};

/// How a supervisor lists its children, newest first: `c:running b:undefined`.
[[nodiscard]] inline std::string listed(const supervisor_ref& s) {
  const auto r = s.children().get();
  if (!r) return code_of(r);
  std::string all;
  for (const child_info& c : *r)
    all += (all.empty() ? "" : " ") + c.id + ":" + std::string(to_string(c.state));
  return all;
}
[[nodiscard]] inline actor_id actor_at(const supervisor_ref& s, const std::string& id) {
  const auto r = s.children().get();
  if (r)
    for (const child_info& c : *r)
      if (c.id == id) return c.who;
  return {};
}
/// Whether it has ended, and for that: what those hear who ask it something.
[[nodiscard]] inline exit_reason end_of(const supervisor_ref& s) {
  const auto r = s.count().get();
  EXPECT_FALSE(r.has_value()) << "it runs";
  if (r) return exit_kind::normal;
  EXPECT_EQ(r.error(), supervision_errc::noproc) << r.error().text();
  return r.error().reason();
}
[[nodiscard]] inline bool runs(const supervisor_ref& s) { return s.count().get().has_value(); }

using scenario::can_hold;
using scenario::until;

}  // namespace supervised
