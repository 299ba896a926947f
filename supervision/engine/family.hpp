// family.hpp: a family, as an actor.
//
//   Before   the recipe of a family builds one.      After   family_guardian does the work.
//   Called   in its turns.
#pragma once

#include <troupe/supervision/engine/family_guardian.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace troupe::detail {

class family_supervisor : public actor<family_supervisor> {
public:
  explicit family_supervisor(family_spec spec) : spec_(std::move(spec)) {}

  void on_start() { guards_ = std::make_unique<family_guardian>(own_cell(this), spec_); }

  void on(start_member_request m, reply_to<start_member_request> to) {
    guards_->start(std::move(m), std::move(to));
  }
  void on(const terminate_request& m, reply_to<terminate_request> to) {
    guards_->terminate(m.child, std::move(to));
  }
  supervision_result<started_child> on(const start_child_request&) const {
    return no("start_child takes a spec; children of a family are started by family::start");
  }
  supervision_result<started_child> on(const restart_request&) const {
    return no("a child of a family is forgotten when it has ended: start another one");
  }
  supervision_result<void> on(const delete_request&) const {
    return no("a child of a family is forgotten when it has ended: there is nothing to delete");
  }
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
  static void wind_down(cell& c, const exit_reason& why);

private:
  [[nodiscard]] static supervision_error no(std::string why) {
    return {supervision_errc::is_family, "troupe: " + std::move(why)};
  }

  const family_spec spec_;
  std::unique_ptr<family_guardian> guards_;  ///< from its first turn on
};

}  // namespace troupe::detail
