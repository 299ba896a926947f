// workers.cpp: the scheduler on threads.
#include <troupe/actors/engine/scheduling/workers.hpp>

#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/scheduling/futex.hpp>

#include <algorithm>
#include <csignal>
#include <ctime>

namespace troupe::detail {
namespace {

time_point read_clock(clockid_t clock) noexcept {
  timespec t{};
  clock_gettime(clock, &t);
  return time_point(std::chrono::seconds(t.tv_sec) + duration(t.tv_nsec));
}

/// Threads inherit it from the one that starts them: on workers, and what workers start, a write to
/// a pipe that nobody reads fails with EPIPE, and does not end the process.
class sigpipe_blocked {
public:
  sigpipe_blocked() noexcept {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before_);
  }
  sigpipe_blocked(const sigpipe_blocked&) = delete;
  sigpipe_blocked& operator=(const sigpipe_blocked&) = delete;
  ~sigpipe_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
  sigset_t before_{};
};

/// @throws bad_option
std::size_t threads_of_pool(const system_options& options) {
  if (options.blocking_threads < 1)
    throw bad_option("troupe: system_options.blocking_threads is " +
                     std::to_string(options.blocking_threads) + ": at least 1 is needed");
  return static_cast<std::size_t>(options.blocking_threads);
}

/// @throws bad_option
duration limit_of_turns(const system_options& options) {
  if (options.stuck_after <= duration::zero())
    throw bad_option("troupe: system_options.stuck_after is " +
                     std::to_string(options.stuck_after.count()) +
                     " ns: more than 0 is needed; duration::max() means never");
  return options.stuck_after;
}

duration limit_of_kills(const system_options& options) {
  if (options.kill_limit <= duration::zero())
    throw bad_option("troupe: system_options.kill_limit is " +
                     std::to_string(options.kill_limit.count()) +
                     " ns: it must be more than 0; duration::max() waits without limit");
  return options.kill_limit;
}

}  // namespace

workers::workers(const system_options& options)
    : placement_(choose_placement(options)),
      dog_(*this, limit_of_turns(options), limit_of_kills(options)),
      pool_(threads_of_pool(options), placement_.allowed),
      idle_(placement_.cpus.size()) {}

workers::~workers() = default;

void workers::start(core& system) {
  system_ = &system;
  const bool can_rob = asymmetric_fences::prepare();
  const std::size_t count = placement_.cpus.size();
  for (std::size_t i = 0; i < count; ++i)
    workers_.push_back(std::make_unique<worker>(*this, i, system, can_rob));
  running_ = count;
  const sigpipe_blocked while_starting;
  try {
    for (std::size_t i = 0; i < count; ++i) {
      threads_.emplace_back([this, i] {
        workers_[i]->run();
        const std::lock_guard lock(quiet_mutex_);
        --running_;
        quiet_.notify_all();
      });
      const int cpu = placement_.cpus[i];
      pinned_.push_back(cpu >= 0 && pin(threads_[i].native_handle(), cpu));
    }
    dog_.start();
  } catch (...) {  // the operating system gives no more threads
    running_ -= count - threads_.size();
    (void)stop(time_point::max());
    throw;
  }
  say_what_is_refused(can_rob);
}

/// One line, where the kernel or a sandbox has less than is wanted: all of it works without.
void workers::say_what_is_refused(bool can_rob) noexcept {
  const bool has_eventfd = workers_.front()->bed().has_eventfd();
  bool are_pinned = true;
  for (std::size_t i = 0; i < pinned_.size(); ++i)
    are_pinned = are_pinned && (pinned_[i] || placement_.cpus[i] < 0);
  if (can_rob && has_eventfd && are_pinned) return;
  log_made(*system_, log_level::info, [&] {
    std::string what;
    const auto add = [&](const char* text) { what.append(what.empty() ? "" : ", ").append(text); };
    if (!can_rob) add("membarrier(2), so that a woken actor waits in line, and does not run next");
    if (!has_eventfd) add("eventfd(2), with a pipe for each worker instead");
    if (!are_pinned) add("pinned workers, because sched_setaffinity(2) is refused");
    return "this system does without " + what;
  });
}

// --- what reaches the workers from outside

// What waits is made known under the lock: once take_rest() has had it, the workers may be gone.

bool workers::schedule(cell& c) noexcept {
  if (c.home == 0 || (has_own_thread(c) && !own_.schedule(c))) return schedule_anywhere(c);
  if (has_own_thread(c)) return true;
  const std::size_t home = c.home - 1U;
  return workers_[home]->homed().push(c, [=, this] { notify(home); });
}

bool workers::schedule_anywhere(cell& c) noexcept {
  return injected_.push(c, [this] { notify(); });
}

void workers::let_run_anywhere() const noexcept { unpin(placement_.allowed); }

void workers::inject_quietly(std::span<cell* const> cells) noexcept {
  (void)injected_.push(cells, [] {});  // it is closed after the workers have ended
}

void workers::give_to_others(cell& c) noexcept {
  counted(*system_, count::stolen);
  (void)injected_.push(c, [] {});
  notify();
}

cell* workers::take_injected(run_queue<cell>& ring) noexcept {
  // A fair share, and never so many that the ring is full.
  constexpr std::size_t half_full = 128;
  const std::size_t there = ring.size();
  const std::size_t room = there < half_full ? half_full - there : 0;
  return injected_.take(size(), std::min<std::size_t>(room, 64),
                        [&](cell& c) { (void)ring.push(&c); });
}

void workers::notify() noexcept {
  const std::size_t chosen = idle_.choose_sleeper();
  if (chosen != idle_set<>::nobody) wake(chosen);
}

void workers::notify(std::size_t worker) noexcept {
  if (idle_.choose(worker)) wake(worker);
}

