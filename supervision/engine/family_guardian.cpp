// family_guardian.cpp: what a family does with its children.
#include <troupe/supervision/engine/family_guardian.hpp>

#include <troupe/supervision/engine/family.hpp>
#include <troupe/supervision/engine/report.hpp>
#include <troupe/supervision/policy/decision.hpp>

#include <algorithm>
#include <utility>

namespace troupe::detail {
namespace {

constexpr std::size_t shown_most = 100;

/// What holds for each of its children, in the terms of a child_spec.
std::shared_ptr<const child_spec> spec_of_each(const family_spec& f) {
  auto s = std::make_shared<child_spec>(
      child_spec{.id = {}, .start = child_start(child_kind::actor, nullptr)});
  s->restart = f.restart;
  s->shutdown = f.shutdown;
  s->backoff = f.backoff;
  s->mailbox = f.mailbox;
  s->significant = f.significant;
  s->start_deadline = f.start_deadline;
  s->kill_limit = f.kill_limit;
  s->abandon = f.abandon;
  s->options = f.options;
  return s;
}

supervision_error is_family(std::string text) {
  return {supervision_errc::is_family, std::move(text)};
}

}  // namespace

constinit const alarm_ops family_guardian::last_call_ops{
    [](cell&, alarm& a) {
      for (auto& [number, m] : static_cast<last_call&>(a).of.list_)
        if (m.has_actor()) m.kill();
    },
    nullptr};

family_guardian::last_call::last_call(family_guardian& f) noexcept : alarm(last_call_ops), of(f) {}

family_guardian::family_guardian(cell& mine, const family_spec& spec)
    : guardian(mine, spec.intensity, spec.period),
      spec_(spec),
      each_(spec_of_each(spec)),
      last_call_(*this) {}

// --- the table

void family_guardian::learn_id(member& m) {
  const std::uint64_t id = m.who().value();
  if (m.known_as == id) return;
  if (m.known_as != 0) by_id_.erase(m.known_as);
  by_id_.emplace(id, &m);
  m.known_as = id;
}

void family_guardian::remove(member& m) {
  if (m.known_as != 0) by_id_.erase(m.known_as);
  decltype(list_)::node_type gone;  // destroyed outside the lock
  write([&] { gone = list_.extract(m.number()); });
}

family_guardian::member* family_guardian::find_member(const child_name& which) {
  const auto one = by_id_.find(which.who().value());
  return one == by_id_.end() ? nullptr : one->second;
}

// --- starts

void family_guardian::start(start_member_request m, reply_to<start_member_request> to) {
  if (is_winding_down()) return to(is_stopping());
  const std::uint64_t number = next_number_++;
  member* added = nullptr;
  write([&] {
    added = &list_.try_emplace(number, *this, number, each_, std::move(m.how)).first->second;
  });
  added->starter = std::move(to);
  if (const auto why = try_start(*added)) start_failed(*added, *why);
}

std::optional<exit_reason> family_guardian::try_start(member& m) {
  try {
    m.start();
    learn_id(m);
    return std::nullopt;
  } catch (...) {
    exit_reason why = reason_of_current();
    m.note_failure(why);
    return why;
  }
}

void family_guardian::begun(child& c) {
  auto& m = static_cast<member&>(c);
  if (!m.starter) return;
  auto to = std::move(m.starter);
  to(member_started{m.seat()});
}

void family_guardian::start_failed(member& m, const exit_reason& why) {
  if (m.starter) {  // A2
    auto to = std::move(m.starter);
    const std::string text = "troupe: " + m.describe() + " could not be started: ";
    remove(m);
    return to(supervision_error(supervision_errc::failed_to_start, text + why.to_string(), why));
  }
  m.wait(m.delay(spec_.backoff));  // I6
}

// --- ends

void family_guardian::ended(child& c, child_state before, const exit_reason& why) {
  auto& m = static_cast<member&>(c);
  heed_abandoned(m);
  if (is_winding_down()) {
    stopped(m, why);
    --with_actor_;
    return leave_if_empty();
  }
  if (before == child_state::stopping) return stopped(m, why);
  if (before != child_state::starting) return judge(m);
  const start_result* const said = m.said();
  if (said == nullptr || !said->is_ignore()) return start_failed(m, why);
  if (m.starter) {  // S4
    auto to = std::move(m.starter);
    to(member_started{});
  }
  remove(m);
}

void family_guardian::judge(member& m) {
  if (verdict_on(spec_.restart, m.last()) == verdict::restart) {
    const duration pause = m.delay(spec_.backoff);
    return pause > duration{} ? m.wait(pause) : attempt(m);
  }
  remove(m);
  if (!spec_.significant || spec_.auto_shutdown == auto_shutdown_type::never) return;
  if (spec_.auto_shutdown == auto_shutdown_type::all_significant && !list_.empty()) return;
  wind_down(exit_reason(exit_kind::shutdown, "its significant children have ended"));
}

void family_guardian::attempt(member& m) {
  if (!may_restart(m)) return;
  if (const auto why = try_start(m)) start_failed(m, *why);
}

/// It was told to end, and has.
void family_guardian::stopped(member& m, const exit_reason& why) {
  if (!is_expected_end(spec_.restart, spec_.shutdown.is_brutal_kill(), why)) ++unexpected_;
  for (auto& to : std::exchange(m.terminators, {})) to(supervision_result<void>());
  remove(m);
}

void family_guardian::terminate(const child_name& which, reply_to<terminate_request> to) {
  if (which.id() != nullptr)
    return to(is_family("troupe: the children of a family have no ids: name the actor"));
  member* const m = find_member(which);
  if (m == nullptr) {  // A6
    if (which.is_known_to_have_ended()) return to(supervision_result<void>());
    return to(no_such_child(me(), which));
  }
  m->terminators.push_back(std::move(to));
  if (m->state() == child_state::stopping) return;
  if (m->has_actor()) return m->stop();
  stopped(*m, exit_kind::shutdown);
}

// --- its own end

void family_guardian::stop_all() {
  std::vector<member*> without;
  for (auto& [number, m] : list_) {
    if (m.starter) m.starter(is_stopping());
    if (!m.has_actor()) {
      without.push_back(&m);
      continue;
    }
    ++with_actor_;
    if (spec_.shutdown.is_brutal_kill())
      m.kill();
    else
      m.ask_to_stop();
  }
  for (member* const m : without) stopped(*m, exit_kind::shutdown);
  if (!spec_.shutdown.is_brutal_kill() && stop_limit(*each_) != duration::max())
    set_alarm(self_cell(), last_call_, deadline_in(self_cell(), stop_limit(*each_)));
  leave_if_empty();
}

void family_guardian::leave_if_empty() {
  if (with_actor_ != 0) return;
  if (last_call_.is_set()) clear_alarm(self_cell(), last_call_);
  if (unexpected_ != 0)  // D7
    write_log(self_cell(), log_level::warning,
              me() + " stopped its children, of which " + std::to_string(unexpected_) +
                  " ended for another reason");
  leave();
}

// --- what it shows

std::vector<child_info> family_guardian::children() const {
  std::vector<child_info> all;
  all.reserve(list_.size());
  for (auto m = list_.rbegin(); m != list_.rend(); ++m)
    all.push_back({{}, child_kind::actor, m->second.state(), m->second.who()});
  return all;
}

child_counts family_guardian::count() const {
  child_counts n{.specs = 1, .workers = list_.size()};
  for (const auto& [number, m] : list_)
    n.active += m.state() == child_state::running || m.state() == child_state::stopping ? 1U : 0U;
  return n;
}

supervision_result<child_spec> family_guardian::spec_of(const child_name& which) const {
  if (which.id() != nullptr)
    return is_family("troupe: the children of a family have no ids: name the actor");
  if (!by_id_.contains(which.who().value())) return no_such_child(me(), which);
  return normalised(*each_, spec_.backoff);
}

void family_guardian::show_children(tree_snapshot& shown) const {
  for (const auto& [number, m] : list_) {
    if (shown.children.size() == shown_most) break;
    m.show(shown.children.emplace_back(), now());
  }
  shown.left_out = list_.size() - shown.children.size();
}

supervisor_address family_guardian::address_at(const handle& place) const noexcept {
  return supervisor_address(ref<family_supervisor>(handle(place)));
}

}  // namespace troupe::detail
