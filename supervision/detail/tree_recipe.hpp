// tree_recipe.hpp: supervisors whose spec is made at every start.
//
//   Before   start.hpp: tree_of(f).      After   engine/list.cpp, in its first turn.
#pragma once

#include <troupe/supervision/spec.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace troupe::detail {

class tree_maker {
public:
  tree_maker(const tree_maker&) = delete;
  tree_maker& operator=(const tree_maker&) = delete;
  virtual ~tree_maker() = default;
  /// Nothing: there is nothing to supervise. May throw.
  [[nodiscard]] virtual std::optional<supervisor_spec> make() const = 0;

protected:
  tree_maker() = default;
};

template <class F>
class made_tree final : public tree_maker {
public:
  explicit made_tree(F f) : make_(std::move(f)) {}
  [[nodiscard]] std::optional<supervisor_spec> make() const override { return make_(); }

private:
  F make_;
};

[[nodiscard]] std::shared_ptr<const recipe> make_tree_recipe(std::shared_ptr<const tree_maker> how);

}  // namespace troupe::detail
