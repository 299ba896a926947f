// list.cpp: the supervisor of a list of children, as an actor; how it is made.
#include <troupe/supervision/engine/list.hpp>

#include <troupe/actors/system.hpp>
#include <troupe/supervision/engine/registry.hpp>

#include <stdexcept>
#include <utility>

namespace troupe::detail {
namespace {

constexpr body_ops list_body = supervisor_body<list_supervisor>("supervisor");

class tree_recipe final : public recipe {
public:
  explicit tree_recipe(std::shared_ptr<const tree_maker> how) noexcept
      : recipe(list_body), how_(std::move(how)) {}
  void build(cell& c) const override { construct_in<list_supervisor>(c, how_); }
  [[nodiscard]] const std::shared_ptr<const tree_maker>& maker() const noexcept { return how_; }

private:
  const std::shared_ptr<const tree_maker> how_;
};

}  // namespace

std::shared_ptr<const recipe> make_tree_recipe(std::shared_ptr<const tree_maker> how) {
  return std::make_shared<tree_recipe>(std::move(how));
}

std::shared_ptr<const tree_maker> maker_of(const recipe* how) noexcept {
  if (how == nullptr || &how->ops() != &list_body) return nullptr;
  return static_cast<const tree_recipe*>(how)->maker();
}

supervisor_address spawn_list(actor_system& sys, std::shared_ptr<const tree_maker> how,
                              const spawn_options& options,
                              std::shared_ptr<std::atomic<bool>> begun) {
  cell& c = spawning::build<list_supervisor>(sys.shared_core_(), list_body, nullptr, &options,
                                             std::move(how), std::move(begun));
  return supervisor_address(ref<list_supervisor>(handle::adopt(c)));
}

task<start_result> list_supervisor::on_start() {
  const std::optional<supervisor_spec> spec = how_->make();
  if (!spec) co_return start_result::ignore();
  if (const std::string wrong = what_is_wrong_with(*spec); !wrong.empty())
    throw std::invalid_argument("troupe: " + wrong);
  guards_ = std::make_unique<list_guardian>(own_cell(this), *spec);
  guards_->begin();
  co_await guards_->gate();
  if (const auto& error = guards_->start_error()) co_return start_result::stop(*error);
  if (begun_ != nullptr) begun_->store(true, std::memory_order_release);
  co_return start_result::ok();
}

void list_supervisor::on_stop(const exit_reason& why) {
  const actor_id me(id_of(own_cell(this)));
  registry::of(system_of(own_cell(this))).remove_tree(me, why);
}

supervision_result<member_started> list_supervisor::on(const start_member_request&) const {
  return supervision_error(supervision_errc::invalid_spec,
                           "troupe: this supervisor has a list of children: use start_child");
}

}  // namespace troupe::detail
