// turn_model.hpp: senders, turns and workers around the shipped mailbox, which watch its rules.
//
//   Before   mailbox_test.cpp says how many of each.   After   engine/mailbox.hpp, under test.
//   Called   on virtual threads; the turn is that of engine/turn.cpp, the senders those of
//            detail/runtime.cpp, the end that of engine/life.cpp, without what users see.
//   Holds    one world per execution: cells, counts. Messages are tracked: a leak is a failure.
//   Rules    T1  A double schedule is a failure at once, and so are two workers in one turn.
//            T2  A lost wake-up leaves a message or a command behind, which at_end finds.
#pragma once

#include "explorer.hpp"
#include <troupe/actors/engine/mailbox.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace turn_model {

inline constexpr auto relaxed = std::memory_order_relaxed;
inline constexpr auto acquire = std::memory_order_acquire;
inline constexpr auto acq_rel = std::memory_order_acq_rel;
inline constexpr auto seq_cst = std::memory_order_seq_cst;

/// Mistakes that a runtime around a correct mailbox can make; a test has to find each.
enum class fault : std::uint8_t {
  none,
  push_without_schedule,  ///< M1: the sender that found the mark forgets about it
  schedule_without_mark,  ///< M1: each sender schedules
  front_retired_at_once,  ///< M2: an envelope is freed while its `next` may still be written
  last_retired_twice,     ///< M2: the owner frees what going idle has given back, and again
  sent_on_in_chain,       ///< detach left out: the envelope is sent on while it is still linked
  gap_taken_for_idle,     ///< U3: a half-linked envelope ends the turn for good
  no_second_look,         ///< M3: the owner marks and does not look at the commands again
  turn_not_taken_back,    ///< M3: the owner sees a command behind the mark, and just goes on
  command_after_wake,     ///< M3: the system sender clears the mark before it publishes
  command_without_wake,   ///< M3: the system sender leaves it to the others
  last_link_in_chain,     ///< the embedded link comes back while the mailbox still has it
  late_look_unguarded,    ///< M3: a second look that comes late wakes a cell that is gone
  ends_without_a_look,    ///< `unreferenced` has been seen, and what came since is not looked for
  chain_scheduled_each,   ///< M1: the sender of a chain schedules for each of its envelopes
  chain_by_its_first,     ///< a chain is pushed as if its first envelope were its last
  chain_backwards,        ///< its envelopes are linked against the order in which they were sent
  chain_grows_behind,     ///< O1: one more is linked to a chain that has been pushed
};

/// What happens to an envelope that was detached.
enum class journey : std::uint8_t { none, to_the_other_cell, back_to_the_same, ends_at_once };

/// A scenario.
struct plan {
  unsigned producers = 2;
  unsigned pushes = 1;   ///< by each producer
  unsigned chained = 1;  ///< so many of them are linked first, and pushed together
  unsigned system_senders = 0;
  unsigned workers = 1;
  unsigned budget = 8;  ///< messages per turn
  journey detached = journey::none;
  unsigned travellers = ~0U;  ///< a bit per push: which of them are detached
  bool counted = false;       ///< each producer holds a handle; the cell ends behind the last one
  bool gives_one = false;     ///< the first handler gives a handle away, which is used and dropped
  bool used_again = false;    ///< another actor moves into the cell that is gone
  fault planted = fault::none;
};

/// How often something rare happened, over all executions of a search.
struct sightings {
  std::size_t gaps = 0;
  std::size_t seconds = 0;  ///< the second look found a command, and the turn was taken back
  std::size_t yielded = 0;  ///< it found one, and somebody else had the turn
};

inline constexpr unsigned lanes = 5;  // up to three producers, late senders, what was sent on
inline constexpr unsigned late = lanes - 2;
inline constexpr unsigned sent_on = lanes - 1;
inline constexpr unsigned nobody = ~0U;
inline constexpr std::uint64_t one_handle = 2;
inline constexpr std::uint64_t told = 1;
inline constexpr std::uint64_t reach_freed = ~std::uint64_t{0};

