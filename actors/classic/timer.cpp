// timer.cpp: functions that are called once, later.
#include <troupe/actors/classic/timer.hpp>

#include <troupe/actors/actor.hpp>
#include <troupe/actors/await.hpp>
#include <troupe/actors/classic/wait.hpp>
#include <troupe/actors/life/weak.hpp>

#include <atomic>
#include <limits>
#include <mutex>
#include <utility>

namespace troupe::classic {
namespace detail {

/// Who changes it decides: `cancel` or the call.
enum class timer_phase : std::uint8_t { fresh, pending, begun, cancelled };

class timer_actor;

struct timer_state {
  timer_state(actor_system& sys, duration d, action f) noexcept
      : system(sys), interval(d), function(std::move(f)) {}

  actor_system& system;
  const duration interval;
  const action function;
  std::atomic<timer_phase> phase{timer_phase::fresh};
  weak<timer_actor> home;  ///< of whoever owns the timer
  timer_id set;            ///< the actor's

  [[nodiscard]] bool change(timer_phase from, timer_phase to) noexcept {
    return phase.compare_exchange_strong(from, to, std::memory_order_acq_rel);
  }
};

constexpr char timers[] = "classic timers";

struct set_timer {
  std::shared_ptr<timer_state> state;
};
struct drop_timer {
  std::shared_ptr<timer_state> state;
};
struct fire {
  std::shared_ptr<timer_state> state;
};

/// All timers of a system: so those that are due at one time keep their order.
class timer_actor : public actor<timer_actor> {
public:
  void on(const set_timer& m) { m.state->set = self().after(m.state->interval, fire{m.state}); }
  void on(const drop_timer& m) { m.state->set.cancel(); }
  task<> on(fire m) {
    if (!m.state->change(timer_phase::pending, timer_phase::begun)) co_return;
    co_await blocking(
        [](const action& f) noexcept {
          try {
            f();
          } catch (...) {  // it ends the call, and harms nobody
          }
        },
        action(m.state->function));
  }
};

class timer_home final : public system_extension {
public:
  explicit timer_home(actor_system& sys)
      : actor_(sys.spawn<timer_actor>(spawn_options{
            .name = "timers", .max_suspended = std::numeric_limits<std::uint32_t>::max()})) {}
  void show_in(system_snapshot&) const override {}
  void let_go() noexcept override {
    ref<timer_actor> none;
    const std::lock_guard lock(mutex_);
    std::swap(actor_, none);
  }
  /// Empty: the system ends.
  [[nodiscard]] ref<timer_actor> get() {
    const std::lock_guard lock(mutex_);
    return actor_;
  }
  [[nodiscard]] static timer_home& of(actor_system& sys) {
    return static_cast<timer_home&>(
        sys.extension(timers, [](actor_system& s) -> std::unique_ptr<system_extension> {
          return std::make_unique<timer_home>(s);
        }));
  }

private:
  std::mutex mutex_;
  ref<timer_actor> actor_;
};

}  // namespace detail

std::shared_ptr<detail::timer_state> timer::make(actor_system& sys, duration interval,
                                                 detail::action f) {
  return std::make_shared<detail::timer_state>(sys, interval, std::move(f));
}

void timer::start() {
  if (state_->interval < duration::zero())
    throw wait_failed(wait_errc::negative_timeout, "start() of a timer");
  if (!state_->change(detail::timer_phase::fresh, detail::timer_phase::pending))
    throw wait_failed(wait_errc::started_before, "start() of a timer");
  const auto home = detail::timer_home::of(state_->system).get();
  home.tell(detail::set_timer{state_});
  state_->home = home;
}

bool timer::cancel() noexcept {
  if (state_->change(detail::timer_phase::fresh, detail::timer_phase::cancelled)) return true;
  if (!state_->change(detail::timer_phase::pending, detail::timer_phase::cancelled)) return false;
  if (const auto home = state_->home.lock()) home.tell(detail::drop_timer{state_});
  return true;
}

bool timer::is_pending() const noexcept {
  return state_->phase.load(std::memory_order_acquire) == detail::timer_phase::pending;
}

}  // namespace troupe::classic
