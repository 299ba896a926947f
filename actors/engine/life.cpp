// life.cpp: how an actor begins and ends.
#include <troupe/actors/engine/life.hpp>

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/engine/assert.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/requests.hpp>
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
  if (e.incarnation == 0 || e.incarnation == c.incarnation) begin_stop(c, *here, std::move(why));
}
constexpr envelope_ops stop_ops{&run_stop, nullptr, "stop"};

void finish(cell& c, context& x);

void run_child_gone(cell& parent, envelope& e) {
  auto& k = static_cast<kinship&>(e);
  if (k.before != nullptr)
    k.before->after = k.after;
  else
    parent.extras->children = k.after;
  if (k.after != nullptr) k.after->before = k.before;
  if (parent.at() == phase::stopping && parent.extras->children == nullptr) finish(parent, *here);
}
constexpr envelope_ops child_gone_ops{&run_child_gone, nullptr, "child ended"};

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
    log_made(core_at(c), [&, thrown = reason_of(std::current_exception())] {
      return "on_stop of " + describe(c) + " threw " + thrown.to_string();
    });
  }
}

/// What is left when on_stop has returned, in whatever way.
struct completes {
  cell& c;
  context& x;

  ~completes() {
    x.keeps_orphans = true;
    c.ops->destroy(c);
    x.keeps_orphans = false;
    c.enter(phase::ended);
    c.capacity.store(0, std::memory_order_release);  // with reserve(): nothing gets in any more
    answer_orphans(c, x, dead_reason::ended);
    x.counted.add(count::ended);
    if (c.extras != nullptr)
      if (kinship* const k = std::exchange(c.extras->kin, nullptr))
        deliver_reserved(*k->parent, *k);
    core_at(c).sched->ended_one();
  }
};

/// L1, L2: the second step of the end.
void finish(cell& c, context& x) {
  const completes at_the_end{c, x};
  if (c.ended_as != exit_kind::killed && !c.not_started) call_on_stop(c);
}

void free_cell(cell& c, context& x) noexcept {
  link* retired = nullptr;
  [[maybe_unused]] const bool empty = c.box.try_idle(retired);
  TROUPE_ASSERT(empty);
  if (retired != nullptr) deallocate(static_cast<envelope*>(retired));
  delete std::exchange(c.extras, nullptr);
  core& system = core_at(c);
  if (x.on == nullptr) return give_back(c);
  x.counted.add(count::cells_freed);
  system.blocks.give(c, &x.cells);
}

bool is_pending(const cell& c) noexcept {
  return c.extras != nullptr && (c.extras->asks != nullptr || c.extras->children != nullptr);
}

/// With those of its last 16 messages that this worker's recorder still has.
exit_reason with_recent(const exit_reason& why, const cell& c, const context& x) noexcept try {
  constexpr std::size_t most = 16;
  const auto all = x.recent.read([&] { return x.handled(); });
  std::vector<std::string_view> names;
  for (auto r = all.rbegin(); r != all.rend() && names.size() < most; ++r)
    if (r->who == c.id) names.push_back(r->what->message);
  return exit_reason::failed(std::string(why.type()), std::string(why.text()),
                             {names.rbegin(), names.rend()});
} catch (const std::bad_alloc&) {
  return why;
}

// --- the beginning

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
};