template <class Atomics>
struct message : model::tracked, troupe::detail::basic_link<Atomics> {
  unsigned sender = nobody;
  unsigned number = 0;
  bool travels = false;
  bool gives_handle = false;
};

/// As much of engine/cell.hpp as the mailbox's rules speak about.
template <class Atomics>
struct cell {
  using link = troupe::detail::basic_link<Atomics>;

  troupe::detail::basic_mailbox<Atomics> box;
  typename Atomics::template atomic<std::uint32_t> commands{0};
  typename Atomics::template atomic<std::uint64_t> reach{0};
  typename Atomics::template atomic<bool> scheduled{false};
  typename Atomics::template atomic<bool> starting{false};
  // The owner's.
  message<Atomics> unreferenced;
  bool told_seen = false;
  link* held = nullptr;  // handled, and not yet given back by the mailbox
  // What the tests look at.
  unsigned holder = nobody;  // whose turn it is
  bool ended = false;        // the actor is gone
  bool freed = false;        // and the cell is
  std::uint32_t obeyed = 0;
  std::array<unsigned, lanes> handled{};
};

/// Everything of one execution.
template <class Atomics>
struct world {
  explicit world(const plan& how, sightings& found) : what(how), seen(found) {}

  const plan what;
  sightings& seen;
  std::array<cell<Atomics>, 2> cells;
  unsigned busy = 0;      // senders that have not ended, cells that are scheduled or in a turn
  bool given = false;     // a handle lies ready for the thread that drops it
  bool reusable = false;  // the first cell has been given back
  unsigned returned = 0;  // envelopes that were sent on

  [[nodiscard]] bool planted(fault f) const noexcept { return what.planted == f; }
};

// --- the sending side, as in detail/runtime.cpp

template <class Atomics>
void schedule(world<Atomics>& w, cell<Atomics>& c) {
  ++w.busy;
  model::check(!c.scheduled.exchange(true, acq_rel), "M1: scheduled once");
}

template <class Atomics>
void push(world<Atomics>& w, cell<Atomics>& c, message<Atomics>& e) {
  const bool was_idle = c.box.push(&e);
  if (w.planted(fault::push_without_schedule)) return;
  if (was_idle || w.planted(fault::schedule_without_mark)) schedule(w, c);
}

/// As in engine/outgoing.cpp: what a handler has sent to one that is busy.
template <class Atomics>
struct chain {
  message<Atomics>* first = nullptr;
  message<Atomics>* last = nullptr;
  unsigned length = 0;

  void append(message<Atomics>& e) {
    last != nullptr ? last->next.store(&e, relaxed) : void(first = &e);
    last = &e;
    ++length;
  }
  void prepend(message<Atomics>& e) {
    e.next.store(first, relaxed);
    first = &e;
    if (last == nullptr) last = &e;
    ++length;
  }
};

template <class Atomics>
void push_chain(world<Atomics>& w, cell<Atomics>& c, chain<Atomics>& all) {
  message<Atomics>* const end = w.planted(fault::chain_by_its_first) ? all.first : all.last;
  const bool was_idle = c.box.push_chain(all.first, end);
  if (was_idle) schedule(w, c);
  for (unsigned i = 1; i < all.length && w.planted(fault::chain_scheduled_each); ++i)
    if (was_idle) schedule(w, c);
}

template <class Atomics>
void send_command(world<Atomics>& w, cell<Atomics>& c, std::uint32_t what) {
  const bool too_late = w.planted(fault::command_after_wake);
  if (!too_late) c.commands.fetch_or(what, seq_cst);
  if (!w.planted(fault::command_without_wake) && c.box.wake()) schedule(w, c);
  if (too_late) c.commands.fetch_or(what, seq_cst);
}

