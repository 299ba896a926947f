// runtime.cpp: memory, handles, and the sending side of a message.
//
//   Cost     deliver: two loads and one multiplication for the capacity, one exchange; a lock or a
//            system call only where a sleeping worker has to be woken.
#include <troupe/actors/detail/runtime.hpp>

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/detail/request_block.hpp>
#include <troupe/actors/engine/assert.hpp>
#include <troupe/actors/engine/begins/seat.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/pool.hpp>

#include <cstdio>
#include <cstdlib>

#if defined(TROUPE_MALLOC)
#include <new>
#else
#include <mimalloc.h>
#endif

namespace troupe::detail {

void assertion_failed(const char* what, const char* file, int line) noexcept {
  std::fprintf(stderr, "troupe: assertion failed: %s (%s:%d)\n", what, file, line);
  std::abort();
}

// --- memory

namespace {

#if defined(TROUPE_MALLOC)
void* take(std::size_t bytes, std::size_t alignment) noexcept {
  if (alignment <= alignof(std::max_align_t)) return std::malloc(bytes);
  return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
}
void give(void* memory) noexcept { std::free(memory); }
#else
void* take(std::size_t bytes, std::size_t alignment) noexcept {
  return alignment <= alignof(std::max_align_t) ? mi_malloc(bytes)
                                                : mi_malloc_aligned(bytes, alignment);
}
void give(void* memory) noexcept { mi_free(memory); }
#endif

#if defined(NDEBUG)
void count_live(std::int64_t) noexcept {}
#else
std::atomic<std::int64_t> live{0};
void count_live(std::int64_t by) noexcept { live.fetch_add(by, std::memory_order_relaxed); }
#endif

}  // namespace

void* allocate(std::size_t bytes, std::size_t alignment) noexcept {
  void* const memory = take(bytes, alignment);
  if (memory != nullptr) count_live(1);
  return memory;
}

void deallocate(void* memory) noexcept {
  count_live(-1);
  give(memory);
}

std::int64_t live_envelopes() noexcept {
#if defined(NDEBUG)
  return 0;
#else
  return live.load(std::memory_order_relaxed);
#endif
}

// --- cells

void retain(cell& c) noexcept { c.reach.fetch_add(one_handle, std::memory_order_relaxed); }

void release(cell& c) noexcept {
  auto reach = c.reach.load(std::memory_order_relaxed);
  std::uint64_t left = 0;
  do {
    left = reach == one_handle ? told : reach - one_handle;
    // release: what this handle's holder did, to the turn that frees the cell. acquire: what the
    // others did.
  } while (!c.reach.compare_exchange_weak(reach, left, std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
  if (reach != one_handle) return;
  publish_chain();  // C2
  if (c.box.push(&c.unreferenced)) schedule(c);
}

bool acquire(cell& c) noexcept {
  auto reach = c.reach.load(std::memory_order_acquire);
  do {
    if (reach == reach_freed) return false;
    // acquire: what was written before the cell got its first handle.
  } while (!c.reach.compare_exchange_weak(reach, reach + one_handle, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
  return true;
}

bool acquire(cell& c, std::uint64_t id) noexcept {
  if (!acquire(c)) return false;
  if (c.id == id) return true;
  release(c);
  return false;
}

bool acquire_living(cell& c, std::uint64_t id) noexcept {
  auto reach = c.reach.load(std::memory_order_acquire);
  do {
    if ((reach & leaving) != 0) return false;  // or freed
  } while (!c.reach.compare_exchange_weak(reach, reach + one_handle, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
  if (c.id == id && (c.at() < phase::stopping || may_be_followed(c))) return true;
  release(c);
  return false;
}

std::uint64_t id_of(const cell& c) noexcept { return c.id; }
std::uint32_t incarnation_of(const cell& c) noexcept { return c.incarnation_now(); }
core& core_of(cell& c) noexcept { return core_at(c); }
actor_system& system_of(cell& c) noexcept { return core_at(c).owner; }

cell_extras& extras_of(cell& c) {
  if (c.extras == nullptr) c.extras = new cell_extras;
  return *c.extras;
}

cell* running_cell() noexcept {
  return here != nullptr ? here->running.load(std::memory_order_relaxed) : nullptr;
}

void refuse_to_be_self() noexcept {
  assertion_failed(
      "self() and then() belong in a spawned actor's own handlers, not in its "
      "constructor",
      __FILE__, __LINE__);
}

std::string describe(const cell& c) {
  std::string s(c.ops->actor);
  if (c.is_named) s += " \"" + c.extras->name + '"';
  return s + " #" + std::to_string(c.id);
}

void send_command(cell& c, command what) noexcept {
  publish_chain();
  c.commands.fetch_or(what, std::memory_order_seq_cst);  // M3: published before the mark is cleared
  if (c.box.wake()) schedule(c);
  if (what == command_kill && !is_forked(core_at(c))) core_at(c).sched->note_kill();
}

time_point deadline_in(cell& c, duration d) noexcept { return core_at(c).sched->deadline_in(d); }

// --- messages

namespace {

/// Room for one more where each is counted: reserved, if true.
[[nodiscard]] bool reserve_counted(cell& to, std::uint32_t capacity) noexcept {
  std::uint32_t queued = to.queued.load(std::memory_order_relaxed);
  do {
    if (queued >= capacity) return false;
    // Never more than there are, not even for a moment: the owner would drop one for it.
  } while (!to.queued.compare_exchange_weak(queued, queued + 1, std::memory_order_relaxed));
  return true;
}

[[nodiscard]] bool reserve_counted(cell& to) noexcept {
  return reserve_counted(to, to.capacity.load(std::memory_order_acquire));
}

/// Room for one more where samples are counted: looked at.
[[nodiscard]] bool has_room(const cell& to) noexcept {
  return to.queued.load(std::memory_order_relaxed) < to.capacity.load(std::memory_order_acquire);
}

[[nodiscard]] bool reserve(cell& to) noexcept {
  return to.counts_all ? reserve_counted(to) : has_room(to);
}

/// Whether nothing gets in any more.
[[nodiscard]] bool has_gone(const cell& to) noexcept {
  return to.at() == phase::ended ||
         (to.marks.load(std::memory_order_acquire) & mark_abandoned) != 0;
}

/// What a refused message becomes: its actor has ended, or its mailbox is full.
[[nodiscard]] dead_reason refusal(cell& to) noexcept {
  if (has_gone(to)) return dead_reason::ended;
  if (to.overflow == overflow_policy::stop_actor) send_command(to, command_overflow);
  return dead_reason::full;
}

/// Who sits where `to` was abandoned, if the message is for whoever does.
[[nodiscard]] cell* successor(const cell& to, const envelope& e) noexcept {
  if (e.incarnation != 0 || !is_seat(to) || !is_abandoned(to)) return nullptr;
  return to.extras->next_seat.load(std::memory_order_acquire);
}

void refuse(cell& to, envelope& e) noexcept {
  if (cell* const next = successor(to, e)) {
    e.flags &= envelope::detached | envelope::reserved;  // it does not count yet
    return deliver(*next, e);
  }
  const bool travels = (e.flags & envelope::detached) != 0;
  e.ops->drop(&to, e, refusal(to));
  if (!travels) deallocate(&e);
}

void push_counted(cell& to, envelope& e) noexcept {
  e.flags |= envelope::counted;
  if (is_sample(e)) e.flags |= sample_flags(to);
  if (to.box.push(&e)) schedule(to);
}

void push_sampled(cell& to, envelope& e, context* x) noexcept {
  if (is_sample(e)) [[unlikely]] {
    e.flags |= sample_flags(to);
    to.queued.fetch_add(sample_weight, std::memory_order_relaxed);
  }
  if (to.box.push(&e)) return schedule(to);
  if (x != nullptr) x->out.sent_to_busy(to, x->handled());
}

/// O1: what was sent before goes first.
[[nodiscard]] inline bool goes_with_chain(context& x, cell& to, envelope& e) noexcept {
  if (x.out.append(to, e)) [[likely]]
    return true;
  x.out.close();
  return false;
}

[[nodiscard]] bool has_chain(const context* x) noexcept { return x != nullptr && x->out.is_open(); }

}  // namespace

std::uint32_t sample_flags(const cell& to) noexcept {
  core& system = core_at(to);
  if (!system.options.observe) return envelope::sampled;
  return envelope::sampled | coarse_milliseconds(*system.sched) << envelope::flag_bits;
}

void deliver(cell& to, envelope& e) noexcept {
  context* const x = here;
  if (has_chain(x) && goes_with_chain(*x, to, e)) return;
  if (to.counts_all) [[unlikely]] {
    if (to.is_pool) return deliver_to_pool(to, e);
    return reserve_counted(to) ? push_counted(to, e) : refuse(to, e);
  }
  if (!has_room(to)) [[unlikely]]
    return refuse(to, e);
  push_sampled(to, e, x);
}

void deliver_reserved(cell& to, envelope& e) noexcept {
  context* const x = here;
  if (has_chain(x) && goes_with_chain(*x, to, e)) return;
  if (to.box.push(&e)) schedule(to);
}

void deliver_chain(cell& to, link* first, link* last, std::uint32_t weight) noexcept {
  if (reserve(to)) [[likely]] {
    if (weight != 0) to.queued.fetch_add(weight, std::memory_order_relaxed);
    if (to.box.push_chain(first, last)) schedule_elsewhere(to);
    return;
  }
  last->next.store(nullptr, std::memory_order_relaxed);
  while (first != nullptr) {
    auto& e = static_cast<envelope&>(*first);
    first = e.next.load(std::memory_order_relaxed);
    if ((e.flags & envelope::reserved) == 0)
      refuse(to, e);
    else if (to.box.push(&e))
      schedule(to);
  }
}

namespace {

[[nodiscard]] bool takes_none(const cell& to, std::uint32_t incarnation) noexcept {
  const phase p = to.at();
  if (p >= phase::stopping && (p != phase::vacant || !keeps_messages(to))) return true;
  return incarnation != 0 && incarnation != to.incarnation_now();
}

}  // namespace

tell_status try_reserve(cell*& to, std::uint32_t incarnation, const envelope_ops& ops,
                        const void* message) noexcept {
  if (to == nullptr) return tell_status::closed;
  if (to->is_pool) return try_reserve_in_pool(to, ops, message);
  return try_reserve(*to, incarnation);
}

tell_status try_reserve(cell& to, std::uint32_t incarnation) noexcept {
  if (takes_none(to, incarnation)) return tell_status::closed;
  publish_chain();
  if (reserve(to)) return tell_status::queued;
  return refusal(to) == dead_reason::ended ? tell_status::closed : tell_status::full;
}

tell_status try_place(cell*& to, std::uint32_t incarnation, const envelope_ops& ops,
                      const void* message) noexcept {
  if (to == nullptr) return tell_status::closed;
  if (to->is_pool) {
    cell* const member = choose_in_pool(*to, ops, message);
    if (member == nullptr) return tell_status::closed;
    to = member;
    incarnation = 0;
  }
  if (takes_none(*to, incarnation)) return tell_status::closed;
  publish_chain();
  // With drop_oldest the senders' capacity is twice the actor's.
  const unsigned share = to->overflow == overflow_policy::drop_oldest ? 2 : 1;
  const std::uint32_t capacity = to->capacity.load(std::memory_order_acquire) / share;
  if (to->counts_all ? reserve_counted(*to, capacity) : has_room(*to)) return tell_status::queued;
  return has_gone(*to) ? tell_status::closed : tell_status::full;
}

void unreserve(cell& to) noexcept {
  if (to.is_pool) return unreserve_in_pool(to);
  if (to.counts_all) to.queued.fetch_sub(1, std::memory_order_relaxed);
}

void deliver_to_place(cell& to, envelope& e) noexcept {
  if (to.is_pool) return deliver_to_places_in_pool(to, e);
  to.counts_all ? push_counted(to, e) : push_sampled(to, e, here);
}

void dead_letter(cell* to, std::string_view message, dead_reason why) noexcept {
  core* const system = to != nullptr ? &core_at(*to) : here != nullptr ? here->system : nullptr;
  if (system == nullptr) return report_unsent(message);
  count_dead_letter(*system, to, message, why);
  report_dead_letter(*system, to, message, why);
}

}  // namespace troupe::detail
