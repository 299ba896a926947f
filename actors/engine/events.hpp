// events.hpp: the events of one system, for those who read them.
//
//   Before   birth, life, dead letters: emit() in core.hpp.      After   event_reader.
//   Called   any thread.
//   Holds    a ring of the last events, while there is a reader; how many readers there are.
//   Rules    E1  The order of the events is that in which put() got the lock.
//            E2  Nothing is called back under the lock, and nothing else is locked.
//            E3  Every number belongs to one event: a reader has got it or counts it as missed.
#pragma once

#include <troupe/actors/events/event.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace troupe::detail {

class scheduler;

/// Where a reader stands.
struct event_place {
  std::uint64_t next = 0;    ///< the number of the event it wants
  std::uint64_t missed = 0;  ///< how many it did not get
};

class event_stream {
public:
  /// @throws bad_option
  explicit event_stream(std::size_t kept);

  /// Whether events are to be made. relaxed: a reader sees what happens after it was made, and
  /// what happens after comes after this store by whatever way it comes.
  [[nodiscard]] bool is_read() const noexcept {
    return readers_.load(std::memory_order_relaxed) != 0;
  }

  /// One reader more. @returns the number of the first event it gets @throws std::bad_alloc
  [[nodiscard]] std::uint64_t join();
  void leave() noexcept;

  /// Gives the event its number and its time. Null: there was no memory for it (E3).
  void put(std::shared_ptr<event> e, scheduler& clock) noexcept;

  /// The oldest event that is kept, from `at` on. @returns null: there is none
  [[nodiscard]] std::shared_ptr<const event> take(event_place& at) noexcept;

  /// Whether this refusal is the first in a second by that actor. The last 64 that refused are
  /// remembered.
  [[nodiscard]] bool begins_burst(std::uint64_t actor, time_point now) noexcept;

  /// Changes with each event, and at the end: what waiting readers sleep on.
  [[nodiscard]] const std::atomic<std::uint32_t>& changes() const noexcept { return changes_; }
  /// From here until waits_no_more() a change wakes those who sleep on it.
  void waits() noexcept;
  void waits_no_more() noexcept;

  /// The system has shut down: nobody waits any more.
  void close() noexcept;
  [[nodiscard]] bool is_closed() noexcept;

private:
  struct refusal {
    std::uint64_t actor = 0;
    time_point last{};
  };

  const std::size_t kept_;
  std::atomic<std::uint32_t> readers_{0};
  std::atomic<std::uint32_t> changes_{0};
  std::mutex mutex_;
  std::vector<std::shared_ptr<const event>> ring_;  // empty while nobody reads
  std::uint64_t written_ = 0;                       // the number of the next event
  std::array<refusal, 64> refusals_{};
  std::size_t waiting_ = 0;
  bool closed_ = false;
};

}  // namespace troupe::detail
