// cast.hpp: who plays in several scenarios.
//
//   Before   scenarios spawn these actors.      After   what became of their asks is compared.
//   Holds    requests that wait until a test lets them go; what became of asks; writers and
//            readers; gates.
#pragma once

#include "scenario.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cast {

using namespace std::chrono_literals;

/// The commonest request. Who answers it says ten times the number.
struct query {
  using reply = int;
  int number = 0;
};
[[nodiscard]] inline int right_answer(int number) { return 10 * number; }

// --- who keeps requests

struct how_many {  ///< requests are kept; an answer means that all asked before have arrived
  using reply = int;
};
struct answer {  ///< this one, if it is kept
  int number;
};
struct answer_all {};
struct let_go {};  ///< of all, without an answer
struct fail_all {
  troupe::ask_errc code;
  std::string text;
};
struct hand_on {  ///< all of them
  troupe::address<query> to;
};

/// Answers when it is told to.
class keeper : public troupe::actor<keeper> {
public:
  void on(query q, troupe::reply_to<query> reply) { kept_.push_back({q, std::move(reply)}); }
  int on(how_many) const { return static_cast<int>(kept_.size()); }
  void on(answer which) {
    const auto is_it = [&](const auto& one) { return one.message.number == which.number; };
    const auto found = std::find_if(kept_.begin(), kept_.end(), is_it);
    if (found == kept_.end()) return;
    found->reply(right_answer(which.number));
    kept_.erase(found);
  }
  void on(answer_all) {
    for (auto& one : kept_) one.reply(right_answer(one.message.number));
    kept_.clear();
  }
  void on(let_go) { kept_.clear(); }
  void on(const fail_all& with) {
    for (auto& one : kept_) one.reply.fail({with.code, with.text});
    kept_.clear();
  }
  void on(const hand_on& whom) {
    for (auto& one : kept_) one.reply.forward(whom.to, one.message);
    kept_.clear();
  }

private:
  std::vector<troupe::asked<query>> kept_;
};

/// Answers at once, and counts.
class prompt : public troupe::actor<prompt> {
public:
  int on(query q) {
    ++handled_;
    return right_answer(q.number);
  }
  int on(how_many) const { return handled_; }

private:
  int handled_ = 0;
};

// --- who asks

struct outcome {
  int number = 0;
  int value = 0;
  std::optional<troupe::ask_error> error{};
};

struct ask_for {  ///< answered once the ask is in the mailbox of `whom`
  using reply = void;
  troupe::address<query> whom;
  int number = 0;
  troupe::duration within = troupe::default_deadline;
};
struct so_far {
  using reply = std::vector<outcome>;
};
struct stop_now {};

/// How often continuations were called, and how often destroyed.
struct ledger {
  std::atomic<int> made{0};
  std::atomic<int> called{0};
  std::atomic<int> destroyed{0};

  [[nodiscard]] static int read(const std::atomic<int>& n) {
    return n.load(std::memory_order_acquire);
  }
};

/// Lives in a continuation, and counts there.
class ticket {
public:
  explicit ticket(std::shared_ptr<ledger> book) : book_(std::move(book)) {
    book_->made.fetch_add(1, std::memory_order_acq_rel);
  }
  ticket(ticket&&) noexcept = default;
  ticket& operator=(ticket&&) = delete;
  ~ticket() {
    if (book_ != nullptr) book_->destroyed.fetch_add(1, std::memory_order_acq_rel);
  }
  [[nodiscard]] ticket again() const { return ticket(book_); }
  void call() const { book_->called.fetch_add(1, std::memory_order_acq_rel); }

private:
  std::shared_ptr<ledger> book_;
};

/// Asks what it is told to ask, and remembers what became of it.
class asker : public troupe::actor<asker> {
public:
  explicit asker(std::shared_ptr<ledger> book = std::make_shared<ledger>())
      : book_(std::move(book)) {}

  void on(const ask_for& what) {
    what.whom.try_ask<query>(what.number)
        .within(what.within)
        .then(this, [this, n = what.number, counted = ticket(book_)](troupe::result<int> r) {
          counted.call();
          outcome got{n};
          if (r.has_value())
            got.value = *r;
          else
            got.error = r.error();
          seen_.push_back(std::move(got));
        });
  }
  std::vector<outcome> on(so_far) const { return seen_; }
  void on(stop_now) { self().stop(); }
  int on(query q) const { return right_answer(q.number); }

private:
  std::shared_ptr<ledger> book_;
  std::vector<outcome> seen_;
};

// --- who writes, and who reads