template <class Atomics>
void release(world<Atomics>& w, cell<Atomics>& c) {
  auto reach = c.reach.load(relaxed);
  std::uint64_t left = 0;
  do {
    left = reach == one_handle ? told : reach - one_handle;
  } while (!c.reach.compare_exchange_weak(reach, left, acq_rel, relaxed));
  if (reach == one_handle) push(w, c, c.unreferenced);
}

template <class Atomics>
[[nodiscard]] bool acquire_handle(cell<Atomics>& c) {
  auto reach = c.reach.load(acquire);
  do {
    if (reach == reach_freed) return false;
  } while (!c.reach.compare_exchange_weak(reach, reach + one_handle, acq_rel, acquire));
  return true;
}

/// A command of one that holds no handle: a parent's, for instance.
template <class Atomics>
void acquire_and_command(world<Atomics>& w, cell<Atomics>& c, std::uint32_t what) {
  if (!acquire_handle(c)) return;
  send_command(w, c, what);
  release(w, c);
}

// --- the owner, as in engine/turn.cpp

enum class turn_end : std::uint8_t { idle, more, gap, freed };

template <class Atomics>
class turn {
public:
  turn(world<Atomics>& w, cell<Atomics>& c, unsigned worker) : w_(w), c_(c), worker_(worker) {
    hold();
  }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

  turn_end run() {
    unsigned budget = w_.what.budget;
    for (;;) {
      if (c_.commands.load(relaxed) != 0) c_.obeyed |= c_.commands.exchange(0, acquire);
      if (w_.what.used_again && c_.starting.load(relaxed)) {
        c_.starting.store(false, relaxed);
        continue;
      }
      link* const next = c_.box.front();
      if (next == nullptr) {
        if (c_.told_seen && leave()) return turn_end::freed;
        if (went_idle()) return turn_end::idle;
        if (c_.box.front() == nullptr && c_.commands.load(relaxed) == 0) return gap();
        continue;
      }
      if (budget == 0) return more(turn_end::more);
      --budget;
      if (!handle(static_cast<message<Atomics>&>(*next))) return gap();
    }
  }

private:
  using link = typename cell<Atomics>::link;

  void hold() {
    model::check(c_.holder == nobody, "M1: one worker in a turn");
    model::check(!c_.freed, "no turn of a cell that is gone");
    c_.holder = worker_;
  }
  turn_end more(turn_end why) {
    c_.holder = nobody;
    return why;
  }
  turn_end gap() {
    ++w_.seen.gaps;
    return more(w_.planted(fault::gap_taken_for_idle) ? turn_end::idle : turn_end::gap);
  }

  bool went_idle() {
    link* retired = nullptr;
    link* const held = std::exchange(c_.held, nullptr);
    c_.holder = nobody;
    if (!c_.box.try_idle(retired)) {
      hold();
      c_.held = held;
      return false;
    }
    model::check(retired == held, "M2: an idle mailbox has given everything back");
    if (retired != nullptr) retire(retired);
    if (retired != nullptr && w_.planted(fault::last_retired_twice)) retire(retired);
    if (w_.planted(fault::no_second_look) || c_.commands.load(seq_cst) == 0) return true;
    if (!w_.planted(fault::turn_not_taken_back) && !takes_back()) {
      ++w_.seen.yielded;
      return true;
    }
    ++w_.seen.seconds;
    hold();
    return false;
  }

  /// The cell may have been run by others meanwhile, freed, and used again: what is not free may be
  /// woken, for whoever lives there now.
  bool takes_back() {
    if (w_.planted(fault::late_look_unguarded)) return c_.box.wake();
    if (!acquire_handle(c_)) return false;
    const bool woken = c_.box.wake();
    release(w_, c_);
    return woken;
  }

  void retire(link* l) {
    if (l != &c_.unreferenced) delete static_cast<message<Atomics>*>(l);
  }

