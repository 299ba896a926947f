// stash.cpp: messages that wait until their actor wants them.
#include <troupe/actors/engine/stash.hpp>

#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/detail/request_block.hpp>
#include <troupe/actors/engine/begins/seat.hpp>
#include <troupe/actors/engine/core.hpp>

#include <algorithm>

namespace troupe::detail {
namespace {

envelope* after(const envelope& e) noexcept {
  return static_cast<envelope*>(e.next.load(std::memory_order_relaxed));
}

/// Of one who does not live: whether it is kept for the next incarnation, not dropped.
bool waits_for_next(const cell& c, const envelope& e) noexcept {
  if (e.ops->kind != envelope_kind::message || (e.flags & envelope::reserved) != 0) return false;
  if ((e.flags & envelope::detached) == 0) return keeps_messages(c);
  const auto& r = static_cast<const request_block&>(e);
  return c.at() != phase::ended && may_be_followed(c) && r.waits_for_restart;
}

/// The phase follows the reasons.
void set_reasons(cell& c, unsigned reasons) noexcept {
  c.extras->stashes_for = static_cast<std::uint8_t>(reasons);
  if (c.lives()) c.enter(reasons != 0 ? phase::stashing : phase::running);
}

}  // namespace

void begin_stash(cell& c, stash_reason why) noexcept {
  set_reasons(c, c.extras->stashes_for | unsigned{why});
}

void end_stash(cell& c, stash_reason why) noexcept {
  set_reasons(c, c.extras->stashes_for & ~unsigned{why});
  look_at_stash(c);
}

bool is_wanted(const cell& c, const envelope& e) noexcept {
  if (!c.lives()) return !waits_for_next(c, e);
  const cell_extras& x = *c.extras;
  switch (e.ops->kind) {
    case envelope_kind::control:
    case envelope_kind::operation: return true;
    case envelope_kind::reply:
      return (x.stashes_for & stash_exclusive) == 0 || &e == static_cast<envelope*>(x.exclusive);
    case envelope_kind::stop:  // for a process that waits it is the end of its inbox
      return x.stashes_for == 0 || (x.stashes_for == stash_only && x.inbox != nullptr);
    case envelope_kind::message: break;
  }
  if (x.stashes_for == 0) return true;
  return x.stashes_for == stash_only &&
         std::find(x.wanted.begin(), x.wanted.end(), e.ops->tag) != x.wanted.end();
}

void put_aside(cell& c, envelope& e) noexcept {
  cell_extras& x = *c.extras;
  e.next.store(nullptr, std::memory_order_relaxed);
  if (x.stashed == nullptr)
    x.stashed = &e;
  else
    x.last_stashed->next.store(&e, std::memory_order_relaxed);
  x.last_stashed = &e;
}

envelope* take_wanted(cell& c) noexcept {
  cell_extras& x = *c.extras;
  envelope* before = nullptr;
  for (envelope* e = x.stashed; e != nullptr; before = e, e = after(*e)) {
    if (!is_wanted(c, *e)) continue;
    if (before == nullptr)
      x.stashed = after(*e);
    else
      before->next.store(after(*e), std::memory_order_relaxed);
    if (x.last_stashed == e) x.last_stashed = before;
    return e;
  }
  return nullptr;
}

void look_at_stash(cell& c) noexcept {
  if (c.extras->stashed != nullptr) c.commands.fetch_or(command_stash, std::memory_order_relaxed);
}

// --- what activity.hpp promises of this

void begin_of_start(cell& c) noexcept { begin_stash(c, stash_start); }
void end_of_start(cell& c) noexcept {
  note_started(c);
  end_stash(c, stash_start);
}

void want_only(cell& c, std::span<const message_tag> wanted) {
  open_books(c);
  c.extras->wanted = wanted;
  begin_stash(c, stash_only);
  look_at_stash(c);
}

void want_all(cell& c) noexcept {
  if (c.extras != nullptr) end_stash(c, stash_only);
}

}  // namespace troupe::detail
