// make.hpp: how an adapter's actor comes to be.
//
//   Before   the public constructors.      After   watch.cpp knows it, until it ends.
#pragma once

#include <troupe/actors/classic/detail/view.hpp>
#include <troupe/actors/classic/detail/watch.hpp>
#include <troupe/actors/system.hpp>

#include <string>
#include <utility>

namespace troupe::classic::detail {

/// Spawns `Body`, which has no on_start: it takes operations at once.
template <class Body, class... Args>
[[nodiscard]] handle make_adapter(actor_system& sys, std::string name, Args&&... args) {
  const auto made = name.empty() ? sys.spawn<Body>(std::forward<Args>(args)...)
                                 : sys.spawn<Body>(spawn_options{.name = std::move(name)},
                                                   std::forward<Args>(args)...);
  const envelope_ops* break_wait = nullptr;
  if constexpr (requires(Body& b) { b.break_wait(1); }) break_wait = &breaks<Body>::ops;
  enlist(sys, *made.cell_(), looks<Body>::ops, break_wait);
  return handle(made.cell_(), 0);
}

}  // namespace troupe::classic::detail
