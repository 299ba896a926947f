// family.hpp: a supervisor of many children of one class, made at run time. Erlang's
// simple_one_for_one, typed.
//
//   Before   main makes one, gives it to those who start children, and names it in the tree.
//   After    engine/family.cpp guards its children.
//   Called   any thread.
//   Cost     a child: its cell, its arguments, a record, an entry in a table; no name.
//   Rules    T4, A6, D6: docs/semantics.md.
#pragma once

#include <troupe/supervision/detail/family_recipe.hpp>
#include <troupe/supervision/slot.hpp>
#include <troupe/supervision/start.hpp>

#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace troupe {

/// How the children of a family are guarded: fields as those of child_spec and supervisor_spec.
struct family_spec {
  restart_type restart = permanent;
  stop_time shutdown{};
  int intensity = 1;
  duration period = std::chrono::seconds(5);
  auto_shutdown_type auto_shutdown = auto_shutdown_type::never;
  backoff_policy backoff{};
  mailbox_type mailbox = mailbox_type::drop;
  bool significant = false;
  duration start_deadline = std::chrono::seconds(5);
  std::optional<duration> kill_limit{};
  abandon_type abandon = abandon_type::restart;
  spawn_options options{};  ///< of each child
};

/// The field that cannot be had, and the way out; empty: it is fine. @throws std::bad_alloc
[[nodiscard]] std::string what_is_wrong_with(const family_spec& family);

/// Children of class `A`, started at run time from `Args`, guarded one for one. A restart uses the
/// same arguments again. They are stopped together, not one after the other.
///
/// A value: copies mean the same family. It works while a tree runs in which it stands:
/// `child_spec{.id = "accounts", .start = accounts}`; before and after `noproc`.
///
/// When to use: accounts, connections, jobs: as many as come. When not: a fixed few that differ:
/// list them in a supervisor_spec.
template <class A, class... Args>
class family {
  static_assert((std::is_copy_constructible_v<Args> && ...),
                "troupe: family: a child's arguments are used at every restart, so they must be "
                "copyable: share what cannot be copied by a std::shared_ptr");

public:
  /// @throws as spawn; bad_option: what_is_wrong_with(spec)
  family(actor_system& sys, std::string name, const family_spec& spec = {})
      : place_(detail::make_place(sys, detail::family_ops(), {.name = std::move(name)})),
        how_(detail::make_family_recipe(spec)) {}

  operator child_start() const { return {child_kind::family, how_, place_}; }

  /// Starts a child, built from these. What the address made from its reference is told reaches
  /// whoever lives there now; the reference stays good over restarts.
  /// @returns its reference; empty if its on_start said ignore(): then nothing was added. The words
  ///   of its on_start come as its event `started`. Errors: failed_to_start, noproc
  template <class... Given>
  [[nodiscard]] auto start(Given&&... args) const {
    constexpr bool fits = sizeof...(Given) == sizeof...(Args) &&
                          std::is_constructible_v<std::tuple<Args...>, Given&&...>;
    static_assert(fits,
                  "troupe: family::start takes what family<A, Args...> names after the class");
    using recipe = detail::recipe_of<A, Args...>;
    constexpr bool is_hazard = (detail::is_hazard_from<Given> || ...);
    using starting = operation<detail::start_member_request, as_ref, is_hazard>;
    if constexpr (fits)
      if constexpr (detail::may_spawn<A, const Args&...>())
        return starting(address_().template try_ask<detail::start_member_request>(
            std::make_shared<recipe>(std::forward<Given>(args)...)));
  }

  /// What a supervisor can be asked; by ids it refuses with is_family.
  [[nodiscard]] supervisor_ref supervisor() const { return supervisor_ref(address_()); }

private:
  struct as_ref {
    supervision_result<ref<A>> operator()(supervision_result<detail::member_started>&& r) const {
      if (!r) return std::move(r).error();
      return ref<A>(std::move(r->seat));
    }
  };
  [[nodiscard]] detail::supervisor_address address_() const {
    return detail::family_address(place_->seat());
  }

  std::shared_ptr<detail::place> place_;
  std::shared_ptr<const detail::recipe> how_;
};

}  // namespace troupe
