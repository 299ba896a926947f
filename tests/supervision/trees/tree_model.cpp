// tree_model.cpp: how a tree starts, stops and restarts, as the contract says.
#include "tree_model.hpp"

#include <algorithm>
#include <utility>

namespace trees {

using troupe::auto_shutdown_type;
using troupe::restart_strategy;

tree_model::tree_model(const plan& top, flaw f) : flaw_(f) { top_.spec = top; }

outcome tree_model::take(const step& s) {
  switch (s.what) {
    case verb::begin:
      if (runs()) return {};
      return {start(top_) == begun::failed
                  ? std::optional(troupe::supervision_errc::failed_to_start)
                  : std::nullopt};
    case verb::fail:
    case verb::leave:
    case verb::leave_down:
    case verb::kill: end_worker(s); return {};
    case verb::fail_starts: failing_[s.path] = s.number; return {};
    case verb::ignore_starts: ignoring_[s.path] = s.number; return {};
    case verb::pass: pass(s.time); return {};
    default: return administer(s);
  }
}

std::vector<happening> tree_model::happened() { return std::exchange(happened_, {}); }

std::vector<std::string> tree_model::given_up() {
  auto all = std::exchange(given_up_, {});
  std::ranges::sort(all);
  return all;
}

void tree_model::end() { stop(top_); }

tree_model::line tree_model::find(const std::string& path) {
  line l{&top_};
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t cut = std::min(path.find('/', at), path.size());
    member* const next = child_of(*l.back(), path.substr(at, cut - at));
    if (next == nullptr) return {};
    l.push_back(next);
    at = cut + 1;
  }
  return l;
}

tree_model::member* tree_model::child_of(member& sup, const std::string& id) {
  const auto found = std::ranges::find(sup.children, id, [](auto& m) { return m.spec.id; });
  return found == sup.children.end() ? nullptr : &*found;
}

void tree_model::remove(member& sup, const std::string& id) {
  std::erase_if(sup.children, [&](const member& m) { return m.spec.id == id; });
}

void tree_model::lay_down(member& m) {
  m.at = state::undefined;
  m.due.reset();
  m.children.clear();
}

// --- start and stop

/// Whether the start at this path goes well, which is noted.
tree_model::begun tree_model::count_start(const std::string& path) {
  if (int& n = failing_[path]; n > 0) return --n, note("fail " + path), begun::failed;
  if (int& n = ignoring_[path]; n > 0) return --n, note("ignore " + path), begun::ignored;
  ++starts_[path];
  note("start " + path);
  return begun::runs;
}

std::string tree_model::info_of(const member& m) const {
  if (m.spec.what != sort::worker || m.at != state::running) return {};
  return m.path + "#" + std::to_string(starts_.at(m.path));
}

tree_model::begun tree_model::start(member& m) {
  lay_down(m);
  const begun how = m.spec.what == sort::worker ? count_start(m.path) : start_tree(m);
  if (how != begun::runs) return how;
  m.at = state::running;
  m.began = now_;
  return how;
}

/// S1, S2.
tree_model::begun tree_model::start_tree(member& m) {
  m.restarts.clear();
  m.incarnation = ++supervisors_;
  if (m.spec.is_made)
    if (const begun how = count_start(m.path); how != begun::runs) return how;
  if (m.spec.what == sort::family) return begun::runs;
  for (const plan& p : m.spec.children) {
    m.children.push_back({.spec = p, .path = below(m.path, p.id)});
    const begun how = start(m.children.back());
    if (how == begun::failed) {
      m.children.pop_back();
      stop_children(m);
      return how;
    }
    if (how == begun::ignored && p.restart == troupe::temporary) m.children.pop_back();  // S4
  }
  return begun::runs;
}

/// D1 to D4, E4.
void tree_model::stop(member& m) {
  if (m.at == state::running) {
    if (m.spec.what == sort::worker)
      note("stop " + m.path + (m.spec.is_brutal ? " killed" : " shutdown"));
    else if (m.spec.is_brutal) {
      happening all;
      kill_all(m, all);
      if (!all.empty()) happened_.push_back(std::move(all));
    } else {
      stop_children(m);
    }
  }
  lay_down(m);
}

