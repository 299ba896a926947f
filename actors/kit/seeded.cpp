// seeded.cpp: the scheduler on one thread, in an order that a seed decides.
#include <troupe/actors/kit/seeded.hpp>

#include <troupe/actors/detail/job.hpp>
#include <troupe/actors/detail/request_block.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/scheduling/alarm_clock.hpp>
#include <troupe/actors/engine/turn.hpp>

#include <stdexcept>
#include <utility>

namespace troupe::kit {

using detail::cell;

seeded::seeded(std::uint64_t seed)
    : seed_(seed),
      random_(seed),
      context_(std::make_unique<detail::context>()),
      clock_(std::make_unique<detail::alarm_clock>()) {}

seeded::~seeded() = default;

void seeded::start(detail::core& system) {
  context_->system = &system;
  // Nobody does: a turn that does not end is the program's end here.
  context_->out.may_be_robbed(system);
  context_->observes = system.options.observe;
}

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
  detail::context* const before = std::exchange(detail::here, context_.get());
  const detail::turn_end end = detail::run_turn(c, *context_, budget);
  detail::here = before;
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
  now_ = until;
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
  const auto pending = [this] { return context_->system->sum().is_waiting(); };
  while (run_to_rest()) {
    if (!pending()) return true;
    if (!pass_to(deadline)) return false;
  }
  return false;
}

bool seeded::wait_for_end(time_point) {
  return run_to_rest() && context_->system->sum().all_ended();
}

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
  context_->counted.add_to(one.counted);
  return {one};
}

std::string seeded::placement_text() const { return "one thread, seed " + std::to_string(seed_); }

}  // namespace troupe::kit
