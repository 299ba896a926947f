// elastic_pool.hpp: threads for what blocks.
//
//   Before   workers.cpp hands over a job.
//   After    a thread performs it and sends it home.
//   Called   give: any thread. stop: the thread that ends the system, after the last actor's end.
//   Holds    up to `most` threads, those without work for ten seconds excepted; the queue of jobs.
//   Rules    K1  A job waits only while all threads that may be are at work.
#pragma once

#include <troupe/actors/message.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace troupe::detail {

struct job;

class elastic_pool {
public:
  /// @param cpus where its threads may run, whoever starts them: they are not pinned
  elastic_pool(std::size_t most, const std::vector<int>& cpus) noexcept
      : most_(most), cpus_(cpus) {}
  elastic_pool(const elastic_pool&) = delete;
  elastic_pool& operator=(const elastic_pool&) = delete;
  ~elastic_pool();

  /// @returns false: there is no thread and none can be had, or the pool has stopped
  [[nodiscard]] bool give(job& j) noexcept;

  /// Sends home unperformed what waits, and lets the threads end.
  /// @returns false: one was still at work at `deadline`; its memory has to stay
  [[nodiscard]] bool stop(time_point deadline) noexcept;

private:
  [[nodiscard]] bool add_thread() noexcept;
  void join_ended() noexcept;
  void run(std::size_t number);
  [[nodiscard]] job* wait_for_job(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] job* take() noexcept;

  const std::size_t most_;
  const std::vector<int>& cpus_;
  std::mutex mutex_;
  std::condition_variable changed_;  // a job has come, or the pool stops
  std::condition_variable less_;     // a thread has ended
  job* first_ = nullptr;
  job* last_ = nullptr;
  std::size_t waiting_ = 0;  // jobs
  std::size_t idle_ = 0;     // threads
  std::size_t living_ = 0;   // threads
  bool stopping_ = false;
  std::vector<std::thread> threads_;  // by number; not joinable: free
  std::vector<std::size_t> ended_;    // numbers of threads to be joined
};

}  // namespace troupe::detail
