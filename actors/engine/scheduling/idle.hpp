// idle.hpp: who sleeps, who searches, whom to wake.
//
//   Before   workers.cpp, after work was put where others may take it.
//   After    the sleeper of the one chosen.
//   Called   by workers and by foreign threads.
//   Holds    one state word, and under a mutex the list of sleepers.
//   Rules    I1  Work is put first, then the state is read; a worker leaves the searchers first,
//                then looks once
//                more. Both with a fence: one of the two sees the other, so no wake-up is lost.
//            I2  While somebody searches, nobody else is woken; the last searcher that finds work
//                wakes the next.
//   Source   the idle protocol of Go's and Tokio's schedulers.
#pragma once

#include <troupe/actors/detail/atomics.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace troupe::detail {

/// The state word: how many workers search, how many are parked, how often one has parked.
struct idle_state {
  std::uint16_t searching;
  std::uint16_t parked;
  std::uint32_t parkings;

  [[nodiscard]] static idle_state of(std::uint64_t word) noexcept {
    return {static_cast<std::uint16_t>(word), static_cast<std::uint16_t>(word >> 16),
            static_cast<std::uint32_t>(word >> 32)};
  }
  friend bool operator==(const idle_state&, const idle_state&) = default;
};

/// | operation      | who            | effect                                             |
/// |----------------|----------------|----------------------------------------------------|
/// | choose_sleeper | any, after put | a worker to wake, from now on searching; or nobody |
/// | choose         | any, after put | this one, if it sleeps: for what only it may run   |
/// | start_search   | worker         | false: enough search already                       |
/// | stop_search    | worker, found  | true: it was the last: choose_sleeper for the rest |
/// | park           | worker         | among the sleepers: now look once more, I1         |
/// | unpark         | worker         | leaves the sleepers; true if it had been chosen    |
template <class Atomics = real_atomics, class Mutex = std::mutex>
class idle_set {
public:
  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

  /// At most half of the workers and one more search at a time: two that talk to each other across
  /// two cores need not sleep in between.
  explicit idle_set(std::size_t workers) : idle_set(workers, workers / 2 + 1) {}
  idle_set(std::size_t workers, std::size_t searchers_max)
      : workers_(workers), searchers_max_(searchers_max) {
    sleepers_.reserve(workers);
  }

  /// A sleeper that has to be woken because work was put, if one sleeps and nobody searches.
  [[nodiscard]] std::size_t choose_sleeper() {
    Atomics::fence(
        std::memory_order_seq_cst);  // (1) with (2): the put before the read of the state
    if (!wanted(std::memory_order_seq_cst)) return nobody;
    const std::lock_guard lock(mutex_);
    if (sleepers_.empty() || !wanted(std::memory_order_seq_cst)) return nobody;
    const auto chosen = sleepers_.back();
    sleepers_.pop_back();
    state_.fetch_add(one_searching - one_parked, std::memory_order_seq_cst);
    return chosen;
  }

  /// Whether this very worker has to be woken, because something was put that only it may run.
  [[nodiscard]] bool choose(std::size_t worker) {
    Atomics::fence(std::memory_order_seq_cst);  // (1)
    if (idle_state::of(state_.load(std::memory_order_seq_cst)).parked == 0) return false;
    const std::lock_guard lock(mutex_);
    if (!leave_sleepers(worker)) return false;
    state_.fetch_add(one_searching - one_parked, std::memory_order_seq_cst);
    return true;
  }

  [[nodiscard]] bool start_search() noexcept {
    if (idle_state::of(state_.load(std::memory_order_relaxed)).searching >= searchers_max_)
      return false;
    state_.fetch_add(one_searching, std::memory_order_seq_cst);
    return true;
  }

  [[nodiscard]] bool stop_search() noexcept {
    return idle_state::of(state_.fetch_sub(one_searching, std::memory_order_seq_cst)).searching ==
           1;
  }

  /// From now on `worker` may be chosen, before it really sleeps: its sleeper remembers.
  void park(std::size_t worker, bool searching) {
    {
      const std::lock_guard lock(mutex_);
      state_.fetch_add(one_parking + one_parked - (searching ? one_searching : 0),
                       std::memory_order_seq_cst);
      sleepers_.push_back(worker);
    }
    Atomics::fence(std::memory_order_seq_cst);  // (2) with (1): parked before the last look
  }

  /// After a sleep that something else ended: a timer, a socket, the last look.
  [[nodiscard]] bool unpark(std::size_t worker) {
    const std::lock_guard lock(mutex_);
    if (!leave_sleepers(worker)) return true;
    state_.fetch_sub(one_parked, std::memory_order_seq_cst);
    return false;
  }

  /// All parked at two times, and the states equal: nobody has worked in between.
  [[nodiscard]] idle_state state() const noexcept {
    return idle_state::of(state_.load(std::memory_order_seq_cst));
  }
  [[nodiscard]] bool all_parked() const noexcept { return state().parked == workers_; }

private:
  /// @pre the mutex is held. @returns whether it was one of them
  bool leave_sleepers(std::size_t worker) {
    for (auto& s : sleepers_)
      if (s == worker) {
        s = sleepers_.back();
        sleepers_.pop_back();
        return true;
      }
    return false;
  }

  static constexpr std::uint64_t one_searching = 1;
  static constexpr std::uint64_t one_parked = std::uint64_t{1} << 16;
  static constexpr std::uint64_t one_parking = std::uint64_t{1} << 32;

  [[nodiscard]] bool wanted(std::memory_order order) const noexcept {
    const auto s = idle_state::of(state_.load(order));
    return s.parked > 0 && s.searching == 0;
  }

  const std::size_t workers_;
  const std::size_t searchers_max_;
  typename Atomics::template atomic<std::uint64_t> state_{0};
  Mutex mutex_;
  std::vector<std::size_t> sleepers_;
};

}  // namespace troupe::detail
