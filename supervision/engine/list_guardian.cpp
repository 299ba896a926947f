// list_guardian.cpp: what a supervisor of a list does with its children.
#include <troupe/supervision/engine/list_guardian.hpp>

#include <troupe/supervision/engine/list.hpp>
#include <troupe/supervision/policy/decision.hpp>

#include <algorithm>
#include <utility>

namespace troupe::detail {
namespace {

supervisor_spec without_children(const supervisor_spec& s) {
  return {s.strategy, s.intensity, s.period, s.auto_shutdown, s.backoff, {}};
}

template <class... Fs>
struct by_kind : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
by_kind(Fs...) -> by_kind<Fs...>;

}  // namespace

constinit const alarm_ops list_guardian::opener_ops{
    [](cell&, alarm& a) { static_cast<opener&>(a).gate.open(); }, nullptr};

list_guardian::opener::opener(start_gate& g) noexcept : alarm(opener_ops), gate(g) {}

list_guardian::list_guardian(cell& mine, const supervisor_spec& spec)
    : guardian(mine, spec.intensity, spec.period), spec_(without_children(spec)) {
  for (const child_spec& each : spec.children) add(each);
}

void list_guardian::begin() {
  plan_ = std::make_unique<plan>(plan{.what = purpose::boot});
  for (auto c = list_.rbegin(); c != list_.rend(); ++c) plan_->starts.push_back(&c->second);
  go_on();
}

// --- what waits

void list_guardian::go_on() {
  if (is_working_) return;  // it goes on where it was called from
  is_working_ = true;
  struct ends {
    bool& working;
    ~ends() { working = false; }
  } const at_the_end{is_working_};
  for (;;) {
    if (plan_ != nullptr) {
      if (!advance()) return;
      finish();
    } else if (waiting_.empty()) {
      return;
    } else {
      order next = std::move(waiting_.front());
      waiting_.pop_front();
      carry_out(std::move(next));
    }
  }
}

void list_guardian::carry_out(order o) {
  std::visit(by_kind{[this](ended_order e) {
                       child* const c = find_child(e.who);
                       if (c != nullptr && c->state() == child_state::ended) judge(*c);
                     },
                     [this](due_order d) {
                       child* const c = find_child(d.who);
                       if (c != nullptr && c->state() == child_state::restarting) attempt(*c);
                     },
                     [this](add_order a) { carry_out_add(std::move(a)); },
                     [this](terminate_order t) { carry_out_terminate(std::move(t)); },
                     [this](restart_order r) { carry_out_restart(std::move(r)); },
                     [this](delete_order d) { carry_out_delete(std::move(d)); }},
             std::move(o));
}

/// A child has ended by itself.
void list_guardian::judge(child& c) {
  switch (verdict_on(c.spec().restart, c.last())) {
    case verdict::restart: {
      const duration pause = c.delay(spec_.backoff);
      return pause > duration{} ? c.wait(pause) : attempt(c);
    }
    case verdict::leave: c.rest(); break;
    case verdict::forget: {
      const bool was_significant = c.spec().significant;
      remove(c);
      return shut_down_if_significant(was_significant);
    }
  }
  shut_down_if_significant(c.spec().significant);
}

/// G2, G3
void list_guardian::shut_down_if_significant(bool was_significant) {
  if (!was_significant || spec_.auto_shutdown == auto_shutdown_type::never) return;
  const auto is_active = [](const auto& each) {
    return each.second.spec().significant && each.second.state() != child_state::undefined;
  };
  if (spec_.auto_shutdown == auto_shutdown_type::all_significant &&
      std::any_of(list_.begin(), list_.end(), is_active))
    return;
  wind_down(exit_reason(exit_kind::shutdown, "its significant children have ended"));
}

/// I4: whatever it restarts, it counts once.
void list_guardian::attempt(child& c) {
  if (may_restart(c)) plan_restart(c);
}

void list_guardian::plan_restart(child& c) {
  plan p{.what = purpose::restart};
  std::vector<child*> forgotten;
  bool is_after = false;
  for (auto& [number, each] : list_) {
    is_after = is_after || &each == &c;
    const bool is_in = &each == &c || spec_.strategy == one_for_all ||
                       (spec_.strategy == rest_for_one && is_after);
    if (!is_in) continue;
    if (each.has_actor())
      p.stops.push_back(&each);
    else if (each.spec().restart == temporary)
      forgotten.push_back(&each);
    else
      each.rest();  // what it waited for is over: it is started with the others
    if (each.spec().restart != temporary) p.starts.push_back(&each);
  }
  std::reverse(p.starts.begin(), p.starts.end());
  for (child* const f : forgotten) remove(*f);
  plan_ = std::make_unique<plan>(std::move(p));
}

// --- the plan

/// P1. What fails may put another plan in the place of this one. @returns true: it is done
bool list_guardian::advance() {
  for (;;) {
    if (!plan_->stops.empty()) {
      child& c = *plan_->stops.back();
      if (c.state() == child_state::stopping) return false;
      if (c.has_actor()) {
        c.stop();
        return false;
      }
      plan_->stops.pop_back();
      stopped(c, c.last());
    } else if (!plan_->starts.empty()) {
      child& c = *plan_->starts.back();
      if (c.has_actor() || try_start(c)) return false;
    } else {
      return true;
    }
  }
}

bool list_guardian::try_start(child& c) {
  try {
    c.start();
    return true;
  } catch (...) {
    const exit_reason why = reason_of_current();
    c.note_failure(why);
    start_failed(c, why);
    return false;
  }
}

/// It has no actor any more, and was to have none.
void list_guardian::stopped(child& c, const exit_reason& why) {
  const bool was_brutal = c.spec().shutdown.is_brutal_kill();
  if (!is_expected_end(c.spec().restart, was_brutal, why))  // D7
    write_log(
        self_cell(), log_level::warning,
        me() + " stopped " + c.describe() + ", which ended for another reason: " + why.to_string());
  if (c.spec().restart == temporary && plan_->what != purpose::wind_down)
    remove(c);
  else
    c.rest();
}

void list_guardian::begun(child& c) {
  if (plan_ == nullptr || plan_->starts.empty() || plan_->starts.back() != &c) return;
  plan_->starts.pop_back();
  answer_start(c);
  go_on();
}

void list_guardian::ended(child& c, child_state before, const exit_reason& why) {
  heed_abandoned(c);
  switch (before) {
    case child_state::stopping: break;  // advance() goes on with it
    case child_state::starting: {
      const start_result* const said = c.said();
      if (said == nullptr || !said->is_ignore()) {
        start_failed(c, why);
        break;
      }
      if (!plan_->starts.empty() && plan_->starts.back() == &c) plan_->starts.pop_back();  // S4
      c.rest();
      answer_start(c);
      if (c.spec().restart == temporary) remove(c);
      break;
    }
    default: add_waiting(ended_order{c.number()}); break;
  }
  go_on();
}

/// S2, A2, A4, T5
void list_guardian::start_failed(child& c, const exit_reason& why) {
  plan& p = *plan_;
  p.starts.clear();
  c.rest();
  const std::string text = me() + ": failed_to_start_child \"" + c.spec().id + "\": ";
  switch (p.what) {
    case purpose::boot:
      write_log(self_cell(), log_level::error, text + why.to_string());
      return wind_down(exit_reason(exit_kind::shutdown, text + why.to_string()).because_of(why));
    case purpose::restart: {
      write_log(self_cell(), log_level::error, text + why.to_string());
      return c.wait(c.delay(spec_.backoff));  // I6: what is in the mailbox comes first
    }
    case purpose::add: {
      auto to = std::move(std::get<reply_to<start_child_request>>(p.to));
      remove(c);
      return to(supervision_error(supervision_errc::failed_to_start, text + why.to_string(), why));
    }
    case purpose::start_again:
      return std::get<reply_to<restart_request>>(p.to)(
          supervision_error(supervision_errc::failed_to_start, text + why.to_string(), why));
    case purpose::terminate:
    case purpose::wind_down: return;
  }
}

/// S5. Of a child that ignores its start the answer names nobody.
void list_guardian::answer_start(child& c) {
  const start_result* const said = c.said();
  started_child s{c.who(), said != nullptr ? said->info() : std::string()};
  if (plan_->what == purpose::add)
    std::get<reply_to<start_child_request>>(plan_->to)(std::move(s));
  else if (plan_->what == purpose::start_again)
    std::get<reply_to<restart_request>>(plan_->to)(std::move(s));
}

void list_guardian::finish() {
  plan done = std::move(*std::exchange(plan_, nullptr));
  switch (done.what) {
    case purpose::boot: has_begun_ = true; return gate_.open();
    case purpose::terminate:
      return std::get<reply_to<terminate_request>>(done.to)(supervision_result<void>());
    case purpose::wind_down: return end();
    default: return;
  }
}

// --- its end

void list_guardian::stop_all() {
  for (order& o : std::exchange(waiting_, {})) std::visit([this](auto& each) { refuse(each); }, o);
  if (plan_ != nullptr)
    std::visit(by_kind{[](std::monostate) {}, [this](auto& to) { to(is_stopping()); }}, plan_->to);
  plan p{.what = purpose::wind_down};
  child* stopping = nullptr;
  for (auto& [number, c] : list_) {
    if (c.state() == child_state::stopping)
      stopping = &c;
    else if (c.has_actor() || c.state() == child_state::ended)
      p.stops.push_back(&c);
    else
      c.rest();
  }
  if (stopping != nullptr) p.stops.push_back(stopping);
  plan_ = std::make_unique<plan>(std::move(p));
  go_on();
}

void list_guardian::end() {
  for (auto& [number, c] : list_) c.vacate();
  if (has_begun_) return leave();
  error_ = ends_as();
  set_alarm(self_cell(), opens_, now());  // what waits there ends this object
}

}  // namespace troupe::detail
