// birth.cpp: how an actor begins.
//
//   Before   spawn.hpp through runtime.hpp.      After   its first turn, if it has an on_start.
//   Called   any thread on a system; in the parent's turn for a child.
//   Rules    N1  Prepare may throw and leaves nothing behind; attach never throws.
#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/engine/begins/seat.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/spawn.hpp>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace troupe::detail {
namespace {

/// Workers take ids by the thousand, so that spawns on two cores share nothing.
std::uint64_t new_id(core& system) noexcept {
  constexpr std::uint64_t share = 1024;
  if (here == nullptr || here->on == nullptr || here->system != &system)
    return system.next_id.fetch_add(1, std::memory_order_relaxed);
  if (here->next_id == here->ids_end) {
    here->next_id = system.next_id.fetch_add(share, std::memory_order_relaxed);
    here->ids_end = here->next_id + share;
  }
  return here->next_id++;
}

/// What the options say, looked at before anything is made.
struct mailbox_options {
  std::uint32_t capacity = static_cast<std::uint32_t>(default_capacity);
  overflow_policy overflow = overflow_policy::reject_newest;
  std::uint16_t home = 0;
  std::uint32_t suspended_max = static_cast<std::uint32_t>(default_max_suspended);
  bool own_thread = false;
};

std::uint16_t home_of(core& system, int worker) {
  if (worker == -1) return 0;
  if (!system.sched->has_home(worker))
    throw bad_option("troupe: spawn_options.home is " + std::to_string(worker) +
                     ": this system's workers are 0 to " +
                     std::to_string(system.sched->infos().size() - 1) + "; -1 means any");
  return static_cast<std::uint16_t>(std::min(worker + 1, first_own_home - 1));  // on a stage: any
}

/// @throws bad_option
mailbox_options check(core& system, const spawn_options* options) {
  constexpr std::size_t most = std::uint32_t{1} << 30;
  if (options == nullptr) return {};
  if (options->capacity == 0)
    throw bad_option("troupe: spawn_options.capacity is 0: a mailbox holds at least one message");
  mailbox_options checked;
  checked.capacity = static_cast<std::uint32_t>(std::min(options->capacity, most));
  checked.overflow = options->overflow;
  if (checked.overflow == overflow_policy::drop_oldest) checked.capacity *= 2;  // see turn.cpp
  checked.home = home_of(system, options->home);
  checked.own_thread = options->own_thread;
  if (checked.own_thread && checked.home != 0)
    throw bad_option("troupe: spawn_options.own_thread and home " + std::to_string(options->home) +
                     ": an actor is on a thread of its own or on a worker: leave out one of them");
  if (options->max_suspended == 0)
    throw bad_option("troupe: spawn_options.max_suspended is 0: at least one handler may wait");
  checked.suspended_max = static_cast<std::uint32_t>(std::min(options->max_suspended, most));
  return checked;
}

void reset(cell& c, core& system, const body_ops& ops, const mailbox_options& wanted) noexcept {
  c.ops = &ops;
  c.id = new_id(system);
  c.queued.store(0, std::memory_order_relaxed);
  c.commands.store(0, std::memory_order_relaxed);
  c.capacity.store(wanted.capacity, std::memory_order_relaxed);
  c.overflow = wanted.overflow;
  c.counts_all =
      wanted.capacity <= exact_capacity_max || wanted.overflow != overflow_policy::reject_newest;
  c.home = wanted.home & 0x1FFFU;
  c.is_pool = false;
  c.marks.store(0, std::memory_order_relaxed);
  c.incarnation.store(0, std::memory_order_relaxed);
  c.enter(phase::ended);
  c.ended_as = exit_kind::normal;
  c.told_seen = false;
  c.said_stop = false;
  c.not_started = true;
  c.was_killed = false;
  c.has_body = false;
  c.turns.store(0, std::memory_order_relaxed);
  c.handled.store(0, std::memory_order_relaxed);
}

/// Counted before the state is read: either this sees that the system is closing, or shutdown sees
/// that there is one more to wait for.
cell& take_cell(core& system, std::size_t bytes) {
  if (here != nullptr && here->on != nullptr && here->system == &system) {
    cell& c = system.blocks.take(bytes, &here->cells);
    here->counted.add(count::cells_made);
    std::atomic_thread_fence(std::memory_order_seq_cst);  // with the one in actor_system::shutdown
    if (system.state.load(std::memory_order_relaxed) == core_state::open) return c;
    system.blocks.give(c, &here->cells);
    here->counted.add(count::cells_freed);
    here->counted.add(count::abandoned);
    throw system_closed();
  }
  const std::lock_guard lock(system.life_mutex);
  if (system.state.load(std::memory_order_relaxed) != core_state::open) throw system_closed();
  cell& c = system.blocks.take(bytes, nullptr);
  counted(system, count::cells_made);
  return c;
}

}  // namespace