/// In reverse order; those of a family all at once (D6).
void tree_model::stop_children(member& m) {
  if (m.spec.what == sort::family) {
    happening all;
    for (const member& c : m.children)
      if (c.at == state::running)
        all.push_back("stop " + c.path + (c.spec.is_brutal ? " killed" : " shutdown"));
    if (!all.empty()) happened_.push_back(std::move(all));
  } else if (flaw_ == flaw::stops_in_order) {
    for (member& c : m.children) stop(c);
  } else {
    for (auto c = m.children.rbegin(); c != m.children.rend(); ++c) stop(*c);
  }
  m.children.clear();
}

/// Nothing is said of what its children see.
void tree_model::kill_all(member& m, happening& all) {
  for (member& c : m.children)
    if (c.at != state::running)
      continue;
    else if (c.spec.what == sort::worker)
      all.push_back("stop " + c.path + " *");
    else
      kill_all(c, all);
}

// --- what a supervisor does when a child has ended

/// The last of the line has.
void tree_model::has_ended(line l, bool is_clean) {
  member& m = *l.back();
  lay_down(m);
  l.pop_back();
  if (l.empty()) return;
  member& sup = *l.back();
  const bool again =
      m.spec.restart == troupe::permanent ||
      (m.spec.restart == troupe::transient && (!is_clean || flaw_ == flaw::restarts_after_clean));
  if (again) {  // R1, R2
    if (const auto w = m.spec.backoff ? m.spec.backoff : sup.spec.backoff_of_children;
        w && now_ - m.began >= (w->min + w->max) / 2)
      m.attempts = 0;  // K3
    return see_to(std::move(l), m.spec.id);
  }
  const bool is_significant = m.spec.is_significant;
  const bool is_forgotten = m.spec.restart == troupe::temporary && flaw_ != flaw::keeps_temporary;
  if (is_forgotten || sup.spec.what == sort::family) remove(sup, m.spec.id);  // R3
  if (is_significant && is_over(sup)) ends_by_itself(std::move(l));
}

/// G2, G3: a significant child has ended by itself.
bool tree_model::is_over(const member& sup) const {
  if (flaw_ == flaw::significant_ignored) return false;
  if (sup.spec.auto_shutdown == auto_shutdown_type::any_significant) return true;
  if (sup.spec.auto_shutdown == auto_shutdown_type::never) return false;
  return std::ranges::none_of(sup.children, [](const member& c) {
    return c.spec.is_significant && c.at != state::undefined;
  });
}

/// With reason shutdown, which is clean (E1).
void tree_model::ends_by_itself(line l) {
  stop_children(*l.back());
  has_ended(std::move(l), flaw_ != flaw::gives_up_failed);
}

/// The child is to be started again. Attempts that fail follow each other (I5), after a wait if
/// there is a backoff.
void tree_model::see_to(line l, std::string id) {
  bool is_again = false;
  for (std::optional<std::string> next = std::move(id); next; is_again = true) {
    member& m = *child_of(*l.back(), *next);
    m.at = state::restarting;
    if (const auto wait = wait_of(*l.back(), m)) {
      m.due = now_ + *wait;
      return;
    }
    next = attempt(l, *next, is_again);
  }
}

/// K1 without jitter.
std::optional<duration> tree_model::wait_of(const member& sup, const member& m) const {
  const auto w = m.spec.backoff ? m.spec.backoff : sup.spec.backoff_of_children;
  if (!w) return {};
  if (!w->is_growing) return w->min;
  return std::min(w->max, w->min * (1 << std::min(m.attempts, 20)));
}

