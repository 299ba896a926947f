// start.hpp: what stands behind `.start =` in a child_spec, and how a tree is started.
//
//   Before   main.      After   a supervisor makes the child, at its start and at every restart.
//   Called   any thread.
//   Rules    The constructor of a child and its on_start run in the child's own first turn.
#pragma once

#include <troupe/actors/actor.hpp>
#include <troupe/supervision/detail/boxed_process.hpp>
#include <troupe/supervision/detail/tree_recipe.hpp>
#include <troupe/supervision/spec.hpp>
#include <troupe/supervision/supervisor_ref.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace troupe {

/// A child of class `A`, built from copies of `args` at every start.
/// @throws what copying the arguments throws, std::bad_alloc
template <class A, class... Args>
  requires(std::is_class_v<A>)
[[nodiscard]] child_start actor_of(Args&&... args) {
  constexpr bool can_copy = (std::is_copy_constructible_v<std::decay_t<Args>> && ...);
  static_assert(can_copy,
                "troupe: actor_of: a child's arguments are used at every restart, so they must be "
                "copyable: share what cannot be copied by a std::shared_ptr");
  if constexpr (can_copy)
    if constexpr (detail::may_spawn<A, const std::decay_t<Args>&...>())
      return {child_kind::actor, std::make_shared<detail::recipe_of<A, std::decay_t<Args>...>>(
                                     std::forward<Args>(args)...)};
  return {child_kind::actor, nullptr};
}

/// A process as a child: `body` takes its inbox and, by value, copies of `args`.
/// @throws what copying the arguments throws, std::bad_alloc
template <detail::process_like F, class... Args>
[[nodiscard]] child_start actor_of(F body, Args... args) {
  constexpr bool can_copy = (std::is_copy_constructible_v<Args> && ...);
  static_assert(can_copy,
                "troupe: actor_of: a child's arguments are used at every restart, so they must be "
                "copyable: share what cannot be copied by a std::shared_ptr");
  if constexpr (can_copy)
    if constexpr (detail::may_spawn_process<F, Args...>())
      return {child_kind::actor, std::make_shared<detail::boxed_recipe<F, Args...>>(
                                     std::move(body), std::move(args)...)};
  return {child_kind::actor, nullptr};
}

/// A supervisor whose spec is made anew at every start: `f()` gives a supervisor_spec, or a
/// std::optional of one; nothing: there is nothing to supervise, it ends at once with reason
/// normal. What `f` throws is a failed start. Runs in the supervisor's first turn.
/// @throws what copying `f` throws, std::bad_alloc
template <class F>
[[nodiscard]] child_start tree_of(F f) {
  using given = std::invoke_result_t<const F&>;
  static_assert(std::is_same_v<given, supervisor_spec> ||
                    std::is_same_v<given, std::optional<supervisor_spec>>,
                "troupe: tree_of: f() returns a supervisor_spec, or a std::optional of one");
  return {child_kind::supervisor,
          detail::make_tree_recipe(std::make_shared<detail::made_tree<F>>(std::move(f)))};
}

/// Builds a tree: its children are started one at a time, in order; returns when the last one has
/// begun. If one cannot be started, those before it are stopped, in reverse order. The tree lives
/// until it gives up, is stopped, or its system ends.
/// @param name of the tree, unique in its system; the first part of the paths of find_supervisor
/// @returns the supervisor; an error: invalid_spec, already_started, failed_to_start
/// @throws ask_failed(would_block_worker) inside a turn, std::bad_alloc
[[nodiscard]] result<supervisor_ref, supervision_error> start(actor_system& sys,
                                                              const child_start& tree,
                                                              const std::string& name = {});

/// The supervisor at a path of ids: "front" is a child of the tree without a name, or the tree of
/// that name, "bank/front" the child of the latter. "": the tree without a name.
/// @returns an empty one if there is none that runs @thread any @throws std::bad_alloc
[[nodiscard]] supervisor_ref find_supervisor(actor_system& sys, std::string_view path);

}  // namespace troupe