void workers::wake(std::size_t sleeper) noexcept {
  counted(*system_, count::woken);
  workers_[sleeper]->bed().wake();
}

bool workers::anything_waits() noexcept {
  if (injected_.size() != 0) return true;
  return std::any_of(workers_.begin(), workers_.end(),
                     [](const auto& w) { return w->ring().size() != 0; });
}

bool workers::anything_waits_at_home() noexcept {
  return std::any_of(workers_.begin(), workers_.end(),
                     [](const auto& w) { return w->homed().size() != 0; });
}

// --- time

time_point workers::now() noexcept { return read_clock(CLOCK_MONOTONIC); }
time_point workers::coarse_now() noexcept { return read_clock(CLOCK_MONOTONIC_COARSE); }
time_point workers::deadline_in(duration within) noexcept {
  // The coarse clock costs a fifth, and lags: on a loaded machine 19 ms were seen.
  constexpr duration lag = std::chrono::milliseconds(50);
  constexpr duration long_wait = std::chrono::seconds(1);
  return within < long_wait ? later(now(), within) : later(later(coarse_now(), lag), within);
}

void workers::arm(clock_entry& e, time_point when) noexcept {
  if (here->on != nullptr)
    here->on->arm(e, when);
  else if (here->clock != nullptr)  // else it is closed, and has no time left
    here->clock->set(e, when);
}

// --- what ordinary threads wait for

void workers::wait_while(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                         time_point deadline) noexcept {
  while (word.load(std::memory_order_acquire) == value && now() < deadline)
    sleep_while(word, value, deadline);
}

bool workers::is_quiet() noexcept {
  const std::uint64_t helps = dog_.helps();
  const idle_state before = idle_.state();
  const auto own = own_.seen();
  if (helps % 2 != 0 || before.parked != size() || own.busy != 0 || anything_waits() ||
      anything_waits_at_home())
    return false;
  return !system_->sum().is_waiting() && idle_.state() == before && own_.seen() == own &&
         dog_.helps() == helps;
}

void workers::tell_drainers() noexcept {
  // seq_cst: with the increment in wait_until_parked(): either this sees the waiter, or the waiter
  // sees the parked.
  if (drainers_.load(std::memory_order_seq_cst) == 0) return;
  const std::lock_guard lock(quiet_mutex_);
  quiet_.notify_all();
}

template <class Condition>
bool workers::wait_until_parked(time_point deadline, Condition holds) {
  drainers_.fetch_add(1, std::memory_order_seq_cst);
  std::unique_lock lock(quiet_mutex_);
  const bool held = quiet_.wait_until(lock, deadline, holds);
  drainers_.fetch_sub(1, std::memory_order_relaxed);
  return held;
}

bool workers::drain(time_point deadline) {
  return wait_until_parked(deadline, [this] { return is_quiet(); });
}

bool workers::wait_for_end(time_point deadline) {
  return wait_until_parked(deadline, [this] { return system_->sum().all_ended(); });
}

// --- the end

bool workers::stop(time_point deadline) noexcept {
  const bool all_back = pool_.stop(deadline);
  dog_.stop();
  stopping_.store(true, std::memory_order_release);
  for (const auto& w : workers_) w->bed().wake();
  bool all = false;
  {
    std::unique_lock lock(quiet_mutex_);
    all = quiet_.wait_until(lock, deadline, [this] { return running_ == 0; });
  }
  for (auto& t : threads_)
    if (all)
      t.join();
    else
      t.detach();  // one does not return from its turn; which threads did is not worth knowing
  threads_.clear();
  own_.begin_stop();  // after the workers: what its threads leave is for nobody else to run
  const bool all_own = own_.wait(deadline);
  if (all && all_own) close_reactors();
  leave_cores(placement_);
  return all && all_own && all_back;
}

/// What is ready comes home; then nothing outside is left, unless an actor still waits for it.
void workers::close_reactors() noexcept {
  const bool for_good = system_->sum().all_ended();
  for (const auto& w : workers_) w->bed().close(false);
  for (const auto& w : workers_) w->bed().close(for_good);
}

cell* workers::take_rest() noexcept {
  cell* rest = nullptr;
  const auto add = [&](cell* c) {
    while (c != nullptr) {
      cell* const after = std::exchange(c->run_link, rest);
      rest = std::exchange(c, after);
    }
  };
  for (const auto& w : workers_) {
    add(w->take_rest());
    add(w->homed().close());
  }
  add(injected_.close());
  return rest;
}

// --- what can be seen

std::vector<context*> workers::contexts() {
  std::vector<context*> all;
  all.reserve(workers_.size());
  for (const auto& w : workers_) all.push_back(&w->state());
  own_.add_contexts(all);
  return all;
}

std::vector<worker_info> workers::infos() const {
  std::vector<worker_info> all;
  all.reserve(workers_.size());
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    worker_info info{static_cast<int>(i), placement_.cpus[i], pinned_[i], {}};
    workers_[i]->state().counted.add_to(info.counted);
    all.push_back(info);
  }
  return all;
}

std::string workers::placement_text() const {
  std::string s = std::to_string(placement_.cpus.size()) + " workers (" + placement_.reason + ")";
  for (std::size_t i = 0; i < placement_.cpus.size(); ++i) {
    const int cpu = placement_.cpus[i];
    s += "\n  worker " + std::to_string(i) + ": " +
         (cpu < 0 ? "any CPU" : "CPU " + std::to_string(cpu));
    if (cpu >= 0 && !pinned_[i]) s += " (the system refused to pin it)";
  }
  for (const own_thread_info& t : own_.infos())
    s += "\n  own thread " + std::to_string(t.number) + ": any CPU, " + t.actor;
  return s;
}

}  // namespace troupe::detail
