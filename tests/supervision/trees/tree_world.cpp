// tree_world.cpp: plans as specs, steps as operations of a real tree.
#include "tree_world.hpp"

#include <troupe/actors/detail/runtime.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace trees {
namespace {

using namespace std::chrono_literals;

troupe::backoff_policy to_policy(const waits& w) {
  if (!w.is_growing) return troupe::fixed{w.min};
  return troupe::exponential{.min = w.min, .max = w.max, .jitter = 0};
}
std::optional<troupe::backoff_policy> to_policy(const std::optional<waits>& w) {
  return w ? std::optional(to_policy(*w)) : std::nullopt;
}

template <class R>
outcome to_outcome(const R& r) {
  return r ? outcome{} : outcome{r.error().code()};
}
outcome to_outcome(const troupe::supervision_result<troupe::started_child>& r) {
  return r ? outcome{{}, r->info} : outcome{r.error().code()};
}

sort to_sort(troupe::child_kind k) {
  switch (k) {
    case troupe::child_kind::supervisor: return sort::supervisor;
    case troupe::child_kind::family: return sort::family;
    default: return sort::worker;
  }
}

}  // namespace

// --- the workers

journal::fate journal::next(const std::string& path) {
  if (int& n = failing_[path]; n > 0) {
    note("fail " + path);
    return --n % 2 == 0 ? fate::fails : fate::fails_when_built;
  }
  if (int& n = ignoring_[path]; n > 0) return --n, note("ignore " + path), fate::ignores;
  ++starts_[path];
  note("start " + path);
  return fate::begins;
}

hand::hand(journal_ptr j, std::string path)
    : journal_(std::move(j)), path_(std::move(path)), fate_(journal_->next(path_)) {
  if (fate_ == journal::fate::fails_when_built) throw std::runtime_error("cannot be built");
}

hand::~hand() {
  if (!has_begun_) return;
  journal_->hands.erase(path_);
  journal_->note("stop " + path_ + " " + why_);
}

troupe::start_result hand::on_start() {
  if (fate_ == journal::fate::fails) throw std::runtime_error("cannot start");
  if (fate_ == journal::fate::ignores) return troupe::start_result::ignore();
  has_begun_ = true;
  if (!journal_->hands.try_emplace(path_, troupe::ref<hand>(self())).second)
    journal_->note("two at a time " + path_);
  return troupe::start_result::ok(journal_->info_of(path_));
}

void hand::on(finish f) {
  if (f.how == verb::fail) throw std::runtime_error("was told to fail");
  self().stop(f.how == verb::leave ? troupe::exit_kind::normal : troupe::exit_kind::shutdown);
}

// --- the tree

tree_world::tree_world(std::uint64_t seed, const script& s) : stage_(seed), name_(s.name) {
  top_ = to_start(s.top, "");
}

tree_world::~tree_world() = default;

troupe::child_start tree_world::to_start(const plan& p, const std::string& path) {
  if (p.what == sort::worker) return troupe::actor_of<hand>(journal_, path);
  if (p.what == sort::family) {
    const plan& each = p.children.at(0);
    troupe::family_spec how{.restart = each.restart,
                            .intensity = p.intensity,
                            .period = p.period,
                            .auto_shutdown = p.auto_shutdown,
                            .significant = each.is_significant};
    if (each.is_brutal) how.shutdown = troupe::stop_time::brutal_kill();
    if (each.backoff) how.backoff = to_policy(*each.backoff);
    return crowds_.insert_or_assign(path, crowd(stage_.system(), p.id, how)).first->second;
  }
  troupe::supervisor_spec tree{.strategy = p.strategy,
                               .intensity = p.intensity,
                               .period = p.period,
                               .auto_shutdown = p.auto_shutdown};
  if (p.backoff_of_children) tree.backoff = to_policy(*p.backoff_of_children);
  for (const plan& c : p.children) tree.children.push_back(to_spec(c, below(path, c.id)));
  if (!p.is_made) return tree;
  return troupe::tree_of([tree, path, j = journal_]() -> std::optional<troupe::supervisor_spec> {
    switch (j->next(path)) {
      case journal::fate::begins: return tree;
      case journal::fate::ignores: return std::nullopt;
      default: throw std::runtime_error("cannot be made");
    }
  });
}

troupe::child_spec tree_world::to_spec(const plan& p, const std::string& path) {
  troupe::child_spec s{.id = p.id,
                       .start = to_start(p, path),
                       .restart = p.restart,
                       .backoff = to_policy(p.backoff),
                       .significant = p.is_significant};
  if (p.is_brutal) s.shutdown = troupe::stop_time::brutal_kill();
  return s;
}

