// watchdog.cpp: what waits for a worker that does not return from a turn.
#include <troupe/actors/engine/scheduling/watchdog.hpp>

#include <troupe/actors/engine/scheduling/workers.hpp>

#include <pthread.h>

namespace troupe::detail {
namespace {

/// How often the turns are sampled.
constexpr duration period = std::chrono::milliseconds(1);
/// After so many samples in which all workers sleep the watchdog sleeps too.
constexpr int quiet_samples = 50;

}  // namespace

void watchdog::start() {
  if (all_.size() < 2) return;
  seen_.resize(all_.size());
  thread_ = std::thread([this] { run(); });
}

void watchdog::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void watchdog::wake_up() noexcept {
  if (!asleep_.load(std::memory_order_seq_cst)) return;  // V1
  {
    const std::lock_guard lock(mutex_);
    asleep_.store(false, std::memory_order_relaxed);
  }
  changed_.notify_one();
}

void watchdog::run() {
  pthread_setname_np(pthread_self(), "troupe-watch");
  std::unique_lock lock(mutex_);
  int quiet = 0;
  while (!stopping_) {
    changed_.wait_for(lock, period, [this] { return stopping_; });
    if (!all_.idle().all_parked()) {
      quiet = 0;
      look();
    } else if (++quiet >= quiet_samples) {
      quiet = 0;
      asleep_.store(true, std::memory_order_seq_cst);
      if (all_.idle().all_parked())  // V1
        changed_.wait(lock,
                      [this] { return stopping_ || !asleep_.load(std::memory_order_relaxed); });
      asleep_.store(false, std::memory_order_relaxed);
    }
  }
}

void watchdog::look() noexcept {
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    worker& w = all_.at(i);
    const glimpse now{w.state().running.load(std::memory_order_relaxed),
                      w.state().counted.of(count::turns)};
    const glimpse before = std::exchange(seen_[i], now);
    if (now.running == nullptr || now.running != before.running || now.turns != before.turns)
      continue;
    w.fire_timers(all_.now());
    w.bed().poll();
    if (cell* const c = w.rob()) all_.give_to_others(*c);
  }
}

}  // namespace troupe::detail