/// What one reader has read, and how it ended.
class page {
public:
  void write(int number) {
    const std::lock_guard held(mutex_);
    lines_.push_back(number);
  }
  void close(troupe::exit_kind how) {
    const std::lock_guard held(mutex_);
    ends_.push_back(how);
  }
  [[nodiscard]] std::vector<int> lines() const {
    const std::lock_guard held(mutex_);
    return lines_;
  }
  [[nodiscard]] std::vector<troupe::exit_kind> ends() const {
    const std::lock_guard held(mutex_);
    return ends_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<int> lines_;
  std::vector<troupe::exit_kind> ends_;
};
using page_ptr = std::shared_ptr<page>;

struct note {
  int number;
};
struct question {  ///< read like a note
  using reply = int;
  int number;
};

class writer;
struct consult {  ///< asks the writer so many questions, and reads the answers
  troupe::ref<writer> whom;
  int count;
};

class reader : public troupe::actor<reader> {
public:
  explicit reader(page_ptr p, int ends_at = -1) : page_(std::move(p)), ends_at_(ends_at) {}
  void on(note n) {
    page_->write(n.number);
    if (n.number == ends_at_) self().stop();
  }
  int on(question q) {
    page_->write(q.number);
    return q.number;
  }
  void on(const consult& c);
  void on_stop(const troupe::exit_reason& why) { page_->close(why.kind()); }

private:
  page_ptr page_;
  int ends_at_;
};

/// Does what it is told to do, in one handler.
struct act {
  std::function<void(writer&)> what;
};
struct act_and_answer {
  using reply = void;
  std::function<void(writer&)> what;
};
struct kept {
  using reply = std::size_t;
};
class writer : public troupe::actor<writer> {
public:
  using writer::actor::self;

  void on(const act& a) { a.what(*this); }
  void on(const act_and_answer& a) { a.what(*this); }
  void on(note) {}
  void on(question q, troupe::reply_to<question> reply) {
    questions.push_back({q, std::move(reply)});
  }
  std::size_t on(kept) const { return questions.size(); }
  std::vector<troupe::asked<question>> questions;
};

inline void reader::on(const consult& c) {
  for (int i = 0; i < c.count; ++i)
    c.whom.ask<question>(i).then(this, [this](int answer) { page_->write(answer); });
}

/// Tells `count` notes, numbered from `first` on.
inline void tell(const troupe::address<note>& to, int first, int count) {
  for (int i = 0; i < count; ++i) to.tell<note>(first + i);
}

[[nodiscard]] inline std::vector<int> up_to(int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// Who is told, and what it has read.
struct post {
  explicit post(scenario::world& w, int ends_at = -1)
      : read(std::make_shared<page>()), to(w.spawn<reader>(read, ends_at)) {}
  page_ptr read;
  troupe::ref<reader> to;
};

// --- what holds back

/// Holds an actor on threads until the test opens it. On seeds nothing runs by itself.
class gate {
  struct post {
    std::atomic<bool> opened{false};
    std::atomic<int> arrived{0};
  };

public:
  gate() = default;
  gate(const gate&) = delete;
  gate& operator=(const gate&) = delete;
  ~gate() { open(); }

  class leaf {
  public:
    void pass() const {
      if (!scenario::world::real) return;
      post_->arrived.fetch_add(1, std::memory_order_release);
      post_->arrived.notify_all();
      post_->opened.wait(false, std::memory_order_acquire);
    }

  private:
    friend gate;
    std::shared_ptr<post> post_;
  };
  [[nodiscard]] leaf hinge() const {
    leaf one;
    one.post_ = post_;
    return one;
  }
  void open() {
    post_->opened.store(true, std::memory_order_release);
    post_->opened.notify_all();
  }
  /// Until so many stand before it; on seeds nobody does.
  void wait_for(int many) const {
    if (!scenario::world::real) return;
    for (int n = 0; n < many; n = post_->arrived.load(std::memory_order_acquire))
      post_->arrived.wait(n, std::memory_order_acquire);
  }

private:
  std::shared_ptr<post> post_ = std::make_shared<post>();
};

/// Runs f(0) … f(n - 1): on threads each on one of its own, on seeds one after the other.
template <class F>
void at_once(int n, F f) {
  if (!scenario::world::real) {
    for (int i = 0; i < n; ++i) f(i);
    return;
  }
  std::vector<std::thread> all;
  for (int i = 0; i < n; ++i) all.emplace_back(f, i);
  for (auto& one : all) one.join();
}

/// Why an actor ended, as those hear who ask it.
template <class Handle>
[[nodiscard]] troupe::exit_reason reason_of(const Handle& ended) {
  const auto r = ended.template try_ask<query>(0).get();
  EXPECT_FALSE(r.has_value()) << "it has not ended";
  if (r.has_value()) return troupe::exit_kind::normal;
  EXPECT_EQ(r.error(), troupe::ask_errc::down) << to_string(r.error().code());
  return r.error().reason();
}

[[nodiscard]] inline bool says(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

}  // namespace cast
