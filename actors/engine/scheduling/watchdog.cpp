// watchdog.cpp: what waits for a worker that does not return from a turn, and who says so.
#include <troupe/actors/engine/scheduling/watchdog.hpp>

#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/scheduling/workers.hpp>

#include <algorithm>
#include <fstream>
#include <pthread.h>
#include <string>
#include <utility>

namespace troupe::detail {
namespace {

/// How often the turns are sampled, where others can help.
constexpr duration short_period = std::chrono::milliseconds(1);
/// And at most, where the only worker is looked at in parts of the limit.
constexpr duration long_period = std::chrono::milliseconds(100);
constexpr int parts_of_limit = 4;
/// When all workers have slept for so long the watchdog sleeps too.
constexpr duration quiet = std::chrono::milliseconds(50);

/// Whether a thread has a CPU or waits for something: the third word of its line in /proc, behind
/// the name in brackets.
std::string state_of(int thread) {
  std::ifstream in("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string line;
  std::getline(in, line);
  const auto end = line.rfind(") ");
  if (end == std::string::npos || end + 2 >= line.size()) return "unknown";
  return line[end + 2] == 'R' ? "running" : "blocked";
}

struct release_at_end {
  cell& c;
  ~release_at_end() { release(c); }
};

}  // namespace

/// V3.
class watchdog::in_hand {
public:
  explicit in_hand(watchdog& dog) noexcept : dog_(dog) {
    dog_.helps_.fetch_add(1, std::memory_order_seq_cst);  // before it takes anything
  }
  in_hand(const in_hand&) = delete;
  in_hand& operator=(const in_hand&) = delete;
  ~in_hand() {
    dog_.helps_.fetch_add(1, std::memory_order_seq_cst);
    dog_.all_.tell_drainers();
  }

private:
  watchdog& dog_;
};

void watchdog::start() {
  const bool alone = all_.size() < 2;
  period_ = alone ? std::clamp(limit_ / parts_of_limit, short_period, long_period) : short_period;
  seen_.resize(all_.size());
  thread_ = std::thread([this] { run(); });
}

void watchdog::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void watchdog::wake_up() noexcept {
  if (!asleep_.load(std::memory_order_seq_cst)) return;  // V1
  {
    const std::lock_guard lock(mutex_);
    asleep_.store(false, std::memory_order_relaxed);
  }
  changed_.notify_one();
}

void watchdog::run() {
  pthread_setname_np(pthread_self(), "troupe-watch");
  std::unique_lock lock(mutex_);
  duration slept{};
  while (!stopping_) {
    changed_.wait_for(lock, period_, [this] { return stopping_; });
    look_for_killed();
    if (!all_.idle().all_parked()) {
      slept = {};
      look();
      continue;
    }
    if (undertaker_.is_waiting()) continue;
    slept += period_;
    if (slept < quiet) continue;
    slept = {};
    asleep_.store(true, std::memory_order_seq_cst);
    if (all_.idle().all_parked())  // V1
      changed_.wait(lock, [this] { return stopping_ || !asleep_.load(std::memory_order_relaxed); });
    asleep_.store(false, std::memory_order_relaxed);
  }
}

void watchdog::look() noexcept {
  const time_point now = all_.now();
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    worker& w = all_.at(i);
    glimpse& seen = seen_[i];
    cell* const running = w.state().running.load(std::memory_order_relaxed);
    const std::uint64_t turns = w.state().counted.of(count::turns);
    if (running == nullptr || running != seen.running || turns != seen.turns) {
      seen = {running, turns, now, false};
      continue;
    }
    if (seen_.size() > 1) help(w);
    if (now - seen.since < limit_ || std::exchange(seen.is_reported, true)) continue;  // V2
    report(w, seen, now - seen.since);
  }
}

void watchdog::look_for_killed() noexcept {
  const time_point now = all_.now();
  if (!undertaker_.wants_a_look(now)) return;
  const in_hand held(*this);
  try {
    undertaker_.look(all_.contexts(), now);
  } catch (const std::bad_alloc&) {  // next time
  }
}

void watchdog::help(worker& w) noexcept {
  const in_hand held(*this);
  w.fire_timers(all_.now());
  w.bed().poll();
  if (cell* const c = w.rob()) all_.give_to_others(*c);
}

/// Without the stack: another thread's can only be had by a signal, and a library takes none. The
/// line names the thread for those who attach a debugger.
void watchdog::report(worker& w, const glimpse& seen, duration so_long) noexcept {
  if (!acquire(*seen.running)) return;
  const release_at_end held{*seen.running};
  // Still the same turn: so the cell was not another actor's when it was acquired.
  if (w.state().running.load(std::memory_order_acquire) != seen.running ||
      w.state().counted.of(count::turns) != seen.turns)
    return;
  core& system = *w.state().system;
  counted(system, count::stuck);
  try {
    const envelope_ops* const message = w.state().handling.load(std::memory_order_relaxed);
    std::string text = "for " + std::to_string(so_long / std::chrono::milliseconds(1)) + " ms";
    if (message != nullptr) text.append(", handling `").append(message->message).append("`");
    text += "; thread " + std::to_string(w.thread_id()) + " is " + state_of(w.thread_id());
    emit(*seen.running, event_kind::stuck, exit_reason(), text);
    log_line(system, log_level::warning,
             "worker " + std::to_string(w.number()) + " has been in one turn of " +
                 describe(*seen.running) + " " + text +
                 ". What blocks belongs in co_await blocking(f, args...), or in an actor with "
                 "own_thread");
  } catch (const std::bad_alloc&) {  // it is counted in any case
  }
}

}  // namespace troupe::detail
