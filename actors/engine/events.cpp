// events.cpp: the events of one system, for those who read them.
#include <troupe/actors/engine/events.hpp>

#include <troupe/actors/engine/scheduling/futex.hpp>
#include <troupe/actors/engine/scheduling/scheduler.hpp>
#include <troupe/actors/options.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace troupe::detail {
namespace {

constexpr std::size_t kept_most = std::size_t{1} << 24;
constexpr duration quiet_between_bursts = std::chrono::seconds(1);

}  // namespace

event_stream::event_stream(std::size_t kept) : kept_(kept) {
  if (kept == 0 || kept > kept_most)
    throw bad_option("troupe: system_options.events_kept is " + std::to_string(kept) +
                     ": it is 1 to " + std::to_string(kept_most));
}

std::uint64_t event_stream::join() {
  const std::lock_guard lock(mutex_);
  if (ring_.empty()) ring_.resize(kept_);
  readers_.fetch_add(1, std::memory_order_relaxed);
  return written_;
}

void event_stream::leave() noexcept {
  std::vector<std::shared_ptr<const event>> unread;  // destroyed after the lock is given up
  const std::lock_guard lock(mutex_);
  if (readers_.fetch_sub(1, std::memory_order_relaxed) != 1) return;
  unread.swap(ring_);
  refusals_ = {};
}

void event_stream::put(std::shared_ptr<event> e, scheduler& clock) noexcept {
  std::shared_ptr<const event> before;  // destroyed after the lock is given up
  bool somebody_waits = false;
  {
    const std::lock_guard lock(mutex_);
    if (ring_.empty()) return;  // the last reader has left meanwhile
    if (e != nullptr) {
      e->number = written_;
      e->time = clock.now();  // under the lock: so it does not go back
    }
    before = std::exchange(ring_[written_ % kept_], std::move(e));
    ++written_;
    changes_.fetch_add(1, std::memory_order_release);
    somebody_waits = waiting_ != 0;
  }
  if (somebody_waits) wake_waiter(changes_);
}

std::shared_ptr<const event> event_stream::take(event_place& at) noexcept {
  const std::lock_guard lock(mutex_);
  const std::uint64_t oldest = written_ - std::min<std::uint64_t>(written_, kept_);
  if (at.next < oldest) at.missed += oldest - std::exchange(at.next, oldest);
  while (at.next < written_) {
    const auto& e = ring_[at.next++ % kept_];
    if (e != nullptr) return e;
    ++at.missed;
  }
  return nullptr;
}

bool event_stream::begins_burst(std::uint64_t actor, time_point now) noexcept {
  const std::lock_guard lock(mutex_);
  refusal* found = refusals_.data();
  for (refusal& r : refusals_)
    if (r.actor == actor) {
      const bool is_new = now - r.last >= quiet_between_bursts;
      r.last = now;
      return is_new;
    } else if (r.last < found->last) {
      found = &r;
    }
  *found = {actor, now};
  return true;
}

void event_stream::waits() noexcept {
  const std::lock_guard lock(mutex_);
  ++waiting_;
}

void event_stream::waits_no_more() noexcept {
  const std::lock_guard lock(mutex_);
  --waiting_;
}

void event_stream::close() noexcept {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changes_.fetch_add(1, std::memory_order_release);
  }
  wake_waiter(changes_);
}

bool event_stream::is_closed() noexcept {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace troupe::detail
