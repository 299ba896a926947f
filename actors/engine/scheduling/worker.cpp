// worker.cpp: one pinned thread and the cells that wait for it.
//
//   Cost     per turn of a cell that was woken here: no atomic read-modify-write; of a cell from
//            the ring: one compare-exchange. A fence where a turn put cells into the ring.
#include <troupe/actors/engine/scheduling/worker.hpp>

#include <troupe/actors/engine/assert.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/scheduling/placement.hpp>
#include <troupe/actors/engine/scheduling/workers.hpp>

#include <pthread.h>
#include <string>
#include <unistd.h>

namespace troupe::detail {
namespace {

/// How often a busy worker looks at the injection queue and its timers, in turns.
constexpr unsigned poll_turns = 64;
/// How often a worker looks everywhere before it sleeps, if spinning is worth it: some ten
/// microseconds, longer than it takes to wake another up. Else two that talk to each other would
/// put each other to sleep at each message.
constexpr int spin_rounds = 250;
/// In how many of these rounds it looks at its reactor, if something is expected there: a look is a
/// system call.
constexpr int reactor_rounds = 25;

void pause() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

worker::worker(workers& all, std::size_t index, core& system, bool can_rob)
    : all_(all), index_(index), keeps_next_(can_rob), victim_(index) {
  if (can_rob) context_.out.may_be_robbed(system);
  context_.system = &system;
  context_.observes = system.options.observe;
  context_.on = this;
}

void worker::run() {
  here = &context_;
  sleeper_.own();
  thread_id_.store(::gettid(), std::memory_order_relaxed);
  pthread_setname_np(pthread_self(), ("troupe-" + std::to_string(index_)).c_str());
  while (!all_.stopping()) {
    cell* c = take();
    if (c == nullptr)
      c = search();
    else if (searching_) [[unlikely]]
      found();
    if (c != nullptr)
      run_quantum(*c);
    else
      park();
  }
  here = nullptr;
}

void worker::wake(cell& c) noexcept {
  if (c.home != 0) [[unlikely]]
    return (void)all_.schedule(c);
  if (!keeps_next_ || context_.running.load(std::memory_order_relaxed) == nullptr) return put(c);
  hold& mine = context_.out.lock();
  mine.enter();
  cell* const before = replace_next(&c);
  mine.leave();
  if (before != nullptr) [[unlikely]]
    put(*before);
}

cell* worker::take_next() noexcept {
  if (next_.load(std::memory_order_relaxed) == nullptr) return nullptr;
  hold& mine = context_.out.lock();
  mine.enter();
  cell* const c = replace_next(nullptr);
  mine.leave();
  return c;
}

cell* worker::rob() noexcept {
  cell* c = nullptr;
  (void)context_.out.lock().rob([&] {
    c = replace_next(nullptr);
    context_.out.rob();
  });
  return c;
}

bool worker::others_wait() noexcept {
  return ring_.size() != 0 || homed_.size() != 0 || all_.injected() != 0;
}

/// What runs for the next quantum. D1: a cell whose waker has used it up waits its turn.
cell* worker::take() noexcept {
  const std::uint64_t turns = context_.counted.of(count::turns);
  if (turns - polled_at_ >= poll_turns) {
    polled_at_ = turns;
    sleeper_.poll();
    fire_due();
    if (cell* const c = take_injected()) put(*c);  // in its turn: what is in the ring came first
  }
  budget_ = quantum;
  if (cell* const c = take_next()) {
    if (!others_wait()) return c;
    put(*c);
  }
  return take_waiting();
}

/// The cells of the ring and those at home here take turns; then what came from outside.
cell* worker::take_waiting() noexcept {
  homed_first_ = !homed_first_;
  if (homed_first_)
    if (cell* const c = homed_.take()) return c;
  if (cell* const c = ring_.pop()) return c;
  if (cell* const c = homed_.take()) return c;
  return take_injected();
}

/// Runs `c` and what it wakes, one after the other, on one quantum.
void worker::run_quantum(cell& first) {
  cell* c = &first;
  do {
    if (put_some_) {
      put_some_ = false;
      if (ring_.size() != 0) all_.notify();  // D2
    }
    if (run_turn(*c, context_, budget_) == turn_end::more) {
      put(*c);
      if (budget_ != 0) return;  // a sender is half-way: others first
    }
    c = budget_ != 0 ? take_next() : nullptr;
  } while (c != nullptr);
}

/// A share of the injection queue; what is not run at once is there for others.
cell* worker::take_injected() noexcept {
  cell* const c = all_.take_injected(ring_);
  if (c != nullptr && ring_.size() != 0) all_.notify();
  return c;
}

/// To the end of the ring, or of those at home here; half of a full ring goes to the injection
/// queue.
void worker::put(cell& c) noexcept {
  if (c.home != 0) [[unlikely]]
    return (void)all_.schedule(c);
  if (!ring_.push(&c)) {
    run_queue<cell>::batch half;
    const std::size_t count = ring_.take_half(half);
    all_.inject_quietly(std::span(half).first(count));
    [[maybe_unused]] const bool has_room = ring_.push(&c);  // nobody else puts anything in
    TROUPE_ASSERT(has_room);
  }
  if (!std::exchange(put_some_, true) && running_cell() != nullptr) all_.notify();  // D2
}

/// As one of the few searchers: the injection queue and the rings of the others, for a while.
cell* worker::search() {
  if (cell* const c = look_at_reactor()) return c;
  if (!searching_) {
    if (!all_.idle().start_search()) return nullptr;
    searching_ = true;
  }
  const int rounds = all_.may_spin() ? spin_rounds : 1;
  for (int i = 0; i < rounds && !all_.stopping(); ++i) {
    context_.counted.add(count::searched);
    cell* c = homed_.take();
    if (c == nullptr) c = all_.take_injected(ring_);
    if (c == nullptr) c = steal();
    if (c != nullptr) {
      found();
      budget_ = quantum;
      return c;
    }
    if (i % reactor_rounds == reactor_rounds - 1)
      if (cell* const woken = look_at_reactor()) return woken;
    pause();
  }
  return nullptr;
}

/// One completion after the other, until one has woken an actor that can run here.
cell* worker::look_at_reactor() noexcept {
  for (unsigned i = 0; i < poll_turns && sleeper_.poll_one(); ++i)
    if (cell* const c = take_waiting()) {
      if (searching_) found();
      budget_ = quantum;
      return c;
    }
  return nullptr;
}

/// I2: a worker that was searching has found work; if it was the last, another looks for the rest.
void worker::found() {
  searching_ = false;
  if (all_.idle().stop_search()) all_.notify();
}

cell* worker::steal() noexcept {
  for (std::size_t i = 1; i < all_.size(); ++i) {
    victim_ = (victim_ + 1) % all_.size();
    if (victim_ == index_) victim_ = (victim_ + 1) % all_.size();
    const std::size_t before = ring_.size();
    if (cell* const c = ring_.steal_from(all_.at(victim_).ring())) {
      context_.counted.add(count::stolen, ring_.size() - before + 1);
      return c;
    }
  }
  return nullptr;
}

void worker::park() {
  all_.idle().park(index_, std::exchange(searching_, false));
  // I1: the last look. What waits is worth a sleeper: perhaps this one, which then finds its bell
  // rung; if there is more, the one that is chosen wakes the next (I2).
  if (all_.anything_waits()) all_.notify();
  if (!all_.stopping() && homed_.size() == 0) {
    all_.tell_drainers();
    context_.counted.add(count::parked);
    sleeper_.sleep(clock_.next());
  }
  searching_ = all_.idle().unpark(index_);
  all_.dog().wake_up();
  fire_due();
}

void worker::fire_due() noexcept {
  if (clock_.next() == time_point::max()) return;
  clock_.fire(all_.now());
}

cell* worker::take_rest() noexcept {
  cell* rest = nullptr;
  const auto add = [&](cell* c) {
    c->run_link = rest;
    rest = c;
  };
  if (cell* const c = replace_next(nullptr)) add(c);
  while (cell* const c = ring_.pop()) add(c);
  return rest;
}

}  // namespace troupe::detail
