// turn.cpp: one visit of a worker to a cell.
//
//   Cost     per message that was told: one load of the system word, one acquire load, one indirect
//            call, two stores for the recorder; if the mailbox is empty afterwards one
//            compare-exchange. No lock, no clock, no count shared between cores. One message in
//            512 reads the clock twice.
#include <troupe/actors/engine/turn.hpp>

#include <troupe/actors/engine/alarms.hpp>
#include <troupe/actors/engine/begins/seat.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/ends/watches.hpp>
#include <troupe/actors/engine/inbox.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/engine/requests.hpp>
#include <troupe/actors/engine/stash.hpp>

#include <cxxabi.h>
#include <exception>

namespace troupe::detail {
namespace {

/// What a handler may have left behind on this thread.
void clear_up(cell& c, context& x) {
  if (x.out.is_open()) [[unlikely]]
    x.out.close();
  if (x.orphans != nullptr) [[unlikely]]  // an exception that the handler itself has caught
    answer_orphans(c, x, dead_reason::cancelled);
}

/// U1: the one place where exceptions of user code end.
template <class F>
[[gnu::always_inline]] inline void guarded(cell& c, context& x, F f) {
  try {
    f();
    clear_up(c, x);
  } catch (abi::__forced_unwind&) {
    x.out.close();
    fail(c, x, exit_reason::failed("forced unwind", "its thread was cancelled"));
    throw;
  } catch (const std::exception& e) {
    x.out.close();
    fail(c, x, reason_of(e));
  } catch (...) {
    x.out.close();
    fail(c, x, reason_of(std::current_exception()));
  }
}

[[gnu::always_inline]] inline void invoke(cell& c, context& x, envelope& e) {
  guarded(c, x, [&] { e.ops->run(c, e); });
}

/// The header of an envelope handled earlier is no longer the mailbox's.
void retire(link* l) noexcept {
  if (l != nullptr) deallocate(static_cast<envelope*>(l));
}

/// What was put aside, one at a time: between two of them the system lane is looked at. Then the
/// end of an inbox.
void look_into_stash(cell& c, context& x, unsigned& budget);

/// What was told after a start that has not been seen yet is meant for the one that starts.
bool is_told_to_end_at_once(unsigned what) noexcept {
  return (what & command_start) != 0 && (what & (command_kill | command_shutdown)) != 0;
}

/// U2: the system lane, and the first turn.
void obey(cell& c, context& x, unsigned& budget) {
  if (is_forked(core_at(c))) end_forked(c.ops->actor);  // G2
  unsigned what = c.commands.exchange(0, std::memory_order_acquire);
  x.handling.store(nullptr, std::memory_order_relaxed);
  if ((what & command_kill) != 0) begin_kill(c, x);
  if ((what & command_exit) != 0) take_exits(c, x);
  if (c.at() == phase::vacant && !may_be_followed(c)) end_vacancy(c, x);
  if (c.at() == phase::vacant && is_told_to_end_at_once(what)) {
    refuse_start(c, (what & command_kill) != 0 ? exit_kind::killed : exit_kind::shutdown);
    what &= ~unsigned{command_start};
  }
  const bool stops = c.at() >= phase::stopping;  // then what is refused is no second failure
  if (!stops && (what & command_shutdown) != 0) {
    guarded(c, x, [&] { stop_as_told(c, x, exit_kind::shutdown); });
  } else if (!stops && (what & command_leave) != 0) {
    begin_stop(c, x, exit_reason(c.extras->reason));
  } else if (!stops && (what & command_overflow) != 0) {
    fail(c, x, exit_reason::failed("mailbox_full", "more messages came than its capacity allows"));
  } else {
    if ((what & command_start) != 0) guarded(c, x, [&] { start_body(c); });
    if ((what & command_time) != 0) guarded(c, x, [&] { ring_due(c, only_alarm(c)); });
    if ((what & command_stash) != 0) look_into_stash(c, x, budget);
    return (void)(x.deadline = time_point::max());
  }
  if ((what & command_stash) != 0) look_at_stash(c);  // to be dropped
  x.deadline = time_point::max();
}

enum class outcome : std::uint8_t { handled, half_linked };

/// A request: not run if nobody waits for it any more; what it asks in turn inherits its deadline.
void serve(cell& c, context& x, request_block& r) {
  if (r.cancelled.load(std::memory_order_relaxed))
    return r.ops->drop(&c, r, dead_reason::cancelled);
  if (r.until <= core_at(c).sched->coarse_now()) return r.ops->drop(&c, r, dead_reason::expired);
  if (r.is_offer) {
    if (!take_offer(r)) return r.ops->drop(&c, r, dead_reason::cancelled);
    return invoke(c, x, r);
  }
  x.deadline = r.until;
  invoke(c, x, r);
  x.deadline = time_point::max();
}

/// With the overflow policy drop_oldest the senders' capacity is twice the actor's.
[[nodiscard]] bool drops_it(const cell& c) noexcept {
  return c.overflow == overflow_policy::drop_oldest &&
         c.queued.load(std::memory_order_relaxed) > c.capacity.load(std::memory_order_relaxed) / 2;
}

/// A message of the user's. Whether it is dropped is decided before it is taken off the count.
[[gnu::always_inline]] inline void admit(cell& c, context& x, envelope& e, bool is_too_old) {
  if (!c.lives())
    e.ops->drop(&c, e, may_be_followed(c) ? dead_reason::restarted : dead_reason::ended);
  else if (e.incarnation != 0 && e.incarnation != c.incarnation_now())
    e.ops->drop(&c, e, dead_reason::restarted);
  else if (is_too_old)
    e.ops->drop(&c, e, dead_reason::full);
  else if ((e.flags & envelope::detached) != 0)
    serve(c, x, static_cast<request_block&>(e));
  else
    invoke(c, x, e);
}

/// One of the messages that are looked at more closely: how long it waited, and took.
void sample(cell& c, context& x, envelope& e, bool is_too_old) {
  scheduler& sched = *core_at(c).sched;
  const body_ops* const actor = c.ops;
  const std::uint32_t waited = (coarse_milliseconds(sched) - (e.flags >> envelope::flag_bits)) &
                               (~std::uint32_t{0} >> envelope::flag_bits);
  const time_point start = sched.now();
  admit(c, x, e, is_too_old);
  x.samples.add(*actor, sched.now() - start, std::chrono::milliseconds(waited));
}

/// What is handled from here on: counted, and recorded. The count only grows: the recorder's
/// readers rely on it.
[[gnu::always_inline]] inline void note(const cell& c, context& x, const envelope_ops& ops) {
  x.handling.store(&ops, std::memory_order_relaxed);
  const std::uint64_t n = x.handled();
  if (x.observes) x.recent.write(n, c.id, c.incarnation_now(), ops);
  x.counted.set(count::messages, n + 1);
}

/// An envelope that is out of the mailbox, or its handled link.
[[gnu::always_inline]] inline void take_in(cell& c, context& x, envelope& e) {
  const std::uint32_t flags = e.flags;
  note(c, x, *e.ops);
  if ((flags & envelope::reserved) != 0) {
    invoke(c, x, e);
    x.deadline = time_point::max();  // a reply may have brought one
    return;
  }
  const bool is_too_old = drops_it(c);
  if ((flags & envelope::counted) != 0)
    c.queued.fetch_sub(1, std::memory_order_relaxed);
  else if ((flags & envelope::sampled) != 0)
    c.queued.fetch_sub(sample_weight, std::memory_order_relaxed);
  if ((flags & envelope::sampled) != 0 && x.observes && x.samples.wants_one())
    sample(c, x, e, is_too_old);
  else
    admit(c, x, e, is_too_old);
}

/// The actor does not want it now.
outcome keep(cell& c, envelope& e) {
  link* retired = nullptr;
  if (!c.box.detach(&e, retired)) return outcome::half_linked;
  retire(retired);
  put_aside(c, e);
  return outcome::handled;
}

void look_into_stash(cell& c, context& x, unsigned& budget) {
  if (envelope* const e = take_wanted(c)) {
    const bool travels = (e->flags & envelope::detached) != 0;
    if (budget != 0) --budget;
    take_in(c, x, *e);
    if (!travels) deallocate(e);
    return look_at_stash(c);
  }
  guarded(c, x, [&] { close_if_empty(c); });
}

/// Requests, replies, control, what counts against the capacity; and everything for an actor that
/// stashes, or does not live.
outcome handle_special(cell& c, context& x, envelope& e) {
  if (c.at() != phase::running && !is_wanted(c, e)) return keep(c, e);
  link* retired = nullptr;
  if ((e.flags & envelope::detached) != 0) {
    if (!c.box.detach(&e, retired)) return outcome::half_linked;
  } else {
    retired = c.box.advance(&e);
  }
  retire(retired);
  take_in(c, x, e);
  return outcome::handled;
}

/// The last handle is gone.
outcome handle_unreferenced(cell& c) {
  link* retired = nullptr;
  if (!c.box.detach(&c.unreferenced, retired)) return outcome::half_linked;
  retire(retired);
  c.told_seen = true;
  return outcome::handled;
}

[[gnu::always_inline]] inline outcome handle(cell& c, context& x, link* next) {
  if (next == &c.unreferenced) [[unlikely]]
    return handle_unreferenced(c);
  auto& e = static_cast<envelope&>(*next);
  if (e.flags != 0 || c.at() != phase::running) return handle_special(c, x, e);
  note(c, x, *e.ops);
  retire(c.box.advance(next));
  if (e.incarnation == 0 || e.incarnation == c.incarnation_now()) [[likely]]
    invoke(c, x, e);
  else
    admit(c, x, e, false);
  return outcome::handled;
}

/// Gives the turn up if there is nothing left. After true the cell may already be another
/// worker's.
bool went_idle(cell& c) noexcept {
  link* retired = nullptr;
  if (!c.box.try_idle(retired)) return false;
  retire(retired);
  // M3: the mark is set; a system sender either sees it, or its command is seen here. Meanwhile
  // the cell may have been run by others, freed, and used again: what is not free may be woken,
  // for whoever lives there now.
  if (c.commands.load(std::memory_order_seq_cst) == 0 || !acquire(c)) return true;
  const bool taken_back = c.box.wake();
  release(c);
  return !taken_back;
}

/// The cell's own counters, which others read without locks.
class cell_count {
public:
  cell_count(cell& c, const context& x) noexcept : handled_(x.handled()), counts_(x.observes) {
    if (counts_) c.turns.store(c.turns.load(relaxed) + 1, relaxed);
  }
  /// Before the turn is given up.
  void enter(cell& c, const context& x) noexcept {
    if (!counts_) return;
    const std::uint64_t now = x.handled();
    c.handled.store(c.handled.load(relaxed) + (now - handled_), relaxed);
    handled_ = now;
  }

private:
  static constexpr auto relaxed = std::memory_order_relaxed;
  std::uint64_t handled_;
  const bool counts_;
};

turn_end visit(cell& c, context& x, unsigned& budget) {
  cell_count counter(c, x);
  for (;;) {
    if (const unsigned told_to = c.commands.load(std::memory_order_relaxed); told_to != 0)
        [[unlikely]] {
      if (budget == 0 && told_to == command_stash) break;
      obey(c, x, budget);
      continue;
    }
    link* const next = c.box.front();
    if (next == nullptr) {
      counter.enter(c, x);
      if (c.told_seen && leave(c, x)) [[unlikely]]
        return turn_end::freed;
      if (went_idle(c)) return turn_end::idle;
      if (c.box.front() == nullptr && c.commands.load(std::memory_order_relaxed) == 0)
        return turn_end::more;  // U3
      continue;
    }
    if (budget == 0) break;
    --budget;
    if (handle(c, x, next) == outcome::half_linked) break;  // U3
  }
  counter.enter(c, x);
  return turn_end::more;
}

}  // namespace

turn_end run_turn(cell& c, context& x, unsigned& budget) {
  struct leaves {
    context& x;
    ~leaves() {
      if (x.out.is_open()) [[unlikely]]  // what on_stop has sent
        x.out.close();
      x.running.store(nullptr, std::memory_order_relaxed);
      x.counted.add(count::turns);
    }
  } const at_the_end{x};
  x.running.store(&c, std::memory_order_release);  // with undertaker.cpp: the cell has been made
  return visit(c, x, budget);
}

}  // namespace troupe::detail
