// 07_condition.cpp: ten wait, and as many start as one wants.
//
//   Notice   a condition belongs to a lock; two conditions share one here. wait() gives the lock up
//            and takes it again; notify(n) wakes exactly n, in the order in which they came. Nobody
//            wakes for nothing, yet what is waited for is said as a predicate.
#include <troupe/actors/classic/prelude.hpp>

#include <cstdio>
#include <string>
#include <vector>

namespace classic = troupe::classic;

class track {
public:
  explicit track(troupe::actor_system& sys) : lock_(sys), start_(lock_), changed_(lock_) {}

  /// A runner waits for the start.
  void run() {
    auto held = lock_.acquire();
    ++waiting_;
    changed_.notify_all(held);
    (void)start_.wait(held);
    --waiting_;
    ++running_;
    changed_.notify_all(held);
  }
  /// Until so many wait.
  void gather(int n) {
    auto held = lock_.acquire();
    (void)changed_.wait_for(held, [&] { return waiting_ == n; });
    std::printf("%d wait\n", waiting_);
  }
  /// Starts n of them, and waits until they run.
  void start(int n) {
    auto held = lock_.acquire();
    const int before = running_;
    start_.notify(held, static_cast<std::size_t>(n));
    (void)changed_.wait_for(held, [&] { return running_ == before + n; });
    std::printf("start(%d): %d run, %d wait\n", n, running_, waiting_);
  }

private:
  classic::lock lock_;
  classic::condition start_;    ///< notified by start()
  classic::condition changed_;  ///< notified when somebody has come, or runs
  int waiting_ = 0;
  int running_ = 0;
};

int main() {
  troupe::actor_system sys;
  track t(sys);
  std::vector<classic::thread> runners;
  for (int i = 0; i < 10; ++i) runners.emplace_back(sys, [&] { t.run(); }).start();

  t.gather(10);
  t.start(1);
  t.start(3);
  t.start(6);
  for (auto& r : runners) r.join();

  // Without the lock there is nothing to wait for, and nobody to wake.
  classic::lock lock(sys);
  classic::condition c(lock);
  classic::lock_hold none;
  std::printf("without the lock: %s\n", std::string(to_string(c.notify_all(none))).c_str());
}

// It prints:
//
//   10 wait
//   start(1): 1 run, 9 wait
//   start(3): 4 run, 6 wait
//   start(6): 10 run, 0 wait
//   without the lock: not_held
