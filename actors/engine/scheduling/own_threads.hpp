// own_threads.hpp: threads that belong to one actor each, so that it may block.
//
//   Before   birth.cpp takes one; workers.cpp schedules its cell here.
//   After    turn.cpp, on that thread; once the actor has ended, the workers.
//   Called   as each line says.
//   Holds    a place for each thread: context, clock, whose it is. Places are used again, and stay.
//   Rules    B1  While its actor lives a cell has its turns on its own thread and nowhere else, and
//                no other cell has one there.
//            B2  Who schedules a cell counts its thread as busy; the thread takes that back when
//                nothing is left to do, and tells those who drain.
#pragma once

#include <troupe/actors/engine/context.hpp>
#include <troupe/actors/engine/scheduling/alarm_clock.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace troupe::detail {

class workers;

class own_threads {
public:
  explicit own_threads(workers& all) noexcept : all_(all) {}
  own_threads(const own_threads&) = delete;
  own_threads& operator=(const own_threads&) = delete;
  ~own_threads();

  /// Starts the thread of the actor that is to live in `c`. @thread any
  /// @returns the cell's home @throws std::system_error: none can be had; std::bad_alloc
  [[nodiscard]] std::uint16_t add(core& system, cell& c);
  /// Its actor will never live: the thread ends.
  void drop(cell& c) noexcept;

  /// Takes a woken cell. @thread any
  /// @returns false: its actor has ended, and it has no thread any more
  [[nodiscard]] bool schedule(cell& c) noexcept;

  /// How many are busy, and how often one has become so: equal at two times with nobody busy, then
  /// nobody was in between.
  struct activity_seen {
    std::uint32_t busy;
    std::uint32_t rounds;
    friend bool operator==(const activity_seen&, const activity_seen&) = default;
  };
  [[nodiscard]] activity_seen seen() const noexcept {
    const std::uint64_t word = state_.load(std::memory_order_seq_cst);
    return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
  }

  /// Each thread leaves when it has no turn to finish.
  void begin_stop() noexcept;
  /// @returns false: one is still in a turn at `deadline`; its memory has to stay
  [[nodiscard]] bool wait(time_point deadline) noexcept;

  /// Those of all places; new ones come behind the others.
  void add_contexts(std::vector<context*>& to) const;
  [[nodiscard]] std::vector<own_thread_info> infos() const;

private:
  struct place {
    explicit place(core& system);

    context state;
    alarm_clock clock;
    std::condition_variable woken_up;
    std::thread thread;
    cell* owner = nullptr;      ///< null: the place is free, or its thread is to end
    cell* scheduled = nullptr;  ///< the owner, if it wants a turn
    bool is_busy = false;
  };

  [[nodiscard]] std::size_t free_place(core& system);
  [[nodiscard]] place* place_of(const cell& c) noexcept;
  void run(place& p, std::size_t number);
  [[nodiscard]] cell* next_turn(place& p);
  void again(place& p, cell& c) noexcept;
  void leave(place& p, cell* rest) noexcept;
  void come_to_rest(place& p) noexcept;

  static constexpr std::uint64_t one_busy = 1;
  static constexpr std::uint64_t one_round = std::uint64_t{1} << 32;

  workers& all_;
  std::atomic<std::uint64_t> state_{0};
  mutable std::mutex mutex_;      // of all that follows, and of the places but for their contexts
  std::condition_variable less_;  // a thread has left
  std::vector<std::unique_ptr<place>> places_;
  std::thread last_;  // the one that has left last: the next to leave joins it
  std::size_t living_ = 0;
  bool stopping_ = false;
};

}  // namespace troupe::detail
