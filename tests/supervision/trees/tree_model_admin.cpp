// tree_model_admin.cpp: what a supervisor answers, as the contract says.
#include "tree_model.hpp"

#include <algorithm>

namespace trees {

using errc = troupe::supervision_errc;

outcome tree_model::administer(const step& s) {
  const bool is_about_itself =
      s.what == verb::start_child || s.what == verb::start_member || s.what == verb::stop;
  line l = find(is_about_itself ? s.path : above(s.path));
  const std::string id = last_id(s.path);
  const bool is_member = s.what == verb::terminate_child && members_.contains(s.path);
  if (l.empty() || l.back()->at != state::running || l.back()->spec.what == sort::worker)
    return {errc::noproc};  // A12
  member& sup = *l.back();
  if (s.what == verb::start_member) return start_member(sup, s.number);
  if (s.what == verb::stop) return ends_by_itself(std::move(l)), outcome{};
  if (sup.spec.what == sort::family && !is_member) return {errc::is_family};  // A6
  switch (s.what) {
    case verb::start_child: return start_child(sup, s.child);
    case verb::terminate_child: return terminate_child(sup, id);
    case verb::restart_child: return restart_child(sup, id);
    default: return delete_child(sup, id);
  }
}

outcome tree_model::start_child(member& sup, const plan& child) {
  if (child.is_significant && (child.restart == troupe::permanent ||
                               sup.spec.auto_shutdown == troupe::auto_shutdown_type::never))
    return {errc::invalid_spec};                            // G1
  if (const member* const there = child_of(sup, child.id))  // A1
    return {there->at != state::running && there->at != state::ended &&
                    flaw_ != flaw::present_is_started
                ? errc::already_present
                : errc::already_started};
  sup.children.push_back({.spec = child, .path = below(sup.path, child.id)});
  const begun how = start(sup.children.back());
  const outcome fine{{}, info_of(sup.children.back())};
  if (how == begun::failed || (how == begun::ignored && child.restart == troupe::temporary))
    sup.children.pop_back();  // A2, S4
  if (how == begun::failed) return {errc::failed_to_start};
  return fine;
}

outcome tree_model::start_member(member& sup, int number) {
  plan p = sup.spec.children.at(0);
  p.id = std::to_string(number);
  sup.children.push_back({.spec = p, .path = below(sup.path, p.id)});
  const begun how = start(sup.children.back());
  if (how == begun::runs) return members_.insert(sup.children.back().path), outcome{};
  sup.children.pop_back();
  return how == begun::failed ? outcome{errc::failed_to_start} : outcome{};
}

/// A3; of a family one that has ended is fine, too (A6).
outcome tree_model::terminate_child(member& sup, const std::string& id) {
  member* const m = child_of(sup, id);
  if (m == nullptr) return sup.spec.what == sort::family ? outcome{} : outcome{errc::not_found};
  stop(*m);
  const bool is_significant = m->spec.is_significant;
  if (m->spec.restart == troupe::temporary || sup.spec.what == sort::family) remove(sup, id);
  if (flaw_ == flaw::terminated_triggers && is_significant && is_over(sup))
    ends_by_itself(find(sup.path));
  return {};
}

/// A4.
outcome tree_model::restart_child(member& sup, const std::string& id) {
  member* const m = child_of(sup, id);
  if (m == nullptr) return {errc::not_found};
  if (m->at == state::running || m->at == state::ended) return {errc::running};
  if (m->at == state::restarting) return {errc::restarting};
  if (start(*m) == begun::failed) return {errc::failed_to_start};
  return {{}, info_of(*m)};
}

/// A5.
outcome tree_model::delete_child(member& sup, const std::string& id) {
  const member* const m = child_of(sup, id);
  if (m == nullptr) return {errc::not_found};
  if (m->at == state::running || m->at == state::ended) return {errc::running};
  if (m->at == state::restarting) return {errc::restarting};
  remove(sup, id);
  return {};
}

// --- what is listed

std::vector<listing> tree_model::listings() const {
  std::vector<listing> all;
  append_listings(top_, now_, all);
  return all;
}

/// A7, A8.
void tree_model::append_listings(const member& m, duration now, std::vector<listing>& all) {
  if (m.at != state::running || m.spec.what == sort::worker) return;
  const bool is_family = m.spec.what == sort::family;
  listing l{.path = m.path};
  for (auto c = m.children.rbegin(); c != m.children.rend(); ++c) {
    static constexpr const char* names[] = {"undefined", "running", "restarting", "ended"};
    l.children.push_back(
        {is_family ? "" : c->spec.id, names[static_cast<std::size_t>(c->at)], c->spec.what});
    if (c->at == state::running) ++l.active;
    ++(c->spec.what == sort::worker ? l.workers : l.supervisors);
  }
  if (is_family) std::ranges::sort(l.children);
  l.specs = is_family ? 1 : m.children.size();
  l.restarts = static_cast<std::size_t>(
      std::ranges::count_if(m.restarts, [&](duration at) { return at >= now - m.spec.period; }));
  l.limit = static_cast<std::size_t>(m.spec.intensity);
  all.push_back(std::move(l));
  for (const member& c : m.children) append_listings(c, now, all);
}

}  // namespace trees
