// list_admin.cpp: what a supervisor of a list is asked to do with its children, and what it shows.
#include <troupe/supervision/engine/list.hpp>
#include <troupe/supervision/engine/list_guardian.hpp>
#include <troupe/supervision/engine/registry.hpp>
#include <troupe/supervision/engine/report.hpp>

#include <algorithm>
#include <utility>

namespace troupe::detail {
namespace {

/// A4, A5: why that cannot be done with it now; nothing: it can.
std::optional<supervision_error> objection(const child& c) {
  if (c.state() == child_state::restarting || c.state() == child_state::ended)
    return supervision_error(supervision_errc::restarting,
                             c.describe() + " is about to be restarted: terminate it first");
  if (c.has_actor())
    return supervision_error(supervision_errc::running, c.describe() + " runs: terminate it first",
                             {}, c.who());
  return std::nullopt;
}

}  // namespace

// --- the list

child& list_guardian::add(const child_spec& spec) {
  auto kept = std::make_shared<child_spec>(spec);
  auto how = spec.start.how_of();
  if (spec.restart == temporary) kept->start = spec.start.stripped();  // R4
  const std::uint64_t number = next_number_++;
  child* added = nullptr;
  write([&] {
    added =
        &list_.try_emplace(number, *this, number, std::move(kept), std::move(how)).first->second;
    by_id_.emplace(added->spec().id, added);
  });
  return *added;
}

void list_guardian::remove(child& c) {
  decltype(list_)::node_type gone;  // destroyed outside the lock
  write([&] {
    by_id_.erase(c.spec().id);
    gone = list_.extract(c.number());
  });
}

child* list_guardian::find_child(std::uint64_t number) {
  const auto one = list_.find(number);
  return one == list_.end() ? nullptr : &one->second;
}

child* list_guardian::find_child(const child_name& which) const {
  if (which.id() == nullptr) {
    for (const auto& [id, c] : by_id_)
      if (which.who() != actor_id() && c->who() == which.who()) return c;
    return nullptr;
  }
  const auto one = by_id_.find(*which.id());
  return one == by_id_.end() ? nullptr : one->second;
}

// --- what it is asked to do

void list_guardian::carry_out_add(add_order o) {
  if (std::string wrong = what_is_wrong_with(o.spec, spec_.auto_shutdown); !wrong.empty())
    return o.to(supervision_error(supervision_errc::invalid_spec, me() + ": " + wrong));
  if (const child* const same = find_child(o.spec.id)) {
    if (same->has_actor())
      return o.to(supervision_error(supervision_errc::already_started,
                                    me() + ": " + same->describe() + " runs already", {},
                                    same->who()));
    return o.to(supervision_error(supervision_errc::already_present,
                                  me() + ": " + same->describe() +
                                      " is listed already, without an actor: restart_child it, or "
                                      "delete_child it first"));
  }
  plan p{.what = purpose::add};
  p.starts.push_back(&add(o.spec));
  p.to = std::move(o.to);
  plan_ = std::make_unique<plan>(std::move(p));
}

void list_guardian::carry_out_terminate(terminate_order o) {
  child* const c = find_child(o.which);
  if (c == nullptr) return o.to(no_such_child(me(), o.which));
  plan p{.what = purpose::terminate};
  if (c->has_actor())
    p.stops.push_back(c);
  else if (c->spec().restart == temporary)  // R3: its end has not been looked at yet
    remove(*c);
  else
    c->rest();
  p.to = std::move(o.to);
  plan_ = std::make_unique<plan>(std::move(p));
}

void list_guardian::carry_out_restart(restart_order o) {
  child* const c = find_child(o.which);
  if (c == nullptr) return o.to(no_such_child(me(), o.which));
  if (auto no = objection(*c)) return o.to(*std::move(no));
  plan p{.what = purpose::start_again};
  p.starts.push_back(c);
  p.to = std::move(o.to);
  plan_ = std::make_unique<plan>(std::move(p));
}

void list_guardian::carry_out_delete(delete_order o) {
  child* const c = find_child(o.which);
  if (c == nullptr) return o.to(no_such_child(me(), o.which));
  if (auto no = objection(*c)) return o.to(*std::move(no));
  remove(*c);
  o.to(supervision_result<void>());
}

// --- what it shows

std::vector<child_info> list_guardian::children() const {
  std::vector<child_info> all;
  for (auto c = list_.rbegin(); c != list_.rend(); ++c)
    all.push_back({c->second.spec().id, c->second.kind(), c->second.state(), c->second.who()});
  return all;
}

child_counts list_guardian::count() const {
  child_counts n;
  for (const auto& [number, c] : list_) {
    ++n.specs;
    n.active += c.state() == child_state::running || c.state() == child_state::stopping ? 1U : 0U;
    ++(c.kind() == child_kind::actor ? n.workers : n.supervisors);
  }
  return n;
}

supervision_result<child_spec> list_guardian::spec_of(const child_name& which) const {
  const child* const c = find_child(which);
  if (c == nullptr) return no_such_child(me(), which);
  return normalised(c->spec(), spec_.backoff);
}

void list_guardian::show_children(tree_snapshot& shown) const {
  registry& known = registry::of(system_of(self_cell()));
  for (const auto& [number, c] : list_) {
    tree_snapshot& below = shown.children.emplace_back();
    c.show(below, now());
    if (c.kind() == child_kind::actor) continue;
    if (const auto b = known.book_of(actor_id(below.actor))) b->show(below);
  }
}

handle list_guardian::find(std::string_view id) const {
  const auto one = by_id_.find(id);
  return one != by_id_.end() ? one->second->seat() : handle();
}

supervisor_address list_guardian::address_at(const handle& place) const noexcept {
  return supervisor_address(ref<list_supervisor>(handle(place)));
}

}  // namespace troupe::detail
