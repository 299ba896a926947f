// life.cpp: how an actor ends.
#include <troupe/actors/engine/life.hpp>

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/engine/activities.hpp>
#include <troupe/actors/engine/alarms.hpp>
#include <troupe/actors/engine/assert.hpp>
#include <troupe/actors/engine/begins/seat.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/ends/graveyard.hpp>
#include <troupe/actors/engine/ends/watches.hpp>
#include <troupe/actors/engine/inbox.hpp>
#include <troupe/actors/engine/pool.hpp>
#include <troupe/actors/engine/requests.hpp>
#include <troupe/actors/engine/stash.hpp>
#include <troupe/actors/engine/timers.hpp>
#include <troupe/actors/spawn.hpp>

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <stdexcept>
#include <typeinfo>

namespace troupe::detail {
namespace {

// --- control envelopes: what an actor is told by the runtime, in order with its messages

struct stop_envelope : envelope {
  exit_reason why;
};
void run_stop(cell& c, envelope& e) {
  auto& s = static_cast<stop_envelope&>(e);
  exit_reason why = std::move(s.why);
  std::destroy_at(&s.why);
  if (c.at() == phase::vacant && !may_be_followed(c)) return end_vacancy(c, *here);
  if (e.incarnation == 0 || e.incarnation == c.incarnation_now())
    stop_as_told(c, *here, std::move(why));
}
constexpr envelope_ops stop_ops{&run_stop, nullptr, "stop", envelope_kind::stop};
/// What is put aside does not keep a system from ending.
constexpr envelope_ops shutdown_ops{&run_stop, nullptr, "shutdown", envelope_kind::control};

void finish(cell& c, context& x);

void run_child_gone(cell& parent, envelope& e) {
  leave_family(parent, static_cast<kinship&>(e));
  if (parent.at() == phase::stopping) finish(parent, *here);
}
// --- the end

bool has_children(const cell& c) noexcept {
  return c.extras != nullptr && c.extras->children != nullptr;
}

void tell_children(cell& c, command what) noexcept {
  for (kinship* k = c.extras != nullptr ? c.extras->children : nullptr; k != nullptr; k = k->after)
    if (acquire(*k->child, k->child_id)) {
      send_command(*k->child, what);
      release(*k->child);
    }
}

void call_on_stop(cell& c) {
  const exit_reason why = end_of(c);
  try {
    c.ops->stop(c, why);
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    log_made(core_at(c), log_level::error, [&, thrown = reason_of(std::current_exception())] {
      return "on_stop of " + describe(c) + " threw " + thrown.to_string();
    });
  }
}

/// What is left when on_stop has returned, in whatever way: frames and object go, if nothing
/// outside uses them.
struct completes {
  cell& c;
  context& x;

  ~completes() {
    x.keeps_orphans = true;
    const bool all_gone = c.extras == nullptr || end_activities(c);
    if (all_gone && c.has_body) {
      c.ops->destroy(c);
      c.has_body = false;
    }
    x.keeps_orphans = false;
    if (all_gone) say_ended();
    answer_orphans(c, x, dead_reason::ended);
  }

