// turn.cpp: one visit of a worker to a cell.
//
//   Cost     per message: one load of the system word, one acquire load, one indirect call; if the
//            mailbox is empty
//            afterwards one compare-exchange. No lock, no clock, no count shared between cores.
#include <troupe/actors/engine/turn.hpp>

#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/engine/requests.hpp>

#include <cxxabi.h>
#include <exception>

namespace troupe::detail {
namespace {

class turn {
public:
  turn(cell& c, context& x) noexcept : c_(c), x_(x) {
    x_.running.store(&c, std::memory_order_relaxed);
  }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;
  ~turn() {
    x_.running.store(nullptr, std::memory_order_relaxed);
    x_.handling.store(nullptr, std::memory_order_relaxed);
    x_.counted.add(count::turns);
    x_.counted.add(count::messages, handled_);
  }

  turn_end run(unsigned& budget) {
    for (;;) {
      if (c_.commands.load(std::memory_order_relaxed) != 0) [[unlikely]]
        obey();
      if (c_.at() == phase::starting) [[unlikely]] {
        start();
        continue;
      }
      link* const next = c_.box.front();
      if (next == nullptr) {
        if (c_.told_seen && leave(c_, x_)) [[unlikely]]
          return turn_end::freed;
        if (went_idle()) return turn_end::idle;
        if (c_.box.front() == nullptr && c_.commands.load(std::memory_order_relaxed) == 0)
          return turn_end::more;  // U3
        continue;
      }
      if (budget == 0) return turn_end::more;
      --budget;
      if (!handle(static_cast<envelope&>(*next))) return turn_end::more;  // U3
    }
  }

private:
  /// Gives the turn up if there is nothing left. After true the cell may already be another
  /// worker's.
  bool went_idle() noexcept {
    link* retired = nullptr;
    if (!c_.box.try_idle(retired)) return false;
    if (retired != nullptr) retire(retired);
    // M3: the mark is set; a system sender either sees it, or its command is seen here. Meanwhile
    // the cell may have been run by others, freed, and used again: what is not free may be woken,
    // for whoever lives there now.
    if (c_.commands.load(std::memory_order_seq_cst) == 0 || !acquire(c_)) return true;
    const bool taken_back = c_.box.wake();
    release(c_);
    return !taken_back;
  }

  /// The header of an envelope handled earlier is no longer the mailbox's.
  static void retire(link* l) noexcept { deallocate(static_cast<envelope*>(l)); }

  bool handle(envelope& e) {
    link* retired = nullptr;
    const bool travels = (e.flags & envelope::detached) != 0;
    if (travels) {
      if (!c_.box.detach(&e, retired)) return false;
    } else {
      retired = c_.box.advance(&e);
    }
    if (retired != nullptr) retire(retired);
    ++handled_;
    const envelope_ops& ops = *e.ops;
    x_.handling.store(&ops, std::memory_order_relaxed);
    if (!ops.counts) {
      invoke(e);
      x_.deadline = time_point::max();  // a reply may have brought one
      return true;
    }
    if (const auto weight = weight_of(c_.counts_all, e); weight != 0) [[unlikely]]
      c_.queued.fetch_sub(weight, std::memory_order_relaxed);
    if (c_.at() != phase::running) [[unlikely]]
      ops.drop(&c_, e, dead_reason::ended);
    else if (e.incarnation != 0 && e.incarnation != c_.incarnation) [[unlikely]]
      ops.drop(&c_, e, dead_reason::restarted);
    else if (travels)
      serve(e);
    else
      invoke(e);
    return true;
  }

  /// A request: not run if nobody waits for it any more; what it asks in turn inherits its
  /// deadline.
  void serve(envelope& e) {
    auto& r = static_cast<request_block&>(e);
    if (r.cancelled.load(std::memory_order_relaxed))
      return e.ops->drop(&c_, e, dead_reason::cancelled);
    if (r.deadline <= c_.system->sched->coarse_now())
      return e.ops->drop(&c_, e, dead_reason::expired);
    x_.deadline = r.deadline;
    invoke(e);
    x_.deadline = time_point::max();
  }

  void invoke(envelope& e) {
    guarded([&] { e.ops->run(c_, e); });
  }

  void start() {
    guarded([&] { start_body(c_); });
  }

  void obey() {
    const auto what = c_.commands.exchange(0, std::memory_order_acquire);
    if ((what & command_kill) != 0) return begin_stop(c_, x_, exit_kind::killed);
    if ((what & command_shutdown) != 0) return begin_stop(c_, x_, exit_kind::shutdown);
    if ((what & command_leave) != 0) return begin_stop(c_, x_, exit_reason(c_.extras->reason));
    if ((what & command_time) != 0) guarded([&] { expire_asks(c_); });
    x_.deadline = time_point::max();
  }

  /// U1: the one place where exceptions of user code end.
  template <class F>
  void guarded(F f) {
    try {
      f();
      if (x_.orphans != nullptr) [[unlikely]]  // an exception that the handler itself has caught
        answer_orphans(c_, x_, dead_reason::cancelled);
    } catch (abi::__forced_unwind&) {
      fail(c_, x_, exit_reason::failed("forced unwind", "its thread was cancelled"));
      throw;
    } catch (...) {
      fail(c_, x_, reason_of(std::current_exception()));
    }
  }

  cell& c_;
  context& x_;
  std::uint64_t handled_ = 0;
};

}  // namespace

turn_end run_turn(cell& c, context& x, unsigned& budget) { return turn(c, x).run(budget); }

void run_closed(cell& c) noexcept {
  core& system = *c.system;
  if (here != nullptr && here->system == &system &&
      here->on == nullptr) {  // inside such a turn: not one in another
    c.run_link = here->later;
    here->later = &c;
    return;
  }
  context x;
  x.system = &system;
  context* const before = std::exchange(here, &x);
  system.holders.fetch_add(1, std::memory_order_relaxed);
  x.later = &c;
  c.run_link = nullptr;
  while (x.later != nullptr) {
    cell* const next = std::exchange(x.later, x.later->run_link);
    unsigned budget = quantum;
    if (run_turn(*next, x, budget) == turn_end::more) {
      next->run_link = x.later;
      x.later = next;
    }
  }
  here = before;
  x.counted.add_to(system.others);
  release_core(system);
}

}  // namespace troupe::detail
