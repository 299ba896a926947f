// seat.cpp: a cell in which incarnations follow one another.
#include <troupe/actors/engine/begins/seat.hpp>

#include <troupe/actors/detail/recipe.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/engine/stash.hpp>
#include <troupe/actors/options.hpp>

#include <utility>

namespace troupe::detail {
namespace {

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

}  // namespace

bool may_be_followed(const cell& c) noexcept {
  constexpr unsigned final = mark_retired | mark_abandoned;
  return is_seat(c) && (c.marks.load(std::memory_order_acquire) & final) == 0;
}

bool keeps_messages(const cell& c) noexcept {
  return c.at() != phase::ended && may_be_followed(c) && c.extras->keeps == mailbox_policy::keep;
}

void build_body(cell& c) {
  if (c.at() == phase::vacant) {
    forget_incarnation(c);
    core_at(c).watches.begin_incarnation(c);
    here->counted.add(count::restarted);
    c.enter(phase::starting);
  }
  c.extras->how->build(c);
  c.has_body = true;
  look_at_stash(c);  // T2
}

void end_vacancy(cell& c, context& x) noexcept {
  c.enter(phase::ended);
  c.capacity.store(0, std::memory_order_release);  // with reserve(): nothing gets in any more
  look_at_stash(c);                                // what was kept is dropped
  tell_parent(c);
  x.counted.add(count::ended);
}

void retire(cell& c) noexcept { c.marks.fetch_or(mark_retired, std::memory_order_acq_rel); }

// --- what detail/recipe.hpp promises

handle make_seat(core& system, cell* parent, const spawn_options* options,
                 std::shared_ptr<const recipe> how, mailbox_policy waiting) {
  cell& c = prepare(system, how->ops(), parent, options);
  try {
    cell_extras& x = extras_of(c);
    x.how = std::move(how);
    x.keeps = waiting;
  } catch (...) {
    abandon(c);
    throw;
  }
  attach(c);
  return handle::adopt_seat(c);
}

void start_again(cell& seat) noexcept { send_command(seat, command_start); }

void give_up_seat(cell& seat) noexcept {
  retire(seat);
  send_command(seat, command_shutdown);
}

}  // namespace troupe::detail
