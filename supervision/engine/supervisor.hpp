// supervisor.hpp: what supervisors of lists and of families have in common as actors.
//
//   Before   list.hpp, family.hpp derive.      After   their guardians do the work.
//   Called   in its turns.
#pragma once

#include <troupe/supervision/engine/guardian.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::detail {

/// `Self` is the actor, `Guardian` what it does with its children.
template <class Self, class Guardian>
class supervisor : public actor<Self> {
public:
  supervision_result<std::vector<child_info>> on(children_request) const {
    return guards_->children();
  }
  supervision_result<child_counts> on(count_request) const { return guards_->count(); }
  supervision_result<child_spec> on(const spec_request& m) const {
    return guards_->spec_of(m.child);
  }
  void on(stop_request, reply_to<stop_request> to) { guards_->stop(std::move(to)); }
  void on(ready_request) const noexcept {}

  /// It was told to stop: its children first.
  void wind_down(const exit_reason& why) {
    if (guards_ != nullptr)
      guards_->wind_down(why);
    else
      this->self().stop(why);
  }

protected:
  std::unique_ptr<Guardian> guards_;  ///< from its first turn on
};

/// `name` is the class for people.
template <class Self>
[[nodiscard]] constexpr body_ops supervisor_body(std::string_view name) {
  body_ops o = body_ops_for<Self, actor<Self>>;
  o.actor = name;
  o.wind_down = [](cell& c, const exit_reason& why) { object_in<Self>(c).wind_down(why); };
  return o;
}

}  // namespace troupe::detail
