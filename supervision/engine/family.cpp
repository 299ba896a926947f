// family.cpp: a family, as an actor; how it is made.
#include <troupe/supervision/engine/family.hpp>

#include <memory>

namespace troupe::detail {
namespace {

constexpr body_ops family_body = supervisor_body<family_supervisor>("family");

class family_recipe final : public recipe {
public:
  explicit family_recipe(const family_spec& spec) : recipe(family_body), spec_(spec) {}
  void build(cell& c) const override { construct_in<family_supervisor>(c, spec_); }

private:
  const family_spec spec_;
};

}  // namespace

const body_ops& family_ops() noexcept { return family_body; }

std::shared_ptr<const recipe> make_family_recipe(const family_spec& spec) {
  if (const std::string wrong = what_is_wrong_with(spec); !wrong.empty())
    throw bad_option("troupe: family_spec" + wrong);
  return std::make_shared<family_recipe>(spec);
}

supervisor_address family_address(cell* seat) noexcept {
  return supervisor_address(ref<family_supervisor>(handle(seat, 0)));
}

}  // namespace troupe::detail