std::uint16_t home_of(core& system, int worker) {
  if (worker == -1) return 0;
  if (!system.sched->has_home(worker))
    throw bad_option("troupe: spawn_options.home is " + std::to_string(worker) +
                     ": this system's workers are 0 to " +
                     std::to_string(system.sched->contexts().size() - 1) + "; -1 means any");
  return static_cast<std::uint16_t>(worker + 1);
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
  c.home = wanted.home & 0x3FFFU;
  c.said_full.store(false, std::memory_order_relaxed);
  c.incarnation = 0;
  c.enter(phase::ended);
  c.ended_as = exit_kind::normal;
  c.told_seen = false;
  c.not_started = true;
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

void start_body(cell& c) {
  c.enter(phase::running);
  c.ops->start(c);
  c.not_started = false;
}

void begin_stop(cell& c, context& x, exit_reason why) {
  const bool killed = why == exit_kind::killed;
  if (c.at() == phase::ended) return;
  if (killed) c.ended_as = exit_kind::killed;
  if (c.at() == phase::stopping) {
    if (killed) tell_children(c, command_kill);
    return;
  }
  c.enter(phase::stopping);
  c.ended_as = why.kind();
  if (c.extras != nullptr) {
    c.extras->reason = std::move(why);
    x.keeps_orphans = true;  // the reply_tos in its continuations
    forget_asks(c);
    x.keeps_orphans = false;
    answer_orphans(c, x, dead_reason::ended);
  } else if (!why.type().empty() || !why.text().empty() || why.number() != 0) {
    try {
      extras_of(c).reason = std::move(why);
    } catch (const std::bad_alloc&) {  // the kind is kept in any case
    }
  }
  tell_children(c, killed ? command_kill : command_shutdown);
  if (!has_children(c)) finish(c, x);
}

void fail(cell& c, context& x, exit_reason why) {
  x.counted.add(count::failed);
  if (x.observes) why = with_recent(why, c, x);
  log_made(core_at(c), [&] {
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
    if (reach != told) {  // a handle was made in a turn meanwhile: be told again when it goes
      if (!c.reach.compare_exchange_strong(reach, reach & ~told, std::memory_order_acq_rel,
                                           std::memory_order_relaxed))
        continue;
      c.told_seen = false;
      return false;
    }
    // What was sent through a handle that is gone is in the mailbox, visible since the load above.
    if (!c.box.is_empty()) return false;
    if (c.at() == phase::running && !is_pending(c)) begin_stop(c, x, exit_kind::unreferenced);
    if (c.at() != phase::ended || (c.extras != nullptr && c.extras->away != 0) || has_children(c) ||
        !c.box.is_empty())
      return false;
    if (c.reach.compare_exchange_strong(reach, reach_freed, std::memory_order_acq_rel,
                                        std::memory_order_relaxed))
      break;  // C3
  }
  free_cell(c, x);
  return true;
}

exit_reason end_of(const cell& c) {
  if (c.extras != nullptr && c.extras->reason == c.ended_as) return c.extras->reason;
  return c.ended_as;
}

exit_reason reason_of(std::exception_ptr thrown) noexcept {
  const auto name = [] {
    const std::type_info* const type = abi::__cxa_current_exception_type();
    if (type == nullptr) return std::string("unknown");
    const std::unique_ptr<char, decltype(&std::free)> readable(
        abi::__cxa_demangle(type->name(), nullptr, nullptr, nullptr), &std::free);
    return std::string(readable ? readable.get() : type->name());
  };
  try {
    try {
      std::rethrow_exception(std::move(thrown));
    } catch (const std::exception& e) {
      return exit_reason::failed(name(), e.what());
    } catch (...) {
      return exit_reason::failed(name(), {});
    }
  } catch (...) {  // no memory for the words
    return exit_reason::failed({}, {});
  }
}

// --- what runtime.hpp promises of this

cell& prepare(core& system, const body_ops& ops, cell* parent, const spawn_options* options) {
  const bool named = options != nullptr && !options->name.empty();
  const mailbox_options wanted = check(system, options);
  std::unique_ptr<cell_extras> extras;
  if (named || parent != nullptr) extras = std::make_unique<cell_extras>();
  if (named) extras->name = options->name;
  if (parent != nullptr) {
    if (parent->at() != phase::running)
      throw std::logic_error("troupe: spawn in on_stop: a stopping actor can have no children");
    (void)extras_of(*parent);
  }
  cell& c = take_cell(system, ops.bytes);
  reset(c, system, ops, wanted);
  c.is_child = parent != nullptr;
  c.is_named = named;
  c.extras = extras.release();
  if (parent == nullptr) return c;
  void* const memory = allocate(sizeof(kinship), alignof(kinship));
  if (memory == nullptr) {
    abandon(c);
    throw std::bad_alloc();
  }
  c.extras->kin = ::new (memory) kinship;
  c.extras->kin->parent = parent;
  return c;
}

void abandon(cell& c) noexcept {
  counted(core_at(c), count::abandoned);
  if (c.extras != nullptr && c.extras->kin != nullptr) deallocate(c.extras->kin);
  delete std::exchange(c.extras, nullptr);
  give_back(c);
}

void attach(cell& c) noexcept {
  counted(core_at(c), count::spawned);
  c.enter(c.ops->start != nullptr ? phase::starting : phase::running);
  const bool starts = c.at() == phase::starting;
  c.not_started = starts;
  if (starts) c.commands.store(command_start, std::memory_order_relaxed);
  if (kinship* const k = c.extras != nullptr ? c.extras->kin : nullptr) {
    k->ops = &child_gone_ops;
    k->flags = envelope::reserved;
    k->child = &c;
    k->child_id = c.id;
    k->after = k->parent->extras->children;
    if (k->after != nullptr) k->after->before = k;
    k->parent->extras->children = k;
  }
  c.reach.store(one_handle, std::memory_order_release);
  if (starts && c.box.wake()) schedule(c);
  std::atomic_thread_fence(std::memory_order_seq_cst);  // with the one in actor_system::shutdown
  if (core_at(c).state.load(std::memory_order_relaxed) != core_state::open) [[unlikely]]
    send_command(c, command_shutdown);  // born too late to be found
}

void request_stop(cell* c, std::uint32_t incarnation, exit_reason why) noexcept {
  if (c == nullptr) return;
  void* const memory = allocate(sizeof(stop_envelope), alignof(stop_envelope));
  if (memory == nullptr) return send_command(*c, command_shutdown);
  auto* const e = ::new (memory) stop_envelope;
  e->ops = &stop_ops;
  e->flags = envelope::reserved;
  e->incarnation = incarnation;
  e->why = std::move(why);
  deliver_reserved(*c, *e);
}

void request_kill(cell* c, std::uint32_t incarnation) noexcept {
  if (c != nullptr && (incarnation == 0 || incarnation == c->incarnation))
    send_command(*c, command_kill);
}

void stop_self(cell& c, exit_reason why) noexcept {
  if (c.at() != phase::running) return;  // it stops already
  try {
    extras_of(c).reason = std::move(why);
    c.commands.fetch_or(command_leave, std::memory_order_relaxed);
  } catch (const std::bad_alloc&) {
    c.commands.fetch_or(command_shutdown, std::memory_order_relaxed);
  }
}

}  // namespace troupe::detail
