// seeded.hpp: the scheduler on one thread, in an order that a seed decides, with a clock that
// stands still.
//
//   Before   stage.hpp builds a system on it.      After   turn.cpp.
//   Called   by the thread that owns the stage. Nothing here is safe for two.
//   Holds    the scheduled cells, the timers, the time.
//   Rules    Z1  Same seed, same program: same order of turns, same lengths of turns.
#pragma once

#include <troupe/actors/engine/scheduling/scheduler.hpp>

#include <cstdint>
#include <memory>
#include <random>

namespace troupe::detail {
class alarm_clock;
}

namespace troupe::kit {

class seeded final : public detail::scheduler {
public:
  explicit seeded(std::uint64_t seed);
  ~seeded() override;

  /// Runs one turn of a scheduled cell, or of one whose time has come. @returns false if there is
  /// none
  bool step();
  /// Runs until no cell is scheduled. @throws std::runtime_error after `turns_max` turns: they
  /// would go on for ever
  void settle();
  /// Lets `d` pass: stops at each timer on the way, settles, goes on.
  void advance(duration d);

  [[nodiscard]] bool has_threads() const noexcept override { return false; }
  void start(detail::core& system) override;
  [[nodiscard]] bool schedule(detail::cell& c) noexcept override;
  /// Any: what is to run on ten workers is tested on none.
  [[nodiscard]] bool has_home(int number) const noexcept override { return number >= 0; }
  [[nodiscard]] std::uint64_t seed() noexcept override { return seed_; }
  [[nodiscard]] time_point now() noexcept override { return now_; }
  [[nodiscard]] time_point coarse_now() noexcept override { return now_; }
  /// A cell like others; but its turn may ask and wait, while others have theirs inside it.
  [[nodiscard]] std::uint16_t own_thread(detail::cell& c) override;
  void drop_own_thread(detail::cell&) noexcept override {}
  [[nodiscard]] std::vector<own_thread_info> own_threads() const override { return {}; }
  void arm(detail::clock_entry& e, time_point when) noexcept override;
  [[nodiscard]] time_point deadline_in(duration within) noexcept override {
    return detail::later(now_, within);
  }
  /// Null: what comes from outside cannot be replayed from a seed.
  void note_kill() noexcept override {}  // a handler that does not return stops the stage, too
  [[nodiscard]] detail::sleeper* reactor(std::size_t) noexcept override { return nullptr; }
  [[nodiscard]] bool perform(detail::job& j) noexcept override;
  void wait_while(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                  time_point deadline) noexcept override;
  [[nodiscard]] bool drain(time_point deadline) override;
  [[nodiscard]] bool wait_for_end(time_point deadline) override;
  [[nodiscard]] bool stop(time_point deadline) noexcept override;
  [[nodiscard]] detail::cell* take_rest() noexcept override;
  [[nodiscard]] std::vector<detail::context*> contexts() override;
  [[nodiscard]] std::vector<worker_info> infos() const override;
  [[nodiscard]] std::string placement_text() const override;

  static constexpr std::uint64_t turns_max = 10'000'000;

private:
  void run_job(std::size_t i);
  /// @returns false after `turns_max` turns
  bool run_to_rest();
  bool pass_to(time_point limit);
  [[nodiscard]] detail::context& free_context();

  const std::uint64_t seed_;
  std::mt19937_64 random_;
  detail::core* system_ = nullptr;
  std::vector<std::unique_ptr<detail::context>> contexts_;  // as many as turns inside turns
  std::size_t turns_begun_ = 0;                             // and not ended
  std::vector<detail::cell*> ready_;
  std::unique_ptr<detail::alarm_clock> clock_;
  std::vector<detail::job*> jobs_;  // what would block: done here, in its turn
  time_point now_{std::chrono::hours(1)};
  bool takes_none_ = false;
};

}  // namespace troupe::kit
