// watches.cpp: who watches whom.
#include <troupe/actors/engine/ends/watches.hpp>

#include <troupe/actors/detail/watch.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/life.hpp>

#include <memory>
#include <stdexcept>
#include <utility>

namespace troupe::detail {
namespace {

void free_block(watch_block& b) noexcept { b.how().free(b); }

/// What is never run: a link ends its watcher, until that traps.
constexpr watch_ops link_ops{{nullptr, nullptr, "end of a linked actor", envelope_kind::control},
                             &free_watch};

struct frees_block {
  void operator()(watch_block* b) const noexcept { free_block(*b); }
};
using owned_block = std::unique_ptr<watch_block, frees_block>;

owned_block make_link(watch_kind kind) {
  void* const memory = allocate(sizeof(watch_block), alignof(watch_block));
  if (memory == nullptr) throw std::bad_alloc();
  return owned_block(::new (memory) watch_block(link_ops, kind));
}

void connect(watch_block& b, cell& watcher, cell* target, actor_id who) noexcept {
  b.watcher = &watcher;
  b.watcher_id = watcher.id;
  b.target = target;
  b.who = who;
}

void check(const cell& owner, const watched& whom) {
  refuse_if_forked(core_at(owner));
  if (whom.where == &owner)
    throw std::logic_error(
        "troupe: watch, link: an actor cannot watch itself: on_stop is its own end");
  if (!owner.lives())
    throw std::logic_error("troupe: watch, link in on_stop: a stopping actor hears of no end");
  if (whom.where != nullptr && &core_at(*whom.where) != &core_at(owner))
    throw std::logic_error("troupe: watch, link: that actor lives in another actor_system");
}

/// From here on it is in the owner's book.
std::uint64_t enter(cell& owner, watch_block& b) {
  cell_extras& own = extras_of(owner);
  if (own.watches == nullptr) own.watches = std::make_unique<place_table<watch_block>>();
  const std::uint64_t number = own.watches->put(b);
  ++own.away;
  return number;
}

/// It is over. What is on its way is freed when it has come.
void leave_book(cell& owner, watch_block& b) noexcept {
  owner.extras->watches->take_out(b);
  b.place = watch_block::nowhere;
}

/// The other direction of a link, if its end has not begun to send it.
void undo_behind(core& system, watch_block& b) noexcept {
  watch_block* const behind = std::exchange(b.behind, nullptr);
  if (behind != nullptr && system.watches.take_out(*behind)) free_block(*behind);
}

/// No longer wanted.
void end(cell& owner, watch_block& b) noexcept {
  leave_book(owner, b);
  b.behind = nullptr;  // B4
  if (b.target != nullptr && core_at(owner).watches.take_out(b)) {
    --owner.extras->away;
    free_block(b);
  }
}

void send_exit(watch_block& b) noexcept {
  cell& to = *b.watcher;
  const bool in_book = b.kind == watch_kind::own_link;  // B3: its cell stays
  if (!in_book && !acquire(to, b.watcher_id)) return free_block(b);
  core& system = core_at(to);
  publish_chain();  // W1: before its watcher may look, and trap it
  system.watches.put_exit(b);
  send_command(to, command_exit);
  if (!in_book) release(to);
}

void send(watch_block& b) noexcept {
  if (b.kind == watch_kind::message)
    deliver_reserved(*b.watcher, b);
  else
    send_exit(b);
}

/// One that `c` is linked to has ended.
void suffer(cell& c, context& x, watch_block& b) {
  cell_extras* const own = c.extras;
  const bool in_book = b.kind == watch_kind::own_link;
  const bool is_over = in_book && b.place == watch_block::nowhere;
  if (in_book) undo_behind(core_at(c), b);
  if (c.lives() && !is_over && own != nullptr && own->trap != nullptr) {
    if (!in_book) ++own->away;
    b.ops = own->trap;
    return deliver_reserved(c, b);
  }
  if (in_book) {
    if (!is_over) leave_book(c, b);
    --own->away;
  }
  const actor_id who = b.who;
  const exit_reason why = std::move(b.reason);
  free_block(b);
  if (c.at() >= phase::stopping || is_over || why.is_clean()) return;
  begin_stop(c, x, exit_reason::linked(why, "actor #" + std::to_string(who.value())));
}

}  // namespace

// --- what detail/watch.hpp promises

watch_key begin_watch(cell& owner, watch_block& b, const watched& whom) {
  owned_block mine(&b);
  check(owner, whom);
  connect(b, owner, whom.where, whom.who);
  const std::uint64_t number = enter(owner, b);
  const std::size_t place = b.place;
  bool lives = false;
  try {
    lives = whom.where != nullptr && core_at(owner).watches.put(b, whom.incarnation);
  } catch (...) {
    leave_book(owner, b);
    --owner.extras->away;
    throw;
  }
  watch_block& entered = *mine.release();
  if (!lives) {
    entered.reason = exit_kind::gone;
    deliver_reserved(owner, entered);
  }
  return {&owner, owner.id, place, number};
}

watch_key begin_link(cell& owner, const watched& whom) {
  check(owner, whom);
  owned_block to_me = make_link(watch_kind::own_link);
  owned_block from_me = make_link(watch_kind::link_behind);
  connect(*to_me, owner, whom.where, whom.who);
  if (whom.where != nullptr) {
    connect(*from_me, *whom.where, &owner, actor_id(owner.id));
    from_me->watcher_id = whom.who.value();
  }
  const std::uint64_t number = enter(owner, *to_me);
  const std::size_t place = to_me->place;
  bool lives = false;
  try {
    if (whom.where != nullptr) {
      lives = core_at(owner).watches.put(*to_me, whom.incarnation);
      if (lives && !core_at(owner).watches.put(*from_me, 0))
        from_me.reset();  // it was abandoned, and told of its end already
    }
  } catch (...) {
    if (!lives) {
      leave_book(owner, *to_me);
      --owner.extras->away;
    } else {
      end(owner, *to_me.release());
    }
    throw;
  }
  watch_block& b = *to_me.release();
  if (lives) {
    b.behind = from_me.release();
    return {&owner, owner.id, place, number};
  }
  b.reason = exit_kind::gone;
  if (owner.extras->trap == nullptr) {
    send_exit(b);
  } else {
    b.ops = owner.extras->trap;
    deliver_reserved(owner, b);
  }
  return {&owner, owner.id, place, number};
}

void set_trap(cell& owner, const watch_ops* ops) { extras_of(owner).trap = ops; }

void cancel_watch(const watch_key& key) noexcept {
  cell* const c = running_cell();
  if (c == nullptr || c != key.owner || c->id != key.owner_id || is_forked(core_at(*c))) return;
  if (c->extras == nullptr || c->extras->watches == nullptr) return;
  watch_block* const b = c->extras->watches->find(key.place, key.number);
  if (b == nullptr) return;
  undo_behind(core_at(*c), *b);
  end(*c, *b);
}

bool begin_down(cell& owner, watch_block& b) noexcept {
  const bool in_book = b.place != watch_block::nowhere;
  if (in_book) leave_book(owner, b);
  --owner.extras->away;
  if (owner.lives() && (in_book || b.kind == watch_kind::link_behind)) return true;
  free_block(b);
  return false;
}

// --- what the life cycle calls

void end_watches(cell& c) noexcept {
  if (c.extras->watches == nullptr) return;
  for (std::size_t i = 0; i < c.extras->watches->size(); ++i)
    if (watch_block* const b = c.extras->watches->at(i)) end(c, *b);
}

void tell_of_end(cell& c, const exit_reason& why) noexcept {
  for (watch_block* b = core_at(c).watches.take_all(c); b != nullptr;) {
    watch_block* const next = std::exchange(b->after, nullptr);
    b->reason = why;
    send(*b);
    b = next;
  }
}

void take_exits(cell& c, context& x) noexcept {
  for (watch_block* b = core_at(c).watches.take_exits(c); b != nullptr;) {
    watch_block* const next = std::exchange(b->after, nullptr);
    suffer(c, x, *b);
    b = next;
  }
}

}  // namespace troupe::detail
