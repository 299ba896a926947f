// seat.cpp: a cell in which incarnations follow one another.
#include <troupe/actors/engine/begins/seat.hpp>

#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/engine/stash.hpp>
#include <troupe/actors/life/seat.hpp>
#include <troupe/actors/options.hpp>
#include <troupe/actors/spawn.hpp>

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

namespace troupe::detail {
namespace {

/// What one incarnation and its guardian have in common.
struct guarded_kin : kinship {
  explicit guarded_kin(ward& w, incarnation_terms t) noexcept : to(w), terms(std::move(t)) {}

  struct begun_note : envelope {
    ward* to = nullptr;
  } begun;
  ward& to;
  incarnation_terms terms;
  exit_reason why;  ///< written before its end is sent
};

void run_begun(cell&, envelope& e) { static_cast<guarded_kin::begun_note&>(e).to->begun(); }

/// T1. The guardian's own end may have waited for this.
void run_ended(cell& guardian, envelope& e) {
  auto* const k = static_cast<guarded_kin*>(&e);
  leave_family(guardian, *k);
  ward& to = k->to;
  const exit_reason why = std::move(k->why);
  k->~guarded_kin();
  deallocate(static_cast<envelope*>(k));
  struct goes_on {
    cell& c;
    ~goes_on() {
      if (c.at() == phase::stopping) continue_end(c);
    }
  } const at_the_end{guardian};
  to.ended(why);
}

constexpr envelope_ops begun_ops{&run_begun, nullptr, "child has begun", envelope_kind::control};
constexpr envelope_ops ended_ops{&run_ended, nullptr, "child ended", envelope_kind::control};

/// What one incarnation leaves behind in the extras is no concern of the next.
void forget_incarnation(cell& c) noexcept {
  cell_extras& x = *c.extras;
  c.ended_as = exit_kind::normal;
  c.said_stop = false;
  c.was_killed = false;
  c.not_started = true;
  x.reason = exit_reason();
  x.said_at_start.reset();
  x.stashes_for = 0;
  x.exclusive = nullptr;
  x.blocked_on = nullptr;
  x.wanted = {};
}

/// Who abandons the cell would take the kinship away, and have it freed: so it is borrowed.
/// Nothing happens if somebody has.
template <class F>
void with_kin(cell& c, const F& f) {
  kinship* const k = c.extras->kin.exchange(nullptr, std::memory_order_seq_cst);
  if (k == nullptr) return;
  f(static_cast<guarded_kin&>(*k));
  c.extras->kin.store(k, std::memory_order_seq_cst);
  if ((c.marks.load(std::memory_order_seq_cst) & mark_abandoned) != 0) tell_parent(c);
}

}  // namespace

bool may_be_followed(const cell& c) noexcept {
  constexpr unsigned final = mark_retired | mark_abandoned;
  return is_seat(c) && (c.marks.load(std::memory_order_acquire) & final) == 0;
}

bool keeps_messages(const cell& c) noexcept {
  constexpr unsigned keeps = mark_keeps;
  constexpr unsigned final = mark_retired | mark_abandoned;
  return (c.marks.load(std::memory_order_acquire) & (keeps | final)) == keeps &&
         c.at() != phase::ended;
}

bool build_body(cell& c) {
  cell_extras& x = *c.extras;
  std::shared_ptr<const recipe> how;
  with_kin(c, [&](guarded_kin& k) {
    how = std::move(k.terms.how);
    x.kill_limit.store(k.terms.kill_limit.count(), std::memory_order_relaxed);
    if (k.terms.waiting == mailbox_type::keep)
      c.marks.fetch_or(mark_keeps, std::memory_order_acq_rel);
    else
      c.marks.fetch_and(~unsigned{mark_keeps} & 0xFFU, std::memory_order_acq_rel);
  });
  if (how == nullptr || !may_be_followed(c)) return false;
  forget_incarnation(c);
  core_at(c).watches.begin_incarnation(c);
  if (c.incarnation_now() > 1) here->counted.add(count::restarted);
  c.enter(phase::starting);
  how->build(c);
  c.has_body = true;
  look_at_stash(c);  // T2
  return true;
}

void refuse_start(cell& c, exit_kind why) noexcept {
  c.ended_as = why;
  c.extras->said_at_start.reset();
  tell_parent(c);
}

void end_vacancy(cell& c, context& x) noexcept {
  c.incarnation.store(std::max(c.incarnation_now(), 1U), std::memory_order_relaxed);  // is_seat
  c.enter(phase::ended);
  c.capacity.store(0, std::memory_order_release);  // with reserve(): nothing gets in any more
  const auto before = c.marks.fetch_or(mark_ended, std::memory_order_acq_rel);
  if ((before & mark_named) != 0) core_at(c).names.forget(c, true);
  look_at_stash(c);  // what was kept is dropped
  x.counted.add(count::ended);
  tell_parent(c);
}

void retire(cell& c) noexcept { c.marks.fetch_or(mark_retired, std::memory_order_acq_rel); }

void tell_begun(cell& c) noexcept {
  if (!is_seat(c)) return;
  with_kin(c, [](guarded_kin& k) { deliver_reserved(*k.parent, k.begun); });
}

void tell_ended(cell& c, kinship& k) noexcept {
  auto& mine = static_cast<guarded_kin&>(k);
  mine.why = end_of(c);
  deliver_reserved(*mine.parent, mine);
}

// --- what life/seat.hpp promises

handle make_seat(core& system, const body_ops& ops, const spawn_options* options) {
  cell& c = prepare(system, ops, nullptr, options);
  try {
    (void)extras_of(c);
    c.marks.store(mark_keeps | mark_ended, std::memory_order_relaxed);
  } catch (...) {
    abandon(c);
    throw;
  }
  attach(c);
  return handle::adopt_seat(c);
}

void begin_incarnation(cell& seat, incarnation_terms terms, cell& guardian, ward& to) {
  if (!guardian.lives()) throw std::logic_error("troupe: a stopping actor can have no children");
  if (has_gone(seat) || seat.at() == phase::ended) throw system_closed();
  (void)extras_of(guardian);
  void* const memory = allocate(sizeof(guarded_kin), alignof(guarded_kin));
  if (memory == nullptr) throw std::bad_alloc();
  auto* const k = ::new (memory) guarded_kin(to, std::move(terms));
  k->ops = &ended_ops;
  k->flags = envelope::reserved | envelope::detached;
  k->parent = &guardian;
  k->child = &seat;
  k->child_id = seat.id;
  k->begun.ops = &begun_ops;
  k->begun.flags = envelope::reserved | envelope::detached;
  k->begun.to = &to;
  join_family(guardian, *k);
  // What the last incarnation was told too late is not meant for this one.
  seat.commands.fetch_and(0xFFU & ~unsigned{command_kill | command_shutdown},
                          std::memory_order_acq_rel);
  seat.extras->kin.store(k, std::memory_order_release);
  send_command(seat, command_start);
}

void stop_incarnation(cell& seat) noexcept { send_command(seat, command_shutdown); }
void kill_incarnation(cell& seat) noexcept { send_command(seat, command_kill); }

void give_up_seat(cell& seat) noexcept {
  retire(seat);
  if (is_abandoned(seat)) core_at(seat).names.forget(seat, true);  // its end will not
  send_command(seat, command_shutdown);
}

bool has_gone(const cell& seat) noexcept { return !may_be_followed(seat); }
bool was_abandoned(const cell& seat) noexcept { return is_abandoned(seat); }

void lead_on(cell& abandoned, const handle& next) noexcept {
  retain(*next.get());
  abandoned.extras->next_seat.store(next.get(), std::memory_order_release);
  core_at(abandoned).names.hand_over(abandoned, *next.get());
}

exit_reason reason_of_current() noexcept { return reason_of(std::current_exception()); }

bool lives(const cell& c) noexcept { return c.lives(); }

bool is_living(const handle& place) noexcept {
  const cell* const c = place.get();
  if (c == nullptr || !c->lives()) return false;
  return place.incarnation() == 0 || place.incarnation() == c->incarnation_now();
}

std::string_view label_of(const cell& c) noexcept {
  return c.is_named ? std::string_view(c.extras->name) : std::string_view();
}

void tell_event(const cell& who, event_kind what, const exit_reason& why,
                std::string_view text) noexcept {
  if (core_at(who).events.is_read()) emit(who, what, why, text);
}

void write_log(const cell& who, log_level level, std::string_view line) noexcept {
  if (core_at(who).options.log) log_line(core_at(who), level, line);
}

std::uint32_t incarnations_of(const cell& seat) noexcept { return seat.incarnation_now(); }

}  // namespace troupe::detail