  bool handle(message<Atomics>& e) {
    e.touch();
    link* retired = nullptr;
    link* const held = std::exchange(c_.held, nullptr);
    if (&e == &c_.unreferenced ? !w_.planted(fault::last_link_in_chain)
                               : e.travels && !w_.planted(fault::sent_on_in_chain)) {
      if (!c_.box.detach(&e, retired)) {
        c_.held = held;
        return false;
      }
    } else {
      retired = c_.box.advance(&e);
      c_.held = &e;
    }
    model::check(retired == held, "the envelope handled before is given back");
    if (retired != nullptr) retire(retired);
    const bool stays = !e.travels;
    serve(e);
    if (stays && w_.planted(fault::front_retired_at_once)) {
      retire(&e);
      c_.held = nullptr;
    }
    return true;
  }

  void serve(message<Atomics>& e) {
    if (&e == &c_.unreferenced) {
      c_.told_seen = true;
      return;
    }
    model::check(c_.handled[e.sender]++ == e.number, "a sender's envelopes come in order, once");
    model::check(!c_.told_seen || w_.what.gives_one, "`unreferenced` comes last");
    model::check(!c_.ended && !(w_.what.used_again && c_.starting.load(relaxed)),
                 "served while the actor lives");
    if (e.gives_handle) {
      c_.reach.fetch_add(one_handle, relaxed);
      w_.given = true;
    }
    if (e.travels) send_on(e);
  }

  void send_on(message<Atomics>& e) {
    if (w_.what.detached == journey::ends_at_once) {
      delete &e;
      return;
    }
    e.travels = false;
    e.sender = sent_on;
    e.number = w_.returned++;
    push(w_, w_.cells[w_.what.detached == journey::to_the_other_cell ? 1 : 0], e);
  }

  /// As leave() and free_cell() in engine/life.cpp, for a cell without children and asks.
  bool leave() {
    for (;;) {
      auto reach = c_.reach.load(acquire);
      if (reach != told) {
        if (!c_.reach.compare_exchange_strong(reach, reach & ~told, acq_rel, relaxed)) continue;
        c_.told_seen = false;
        return false;
      }
      if (!w_.planted(fault::ends_without_a_look) && !c_.box.is_empty()) return false;
      c_.ended = true;
      if (!c_.box.is_empty()) return false;
      if (c_.reach.compare_exchange_strong(reach, reach_freed, acq_rel, relaxed)) break;
    }
    c_.holder = nobody;
    c_.freed = true;
    link* retired = nullptr;
    model::check(c_.box.try_idle(retired), "a cell that nobody reaches has an empty mailbox");
    model::check(retired == c_.held, "the end gives the last envelope back");
    if (retired != nullptr) retire(retired);
    c_.held = nullptr;
    w_.reusable = true;
    return true;
  }

  world<Atomics>& w_;
  cell<Atomics>& c_;
  const unsigned worker_;
};

// --- the threads

template <class Atomics>
void produce(world<Atomics>& w, unsigned me) {
  cell<Atomics>& c = w.cells[0];
  chain<Atomics> kept;
  for (unsigned i = 0; i < w.what.pushes; ++i) {
    auto* const e = new message<Atomics>;
    e->sender = me;
    e->number = i;
    e->travels = w.what.detached != journey::none && (w.what.travellers >> i & 1U) != 0;
    e->gives_handle = w.what.gives_one && me == 0 && i == 0;
    if (w.what.chained == 1) {
      push(w, c, *e);
      continue;
    }
    const bool too_late = kept.length == w.what.chained;  // it has been pushed
    w.planted(fault::chain_backwards) ? kept.prepend(*e) : kept.append(*e);
    if (too_late || (kept.length < w.what.chained && i + 1 < w.what.pushes)) continue;
    push_chain(w, c, kept);
    if (!w.planted(fault::chain_grows_behind)) kept = {};
  }
  if (w.what.counted) release(w, c);
  --w.busy;
}

