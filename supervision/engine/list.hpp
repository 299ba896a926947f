// list.hpp: the supervisor of a list of children, as an actor.
//
//   Before   a tree_recipe builds one; start() the top of a tree.
//   After    list_guardian does the work.
//   Called   in its turns.
#pragma once

#include <troupe/supervision/detail/tree_recipe.hpp>
#include <troupe/supervision/engine/list_guardian.hpp>
#include <troupe/supervision/engine/supervisor.hpp>

#include <atomic>
#include <memory>
#include <utility>

namespace troupe::detail {

class list_supervisor : public supervisor<list_supervisor, list_guardian> {
public:
  /// @param begun set when its children have begun, for who starts a tree; may be null
  explicit list_supervisor(std::shared_ptr<const tree_maker> how,
                           std::shared_ptr<std::atomic<bool>> begun = {}) noexcept
      : how_(std::move(how)), begun_(std::move(begun)) {}

  /// S1: it has begun when its children have.
  task<start_result> on_start();
  void on_stop(const exit_reason& why);

  using supervisor::on;
  void on(start_child_request m, reply_to<start_child_request> to) {
    guards_->put(add_order{std::move(m.spec), std::move(to)});
  }
  void on(terminate_request m, reply_to<terminate_request> to) {
    guards_->put(terminate_order{std::move(m.child), std::move(to)});
  }
  void on(restart_request m, reply_to<restart_request> to) {
    guards_->put(restart_order{std::move(m.child), std::move(to)});
  }
  void on(delete_request m, reply_to<delete_request> to) {
    guards_->put(delete_order{std::move(m.child), std::move(to)});
  }
  supervision_result<member_started> on(const start_member_request& m) const;

private:
  const std::shared_ptr<const tree_maker> how_;
  const std::shared_ptr<std::atomic<bool>> begun_;
};

/// The top of a tree, which begins at once. @throws as spawn
[[nodiscard]] supervisor_address spawn_list(actor_system& sys,
                                            std::shared_ptr<const tree_maker> how,
                                            const spawn_options& options,
                                            std::shared_ptr<std::atomic<bool>> begun);
/// Whose recipe it is; null: of something else.
[[nodiscard]] std::shared_ptr<const tree_maker> maker_of(const recipe* how) noexcept;

}  // namespace troupe::detail
