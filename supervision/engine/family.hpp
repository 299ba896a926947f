// family.hpp: a family, as an actor.
//
//   Before   the recipe of a family builds one.      After   family_guardian does the work.
//   Called   in its turns.
#pragma once

#include <troupe/supervision/engine/family_guardian.hpp>
#include <troupe/supervision/engine/supervisor.hpp>

#include <memory>
#include <string>
#include <utility>

namespace troupe::detail {

class family_supervisor : public supervisor<family_supervisor, family_guardian> {
public:
  explicit family_supervisor(family_spec spec) : spec_(std::move(spec)) {}

  void on_start() { guards_ = std::make_unique<family_guardian>(own_cell(this), spec_); }

  using supervisor::on;
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

private:
  [[nodiscard]] static supervision_error no(std::string why) {
    return {supervision_errc::is_family, "troupe: " + std::move(why)};
  }

  const family_spec spec_;
};

}  // namespace troupe::detail
