// own_threads.cpp: threads that belong to one actor each, so that it may block.
#include <troupe/actors/engine/scheduling/own_threads.hpp>

#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/scheduling/workers.hpp>
#include <troupe/actors/engine/turn.hpp>

#include <csignal>
#include <pthread.h>
#include <string>
#include <system_error>
#include <utility>

namespace troupe::detail {
namespace {

/// As on workers: a write to a pipe that nobody reads fails with EPIPE.
void block_sigpipe() noexcept {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

struct release_at_end {
  cell& c;
  ~release_at_end() { release(c); }
};

}  // namespace

own_threads::place::place(core& system) {
  // No chains: nobody could rob one that blocks.
  state.system = &system;
  state.observes = system.options.observe;
  state.clock = &clock;
}

own_threads::~own_threads() = default;

// --- a thread comes and goes

std::uint16_t own_threads::add(core& system, cell& c) {
  const std::lock_guard lock(mutex_);  // a new thread waits for it, and sees that it has a place
  if (stopping_) throw system_closed();
  const std::size_t number = free_place(system);
  place& p = *places_[number];
  try {
    p.thread = std::thread([this, &p, number] { run(p, number); });
  } catch (const std::system_error& e) {
    throw std::system_error(e.code(),
                            "troupe: spawn_options.own_thread: no thread can be had for " +
                                std::string(c.ops->actor) + ", beside " + std::to_string(living_) +
                                " others of this kind");
  }
  ++living_;
  p.owner = &c;
  return static_cast<std::uint16_t>(first_own_home + number);
}

std::size_t own_threads::free_place(core& system) {
  for (std::size_t i = 0; i < places_.size(); ++i)
    if (!places_[i]->thread.joinable()) return i;
  if (places_.size() == own_homes)
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again),
                            "troupe: spawn_options.own_thread: this system has " +
                                std::to_string(own_homes) + " such actors, which is the limit");
  places_.push_back(std::make_unique<place>(system));
  return places_.size() - 1;
}

void own_threads::drop(cell& c) noexcept {
  const std::lock_guard lock(mutex_);
  place* const p = place_of(c);
  if (p == nullptr) return;
  p->owner = nullptr;
  p->woken_up.notify_one();
}

/// @pre the mutex is held. @returns null: the place is another's by now, or nobody's
own_threads::place* own_threads::place_of(const cell& c) noexcept {
  place& p = *places_[c.home - first_own_home];
  return p.owner == &c ? &p : nullptr;
}

/// The place is free from here on; so is the cell, if it has not been given back: `rest` is one
/// that wants another turn.
void own_threads::leave(place& p, cell* rest) noexcept {
  std::thread before;
  {
    const std::lock_guard lock(mutex_);
    p.owner = nullptr;
    if (p.scheduled != nullptr) rest = std::exchange(p.scheduled, nullptr);
  }
  if (rest != nullptr) all_.schedule_anywhere(*rest);
  come_to_rest(p);
  {
    const std::lock_guard lock(mutex_);
    if (p.thread.joinable()) before = std::exchange(last_, std::move(p.thread));
    --living_;
    less_.notify_all();
  }
  if (before.joinable()) before.join();
}

// --- its turns

bool own_threads::schedule(cell& c) noexcept {
  const std::lock_guard lock(mutex_);
  place* const p = place_of(c);
  if (p == nullptr) return false;
  p->scheduled = &c;
  if (!std::exchange(p->is_busy, true))
    state_.fetch_add(one_busy + one_round, std::memory_order_seq_cst);  // B2
  p->woken_up.notify_one();
  return true;
}

void own_threads::run(place& p, std::size_t number) {
  block_sigpipe();
  all_.let_run_anywhere();
  pthread_setname_np(pthread_self(), ("troupe-own-" + std::to_string(number)).c_str());
  here = &p.state;
  cell* rest = nullptr;
  while (cell* const c = next_turn(p)) {
    unsigned budget = quantum;
    const turn_end end = run_turn(*c, p.state, budget);
    if (end == turn_end::freed) break;
    // An idle cell may be looked at: nobody else runs it until leave() says so (B1).
    if (c->at() == phase::ended) {
      if (end == turn_end::more) rest = c;
      break;
    }
    if (end == turn_end::idle) continue;
    if (budget != 0) std::this_thread::yield();  // a sender is half-way
    again(p, *c);
  }
  here = nullptr;
  leave(p, rest);
}

void own_threads::again(place& p, cell& c) noexcept {
  const std::lock_guard lock(mutex_);
  p.scheduled = &c;
}

/// Sleeps until the actor wants a turn. @returns null: there will be none any more
cell* own_threads::next_turn(place& p) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopping_ || p.owner == nullptr) return nullptr;
    if (p.scheduled != nullptr) return std::exchange(p.scheduled, nullptr);
    if (p.is_busy) {
      lock.unlock();
      come_to_rest(p);
      lock.lock();
      continue;
    }
    const time_point alarm = p.clock.next();
    if (alarm == time_point::max()) {
      p.woken_up.wait(lock);
      continue;
    }
    p.woken_up.wait_until(lock, alarm);
    lock.unlock();
    p.clock.fire(all_.now());
    lock.lock();
  }
}

/// B2. @pre the mutex is not held: those who drain look here
void own_threads::come_to_rest(place& p) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (p.scheduled != nullptr || !p.is_busy) return;
    p.is_busy = false;
    state_.fetch_sub(one_busy, std::memory_order_seq_cst);
  }
  all_.tell_drainers();
}

// --- the end

void own_threads::begin_stop() noexcept {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (const auto& p : places_) p->woken_up.notify_one();
}

bool own_threads::wait(time_point deadline) noexcept {
  std::unique_lock lock(mutex_);
  const bool all = less_.wait_until(lock, deadline, [this] { return living_ == 0; });
  for (const auto& p : places_)
    if (p->thread.joinable()) p->thread.detach();  // one does not return from its turn
  std::thread last = std::move(last_);
  lock.unlock();
  if (last.joinable()) last.join();
  return all;
}

// --- what can be seen

void own_threads::add_contexts(std::vector<context*>& to) const {
  const std::lock_guard lock(mutex_);
  for (const auto& p : places_) to.push_back(&p->state);
}

std::vector<own_thread_info> own_threads::infos() const {
  std::vector<cell*> owners;  // by place; null: nobody's, or not attached yet
  {
    const std::lock_guard lock(mutex_);
    owners.reserve(places_.size());
    for (const auto& p : places_)
      owners.push_back(p->owner != nullptr && acquire(*p->owner) ? p->owner : nullptr);
  }
  std::vector<own_thread_info> all;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    cell* const c = owners[i];
    if (c == nullptr) continue;
    const release_at_end held{*c};      // outside the lock: it may be the last handle
    if (c->home == first_own_home + i)  // else the cell is already another actor's
      all.push_back({static_cast<int>(i), c->id, describe(*c)});
  }
  return all;
}

}  // namespace troupe::detail
