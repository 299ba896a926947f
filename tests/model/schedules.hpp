// schedules.hpp: which virtual thread goes next, decision by decision.
//
//   Before   explorer.cpp makes one chooser per search.   After   execution.cpp asks it.
//   Holds    depth_first: the path to the present schedule, and what is untried along it.
//   Rules    S1  Leaving a thread that could go on costs one preemption; other switches are free.
//            S2  depth_first gives every schedule within the bound once, and none twice.
//            S3  The same seed and the same program give the same random schedules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace model::detail {

/// The threads of an execution are bits of this.
using thread_set = std::uint32_t;
inline constexpr unsigned threads_max = 32;
/// What a chooser answers if the program has left the schedule.
inline constexpr unsigned refused = ~0U;

[[nodiscard]] constexpr thread_set only(unsigned thread) noexcept { return 1U << thread; }

/// What an execution asks.
struct decision {
  std::size_t step;     // how many were made before
  unsigned last;        // who went last; threads_max at the beginning
  bool may_stay;        // the last one is among the eligible: leaving it is a preemption
  thread_set eligible;  // never empty
};

/// One way of choosing. Real implementations only: each is a search or a replay.
class chooser {
public:
  chooser() = default;
  chooser(const chooser&) = delete;
  chooser& operator=(const chooser&) = delete;
  virtual ~chooser() = default;
  /// @returns one of the eligible, or `refused`.
  [[nodiscard]] virtual unsigned choose(const decision& asked) = 0;
};

/// All schedules with at most `preemptions` preemptions, one after the other.
class depth_first final : public chooser {
public:
  explicit depth_first(unsigned preemptions) : bound_(preemptions) {}
  [[nodiscard]] unsigned choose(const decision& asked) override;
  /// Goes on to the next schedule.
  /// @returns false if there is none.
  [[nodiscard]] bool next();
  /// True if the program ended before the schedule did: it is not the program it was.
  [[nodiscard]] bool ended_early() const noexcept { return depth_ < path_.size(); }

private:
  struct node {
    thread_set eligible;
    thread_set untried;
    unsigned chosen;
    unsigned spent_before;  // preemptions on the way here
    unsigned last;
    bool may_stay;
    [[nodiscard]] unsigned spent() const noexcept {
      return spent_before + (may_stay && chosen != last ? 1U : 0U);
    }
  };

  unsigned bound_;
  std::size_t depth_ = 0;
  std::vector<node> path_;
};

/// Random schedules, each with its own inclination to switch.
class random_walk final : public chooser {
public:
  explicit random_walk(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] unsigned choose(const decision& asked) override;
  /// Begins the next schedule.
  void next() { inclination_ = 2U << (draw() % 4U); }

private:
  [[nodiscard]] std::uint64_t draw() noexcept;

  std::uint64_t state_;
  std::uint64_t inclination_ = 2;  // one decision in so many leaves the running thread
};

/// One given schedule; past its end the running thread goes on, else the first that can.
class follow final : public chooser {
public:
  explicit follow(std::vector<std::uint8_t> schedule) : schedule_(std::move(schedule)) {}
  [[nodiscard]] unsigned choose(const decision& asked) override;

private:
  std::vector<std::uint8_t> schedule_;
};

/// A schedule as text, "0*3 1 0": thread 0 three times, thread 1 once, thread 0 once.
[[nodiscard]] std::string schedule_text(const std::vector<std::uint8_t>& schedule);
/// @returns false if `text` is not such a schedule.
[[nodiscard]] bool parse_schedule(std::string_view text, std::vector<std::uint8_t>& schedule);

}  // namespace model::detail