/// @returns who could not be started
std::optional<std::string> tree_model::attempt(const line& l, const std::string& id,
                                               bool is_again) {
  member& sup = *l.back();
  if (!(is_again && flaw_ == flaw::no_retry_counted) && !may_restart(sup)) {
    given_up_.push_back(sup.spec.id);
    lay_down(*child_of(sup, id));
    ends_by_itself(l);
    return {};
  }
  member& m = *child_of(sup, id);
  ++m.attempts;
  const auto how = flaw_ == flaw::forgets_the_rest ? troupe::one_for_one : sup.spec.strategy;
  if (how == troupe::one_for_all && sup.spec.what != sort::family) return attempt_group(sup, 0);
  if (how == troupe::rest_for_one && sup.spec.what != sort::family)
    return attempt_group(sup, static_cast<std::size_t>(&m - sup.children.data()));
  const begun begins = start(m);  // T1, T4
  if (begins == begun::failed) return id;
  if (begins == begun::ignored && sup.spec.what == sort::family) remove(sup, id);  // S4
  return {};
}

/// T2, T3, T5: also those that were stopped before are started.
std::optional<std::string> tree_model::attempt_group(member& sup, std::size_t from) {
  for (std::size_t i = sup.children.size(); i-- > from;) stop(sup.children[i]);
  const auto first = sup.children.begin() + static_cast<std::ptrdiff_t>(from);
  sup.children.erase(
      std::remove_if(first, sup.children.end(),
                     [](const member& c) { return c.spec.restart == troupe::temporary; }),
      sup.children.end());  // R3
  if (flaw_ == flaw::group_counts_each)
    for (std::size_t i = from + 1; i < sup.children.size(); ++i) sup.restarts.push_back(now_);
  for (std::size_t i = from; i < sup.children.size(); ++i)
    if (start(sup.children[i]) == begun::failed) return sup.children[i].spec.id;
  return {};
}

/// I1, I3: as OTP: one that is as old as the period still counts.
bool tree_model::may_restart(member& sup) {
  if (flaw_ != flaw::counts_forever)
    std::erase_if(sup.restarts, [&](duration at) { return at < now_ - sup.spec.period; });
  sup.restarts.push_back(now_);
  const int allowed = sup.spec.intensity + (flaw_ == flaw::one_more_restart ? 1 : 0);
  return sup.restarts.size() <= static_cast<std::size_t>(allowed);
}

// --- time

/// To the one below `l` whose next attempt is due first; empty: there is none.
tree_model::line tree_model::next_due(const line& l) {
  line first;
  for (member& c : l.back()->children) {
    line to = l;
    to.push_back(&c);
    if (!c.due) to = next_due(to);
    if (!to.empty() && (first.empty() || *to.back()->due < *first.back()->due))
      first = std::move(to);
  }
  return first;
}

void tree_model::pass(duration d) {
  const duration until = now_ + d;
  for (;;) {
    line l = next_due({&top_});
    if (l.empty() || *l.back()->due > until) break;
    now_ = *l.back()->due;
    const std::string id = l.back()->spec.id;
    l.back()->due.reset();
    l.pop_back();
    if (auto next = attempt(l, id, true)) see_to(std::move(l), std::move(*next));
  }
  now_ = until;
}

void tree_model::end_worker(const step& s) {
  die(s);
  hear_of_end(s.path);
}

void tree_model::die(const step& s) {
  line l = find(s.path);
  if (l.empty() || l.back()->at != state::running || l.back()->spec.what != sort::worker) return;
  l.back()->at = state::ended;
  l.back()->is_clean = s.what == verb::leave || s.what == verb::leave_down;
  note("stop " + s.path +
       (s.what == verb::fail         ? " failed"
        : s.what == verb::leave      ? " normal"
        : s.what == verb::leave_down ? " shutdown"
                                     : " killed"));
}

void tree_model::hear_of_end(const std::string& path) {
  line l = find(path);
  if (l.empty() || l.back()->at != state::ended) return;
  const bool is_clean = l.back()->is_clean;
  has_ended(std::move(l), is_clean);
}

}  // namespace trees
