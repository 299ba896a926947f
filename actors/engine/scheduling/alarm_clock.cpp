// alarm_clock.cpp: which cells want to be told that time has passed.
#include <troupe/actors/engine/scheduling/alarm_clock.hpp>

#include <troupe/actors/engine/cell.hpp>

#include <array>

namespace troupe::detail {

void alarm_clock::set(clock_entry& e, time_point when) noexcept {
  if (e.in != nullptr && e.in != this) e.in->remove(e);
  e.in = this;
  const std::lock_guard lock(mutex_);
  if (e.held != nullptr) wheel_.remove(e);
  wheel_.add(e, when);
  publish_next();
}

void alarm_clock::clear(clock_entry& e) noexcept {
  if (e.in != nullptr) e.in->remove(e);
}

void alarm_clock::remove(clock_entry& e) noexcept {
  const std::lock_guard lock(mutex_);
  if (e.held == nullptr) return;
  wheel_.remove(e);
  publish_next();
}

/// The cells are told outside the lock: to let go of one may be the last thing that keeps it.
void alarm_clock::fire(time_point now) noexcept {
  std::array<cell*, 64> due{};
  std::size_t count = 0;
  do {
    count = 0;
    {
      const std::lock_guard lock(mutex_);
      while (count < due.size()) {
        wheel_entry* const e = wheel_.take_due(now);
        if (e == nullptr) break;
        cell* const who = static_cast<clock_entry*>(e)->who;  // W1: not freed while this is locked
        if (acquire(*who)) due[count++] = who;
      }
      publish_next();
    }
    for (std::size_t i = 0; i < count; ++i) {
      send_command(*due[i], command_time);
      release(*due[i]);
    }
  } while (count == due.size());
}

}  // namespace troupe::detail
