// workers.hpp: the scheduler on threads.
//
//   Before   core.hpp, on behalf of actor_system.      After   worker.cpp.
//   Called   as scheduler.hpp says; the rest by the workers.
//   Holds    the workers, their threads, the injection queue, who sleeps.
#pragma once

#include <troupe/actors/engine/scheduling/cell_queue.hpp>
#include <troupe/actors/engine/scheduling/elastic_pool.hpp>
#include <troupe/actors/engine/scheduling/idle.hpp>
#include <troupe/actors/engine/scheduling/own_threads.hpp>
#include <troupe/actors/engine/scheduling/placement.hpp>
#include <troupe/actors/engine/scheduling/scheduler.hpp>
#include <troupe/actors/engine/scheduling/watchdog.hpp>
#include <troupe/actors/engine/scheduling/worker.hpp>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace troupe::detail {

class workers final : public scheduler {
public:
  /// @throws bad_option
  explicit workers(const system_options& options);
  ~workers() override;

  void start(core& system) override;
  [[nodiscard]] bool schedule(cell& c) noexcept override;
  [[nodiscard]] bool has_home(int number) const noexcept override {
    return number >= 0 && static_cast<std::size_t>(number) < workers_.size();
  }
  [[nodiscard]] std::uint16_t own_thread(cell& c) override { return own_.add(*system_, c); }
  void drop_own_thread(cell& c) noexcept override { own_.drop(c); }
  [[nodiscard]] std::vector<own_thread_info> own_threads() const override { return own_.infos(); }
  [[nodiscard]] std::uint64_t seed() noexcept override {
    return static_cast<std::uint64_t>(now().time_since_epoch().count());
  }
  [[nodiscard]] time_point now() noexcept override;
  [[nodiscard]] time_point coarse_now() noexcept override;
  void arm(clock_entry& e, time_point when) noexcept override;
  [[nodiscard]] time_point deadline_in(duration within) noexcept override;
  void note_kill() noexcept override { dog_.wake_up(); }
  [[nodiscard]] sleeper* reactor(std::size_t number) noexcept override {
    return &workers_[number % workers_.size()]->bed();
  }
  [[nodiscard]] bool perform(job& j) noexcept override { return pool_.give(j); }
  void wait_while(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                  time_point deadline) noexcept override;
  [[nodiscard]] bool drain(time_point deadline) override;
  [[nodiscard]] bool wait_for_end(time_point deadline) override;
  [[nodiscard]] bool stop(time_point deadline) noexcept override;
  [[nodiscard]] cell* take_rest() noexcept override;
  [[nodiscard]] std::vector<context*> contexts() override;
  [[nodiscard]] std::vector<worker_info> infos() const override;
  [[nodiscard]] std::string placement_text() const override;

  // For the workers, and the threads that belong to one actor.
  [[nodiscard]] std::size_t size() const noexcept { return workers_.size(); }
  [[nodiscard]] watchdog& dog() noexcept { return dog_; }
  [[nodiscard]] worker& at(std::size_t i) noexcept { return *workers_[i]; }
  [[nodiscard]] idle_set<>& idle() noexcept { return idle_; }
  [[nodiscard]] bool may_spin() const noexcept { return placement_.may_spin; }
  [[nodiscard]] bool stopping() const noexcept { return stopping_.load(std::memory_order_acquire); }
  /// Wakes a sleeper if one is wanted. After work was put.
  void notify() noexcept;
  /// Wakes this one if it sleeps. After a cell was put that only it may run.
  void notify(std::size_t worker) noexcept;
  /// One cell from the injection queue; more of them go to `ring`, which must be the caller's own.
  [[nodiscard]] cell* take_injected(run_queue<cell>& ring) noexcept;
  void inject_quietly(std::span<cell* const> cells) noexcept;
  /// How many cells are in the injection queue: a recent value.
  [[nodiscard]] std::size_t injected() const noexcept { return injected_.size(); }
  /// A cell that was to run next on a worker that is stuck.
  void give_to_others(cell& c) noexcept;
  /// Takes a cell that any worker may run. @returns false: it takes none any more
  bool schedule_anywhere(cell& c) noexcept;
  /// This thread is not pinned, whoever has started it.
  void let_run_anywhere() const noexcept;
  [[nodiscard]] bool anything_waits() noexcept;
  /// A worker has gone to sleep: perhaps that is what drain() waits for.
  void tell_drainers() noexcept;

private:
  void say_what_is_refused(bool can_rob) noexcept;
  [[nodiscard]] bool is_quiet() noexcept;
  [[nodiscard]] bool anything_waits_at_home() noexcept;
  void close_reactors() noexcept;
  void wake(std::size_t sleeper) noexcept;
  template <class Condition>
  bool wait_until_parked(time_point deadline, Condition holds);

  const placement placement_;
  core* system_ = nullptr;
  std::vector<std::unique_ptr<worker>> workers_;
  std::vector<std::thread> threads_;
  std::vector<bool> pinned_;
  watchdog dog_;
  elastic_pool pool_;
  detail::own_threads own_{*this};
  idle_set<> idle_;
  std::atomic<bool> stopping_{false};

  cell_queue injected_;

  std::mutex quiet_mutex_;
  std::condition_variable quiet_;  // somebody went to sleep, or a thread ended
  std::atomic<int> drainers_{0};
  std::size_t running_ = 0;  // threads that have not ended
};

}  // namespace troupe::detail