  void say_ended() const noexcept {
    emit(c, event_kind::stopped);
    const bool is_last = !may_be_followed(c);
    c.enter(is_last ? phase::ended : phase::vacant);
    if (is_last)
      c.capacity.store(0, std::memory_order_release);  // with reserve(): nothing gets in any more
    if (c.extras != nullptr) {
      c.extras->inbox = nullptr;
      c.extras->trap = nullptr;
      c.extras->locals.reset();
      cancel_last_call(c);
    }
    // acq_rel: with watch_table::put, and with whoever abandons it at this moment.
    const auto before = c.marks.fetch_or(mark_ended, std::memory_order_acq_rel);
    if ((before & mark_abandoned) != 0) return core_at(c).graves.remove(c);
    if ((before & mark_named) != 0) core_at(c).names.forget(c, is_last);  // before others know
    if ((before & mark_watched) != 0) tell_of_end(c, end_of(c));
    if (is_last) x.counted.add(count::ended);
    tell_parent(c);  // who may let the next incarnation begin at once
  }
};

/// L1, L2: the second step of the end, once its children and what is outside have come back.
void finish(cell& c, context& x) {
  if (c.extras != nullptr && (has_children(c) || has_outside(c))) return;
  const completes at_the_end{c, x};
  if (c.said_stop) return;
  c.said_stop = true;
  if (!c.was_killed && !c.not_started) call_on_stop(c);
}

void free_cell(cell& c, context& x) noexcept {
  link* retired = nullptr;
  [[maybe_unused]] const bool empty = c.box.try_idle(retired);
  TROUPE_ASSERT(empty);
  TROUPE_ASSERT(c.extras == nullptr || c.extras->stashed == nullptr);
  if (retired != nullptr) deallocate(static_cast<envelope*>(retired));
  TROUPE_ASSERT(c.extras == nullptr || c.extras->clock.held == nullptr);  // W1
  cell* const next =
      c.extras != nullptr ? c.extras->next_seat.load(std::memory_order_relaxed) : nullptr;
  delete std::exchange(c.extras, nullptr);
  if (next != nullptr) release(*next);
  core& system = core_at(c);
  if (x.on == nullptr) return give_back(c);
  x.counted.add(count::cells_freed);
  system.blocks.give(c, &x.cells);
}

bool is_pending(const cell& c) noexcept {
  const cell_extras* const x = c.extras;
  return x != nullptr &&
         (x->asks != 0 || x->children != nullptr || x->waits != 0 || x->outside != nullptr ||
          (x->timers != nullptr && !x->timers->is_empty()));
}

/// C5: from here on nobody gets a handle who has none.
/// @returns false: somebody has got one
bool refuse_the_late(cell& c, std::uint64_t& reach) noexcept {
  // Who has set the mark had a handle then, and its end is in `reach`.
  if ((c.marks.load(std::memory_order_relaxed) & mark_weak) == 0 || (reach & leaving) != 0)
    return true;
  if (!c.reach.compare_exchange_strong(reach, reach | leaving, std::memory_order_acq_rel,
                                       std::memory_order_relaxed))
    return false;
  reach |= leaving;
  if (c.box.is_empty()) return true;
  c.reach.fetch_and(~leaving, std::memory_order_acq_rel);  // one came, sent something, and went
  return false;
}

/// The type of the exception that is being handled. @throws std::bad_alloc
std::string type_of_caught() {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "unknown";
  const std::unique_ptr<char, decltype(&std::free)> readable(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, nullptr), &std::free);
  return readable ? readable.get() : type->name();
}

/// With those of its last 16 messages that this worker's recorder still has.
exit_reason with_recent(const exit_reason& why, const cell& c, const context& x) noexcept try {
  constexpr std::size_t most = 16;
  const auto all =
      x.recent.read([&] { return x.handled(); },
                    [&, incarnation = c.incarnation_now() & 0xFFFFU](const recorder::record& r) {
                      return r.who == c.id && r.incarnation == incarnation;
                    });
  std::vector<std::string_view> names;
  for (auto r = all.rbegin(); r != all.rend() && names.size() < most; ++r)
    names.push_back(r->what->message);
  const exit_reason with = exit_reason::failed(std::string(why.type()), std::string(why.text()),
                                               {names.rbegin(), names.rend()});
  return why.cause() != nullptr ? with.because_of(*why.cause()) : with;
} catch (const std::bad_alloc&) {
  return why;
}

}  // namespace

void leave_family(cell& parent, kinship& k) noexcept {
  (k.before != nullptr ? k.before->after : parent.extras->children) = k.after;
  if (k.after != nullptr) k.after->before = k.before;
}

void join_family(cell& parent, kinship& k) noexcept {
  k.after = parent.extras->children;
  if (k.after != nullptr) k.after->before = &k;
  parent.extras->children = &k;
}

void tell_parent(cell& c) noexcept {
  if (!c.is_child && !is_seat(c)) return;
  // Of the end and of who abandons it, one tells. seq_cst: with tell_pool, and with_kin, which put
  // it back and look at the marks.
  kinship* const k = c.extras->kin.exchange(nullptr, std::memory_order_seq_cst);
  if (k == nullptr) return;
  if (is_seat(c)) return tell_ended(c, *k);
  deliver_reserved(*k->parent, *k);
}

void start_body(cell& c) {
  if (c.at() == phase::ended) return tell_parent(c);  // of a seat that was given up meanwhile
  if (c.at() != phase::starting && c.at() != phase::vacant) return;
  if (is_seat(c) && !build_body(c)) return;
  c.enter(phase::running);
  if (c.ops->start != nullptr) c.ops->start(c);
  if (c.extras == nullptr || (c.extras->stashes_for & stash_start) == 0) note_started(c);
}

void begin_kill(cell& c, context& x) {
  if (c.at() > phase::stopping) return;
  c.was_killed = true;
  c.ended_as = exit_kind::killed;
  if (c.at() == phase::stopping)
    tell_children(c, command_kill);
  else
    begin_stop(c, x, exit_kind::killed);
  if (c.at() == phase::stopping) set_last_call(c);
}

void begin_stop(cell& c, context& x, exit_reason why) {
  if (c.at() >= phase::stopping) return;
  if (c.is_child) leave_pool(c);
  c.enter(phase::stopping);
  c.ended_as = why.kind();
  if (c.extras != nullptr) {
    c.extras->reason = std::move(why);
    x.keeps_orphans = true;  // the reply_tos in its continuations
    end_timers(c);
    end_watches(c);
    forget_alarms(c);
    x.keeps_orphans = false;
    answer_orphans(c, x, dead_reason::ended);
    cancel_operations(c);
    look_at_stash(c);  // what is put aside is dropped
  } else if (!why.type().empty() || !why.text().empty() || why.number() != 0) {
    try {
      extras_of(c).reason = std::move(why);
    } catch (const std::bad_alloc&) {  // the kind is kept in any case
    }
  }
  tell_children(c, c.was_killed ? command_kill : command_shutdown);
  finish(c, x);
}

