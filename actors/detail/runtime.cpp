// runtime.cpp: memory, handles, and the sending side of a message.
//
//   Cost     deliver: one load and one multiplication for the capacity, one exchange; a lock or a
//            system call only
//            where a sleeping worker has to be woken.
#include <troupe/actors/detail/runtime.hpp>

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/detail/request_block.hpp>
#include <troupe/actors/engine/assert.hpp>
#include <troupe/actors/engine/core.hpp>

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
  if (reach == one_handle) deliver_reserved(c, c.unreferenced);  // C2
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

std::uint64_t id_of(const cell& c) noexcept { return c.id; }
std::uint32_t incarnation_of(const cell& c) noexcept { return c.incarnation; }
core& core_of(cell& c) noexcept { return *c.system; }
actor_system& system_of(cell& c) noexcept { return c.system->owner; }

cell_extras& extras_of(cell& c) {
  if (c.extras == nullptr) c.extras = new cell_extras;
  return *c.extras;
}

cell* cell_of_running(const void*, cell* c) noexcept {
  TROUPE_ASSERT(c != nullptr &&
                "self() and then() need an actor that was spawned, and not in its constructor");
  TROUPE_ASSERT(here != nullptr && here->running.load(std::memory_order_relaxed) == c &&
                "self() and then() belong in the actor's own handlers");
  return c;
}

std::string describe(const cell& c) {
  std::string s(c.ops->actor);
  if (c.is_named) s += " \"" + c.extras->name + '"';
  return s + " #" + std::to_string(c.id);
}

void send_command(cell& c, command what) noexcept {
  c.commands.fetch_or(what, std::memory_order_seq_cst);  // M3: published before the mark is cleared
  if (c.box.wake()) schedule(c);
}

// --- messages

void deliver_reserved(cell& to, envelope& e) noexcept {
  if (to.box.push(&e)) schedule(to);
}

namespace {

/// What a refused message becomes: its actor has ended, or its mailbox is full.
[[nodiscard]] dead_reason why_refused(const cell& to) noexcept {
  return to.at() == phase::ended ? dead_reason::ended : dead_reason::full;
}

/// Room for one more. A small capacity is reserved exactly, a large one looked at.
[[nodiscard]] bool reserve(cell& to) noexcept {
  const std::uint32_t capacity = to.capacity.load(std::memory_order_acquire);
  if (capacity > exact_capacity_max) [[likely]]
    return to.queued.load(std::memory_order_relaxed) < capacity;
  if (to.queued.fetch_add(1, std::memory_order_relaxed) < capacity) return true;
  to.queued.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

/// The place is reserved.
void put(cell& to, envelope& e) noexcept {
  if (to.capacity.load(std::memory_order_relaxed) > exact_capacity_max && is_sample(e))
    to.queued.fetch_add(sample_weight, std::memory_order_relaxed);
  deliver_reserved(to, e);
}

}  // namespace

void deliver(cell& to, envelope& e) noexcept {
  if (reserve(to)) [[likely]]
    return put(to, e);
  const bool travels = (e.flags & envelope::detached) != 0;
  e.ops->drop(&to, e, why_refused(to));
  if (!travels) deallocate(&e);
}

tell_status try_reserve(cell* to, std::uint32_t incarnation) noexcept {
  if (to == nullptr || to->at() >= phase::stopping) return tell_status::closed;
  if (incarnation != 0 && incarnation != to->incarnation) return tell_status::closed;
  if (reserve(*to)) return tell_status::queued;
  return why_refused(*to) == dead_reason::ended ? tell_status::closed : tell_status::full;
}

void unreserve(cell& to) noexcept {
  if (to.counts_all) to.queued.fetch_sub(1, std::memory_order_relaxed);
}

void deliver_to_place(cell& to, envelope& e) noexcept { put(to, e); }

void dead_letter(cell* to, std::string_view message, dead_reason why) noexcept {
  core* const system = to != nullptr ? to->system : here != nullptr ? here->system : nullptr;
  if (system == nullptr) return report_unsent(message);
  counted(*system, tally::dead(why));
  report_dead_letter(*system, to, message, why);
}

}  // namespace troupe::detail
