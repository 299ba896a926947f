// adapters.hpp: our queues, locks and executors as common/adapters.hpp wants them.
//
//   Holds    each a system of its own, with as many workers as the row is to have.
#pragma once

#include "../common/adapters.hpp"
#include <troupe/actors/classic/executor.hpp>
#include <troupe/actors/classic/guarded.hpp>
#include <troupe/actors/classic/lock.hpp>
#include <troupe/actors/classic/queue.hpp>
#include <troupe/actors/system.hpp>

#include <cstddef>
#include <cstdint>

namespace bench {

/// classic::queue, without a bound as those of the peers.
class our_queue {
  using numbers = troupe::classic::queue<std::uint64_t>;
  class access {
  public:
    explicit access(numbers& of) : numbers_(of) {}
    void put(std::uint64_t x) {
      require(numbers_.put(x) == troupe::classic::wait_errc::ok, "put() into the queue");
    }
    [[nodiscard]] std::uint64_t get() { return numbers_.get().value(); }

  private:
    numbers& numbers_;
  };

public:
  explicit our_queue(int workers) : sys_({.workers = workers}), numbers_(sys_) {}
  [[nodiscard]] access producer() { return access(numbers_); }
  [[nodiscard]] access consumer() { return access(numbers_); }

private:
  troupe::actor_system sys_;
  numbers numbers_;
};

/// classic::lock: acquire and release.
template <bool fair>
class our_lock {
public:
  explicit our_lock(int workers) : sys_({.workers = workers}), lock_(sys_, {.fair = fair}) {}
  void add_one() {
    const auto held = lock_.acquire();
    ++sum_;
  }
  [[nodiscard]] std::uint64_t sum() {
    const auto held = lock_.acquire();
    return sum_;
  }

private:
  troupe::actor_system sys_;
  troupe::classic::lock lock_;
  std::uint64_t sum_ = 0;
};

/// classic::guarded: a function that runs under the lock.
class our_guarded {
public:
  explicit our_guarded(int workers) : sys_({.workers = workers}), sum_(sys_) {}
  void add_one() {
    sum_.with([](std::uint64_t& sum) { ++sum; });
  }
  [[nodiscard]] std::uint64_t sum() {
    return sum_.with([](std::uint64_t& sum) { return sum; });
  }

private:
  troupe::actor_system sys_;
  troupe::classic::guarded<std::uint64_t> sum_;
};

/// classic::thread_pool_executor, with as many threads as the row has workers.
class our_executor {
public:
  our_executor(int workers, unsigned)
      : sys_({.workers = workers}), pool_(sys_, static_cast<std::size_t>(workers)) {}
  [[nodiscard]] std::uint64_t sum_of(std::uint64_t first, std::uint64_t last) {
    return sum_of_futures(
        first, last, [this](std::uint64_t i) { return pool_.submit([i] { return i; }); },
        [](const auto& given) { return given.result(); });
  }

private:
  troupe::actor_system sys_;
  troupe::classic::thread_pool_executor pool_;
};

}  // namespace bench