void stop_as_told(cell& c, context& x, exit_reason why) {
  if (c.ops->wind_down != nullptr && c.lives()) return c.ops->wind_down(c, why);
  begin_stop(c, x, std::move(why));
}

void continue_end(cell& c) { finish(c, *here); }

void fail(cell& c, context& x, exit_reason why) {
  x.counted.add(count::failed);
  if (x.observes) why = with_recent(why, c, x);
  emit(c, event_kind::failed, why);
  log_made(core_at(c), log_level::error, [&] {
    std::string line = describe(c) + " failed: " + why.to_string();
    std::string_view between = "; its last messages: ";
    for (const std::string_view message : why.recent()) {
      line.append(between).append(message);
      between = ", ";
    }
    return line;
  });
  begin_stop(c, x, std::move(why));
  answer_orphans(c, x, dead_reason::ended);
}

bool leave(cell& c, context& x) {
  for (;;) {
    auto reach = c.reach.load(std::memory_order_acquire);
    if ((reach & ~leaving) != told) {  // a handle was made meanwhile: be told again when it goes
      if (!c.reach.compare_exchange_strong(reach, reach & ~(told | leaving),
                                           std::memory_order_acq_rel, std::memory_order_relaxed))
        continue;
      c.told_seen = false;
      return false;
    }
    if (c.at() == phase::vacant) end_vacancy(c, x);
    if (c.is_pool) let_members_go(c);
    // What was sent through a handle that is gone is in the mailbox, visible since the load above.
    if (!c.box.is_empty()) return false;
    if (c.lives() && !is_pending(c)) {
      if (!refuse_the_late(c, reach)) continue;
      if (c.extras == nullptr || !close_inbox(c)) begin_stop(c, x, exit_kind::unreferenced);
    }
    if (c.at() != phase::ended || has_children(c) || !c.box.is_empty() ||
        (c.extras != nullptr && (c.extras->away != 0 || c.extras->stashed != nullptr)))
      return false;
    if (!c.reach.compare_exchange_strong(reach, reach_freed, std::memory_order_acq_rel,
                                         std::memory_order_relaxed))
      continue;
    const unsigned told_to = c.commands.load(std::memory_order_acquire);
    if (c.box.is_empty() && (told_to & command_exit) == 0) break;  // C3
    // on_stop has made a handle, and another thread sent through it and let it go since the look
    // above; or one that it was linked to has ended. Nobody can send any more: what came is dropped
    // first. Who has found the cell freed meanwhile has missed an actor that had ended.
    c.reach.store(told, std::memory_order_release);
    return false;
  }
  free_cell(c, x);
  return true;
}

exit_reason end_of(const cell& c) {
  if ((c.marks.load(std::memory_order_acquire) & mark_abandoned) != 0) return exit_kind::killed;
  if (c.extras != nullptr && c.extras->reason == c.ended_as) return c.extras->reason;
  return c.ended_as;
}

exit_reason reason_of(const std::exception& caught) noexcept try {
  const exit_reason failed = exit_reason::failed(type_of_caught(), caught.what());
  const auto* const ask = dynamic_cast<const ask_failed*>(&caught);
  const bool is_down = ask != nullptr && ask->error() == ask_errc::down;
  return is_down ? failed.because_of(ask->error().reason()) : failed;
} catch (...) {  // no memory for the words
  return exit_reason::failed({}, {});
}

exit_reason reason_of(std::exception_ptr thrown) noexcept try {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const std::exception& e) {
    return reason_of(e);
  } catch (...) {
    return exit_reason::failed(type_of_caught(), {});
  }
} catch (...) {  // no memory for the words
  return exit_reason::failed({}, {});
}

constinit const envelope_ops child_gone_ops{&run_child_gone, nullptr, "child ended",
                                            envelope_kind::control};

// --- what runtime.hpp promises of this

void request_stop(cell* c, std::uint32_t incarnation, exit_reason why) noexcept {
  if (c == nullptr) return;
  void* const memory = allocate(sizeof(stop_envelope), alignof(stop_envelope));
  if (memory == nullptr) return send_command(*c, command_shutdown);
  auto* const e = ::new (memory) stop_envelope;
  e->ops = why == exit_kind::shutdown ? &shutdown_ops : &stop_ops;
  e->flags = envelope::reserved;
  e->incarnation = incarnation;
  e->why = std::move(why);
  deliver_reserved(*c, *e);
}

void request_kill(cell* c, std::uint32_t incarnation) noexcept {
  if (c != nullptr && (incarnation == 0 || incarnation == c->incarnation_now()))
    send_command(*c, command_kill);
}

void stop_self(cell& c, exit_reason why) noexcept {
  if (!c.lives()) return;  // it stops already
  try {
    extras_of(c).reason = std::move(why);
    c.commands.fetch_or(command_leave, std::memory_order_relaxed);
  } catch (const std::bad_alloc&) {
    c.commands.fetch_or(command_shutdown, std::memory_order_relaxed);
  }
}

}  // namespace troupe::detail
