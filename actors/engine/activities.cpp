// activities.cpp: handlers that are suspended.
#include <troupe/actors/engine/activities.hpp>

#include <troupe/actors/detail/job.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/engine/pool.hpp>
#include <troupe/actors/engine/stash.hpp>

#include <stdexcept>
#include <system_error>
#include <utility>

namespace troupe::detail {
namespace {

/// A handler has been suspended for the first time.
void list(activity& a) noexcept {
  cell_extras& x = *a.owner->extras;
  a.is_listed = true;
  a.after = x.activities;
  if (a.after != nullptr) a.after->before = &a;
  x.activities = &a;
  if (++x.suspended == x.suspended_max) begin_stash(*a.owner, stash_limit);
  if (a.owner->is_child) show_suspended(*a.owner);
}

void strike(activity& a) noexcept {
  cell_extras& x = *a.owner->extras;
  a.is_listed = false;
  (a.before != nullptr ? a.before->after : x.activities) = a.after;
  if (a.after != nullptr) a.after->before = a.before;
  if (x.suspended-- == x.suspended_max) end_stash(*a.owner, stash_limit);
  if (a.owner->is_child) show_suspended(*a.owner);
}

void destroy(activity& a) noexcept {
  if (a.is_listed) strike(a);
  request_block* const serves = std::exchange(a.serves, nullptr);
  a.frame.destroy();  // and `a` with it
  if (serves != nullptr) orphan_request(*serves);
}

/// The handler that has ended while something in it was resumed: at most one.
void complete_finished() {
  activity* const a = std::exchange(here->finished, nullptr);
  if (a == nullptr) return;
  strike(*a);
  a->complete(*a);
}

[[nodiscard]] bool is_dying(const activity& a) noexcept {
  for (const activity* p = &a; p != nullptr; p = p->parent)
    if (p->is_dying) return true;
  return false;
}

[[nodiscard]] bool is_within(const activity& a, const activity& outer) noexcept {
  for (const activity* p = &a; p != nullptr; p = p->parent)
    if (p == &outer) return true;
  return false;
}

/// The outermost one that was given up and has nothing outside any more.
[[nodiscard]] activity* free_to_go(activity& a) noexcept {
  activity* found = nullptr;
  for (activity* p = &a; p != nullptr; p = p->parent)
    if (p->is_dying && p->outside == 0) found = p;
  return found;
}

}  // namespace

void promise_base::end_of(activity& a) noexcept {
  if (a.ended != nullptr) return a.ended(a);
  here->finished = &a;  // completed by whoever has resumed it
}

void begin_activity(cell& c, activity& a) {
  a.owner = &c;
  a.deadline = here->deadline;
  a.frame.resume();
  if (here->finished == nullptr) return list(a);
  here->finished = nullptr;
  a.complete(a);
}

void suspension::resume_in(activity& a, std::coroutine_handle<> h) {
  resume_nested(a, h);
  complete_finished();
}

void suspension::resume_nested(activity& a, std::coroutine_handle<> h) noexcept {
  if (is_dying(a)) return;
  here->deadline = a.deadline;
  h.resume();
}

bool give_up(activity& a) noexcept {
  a.is_dying = true;
  if (a.outside == 0) return true;
  for (outside_operation* o = a.owner->extras->outside; o != nullptr; o = o->after_)
    if (is_within(o->in(), a)) o->tell_to_end();
  return false;
}

void refuse_second_await() {
  throw std::logic_error(
      "troupe: this task has been awaited before, or was moved from: a task is "
      "awaited once");
}

// --- operations outside

void outside_operation::begin() noexcept {
  cell_extras& x = *owner().extras;
  after_ = x.outside;
  if (after_ != nullptr) after_->before_ = this;
  x.outside = this;
  for (activity* p = &in(); p != nullptr; p = p->parent) ++p->outside;
  if (owner().at() == phase::stopping) tell_to_end();
}

void outside_operation::back() {
  cell& c = owner();
  (before_ != nullptr ? before_->after_ : c.extras->outside) = after_;
  if (after_ != nullptr) after_->before_ = before_;
  before_ = after_ = nullptr;
  if (told_to_end_) --c.extras->ending;
  for (activity* p = &in(); p != nullptr; p = p->parent) --p->outside;
  if (activity* const given_up = free_to_go(in());
      given_up != nullptr && given_up->ended != nullptr) {
    given_up->ended(*given_up);
    complete_finished();
  } else if (c.at() != phase::stopping) {  // else it is destroyed where it is suspended
    resume();
  }
  if (c.at() == phase::stopping) continue_end(c);
}

void outside_operation::tell_to_end() noexcept {
  if (!std::exchange(told_to_end_, true)) ++owner().extras->ending;
  cancel_(*this);
}

void cancel_operations(cell& c) noexcept {
  for (activity* a = c.extras->activities; a != nullptr; a = a->after)
    a->is_dying = c.extras->inbox == nullptr;
  for (outside_operation* o = c.extras->outside; o != nullptr; o = o->after_) o->tell_to_end();
}

void remind_operations(cell& c) noexcept {
  if (c.extras == nullptr || c.extras->ending == 0) return;
  for (outside_operation* o = c.extras->outside; o != nullptr; o = o->after_)
    if (o->told_to_end_) o->tell_to_end();
}

bool end_activities(cell& c) noexcept {
  bool all = true;
  for (activity* a = c.extras->activities; a != nullptr;) {
    activity* const next = a->after;
    if (give_up(*a))
      destroy(*a);
    else
      all = false;
    a = next;
  }
  return all;
}

bool has_outside(const cell& c) noexcept { return c.extras->outside != nullptr; }

// --- jobs

void begin_job(cell& owner, job& j) {
  j.owner = &owner;
  ++owner.extras->away;
  core& system = core_at(owner);
  if (!is_forked(system) && system.sched->perform(j)) return;
  --owner.extras->away;
  throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again),
                          "troupe: blocking(): no thread can be had");
}

void end_job(cell& owner) noexcept { --owner.extras->away; }

// --- waits that end by themselves

void counted_wait::begin(cell& c) {
  open_books(c);
  c_ = &c;
  ++c.extras->waits;
  here->counted.add(count::waits_begun);
}

void counted_wait::end() noexcept {
  if (c_ == nullptr) return;
  --std::exchange(c_, nullptr)->extras->waits;
  here->counted.add(count::waits_ended);
}

}  // namespace troupe::detail
