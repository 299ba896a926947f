// adapters.hpp: queues, locks and tasks of oneTBB as common/adapters.hpp wants them.
#pragma once

#include "../../common/adapters.hpp"

#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace bench {

class tbb_queue {
  using numbers = tbb::concurrent_bounded_queue<std::uint64_t>;
  class access {
  public:
    explicit access(numbers& of) : numbers_(of) {}
    void put(std::uint64_t x) { numbers_.push(x); }
    [[nodiscard]] std::uint64_t get() {
      std::uint64_t x = 0;
      numbers_.pop(x);
      return x;
    }

  private:
    numbers& numbers_;
  };

public:
  explicit tbb_queue(int) {}
  [[nodiscard]] access producer() { return access(numbers_); }
  [[nodiscard]] access consumer() { return access(numbers_); }

private:
  numbers numbers_;
};

template <class Mutex>
class tbb_lock {
public:
  explicit tbb_lock(int) {}
  void add_one() {
    const typename Mutex::scoped_lock held(mutex_);
    ++sum_;
  }
  [[nodiscard]] std::uint64_t sum() {
    const typename Mutex::scoped_lock held(mutex_);
    return sum_;
  }

private:
  Mutex mutex_;
  std::uint64_t sum_ = 0;
};

/// An arena with room for the workers and for those who submit, who run tasks while they wait.
class tbb_executor {
public:
  tbb_executor(int workers, unsigned submitters)
      : limit_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(workers) + 1),
        arena_(workers + static_cast<int>(submitters), submitters) {}
  [[nodiscard]] std::uint64_t sum_of(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> given(last - first + 1);
    arena_.execute([&] {
      tbb::task_group group;
      for (std::uint64_t i = first; i <= last; ++i)
        group.run([&to = given[i - first], i] { to = i; });
      group.wait();
    });
    return std::accumulate(given.begin(), given.end(), std::uint64_t{0});
  }

private:
  tbb::global_control limit_;  ///< of its threads, that of main among them
  tbb::task_arena arena_;
};

}  // namespace bench
