// pool.cpp: which member of a pool gets a message.
//
//   Cost     of the choice: round_robin, random: one atomic addition; hash: the key's;
//            least_loaded: an addition, and a look at the first cache line of members until an
//            idle one is found. Once one has ended, the others' marks are looked at too.
#include <troupe/actors/engine/pool.hpp>

#include <troupe/actors/detail/pool_ops.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/options.hpp>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace troupe::detail {
namespace {

/// Every bit of the result depends on every bit of `n`: the end of splitmix64 (Steele, Lea, Flood:
/// Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
std::uint64_t mixed(std::uint64_t n) noexcept {
  n = (n ^ (n >> 30)) * 0xBF58'476D'1CE4'E5B9ULL;
  n = (n ^ (n >> 27)) * 0x94D0'49BB'1331'11EBULL;
  return n ^ (n >> 31);
}
constexpr std::uint64_t golden = 0x9E37'79B9'7F4A'7C15ULL;

/// `n`, any of 2^64, as one of `range`.
std::uint32_t scaled(std::uint64_t n, std::uint32_t range) noexcept {
  return static_cast<std::uint32_t>(((n >> 32) * range) >> 32);
}

const pool_ops& ops_of(const envelope& e) noexcept {
  return static_cast<const pool_ops&>(*e.ops);  // all that is sent to a pool has them
}

pool_table& table_of(const cell& pool) noexcept { return *pool.extras->members; }

void refuse(cell& pool, envelope& e) noexcept {
  const bool travels = (e.flags & envelope::detached) != 0;
  e.ops->drop(&pool, e, dead_reason::unroutable);
  if (!travels) deallocate(&e);
}

/// A copy to each that lives; the message itself goes to the first of them, at the end.
/// `give(cell&, envelope&)` hands over, `lose(cell&)` hears that there is no copy.
template <class Give, class Lose>
void give_to_all(const pool_table& table, envelope& e, Give give, Lose lose) noexcept {
  const pool_ops& ops = ops_of(e);
  cell* first = nullptr;
  table.each_living([&](cell& c) {
    if (first == nullptr)
      first = &c;
    else if (envelope* const copy = ops.copy(ops.payload(e), ops))
      give(c, *copy);
    else
      lose(c);
    return true;
  });
  give(first != nullptr ? *first : table.first(), e);
}

}  // namespace

void frees_pool::operator()(pool_table* t) const noexcept { delete t; }

// --- the table

void pool_table::mark_stopping(std::uint32_t place) noexcept {
  // (1) release: who knows that it has stopped sees that it is not to be chosen.
  members_[place].takes.store(false, std::memory_order_release);
  living_.fetch_sub(1, std::memory_order_release);
}

void pool_table::let_go() noexcept {
  if (std::exchange(has_let_go_, true)) return;
  for (std::uint32_t i = 0; i < size_; ++i) release(*members_[i].who);
}

cell* pool_table::choose(const pool_ops& ops, const void* message) noexcept {
  std::uint64_t hash = 0;
  switch (route_) {
    case routing::round_robin: return &nth_living(next_ticket());
    case routing::random: return &nth_living(mixed(seed_ + next_ticket() * golden) >> 32);
    case routing::least_loaded: return &least_loaded();
    case routing::hash: return ops.key(message, hash) ? &of_key(mixed(hash + golden)) : nullptr;
    case routing::broadcast: break;
  }
  return nullptr;
}

/// Each of those that live has the same share.
cell& pool_table::nth_living(std::uint64_t n) const noexcept {
  const auto ticket = static_cast<std::uint32_t>(n);
  const std::uint32_t living = living_.load(std::memory_order_acquire);
  if (living == size_ || living == 0) return *members_[ticket % size_].who;
  std::uint32_t left = ticket % living;
  cell* last = members_[0].who;
  for (std::uint32_t i = 0; i < size_; ++i) {
    if (!takes(i)) continue;
    last = members_[i].who;
    if (left-- == 0) break;
  }
  return *last;  // one has stopped since they were counted, if there were too few
}

/// The keys of a member that has ended are shared by the others, which keep their own.
cell& pool_table::of_key(std::uint64_t hash) const noexcept {
  const std::uint32_t i = scaled(hash, size_);
  return takes(i) ? *members_[i].who : nth_living(mixed(hash) >> 32);
}

cell& pool_table::least_loaded() noexcept {
  std::uint32_t i = static_cast<std::uint32_t>(next_ticket()) % size_;
  cell* best = members_[i].who;
  std::uint32_t lowest = std::numeric_limits<std::uint32_t>::max();
  for (std::uint32_t n = 0; n < size_ && lowest != 0; ++n) {
    if (takes(i))
      if (const std::uint32_t load = members_[i].burden(); load < lowest) {
        lowest = load;
        best = members_[i].who;
      }
    if (++i == size_) i = 0;
  }
  return *best;
}

// --- sending

void deliver_to_pool(cell& pool, envelope& e) noexcept {
  pool_table& table = table_of(pool);
  const pool_ops& ops = ops_of(e);
  if (table.route() != routing::broadcast) {
    cell* const c = table.choose(ops, ops.payload(e));
    return c != nullptr ? deliver(*c, e) : refuse(pool, e);
  }
  if (ops.copy == nullptr) return refuse(pool, e);
  give_to_all(
      table, e, [](cell& c, envelope& one) { deliver(c, one); },
      [&](cell& c) { dead_letter(&c, ops.message, dead_reason::no_memory); });
}

