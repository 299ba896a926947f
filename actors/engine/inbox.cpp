// inbox.cpp: a process and its inbox.
#include <troupe/actors/engine/inbox.hpp>

#include <troupe/actors/detail/inbox_state.hpp>
#include <troupe/actors/engine/assert.hpp>
#include <troupe/actors/engine/begins/seat.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/engine/stash.hpp>

#include <stdexcept>

namespace troupe::detail {
namespace {

/// The process waits for all, or for what is in `wanted`.
void want(cell& c, std::span<const message_tag> wanted) noexcept {
  c.extras->wanted = wanted;
  if (!wanted.empty()) begin_stash(c, stash_only);
  end_stash(c, stash_busy);
}

void want_nothing(cell& c) noexcept {
  begin_stash(c, stash_busy);
  end_stash(c, stash_only);
}

}  // namespace

const alarm_ops receiver::timeout_ops{[](cell& c, alarm&) { stop_waiting(c).resume(); }, nullptr};

receiver& receiver::stop_waiting(cell& c) noexcept {
  TROUPE_ASSERT(c.extras->inbox->waiting != nullptr);
  receiver& r = *c.extras->inbox->waiting;
  c.extras->inbox->waiting = nullptr;
  r.waits_ = false;
  if (r.timeout_.is_set()) clear_alarm(c, r.timeout_);
  want_nothing(c);
  return r;
}

receiver::~receiver() {
  if (waits_) (void)stop_waiting(cell_);
}

bool receiver::wait(std::span<const message_tag> wanted, duration longest) {
  inbox_state& in = *cell_.extras->inbox;
  if (in.waiting != nullptr)
    throw std::logic_error("troupe: next(): this inbox is waited for already: one at a time");
  if (!cell_.lives()) return false;  // N2: what came is dropped
  in.waiting = this;
  waits_ = true;
  want(cell_, wanted);
  if (in.closed) cell_.commands.fetch_or(command_stash, std::memory_order_relaxed);
  if (longest == duration::max()) return true;
  set_alarm(cell_, timeout_, deadline_in(cell_, longest));
  return true;
}

void open_inbox(cell& c, inbox_state& state) {
  open_books(c);
  c.extras->inbox = &state;
  begin_stash(c, stash_busy);
  emit(c, event_kind::started);
  tell_begun(c);
}

bool is_selective(const cell& c) noexcept { return c.extras->stashes_for == stash_only; }

bool is_inbox_closed(const cell& c) noexcept { return c.extras->inbox->closed; }

void reopen_inbox(cell& c) noexcept {
  if (c.lives()) c.extras->inbox->closed = false;
}

void end_inbox(cell& c) {
  if (c.extras == nullptr || c.extras->inbox == nullptr) return;
  c.extras->inbox->closed = true;
  if (c.extras->inbox->waiting != nullptr) receiver::stop_waiting(c).resume();
}

void end_process(cell& c) { begin_stop(c, *here, exit_kind::normal); }

bool close_inbox(cell& c) noexcept {
  if (c.extras->inbox == nullptr) return false;
  inbox_state& in = *c.extras->inbox;
  if (!in.closed) c.commands.fetch_or(command_stash, std::memory_order_relaxed);
  in.closed = true;
  return true;
}

void close_if_empty(cell& c) {
  if (c.extras == nullptr || c.extras->inbox == nullptr || !c.lives()) return;
  inbox_state& in = *c.extras->inbox;
  if (in.closed && in.waiting != nullptr) receiver::stop_waiting(c).resume();
}

}  // namespace troupe::detail
