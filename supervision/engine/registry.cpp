// registry.cpp: the supervision trees of a system.
#include <troupe/supervision/engine/registry.hpp>

#include <troupe/supervision/engine/list.hpp>

#include <algorithm>
#include <utility>

namespace troupe::detail {
namespace {

constexpr char kind = 0;

std::unique_ptr<system_extension> make_registry(actor_system& sys) {
  return std::make_unique<registry>(sys);
}

}  // namespace

registry::registry(actor_system& sys) : sys_(sys) { sys.add_step(shutdown_stage::trees, *this); }
registry::~registry() { sys_.remove_step(*this); }

registry& registry::of(actor_system& sys) {
  return static_cast<registry&>(sys.extension(&kind, &make_registry));
}

registry::tree* registry::find_tree(std::string_view name) {
  const auto one =
      std::find_if(trees_.begin(), trees_.end(), [&](const tree& t) { return t.name == name; });
  return one == trees_.end() ? nullptr : &*one;
}

bool registry::take_name(const std::string& name, std::shared_ptr<end_listener> listener,
                         actor_id& taken) {
  const std::lock_guard lock(mutex_);
  if (const tree* t = find_tree(name)) {
    taken = t->top.id();
    return false;
  }
  trees_.push_back({name, {}, std::move(listener), sys_.now()});
  return true;
}

void registry::put_top(const std::string& name, const supervisor_address& top) {
  const std::lock_guard lock(mutex_);
  if (tree* const t = find_tree(name)) t->top = top;
}

void registry::free_name(const std::string& name) noexcept {
  const std::lock_guard lock(mutex_);
  std::erase_if(trees_, [&](const tree& t) { return t.name == name; });
}

void registry::remove_tree(actor_id top, const exit_reason& why) noexcept {
  tree gone;  // its handle goes outside the lock
  {
    const std::lock_guard lock(mutex_);
    const auto one = std::find_if(trees_.begin(), trees_.end(),
                                  [&](const tree& t) { return t.top.id() == top; });
    if (one == trees_.end()) return;
    gone = std::move(*one);
    trees_.erase(one);
  }
  if (gone.listener != nullptr) gone.listener->tree_ended(why);
}

/// Each part names a child of the one before.
handle registry::find_below(handle at, std::string_view path) {
  while (!path.empty() && at.get() != nullptr) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::shared_ptr<book> b = book_of(actor_id(id_of(*at.get())));
    at = b != nullptr ? b->find(path.substr(0, end)) : handle();
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return at;
}

supervisor_address registry::find(std::string_view path) {
  const bool has_empty_part =
      path.starts_with('/') || path.ends_with('/') || path.find("//") != std::string_view::npos;
  if (has_empty_part) return {};
  const std::size_t end = std::min(path.find('/'), path.size());
  handle at;
  {
    const std::lock_guard lock(mutex_);
    const tree* const named = find_tree(path.substr(0, end));
    const tree* const from = named != nullptr ? named : find_tree("");
    if (from == nullptr) return {};
    at = handle(from->top.cell_(), from->top.incarnation_());
    if (named != nullptr) path.remove_prefix(std::min(end + 1, path.size()));
  }
  at = find_below(std::move(at), path);
  if (at.get() == nullptr) return {};
  const std::shared_ptr<book> b = book_of(actor_id(id_of(*at.get())));
  return b != nullptr ? b->address_at(at) : supervisor_address();
}

void registry::add_book(actor_id of, const std::shared_ptr<book>& b) {
  const std::lock_guard lock(mutex_);
  books_[of] = b;
}

void registry::remove_book(actor_id of) noexcept {
  const std::lock_guard lock(mutex_);
  books_.erase(of);
}

std::shared_ptr<book> registry::book_of(actor_id who) {
  const std::lock_guard lock(mutex_);
  const auto one = books_.find(who);
  return one == books_.end() ? nullptr : one->second;
}

void registry::show_in(system_snapshot& shown) const {
  std::vector<std::shared_ptr<book>> books;
  {
    const std::lock_guard lock(mutex_);
    for (const tree& t : trees_) {
      const auto b = books_.find(t.top.id());
      if (b == books_.end()) continue;
      books.push_back(b->second);
      tree_snapshot& top = shown.trees.emplace_back();
      top.id = t.name;
      top.kind = to_string(child_kind::supervisor);
      top.state = to_string(child_state::running);
      top.actor = t.top.id().value();
      top.incarnation = 1;
      top.uptime = sys_.now() - t.since;
    }
  }
  for (std::size_t i = 0; i < books.size(); ++i) books[i]->show(shown.trees[i]);
}

/// The last that was started is the first to be stopped.
void registry::stop(time_point deadline, shutdown_report& report) noexcept {
  for (;;) {
    supervisor_address top;
    {
      const std::lock_guard lock(mutex_);
      if (trees_.empty()) return;
      top = trees_.back().top;
    }
    const duration left = deadline - sys_.now();
    const auto stopped = top.try_ask<stop_request>().within(std::max(left, duration{})).get();
    if (!stopped && stopped.error() == ask_errc::timeout) {
      report.stuck.push_back({top.id(), "a supervision tree that stops", {}, {}});
      return;  // what is left is ended with all other actors
    }
    remove_tree(top.id(), exit_kind::shutdown);
  }
}

}  // namespace troupe::detail
