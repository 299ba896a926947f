// family_recipe.hpp: what the template of a family calls.
//
//   Before   family.hpp.      After   engine/family.cpp.
#pragma once

#include <troupe/supervision/detail/messages.hpp>

#include <memory>

namespace troupe {

struct family_spec;

namespace detail {

[[nodiscard]] const body_ops& family_ops() noexcept;
[[nodiscard]] std::shared_ptr<const recipe> make_family_recipe(const family_spec& spec);
[[nodiscard]] supervisor_address family_address(cell* seat) noexcept;

}  // namespace detail
}  // namespace troupe