void give_back(cell& c) noexcept {
  core& system = core_at(c);
  bool closed = false;
  {
    const std::lock_guard lock(system.life_mutex);
    closed = system.state.load(std::memory_order_relaxed) == core_state::closed;
    system.blocks.give(c, nullptr);
    system.others.add_shared(count::cells_freed);  // at once: whoever closes the system adds up
  }
  if (closed) release_core(system);
}

cell& prepare(core& system, const body_ops& ops, cell* parent, const spawn_options* options) {
  refuse_if_forked(system);
  const bool named = options != nullptr && !options->name.empty();
  const mailbox_options wanted = check(system, options);
  std::unique_ptr<cell_extras> extras;
  const bool limited = wanted.suspended_max != default_max_suspended;
  if (named || parent != nullptr || limited) extras = std::make_unique<cell_extras>();
  if (limited) extras->suspended_max = wanted.suspended_max;
  if (named) extras->name = options->name;
  if (parent != nullptr) {
    if (!parent->lives())
      throw std::logic_error("troupe: spawn in on_stop: a stopping actor can have no children");
    (void)extras_of(*parent);
  }
  cell& c = take_cell(system, ops.bytes);
  reset(c, system, ops, wanted);
  c.is_child = parent != nullptr;
  c.is_named = named;
  c.extras = extras.release();
  if (wanted.own_thread) try {
      c.home = system.sched->own_thread(c) & 0x1FFFU;
    } catch (...) {
      abandon(c);
      throw;
    }
  if (parent == nullptr) return c;
  void* const memory = allocate(sizeof(kinship), alignof(kinship));
  if (memory == nullptr) {
    abandon(c);
    throw std::bad_alloc();
  }
  auto* const kin = ::new (memory) kinship;
  kin->parent = parent;
  c.extras->kin.store(kin, std::memory_order_relaxed);
  return c;
}

void abandon(cell& c) noexcept {
  counted(core_at(c), count::abandoned);
  if (has_own_thread(c)) core_at(c).sched->drop_own_thread(c);
  if (c.extras != nullptr)
    if (kinship* const kin = c.extras->kin.load(std::memory_order_relaxed)) deallocate(kin);
  delete std::exchange(c.extras, nullptr);
  give_back(c);
}

void attach(cell& c) noexcept {
  counted(core_at(c), count::spawned);
  // Of a new cell: it is a seat, in which nobody has lived yet.
  const bool vacant = (c.marks.load(std::memory_order_relaxed) & mark_ended) != 0;
  const bool starts = !vacant && c.ops->start != nullptr;
  c.has_body = !vacant;
  c.enter(vacant ? phase::vacant : starts ? phase::starting : phase::running);
  c.not_started = starts || vacant;
  if (starts) c.commands.store(command_start, std::memory_order_relaxed);
  if (kinship* const k =
          c.extras != nullptr ? c.extras->kin.load(std::memory_order_relaxed) : nullptr) {
    k->ops = &child_gone_ops;
    k->flags = envelope::reserved;
    k->child = &c;
    k->child_id = c.id;
    join_family(*k->parent, *k);
  }
  if (core_at(c).events.is_read()) [[unlikely]] {
    emit(c, event_kind::spawned);
    if (c.at() == phase::running) emit(c, event_kind::started);
  }
  c.reach.store(one_handle, std::memory_order_release);
  if (starts) {
    publish_chain();  // on_start may run elsewhere at once
    if (c.box.wake()) schedule(c);
  }
  std::atomic_thread_fence(std::memory_order_seq_cst);  // with the one in actor_system::shutdown
  if (core_at(c).state.load(std::memory_order_relaxed) == core_state::open) [[likely]]
    return;
  retire(c);
  send_command(c, command_shutdown);  // born too late to be found
}

}  // namespace troupe::detail