troupe::supervisor_ref tree_world::at(const std::string& path) {
  return troupe::find_supervisor(stage_.system(), path.empty() ? name_ : below(name_, path));
}

outcome tree_world::take(const step& s) {
  const outcome o = act(s);
  stage_.settle();
  return o;
}

outcome tree_world::take_both(const step& first, const step& second) {
  act(first);
  return take(second);
}

outcome tree_world::act(const step& s) {
  const std::string id = last_id(s.path);
  switch (s.what) {
    case verb::begin: return begin();
    case verb::fail:
    case verb::leave:
    case verb::leave_down:
    case verb::kill: finish(s); return {};
    case verb::fail_starts: journal_->fail(s.path, s.number); return {};
    case verb::ignore_starts: journal_->ignore(s.path, s.number); return {};
    case verb::pass: stage_.advance(s.time); return {};
    case verb::start_child:
      return to_outcome(at(s.path).start_child(to_spec(s.child, below(s.path, s.child.id))).get());
    case verb::terminate_child:
      if (const auto m = members_.find(s.path); m != members_.end())
        return to_outcome(crowds_.at(above(s.path)).supervisor().terminate_child(m->second).get());
      return to_outcome(at(above(s.path)).terminate_child(id).get());
    case verb::restart_child: return to_outcome(at(above(s.path)).restart_child(id).get());
    case verb::delete_child: return to_outcome(at(above(s.path)).delete_child(id).get());
    case verb::start_member: return start_member(s);
    case verb::stop: return to_outcome(at(s.path).stop().get());
  }
  return {};
}

outcome tree_world::begin() {
  if (at("").children().get()) return {};
  return to_outcome(troupe::start(stage_.system(), *top_, name_));
}

void tree_world::finish(const step& s) {
  const auto h = journal_->hands.find(s.path);
  if (h == journal_->hands.end()) return;
  if (s.what == verb::kill) return h->second.kill();
  h->second.tell<hand::finish>(s.what);
}

outcome tree_world::start_member(const step& s) {
  const std::string path = below(s.path, std::to_string(s.number));
  const auto found = crowds_.find(s.path);
  if (found == crowds_.end()) return {troupe::supervision_errc::noproc};  // there never was one
  auto member = found->second.start(journal_, path).get();
  if (!member) return {member.error().code()};
  if (*member) members_.insert_or_assign(path, *member);
  return {};
}

// --- what is there

std::vector<std::string> tree_world::given_up() {
  std::vector<std::string> all;
  while (const auto e = events_.next())
    if (e->kind == troupe::event_kind::gave_up) all.push_back(e->label == name_ ? "" : e->label);
  std::ranges::sort(all);
  return all;
}

std::vector<listing> tree_world::listings() {
  std::vector<listing> all;
  for (const troupe::tree_snapshot& t : stage_.system().snapshot().trees) append("", t, all);
  return all;
}

void tree_world::append(const std::string& path, const troupe::tree_snapshot& shown,
                        std::vector<listing>& all) {
  if (shown.kind == "actor" || shown.state != "running") return;
  const auto sup = at(path);
  const auto children = sup.children().get();
  const auto counts = sup.count().get();
  listing l{.path = path, .restarts = shown.restarts, .limit = shown.limit};
  if (!children || !counts) {
    l.children.push_back({(children ? counts.error() : children.error()).text()});
    return all.push_back(std::move(l));
  }
  for (const troupe::child_info& c : *children)
    l.children.push_back({c.id, std::string(to_string(c.state)), to_sort(c.kind)});
  if (shown.kind == "family") std::ranges::sort(l.children);
  l.specs = counts->specs;
  l.active = counts->active;
  l.supervisors = counts->supervisors;
  l.workers = counts->workers;
  all.push_back(std::move(l));
  for (const troupe::tree_snapshot& c : shown.children) append(below(path, c.id), c, all);
}

std::string tree_world::end() {
  const auto report = stage_.system().shutdown(1h);
  std::string wrong = report.clean() ? "" : "the system did not end: " + report.to_string();
  const auto c = stage_.system().counters();
  if (c.alive() != 0) wrong += std::to_string(c.alive()) + " actors have not ended. ";
  if (c.asked != c.settled) wrong += "Asks have not ended. ";
  if (!journal_->hands.empty()) wrong += "Workers have not been destroyed.";
  return wrong;
}

}  // namespace trees
