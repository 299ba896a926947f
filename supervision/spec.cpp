// spec.cpp: whether a tree can be built, and if not, which field says so.
#include <troupe/supervision/spec.hpp>

#include <troupe/supervision/detail/tree_recipe.hpp>
#include <troupe/supervision/family.hpp>

#include <cmath>
#include <memory>
#include <set>
#include <utility>

namespace troupe {
namespace {

/// A tree that is the same at every start.
class fixed_tree final : public detail::tree_maker {
public:
  explicit fixed_tree(std::shared_ptr<const supervisor_spec> tree) noexcept
      : tree_(std::move(tree)) {}
  [[nodiscard]] std::optional<supervisor_spec> make() const override { return *tree_; }

private:
  const std::shared_ptr<const supervisor_spec> tree_;
};

std::string wrong_backoff(const backoff_policy& b) {
  if (const auto* f = std::get_if<fixed>(&b))
    return f->delay < duration{} ? ".backoff: fixed.delay is negative" : "";
  const auto* e = std::get_if<exponential>(&b);
  if (e == nullptr) return {};
  if (e->min <= duration{}) return ".backoff: exponential.min is not positive";
  if (e->max < e->min) return ".backoff: exponential.max is less than .min";
  if (!std::isfinite(e->jitter) || e->jitter < 0)
    return ".backoff: exponential.jitter is negative, or no number: 0 means none";
  if (e->reset_after && *e->reset_after <= duration{})
    return ".backoff: exponential.reset_after is not positive";
  return {};
}

std::string wrong_limits(int intensity, duration period) {
  if (intensity < 0) return ".intensity is negative: 0 means that the first failure ends it";
  if (period <= duration{}) return ".period is not positive";
  return {};
}

/// What one field says; empty: nothing.
std::string wrong_times(const child_spec& c) {
  if (!c.shutdown.is_default() && !c.shutdown.is_brutal_kill() && c.shutdown.time() < duration{})
    return ".shutdown is negative: stop_time::brutal_kill() kills at once";
  if (c.start_deadline <= duration{}) return ".start_deadline is not positive";
  if (c.kill_limit && *c.kill_limit <= duration{}) return ".kill_limit is not positive";
  return c.backoff ? wrong_backoff(*c.backoff) : std::string();
}

std::string wrong_significance(const child_spec& c, auto_shutdown_type above) {
  if (!c.significant) return {};
  if (c.restart == permanent)
    return ".significant with .restart = permanent: that one is always restarted; make it "
           "transient or temporary";
  if (above == auto_shutdown_type::never)
    return ".significant, but .auto_shutdown of its supervisor is never: set it to "
           "any_significant or all_significant";
  return {};
}

bool says_something(const spawn_options& o) noexcept {
  const spawn_options plain;
  return !o.name.empty() || o.capacity != plain.capacity || o.overflow != plain.overflow ||
         o.home != plain.home || o.max_suspended != plain.max_suspended ||
         o.own_thread != plain.own_thread;
}

std::string wrong_place(const child_spec& c) {
  const auto& at = c.at.place_of();
  if (at == nullptr) return {};
  if (c.start.place_of() != nullptr)
    return ".at with a family: a family has its place already; leave it out";
  if (c.start.how_of() != nullptr && &at->ops() != &c.start.how_of()->ops())
    return std::string(".at is a slot for `").append(at->ops().actor) + "`, but .start makes a `" +
           std::string(c.start.how_of()->ops().actor) + "`";
  if (says_something(c.options))
    return ".options with .at: give them to the slot, which is made before the child";
  return {};
}

std::string wrong_in(const child_spec& c, auto_shutdown_type above) {
  if (c.id.empty()) return ".id is empty: it names the child among its siblings";
  if (c.id.find('/') != std::string::npos) return ".id contains '/', which separates ids in paths";
  if (c.start.how_of() == nullptr)
    return ".start makes nothing: say actor_of<A>(args...), a supervisor_spec, a family";
  if (c.mailbox == mailbox_type::keep && c.restart == temporary)
    return ".mailbox = keep with .restart = temporary: no other incarnation would get the messages";
  if (std::string w = wrong_times(c); !w.empty()) return w;
  if (std::string w = wrong_significance(c, above); !w.empty()) return w;
  if (std::string w = wrong_place(c); !w.empty()) return w;
  return {};
}

using places = std::set<const detail::place*>;

std::string wrong_tree(const supervisor_spec& tree, const std::string& path, places& taken);

std::string wrong_child(const child_spec& c, auto_shutdown_type above, const std::string& path,
                        places& taken) {
  if (std::string w = wrong_in(c, above); !w.empty()) return path + ": " + w;
  for (const auto* at : {c.at.place_of().get(), c.start.place_of().get()})
    if (at != nullptr && !taken.insert(at).second)
      return path + ": its slot, or family, stands at another child, too: make another one";
  if (c.start.tree_of() != nullptr) return wrong_tree(*c.start.tree_of(), path + "/", taken);
  return {};
}

std::string wrong_tree(const supervisor_spec& tree, const std::string& path, places& taken) {
  const std::string where = path.empty() ? "the top supervisor" : path.substr(0, path.size() - 1);
  if (std::string w = wrong_limits(tree.intensity, tree.period); !w.empty())
    return where + ": " + w;
  if (std::string w = wrong_backoff(tree.backoff); !w.empty()) return where + ": " + w;
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < tree.children.size(); ++i) {
    const child_spec& c = tree.children[i];
    std::string here = path + "children[" + std::to_string(i) + "]";
    here += " \"" + c.id + "\"";
    if (!ids.insert(c.id).second) return here + ": .id: a sibling before it has the same";
    if (std::string w = wrong_child(c, tree.auto_shutdown, here, taken); !w.empty()) return w;
  }
  return {};
}

}  // namespace

child_start::child_start(supervisor_spec tree)
    : tree_(std::make_shared<supervisor_spec>(std::move(tree))), kind_(child_kind::supervisor) {
  how_ = detail::make_tree_recipe(std::make_shared<fixed_tree>(tree_));
}

std::string what_is_wrong_with(const supervisor_spec& tree) {
  places taken;
  return wrong_tree(tree, {}, taken);
}

std::string what_is_wrong_with(const child_spec& child, auto_shutdown_type above) {
  places taken;
  return wrong_child(child, above, child.id.empty() ? "child" : "child \"" + child.id + "\"",
                     taken);
}

std::string what_is_wrong_with(const family_spec& family) {
  child_spec each{.id = "each", .start = child_start(child_kind::actor, nullptr)};
  each.restart = family.restart;
  each.shutdown = family.shutdown;
  each.backoff = family.backoff;
  each.significant = family.significant;
  each.start_deadline = family.start_deadline;
  each.kill_limit = family.kill_limit;
  if (std::string w = wrong_limits(family.intensity, family.period); !w.empty()) return w;
  if (family.mailbox == mailbox_type::keep && family.restart == temporary)
    return ".mailbox = keep with .restart = temporary: no other incarnation would get the messages";
  if (std::string w = wrong_times(each); !w.empty()) return w;
  return wrong_significance(each, family.auto_shutdown);
}

}  // namespace troupe
