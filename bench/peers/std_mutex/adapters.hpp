// adapters.hpp: a queue, a lock and a pool of threads from what the standard library has.
#pragma once

#include "../../common/adapters.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace bench {

/// Any elements, in order.
template <class T>
class std_deque {
public:
  void put(T x) {
    {
      const std::lock_guard held(mutex_);
      elements_.push_back(std::move(x));
    }
    is_something_.notify_one();
  }
  [[nodiscard]] T get() {
    std::unique_lock held(mutex_);
    is_something_.wait(held, [this] { return !elements_.empty(); });
    T x = std::move(elements_.front());
    elements_.pop_front();
    return x;
  }

private:
  std::mutex mutex_;
  std::condition_variable is_something_;
  std::deque<T> elements_;
};

class std_queue {
  class access {
  public:
    explicit access(std_deque<std::uint64_t>& of) : numbers_(of) {}
    void put(std::uint64_t x) { numbers_.put(x); }
    [[nodiscard]] std::uint64_t get() { return numbers_.get(); }

  private:
    std_deque<std::uint64_t>& numbers_;
  };

public:
  explicit std_queue(int) {}
  [[nodiscard]] access producer() { return access(numbers_); }
  [[nodiscard]] access consumer() { return access(numbers_); }

private:
  std_deque<std::uint64_t> numbers_;
};

class std_lock {
public:
  explicit std_lock(int) {}
  void add_one() {
    const std::lock_guard held(mutex_);
    ++sum_;
  }
  [[nodiscard]] std::uint64_t sum() {
    const std::lock_guard held(mutex_);
    return sum_;
  }

private:
  std::mutex mutex_;
  std::uint64_t sum_ = 0;
};

/// Threads that take packaged tasks from one queue; a task without a function ends one of them.
class std_pool {
  using task = std::packaged_task<std::uint64_t()>;

public:
  std_pool(int workers, unsigned) {
    for (int i = 0; i < workers; ++i)
      threads_.emplace_back([this] {
        for (task next = tasks_.get(); next.valid(); next = tasks_.get()) next();
      });
  }
  std_pool(const std_pool&) = delete;
  std_pool& operator=(const std_pool&) = delete;
  ~std_pool() {
    for (std::size_t i = 0; i < threads_.size(); ++i) tasks_.put(task());
    for (std::thread& t : threads_) t.join();
  }
  [[nodiscard]] std::uint64_t sum_of(std::uint64_t first, std::uint64_t last) {
    return sum_of_futures(
        first, last, [this](std::uint64_t i) { return submit(i); },
        [](std::future<std::uint64_t>& given) { return given.get(); });
  }

private:
  std::future<std::uint64_t> submit(std::uint64_t i) {
    task made([i] { return i; });
    auto given = made.get_future();
    tasks_.put(std::move(made));
    return given;
  }

  std_deque<task> tasks_;
  std::vector<std::thread> threads_;
};

}  // namespace bench
