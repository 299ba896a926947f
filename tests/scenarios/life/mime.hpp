// mime.hpp: actors that do what a script says, and a chronicle of what they saw.
//
//   Before   mime_test.cpp and batch_test.cpp.      After   model.hpp compares, or the test does.
//   Holds    who is who by number; what each heard from whom, behind what.
#pragma once

#include "model.hpp"
#include "witness.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace life {

/// The reason, as far as the model compares it.
[[nodiscard]] inline model::why brief(const exit_reason& r) {
  if (r.kind() != exit_kind::failed) return {r.kind(), r.number(), {}};
  const bool is_ask = r.type().find("ask_failed") != std::string_view::npos;
  return {r.kind(), 0, is_ask ? "ask_failed" : std::string(r.text())};
}

class chronicle {
public:
  void know(actor_id id, int number) {
    const std::lock_guard hold(mutex_);
    numbers_[id] = number;
  }
  void hear(int to, int from, std::string text, bool is_last) {
    const std::lock_guard hold(mutex_);
    auto& heard = seen_.letters[{to, from}];
    if (!is_last && is_over(heard)) heard.is_disordered = true;
    (is_last ? heard.lasts : heard.words).push_back(std::move(text));
  }
  void hear_down(int to, const down& d) {
    const int from = number_of(d.who);
    hear(to, from, to_string(brief(d.reason)), true);
  }
  void note_end(int who, const exit_reason& why) {
    const std::lock_guard hold(mutex_);
    seen_.ends[who].push_back(brief(why));
  }
  void note_stop(int who, const exit_reason& why) {
    const std::lock_guard hold(mutex_);
    seen_.stops[who].push_back(brief(why));
  }
  void note_gone(int who) {
    const std::lock_guard hold(mutex_);
    ++seen_.gone[who];
  }
  /// What was seen since the last time.
  [[nodiscard]] model::sighting take() {
    const std::lock_guard hold(mutex_);
    return std::exchange(seen_, {});
  }

private:
  /// Whether something of the other's end was heard; of a dead one that is watched again, too.
  static bool is_over(const model::sighting::heard& h) { return !h.lasts.empty(); }
  int number_of(actor_id id) {
    const std::lock_guard hold(mutex_);
    const auto found = numbers_.find(id);
    return found == numbers_.end() ? 99 : found->second;
  }

  std::mutex mutex_;
  std::map<actor_id, int> numbers_;
  model::sighting seen_;
};
using chronicle_ptr = std::shared_ptr<chronicle>;

class mime;
using gesture = std::function<void(mime&)>;

struct word {
  int from;
  std::string text;
};
struct wanted_message {  ///< comes instead of a down
  int from;
  int number;
};
struct hold {  ///< answered when the mime is told to
  using reply = void;
};
struct perform {
  gesture what;
};
struct perform_and_say {
  using reply = void;
  gesture what;
};

/// One of a script's actors.
class mime : public troupe::actor<mime> {
public:
  using mime::actor::self;

  mime(int number, chronicle_ptr c) : number_(number), chronicle_(std::move(c)) {}
  ~mime() { chronicle_->note_gone(number_); }
  void on_stop(const exit_reason& why) { chronicle_->note_stop(number_, why); }

  void on(const perform& p) { p.what(*this); }
  void on(const perform_and_say& p) { p.what(*this); }
  void on(word w) { hear(w.from, std::move(w.text), false); }
  void on(wanted_message m) { hear(m.from, std::to_string(m.number), true); }
  void on(const down& d) { chronicle_->hear_down(number_, d); }
  void on(hold, troupe::reply_to<hold> to) { held_.push_back(std::move(to)); }

  void tell(const ref<mime>& whom, int words) const {
    for (int i = 0; i < words; ++i) whom.tell<word>(number_, std::to_string(i));
  }
  void ask(const ref<mime>& whom, int number, bool is_caught, troupe::duration within) {
    if (is_caught)
      whom.try_ask<hold>().within(within).then(this, [this, number](const troupe::result<void>& r) {
        const bool is_late = !r && r.error() == troupe::ask_errc::timeout;
        hear(number, r ? "answer" : is_late ? "late" : "refused", !r);
      });
    else
      whom.ask<hold>().within(within).then(this, [this, number] { hear(number, "answer", false); });
  }
  void answer() {
    for (auto& to : held_) to();
    held_.clear();
  }
  [[nodiscard]] ref<mime> bear(int number) { return self().spawn<mime>(number, chronicle_); }
  void hear(int from, std::string text, bool is_last) const {
    chronicle_->hear(number_, from, std::move(text), is_last);
  }

  std::vector<monitor> monitors;

private:
  int number_;
  chronicle_ptr chronicle_;
  std::vector<troupe::reply_to<hold>> held_;
};

/// Watches everybody from birth, and notes each end.
class auditor : public troupe::actor<auditor> {
public:
  struct admit {
    using reply = void;
    ref<mime> whom;
    int number;
  };
  explicit auditor(chronicle_ptr c) : chronicle_(std::move(c)) {}
  void on(const admit& a) {
    numbers_[a.whom.id()] = a.number;
    static_cast<void>(self().watch(a.whom));
  }
  void on(const down& d) { chronicle_->note_end(numbers_.at(d.who), d.reason); }

private:
  chronicle_ptr chronicle_;
  std::map<actor_id, int> numbers_;
};

/// In a handler, and returns when that has returned.
inline void does(const ref<mime>& who, gesture what) {
  who.ask<perform_and_say>(std::move(what)).within(1h).get();
}

}  // namespace life
