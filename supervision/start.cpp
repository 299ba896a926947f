// start.cpp: how a tree begins.
#include <troupe/supervision/start.hpp>

#include <troupe/supervision/engine/list.hpp>
#include <troupe/supervision/engine/registry.hpp>
#include <troupe/supervision/engine/start_tree.hpp>

#include <atomic>
#include <utility>

namespace troupe {
namespace {

std::string quoted(const std::string& name) {
  return name.empty() ? std::string("without a name") : "\"" + name + "\"";
}

/// A tree that has ended before it had begun.
supervision_result<supervisor_ref> not_started(const ask_error& e) {
  const exit_reason& why = e.reason();
  if (e == ask_errc::down && why == exit_kind::normal) return supervisor_ref();  // S3: ignore
  if (e != ask_errc::down) return detail::error_from(e);
  const exit_reason& cause = why.cause() != nullptr ? *why.cause() : why;
  return supervision_error(supervision_errc::failed_to_start,
                           "troupe: the tree was not started: " + why.to_string(), cause);
}

/// @throws as spawn: the name is free again
detail::supervisor_address begin_top(actor_system& sys,
                                     std::shared_ptr<const detail::tree_maker> maker,
                                     const std::string& name,
                                     const std::shared_ptr<std::atomic<bool>>& begun) {
  try {
    return detail::spawn_list(sys, std::move(maker), {.name = name}, begun);
  } catch (...) {
    detail::registry::of(sys).free_name(name);
    throw;
  }
}

}  // namespace

supervision_result<supervisor_ref> detail::start_tree(actor_system& sys, const child_start& tree,
                                                      const std::string& name,
                                                      std::shared_ptr<end_listener> listener) {
  refuse_in_turn("start() of a tree");
  auto maker = maker_of(tree.how_of().get());
  if (maker == nullptr)
    return supervision_error(supervision_errc::invalid_spec,
                             "troupe: a tree begins with a supervisor: start(sys, "
                             "supervisor_spec{.children = {…}})");
  if (tree.tree_of() != nullptr)
    if (std::string wrong = what_is_wrong_with(*tree.tree_of()); !wrong.empty())
      return supervision_error(supervision_errc::invalid_spec, "troupe: " + wrong);
  registry& known = registry::of(sys);
  actor_id taken;
  if (!known.take_name(name, std::move(listener), taken))
    return supervision_error(supervision_errc::already_started,
                             "troupe: a tree " + quoted(name) + " runs in this system already", {},
                             taken);
  const auto begun = std::make_shared<std::atomic<bool>>(false);
  const supervisor_address top = begin_top(sys, std::move(maker), name, begun);
  known.put_top(name, top);
  const auto ready = top.try_ask<ready_request>().within(duration::max()).get();
  if (ready) return supervisor_ref(top);
  known.remove_tree(top.id(), ready.error().reason());  // it may have ended before put_top()
  if (begun->load(std::memory_order_acquire)) return supervisor_ref(top);
  return not_started(ready.error());
}

supervision_result<supervisor_ref> start(actor_system& sys, const child_start& tree,
                                         const std::string& name) {
  return detail::start_tree(sys, tree, name, nullptr);
}

supervisor_ref find_supervisor(actor_system& sys, std::string_view path) {
  return supervisor_ref(detail::registry::of(sys).find(path));
}

}  // namespace troupe
