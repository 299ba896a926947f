// watchdog.hpp: what waits for a worker that does not return from a turn, and who says so.
//
//   Before   workers.cpp starts it.      After   what it takes goes into the injection queue.
//   Called   wake_up: any worker. The rest by whoever owns the workers.
//   Holds    a thread that samples the workers' turns; it sleeps while all of them do.
//   Rules    V1  Whoever leaves its bed looks whether the watchdog sleeps, and wakes it; the
//                watchdog says that it sleeps, then looks once more whether all are in bed. Both
//                seq_cst.
//            V2  A turn is reported once.
//            V3  Who drains takes nothing for quiet while the watchdog holds something, and is told
//                when it holds nothing any more.
#pragma once

#include <troupe/actors/engine/scheduling/undertaker.hpp>
#include <troupe/actors/message.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace troupe::detail {

class cell;
class worker;
class workers;

/// A worker that is found in the same turn at two samples keeps its turn, and nothing else: the
/// cell that was to run next is given to the others, and its timers are fired for it. One that has
/// been in a turn for `limit` is reported: it blocks, or does not come to an end.
class watchdog {
public:
  watchdog(workers& all, duration limit, duration kill_limit)
      : all_(all), limit_(limit), undertaker_(kill_limit) {}
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;
  ~watchdog() { stop(); }

  /// With a single worker there is nobody to help, and it only reports. @throws std::system_error
  void start();
  void stop() noexcept;

  /// A worker has left its bed, or an actor was killed. @cost one load, unless all have slept for a
  /// while
  void wake_up() noexcept;

  /// How often it has begun or ended to help: odd while it may hold what was a worker's. Equal at
  /// two times and even: it has held nothing in between.
  [[nodiscard]] std::uint64_t helps() const noexcept {
    return helps_.load(std::memory_order_seq_cst);
  }

private:
  /// What was last seen of a worker.
  struct glimpse {
    cell* running = nullptr;
    std::uint64_t turns = 0;
    time_point since{};
    bool is_reported = false;
  };

  void run();
  void look() noexcept;
  void look_for_killed() noexcept;
  void help(worker& w) noexcept;
  class in_hand;
  void report(worker& w, const glimpse& seen, duration so_long) noexcept;

  workers& all_;
  const duration limit_;
  undertaker undertaker_;
  duration period_{};
  std::vector<glimpse> seen_;
  std::atomic<bool> asleep_{false};
  std::atomic<std::uint64_t> helps_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace troupe::detail