namespace {

/// A place at each that lives, or at none.
tell_status try_reserve_at_all(const pool_table& table) noexcept {
  if (!table.has_living()) return tell_status::closed;
  const cell* full = nullptr;
  if (table.each_living([&](cell& c) {
        if (try_reserve(c, 0) == tell_status::full) full = &c;
        return full == nullptr;
      }))
    return tell_status::queued;
  // Those before it that live have a place: who has been refused as closed is marked by now (P3).
  table.each_living([&](cell& c) {
    if (&c == full) return false;
    unreserve(c);
    return true;
  });
  return tell_status::full;
}

}  // namespace

tell_status try_reserve_in_pool(cell*& to, const envelope_ops& tells,
                                const void* message) noexcept {
  pool_table& table = table_of(*to);
  const auto& ops = static_cast<const pool_ops&>(tells);
  if (table.route() == routing::broadcast)
    return ops.copy != nullptr ? try_reserve_at_all(table) : tell_status::closed;
  cell* const c = table.choose(ops, message);
  if (c == nullptr) return tell_status::closed;
  to = c;
  return try_reserve(*c, 0);
}

cell* choose_in_pool(const cell& pool, const envelope_ops& ops, const void* message) noexcept {
  return table_of(pool).choose(static_cast<const pool_ops&>(ops), message);
}

void unreserve_in_pool(cell& pool) noexcept {
  table_of(pool).each_living([](cell& c) {
    unreserve(c);
    return true;
  });
}

void deliver_to_places_in_pool(cell& pool, envelope& e) noexcept {
  const std::string_view name = e.ops->message;
  give_to_all(
      table_of(pool), e, [](cell& c, envelope& one) { deliver_to_place(c, one); },
      [&](cell& c) {
        unreserve(c);
        dead_letter(&c, name, dead_reason::no_memory);
      });
}

std::string_view why_unroutable(const cell& pool) noexcept {
  return table_of(pool).route() == routing::hash
             ? "it routes by hash, and the message has no key: give it a member key(), or "
               "specialise troupe::key_of"
             : "it broadcasts, so the message must be copyable, and cannot be asked: tell it";
}

// --- life

namespace {

/// What a member has to say to its pool. The pool stays while the member has its kinship: so that
/// is taken meanwhile.
template <class F>
void tell_pool(cell& member, F tell) noexcept {
  if (!member.extras->in_pool) return;
  auto& kin = member.extras->kin;
  kinship* const mine = kin.exchange(nullptr, std::memory_order_acq_rel);
  if (mine == nullptr) return;  // it was abandoned
  tell(table_of(*mine->parent), *mine);
  // seq_cst: with abandon_body, which marks it, then looks for the kinship. Either finds it, or
  // this sees the mark, and tells the parent for it.
  kin.exchange(mine, std::memory_order_seq_cst);
  if ((member.marks.load(std::memory_order_seq_cst) & mark_abandoned) != 0) tell_parent(member);
}

}  // namespace

void leave_pool(cell& child) noexcept {
  tell_pool(child, [](pool_table& t, const kinship& k) { t.mark_stopping(k.place); });
}

void show_suspended(cell& child) noexcept {
  tell_pool(child, [&](pool_table& t, const kinship& k) {
    t.set_suspended(k.place, child.extras->suspended);
  });
}

void let_members_go(cell& pool) noexcept { table_of(pool).let_go(); }

namespace {

/// A pool that nobody knows yet, and its members; all of it goes if it is not finished.
class building {
public:
  building(core& system, cell* parent, const body_ops& pool, const pool_options& options)
      : pool_(prepare(system, pool, parent, nullptr)), size_(options.size) {
    try {
      members_.reserve(size_);
      extras_of(pool_).members.reset(new pool_table(
          static_cast<std::uint32_t>(size_), options.route, system.sched->seed() ^ pool_.id));
    } catch (...) {
      abandon(pool_);
      throw;
    }
    pool_.counts_all = true;  // where deliver() looks further
    pool_.is_pool = true;
    pool_.enter(phase::running);  // so that it may have children
  }
  building(const building&) = delete;
  building& operator=(const building&) = delete;
  ~building() {
    if (is_finished_) return;
    for (cell* const c : members_) {
      c->ops->destroy(*c);
      abandon(*c);
    }
    abandon(pool_);
  }

  template <class Build>
  void add_member(core& system, const body_ops& ops, const pool_options& options, Build build) {
    cell& c = prepare(system, ops, &pool_, &options.each);
    try {
      build(c);
    } catch (...) {
      abandon(c);
      throw;
    }
    if (options.route == routing::least_loaded) c.counts_all = true;
    members_.push_back(&c);
  }

  /// P2: all are in the table before the first of them runs, and the pool's turn is this thread's
  /// until all are attached: they are entered among its children, and may end at once.
  [[nodiscard]] cell& finish() noexcept {
    is_finished_ = true;
    (void)pool_.box.wake();
    for (cell* const c : members_) pool_.extras->members->add(*c);
    for (cell* const c : members_) attach(*c);
    attach(pool_);
    schedule(pool_);
    return pool_;
  }

private:
  cell& pool_;
  const std::size_t size_;
  std::vector<cell*> members_;
  bool is_finished_ = false;
};

}  // namespace

cell& make_pool(core& system, cell* parent, const pool_options& options, const body_ops& pool,
                const body_ops& member, void (*build)(cell&, const void*), const void* with) {
  if (options.size == 0 || options.size > pool_size_max)
    throw bad_option("troupe: pool_options.size is " + std::to_string(options.size) +
                     ": a pool has 1 to " + std::to_string(pool_size_max) + " members");
  building all(system, parent, pool, options);
  for (std::size_t i = 0; i < options.size; ++i)
    all.add_member(system, member, options, [&](cell& c) { build(c, with); });
  return all.finish();
}

}  // namespace troupe::detail
