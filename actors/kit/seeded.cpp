// seeded.cpp: the scheduler on one thread, in an order that a seed decides.
#include <troupe/actors/kit/seeded.hpp>

#include <troupe/actors/detail/job.hpp>
#include <troupe/actors/detail/request_block.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/scheduling/alarm_clock.hpp>
#include <troupe/actors/engine/turn.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace troupe::kit {

using detail::cell;

seeded::seeded(std::uint64_t seed)
    : seed_(seed), random_(seed), clock_(std::make_unique<detail::alarm_clock>()) {}

seeded::~seeded() = default;

void seeded::start(detail::core& system) {
  system_ = &system;
  (void)free_context();
}

detail::context& seeded::free_context() {
  if (turns_begun_ < contexts_.size()) return *contexts_[turns_begun_];
  contexts_.push_back(std::make_unique<detail::context>());
  detail::context& x = *contexts_.back();
  x.system = system_;
  // Nobody does: a turn that does not end is the program's end here.
  x.out.may_be_robbed(*system_);
  x.observes = system_->options.observe;
  return x;
}

std::vector<detail::context*> seeded::contexts() {
  std::vector<detail::context*> all;
  all.reserve(contexts_.size());
  for (const auto& x : contexts_) all.push_back(x.get());
  return all;
}

std::uint16_t seeded::own_thread(cell&) { return detail::first_own_home; }

bool seeded::schedule(cell& c) noexcept {
  if (takes_none_) return false;
  ready_.push_back(&c);
  return true;
}

void seeded::arm(detail::clock_entry& e, time_point when) noexcept { clock_->set(e, when); }

bool seeded::perform(detail::job& j) noexcept try {
  jobs_.push_back(&j);
  return true;
} catch (const std::bad_alloc&) {
  return false;
}

void seeded::run_job(std::size_t i) {
  detail::job& j = *jobs_[i];
  jobs_[i] = jobs_.back();
  jobs_.pop_back();
  j.perform(j);
  detail::deliver_reserved(*j.owner, j);
}

bool seeded::step() {
  if (ready_.empty() && jobs_.empty()) clock_->fire(now_);  // what is due needs no time to pass
  if (ready_.empty() && jobs_.empty()) return false;
  const std::size_t i = random_() % (ready_.size() + jobs_.size());
  if (i >= ready_.size()) return run_job(i - ready_.size()), true;
  cell& c = *ready_[i];
  ready_[i] = ready_.back();
  ready_.pop_back();
  auto budget = static_cast<unsigned>(1 + random_() % 4);
  detail::context& x = free_context();
  ++turns_begun_;
  detail::context* const before = std::exchange(detail::here, &x);
  const detail::turn_end end = detail::run_turn(c, x, budget);
  detail::here = before;
  --turns_begun_;
  if (end == detail::turn_end::more) ready_.push_back(&c);
  return true;
}

bool seeded::run_to_rest() {
  for (std::uint64_t turns = 0; turns < turns_max; ++turns)
    if (!step()) return true;
  return false;
}

void seeded::settle() {
  if (!run_to_rest())
    throw std::runtime_error("troupe: the stage does not settle, after " +
                             std::to_string(turns_max) +
                             " turns: messages go round for ever. seed " + std::to_string(seed_));
}

/// To the next timer that is due by `limit`. @returns false if there is none
bool seeded::pass_to(time_point limit) {
  if (clock_->next() > limit || clock_->next() == time_point::max()) return false;
  now_ = std::max(now_, clock_->next());
  clock_->fire(now_);
  return true;
}

void seeded::advance(duration d) {
  const time_point until = now_ + d;
  settle();
  while (pass_to(until)) settle();
  now_ = std::max(now_, until);  // a turn that waits for an answer lets time pass
}

void seeded::wait_while(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                        time_point deadline) noexcept {
  for (std::uint64_t turns = 0; word.load(std::memory_order_acquire) == value; ++turns)
    if (turns == turns_max || (!step() && !pass_to(deadline))) {
      if (deadline != time_point::max()) now_ = std::max(now_, deadline);
      return;
    }
}

bool seeded::drain(time_point deadline) {
  const auto pending = [this] { return system_->sum().is_waiting(); };
  while (run_to_rest()) {
    if (!pending()) return true;
    if (!pass_to(deadline)) return false;
  }
  return false;
}

bool seeded::wait_for_end(time_point) { return run_to_rest() && system_->sum().all_ended(); }

bool seeded::stop(time_point) noexcept {
  while (!jobs_.empty()) run_job(0);
  return true;
}

cell* seeded::take_rest() noexcept {
  takes_none_ = true;
  cell* rest = nullptr;
  for (cell* const c : std::exchange(ready_, {})) {
    c->run_link = rest;
    rest = c;
  }
  return rest;
}

std::vector<worker_info> seeded::infos() const {
  worker_info one;
  for (const auto& x : contexts_) x->counted.add_to(one.counted);
  return {one};
}

std::string seeded::placement_text() const { return "one thread, seed " + std::to_string(seed_); }

}  // namespace troupe::kit
