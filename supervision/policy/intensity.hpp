// intensity.hpp: how many restarts are allowed within how long.
//
//   Before   a supervisor that is about to restart something asks.
//   After    it restarts, or gives up.
//   Holds    the times of the last restarts: never more than the limit and one.
//   Rules    I1  A restart is allowed if those within the last period, it included, are at most
//                the intensity.
//            I3  The window slides: what is older than the period does not count.
#pragma once

#include <troupe/actors/message.hpp>

#include <cstddef>
#include <deque>

namespace troupe::detail {

class restart_window {
public:
  /// @pre intensity >= 0, period > 0
  restart_window(int intensity, duration period) noexcept
      : intensity_(static_cast<std::size_t>(intensity)), period_(period) {}

  /// Counts a restart at `now`. @returns whether it is allowed
  /// @pre `now` is not before the last one @throws std::bad_alloc
  [[nodiscard]] bool add(time_point now) {
    forget_before(now);
    times_.push_back(now);
    return times_.size() <= intensity_;
  }
  /// How many count at `now`.
  [[nodiscard]] std::size_t count(time_point now) const noexcept {
    std::size_t n = 0;
    for (const time_point t : times_) n += now - t <= period_ ? 1U : 0U;
    return n;
  }
  [[nodiscard]] std::size_t limit() const noexcept { return intensity_; }
  [[nodiscard]] duration period() const noexcept { return period_; }

private:
  void forget_before(time_point now) noexcept {
    while (!times_.empty() && now - times_.front() > period_) times_.pop_front();
  }

  std::size_t intensity_;
  duration period_;
  std::deque<time_point> times_;
};

}  // namespace troupe::detail
