// family.cpp: a family, as an actor; how it is made.
#include <troupe/supervision/engine/family.hpp>

#include <memory>

namespace troupe::detail {
namespace {

constexpr body_ops ops_of_family() {
  body_ops o = body_ops_for<family_supervisor, actor<family_supervisor>>;
  o.actor = "family";
  o.wind_down = &family_supervisor::wind_down;
  return o;
}
constexpr body_ops family_body = ops_of_family();

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

void family_supervisor::wind_down(cell& c, const exit_reason& why) {
  auto& me = object_in<family_supervisor>(c);
  if (me.guards_ != nullptr)
    me.guards_->wind_down(why);
  else
    stop_self(c, why);
}

}  // namespace troupe::detail
