// 04_deadlock.cpp: two that wait for each other, how it is told, and how it is avoided.
//
//   Notice   each waits for what the other holds. Waits are looked at from time to time: a circle
//            is one line in the log, and, if you want it so, the last to wait gets `deadlock`
//            instead of the lock. Whoever takes locks in one order needs neither.
#include <troupe/actors/classic/prelude.hpp>
#include <troupe/actors/events/log.hpp>

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

using namespace std::chrono_literals;
namespace classic = troupe::classic;

/// Counts the reports; their words name threads, and who waited first.
class reports : public troupe::log_sink {
public:
  [[nodiscard]] std::string_view name() const noexcept override { return "reports"; }
  void write(troupe::log_level, std::string_view text) override {
    if (text.starts_with("deadlock: ")) count.fetch_add(1, std::memory_order_relaxed);
  }
  std::atomic<int> count{0};
};

/// Eats with two forks. @returns false: it would have starved
bool eat(classic::lock& first, classic::lock& second, classic::barrier& both_hold_one) {
  const auto one = first.acquire();
  (void)both_hold_one.wait();
  try {
    const auto other = second.acquire();
    return true;
  } catch (const classic::wait_failed& e) {
    std::printf("one of them: %s\n", std::string(to_string(e.code())).c_str());
    return false;  // which puts its fork down, and the other one eats
  }
}

int main() {
  const auto log = std::make_shared<reports>();
  troupe::actor_system sys({.sink = log});
  classic::watch_waits(sys, {.look_every = 10ms, .deadlock_is_error = true});
  classic::lock left(sys, {.name = "left fork"}), right(sys, {.name = "right fork"});
  {
    classic::barrier both(sys, 2);
    classic::thread anna(sys, [&] { eat(left, right, both); });
    classic::thread ben(sys, [&] { eat(right, left, both); });
    anna.start();
    ben.start();
  }
  std::printf("reports: %d\n", log->count.load(std::memory_order_relaxed));

  // The same order for both: who comes second waits with empty hands.
  {
    int meals = 0;  // guarded by both
    const auto dine = [&] {
      for (int i = 0; i < 1000; ++i) {
        const auto one = left.acquire();
        const auto other = right.acquire();
        ++meals;
      }
    };
    classic::thread anna(sys, dine), ben(sys, dine);
    anna.start();
    ben.start();
    anna.join();
    ben.join();
    std::printf("in one order: %d meals\n", meals);
  }

  // It takes only one to wait for oneself.
  const auto held = left.acquire();
  const auto again = left.acquire(10s);
  std::printf("a lock taken twice: %s\n", std::string(to_string(again.error())).c_str());
  classic::rlock fork(sys);
  const auto mine = fork.acquire();
  const auto still_mine = fork.acquire();
  std::printf("an rlock taken twice: %s\n", still_mine ? "held" : "not held");
}

// It prints:
//
//   one of them: deadlock
//   reports: 1
//   in one order: 2000 meals
//   a lock taken twice: deadlock
//   an rlock taken twice: held
