// green.cpp: the hub of a system's greenlets.
#include <troupe/actors/classic/green.hpp>

#include <troupe/actors/classic/executor.hpp>

#include <mutex>

namespace troupe::classic::green::detail {
namespace {

constexpr char kind[] = "greenlets";

/// Keeps the hub as long as the system lives.
class green_hub final : public system_extension {
public:
  explicit green_hub(actor_system& sys) : hub_(classic::detail::make_hub(sys, 0, "greenlets")) {}
  void show_in(system_snapshot&) const override {}  // it is shown as an adapter
  void let_go() noexcept override {
    const std::lock_guard lock(mutex_);
    hub_ = {};
  }
  /// Empty: the system ends.
  [[nodiscard]] handle hub() {
    const std::lock_guard lock(mutex_);
    return hub_;
  }

private:
  std::mutex mutex_;
  handle hub_;
};

}  // namespace

handle hub_of(actor_system& sys) {
  return static_cast<green_hub&>(
             sys.extension(kind,
                           [](actor_system& s) -> std::unique_ptr<system_extension> {
                             return std::make_unique<green_hub>(s);
                           }))
      .hub();
}

void begin(const handle& hub, any_task t) {
  using classic::detail::submit_op;
  if (hub.get() == nullptr) throw wait_failed(wait_errc::closed, "spawn() of a greenlet");
  if (troupe::detail::is_in_turn()) {
    if (!classic::detail::post<submit_op>(hub, std::move(t), true)) throw std::bad_alloc();
    return;
  }
  const auto begun = classic::detail::call<submit_op>(hub, forever, std::move(t), true);
  if (!begun) throw wait_failed(begun.error(), "spawn() of a greenlet");
}

void end(const handle& hub, any_task t) noexcept {
  struct finish_and_call : finish_op {
    using finish_op::finish_op;
  };
  static_cast<void>(classic::detail::post<finish_and_call>(hub, std::move(t)));
}

}  // namespace troupe::classic::green::detail