template <class Atomics>
void work(world<Atomics>& w, unsigned me) {
  for (;;) {
    model::wait_until([&] {
      return w.busy == 0 || w.cells[0].scheduled.load(acquire) ||
             w.cells[1].scheduled.load(acquire);
    });
    if (w.busy == 0) return;
    cell<Atomics>& c = w.cells[w.what.detached == journey::to_the_other_cell &&
                               w.cells[1].scheduled.load(relaxed)];
    if (!c.scheduled.exchange(false, acq_rel)) continue;
    const turn_end end = turn<Atomics>(w, c, me).run();
    if (end == turn_end::more || end == turn_end::gap) schedule(w, c);
    --w.busy;
    if (end == turn_end::gap) model::yield();
  }
}

/// Uses the handle that the first handler gave away.
template <class Atomics>
void send_late(world<Atomics>& w) {
  model::wait_until([&w] { return w.given; });
  auto* const e = new message<Atomics>;
  e->sender = late;
  push(w, w.cells[0], *e);
  release(w, w.cells[0]);
  --w.busy;
}

/// As reset() and attach() in engine/life.cpp; then the new actor gets a message.
template <class Atomics>
void move_in(world<Atomics>& w) {
  cell<Atomics>& c = w.cells[0];
  model::wait_until([&w] { return w.reusable; });
  c.commands.store(0, relaxed);
  c.told_seen = c.ended = c.freed = false;
  c.starting.store(true, relaxed);
  c.reach.store(one_handle, std::memory_order_release);
  if (c.box.wake()) schedule(w, c);
  auto* const e = new message<Atomics>;
  e->sender = late;
  push(w, c, *e);
  release(w, c);
  --w.busy;
}

/// What must be true when nothing moves any more.
template <class Atomics>
void look_back(world<Atomics>& w) {
  const plan& p = w.what;
  const unsigned sent = p.producers * p.pushes + (p.gives_one || p.used_again ? 1 : 0);
  unsigned arrived = 0;
  for (unsigned lane = 0; lane < sent_on; ++lane) arrived += w.cells[0].handled[lane];
  model::check(arrived == sent, "no envelope is left behind");
  model::check(w.cells[0].handled[sent_on] + w.cells[1].handled[sent_on] == w.returned,
               "no envelope that was sent on is left behind");
  model::check(w.cells[0].freed == p.counted, "a cell ends when nobody can reach it");
  // What comes behind the end is not obeyed.
  const std::uint32_t commands = p.counted ? w.cells[0].obeyed : (1U << p.system_senders) - 1;
  model::check(w.cells[0].obeyed == commands, "M3: no command is left behind");
  message<Atomics> probe;
  for (auto& c : w.cells) model::check(c.box.push(&probe), "M2: the owner is marked idle");
}

/// The program: `how` as threads.
template <class Atomics = model::atomics>
auto program(plan how, sightings& seen) {
  return [how, &seen](model::run& run) {
    auto* const w = run.make<world<Atomics>>(how, seen);
    run.name(&w->cells[0], "cell");
    run.name(&w->cells[1], "other");
    const auto thread = [&](auto body) {
      ++w->busy;
      run.thread(body);
    };
    for (auto& c : w->cells) c.reach.store(one_handle, relaxed);
    if (how.counted) w->cells[0].reach.store(how.producers * one_handle, relaxed);
    for (unsigned i = 0; i < how.producers; ++i) thread([=] { produce(*w, i); });
    for (unsigned i = 0; i < how.system_senders; ++i) {
      thread([=] {
        how.counted ? acquire_and_command(*w, w->cells[0], 1U << i)
                    : send_command(*w, w->cells[0], 1U << i);
        --w->busy;
      });
    }
    if (how.gives_one) thread([=] { send_late(*w); });
    if (how.used_again) thread([=] { move_in(*w); });
    for (unsigned i = 0; i < how.workers; ++i) run.thread([=] { work(*w, i); });
    run.at_end([=] { look_back(*w); });
  };
}

}  // namespace turn_model
