// elastic_pool.cpp: threads for what blocks.
#include <troupe/actors/engine/scheduling/elastic_pool.hpp>

#include <troupe/actors/detail/job.hpp>
#include <troupe/actors/engine/scheduling/forked.hpp>
#include <troupe/actors/engine/scheduling/placement.hpp>

#include <chrono>
#include <new>
#include <pthread.h>
#include <string>
#include <system_error>
#include <utility>

namespace troupe::detail {
namespace {

/// How long a thread stays without work.
constexpr auto patience = std::chrono::seconds(10);

void send_home(job& j) noexcept { deliver_reserved(*j.owner, j); }

}  // namespace

elastic_pool::~elastic_pool() {
  for (std::thread& t : threads_)
    if (t.joinable()) t.join();
}

bool elastic_pool::give(job& j) noexcept {
  const std::lock_guard lock(mutex_);
  if (stopping_) return false;
  if (idle_ <= waiting_ && living_ < most_ && !add_thread() && living_ == 0) return false;
  j.next_job = nullptr;
  (first_ == nullptr ? first_ : last_->next_job) = &j;
  last_ = &j;
  ++waiting_;
  changed_.notify_one();
  return true;
}

bool elastic_pool::add_thread() noexcept try {
  join_ended();
  std::size_t number = 0;
  while (number < threads_.size() && threads_[number].joinable()) ++number;
  if (number == threads_.size()) threads_.emplace_back();
  ended_.reserve(threads_.size());
  threads_[number] = std::thread([this, number] { run(number); });
  ++living_;
  return true;
} catch (const std::bad_alloc&) {
  return false;
} catch (const std::system_error&) {  // the operating system gives no more threads
  return false;
}

/// They have left the lock for good when they are on this list.
void elastic_pool::join_ended() noexcept {
  for (const std::size_t number : std::exchange(ended_, {})) threads_[number].join();
}

void elastic_pool::run(std::size_t number) {
  unpin(cpus_);
  const std::uint32_t born_in = forks.load(std::memory_order_relaxed);
  pthread_setname_np(pthread_self(), ("troupe-block-" + std::to_string(number)).c_str());
  std::unique_lock lock(mutex_);
  while (job* const j = wait_for_job(lock)) {
    lock.unlock();
    j->perform(*j);
    if (forks.load(std::memory_order_relaxed) != born_in) end_forked("what `blocking` was given");
    send_home(*j);
    lock.lock();
  }
  --living_;
  ended_.push_back(number);
  less_.notify_all();
}

job* elastic_pool::wait_for_job(std::unique_lock<std::mutex>& lock) {
  ++idle_;
  changed_.wait_for(lock, patience, [this] { return stopping_ || first_ != nullptr; });
  --idle_;
  return stopping_ ? nullptr : take();
}

job* elastic_pool::take() noexcept {
  job* const j = first_;
  if (j == nullptr) return nullptr;
  first_ = j->next_job;
  --waiting_;
  return j;
}

bool elastic_pool::stop(time_point deadline) noexcept {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  while (job* const j = take()) {
    lock.unlock();
    send_home(*j);
    lock.lock();
  }
  if (!less_.wait_until(lock, deadline, [this] { return living_ == 0; })) {
    for (std::thread& t : threads_)
      if (t.joinable()) t.detach();  // which of them has ended is not worth knowing
    return false;
  }
  join_ended();
  return true;
}

}  // namespace troupe::detail
