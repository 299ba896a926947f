// watch.hpp: a watch or a link, from its making to its down.
//
//   Before   life/watch.hpp makes one.      After   engine/ends/watches.cpp keeps it, and sends it.
//   Called   in the watcher's turns.
//   Holds    the down, ready to be sent: its end needs no memory.
#pragma once

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/reason.hpp>
#include <troupe/actors/ref.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace troupe::detail {

struct watch_block;

/// What can be done with a watch.
struct watch_ops : envelope_ops {
  void (*free)(watch_block&) noexcept;  ///< the message, and the memory
};

/// What a block brings to `watcher` when `target` has ended.
enum class watch_kind : std::uint8_t {
  message,     ///< what on(down) takes, or a message of the watcher's choice
  own_link,    ///< an end: the watcher has made the link
  link_behind  ///< an end: the other one has
};

/// The part that does not know the message.
struct watch_block : envelope {
  watch_block(const watch_ops& how, watch_kind what) noexcept : kind(what) {
    ops = &how;
    flags = reserved | detached;
  }
  [[nodiscard]] const watch_ops& how() const noexcept {
    return static_cast<const watch_ops&>(*ops);
  }

  const watch_kind kind;
  cell* watcher = nullptr;
  std::uint64_t watcher_id = 0;
  cell* target = nullptr;
  actor_id who;        ///< the target
  exit_reason reason;  ///< why it has ended: written before it is sent

  // Under the table's lock.
  watch_block* before = nullptr;
  watch_block* after = nullptr;
  bool in_table = false;

  // The watcher's.
  static constexpr std::size_t nowhere = ~std::size_t{0};
  std::size_t place = nowhere;    ///< in the watcher's book; nowhere: cancelled, or not its own
  watch_block* behind = nullptr;  ///< of a link: the other direction
};

/// A watch that comes as a message of its own.
template <class M>
struct watch_of : watch_block {
  watch_of(const watch_ops& how, M&& m) noexcept
      : watch_block(how, watch_kind::message), message(std::move(m)) {}
  M message;
};

/// How a watch is found again, if it is still there.
struct watch_key {
  cell* owner = nullptr;
  std::uint64_t owner_id = 0;
  std::size_t place = 0;
  std::uint64_t number = 0;
};

/// Whom a handle means, as it was when it was made.
struct watched {
  cell* where;  ///< null: nobody
  std::uint32_t incarnation;
  actor_id who;
};

/// The running actor watches. Takes `b` over.
/// @throws std::bad_alloc, std::logic_error: itself, or it stops
watch_key begin_watch(cell& owner, watch_block& b, const watched& whom);
/// The same for a link: either ends with the other.
watch_key begin_link(cell& owner, const watched& whom);
/// Null: it ends with those it is linked to; else what their ends come as. @throws std::bad_alloc
void set_trap(cell& owner, const watch_ops* ops);
/// Nothing happens if it is over, or belongs to another actor than the running one.
void cancel_watch(const watch_key& key) noexcept;
/// A down is out of the mailbox. @returns false: it is over, and gone
[[nodiscard]] bool begin_down(cell& owner, watch_block& b) noexcept;

inline void free_watch(watch_block& b) noexcept {
  b.~watch_block();
  deallocate(static_cast<envelope*>(&b));
}

/// Calls `Handle(cell&, Down&)`.
template <class Down, void (*Handle)(cell&, Down&)>
void run_down(cell& c, envelope& e) {
  auto& b = static_cast<watch_block&>(e);
  if (!begin_down(c, b)) return;
  Down d{b.who, std::move(b.reason)};
  free_watch(b);
  Handle(c, d);
}

template <class M, void (*Handle)(cell&, M&)>
void run_watch(cell& c, envelope& e) {
  auto& b = static_cast<watch_of<M>&>(e);
  if (!begin_down(c, b)) return;
  struct frees {
    watch_of<M>& b;
    ~frees() {
      b.message.~M();
      free_watch(b);
    }
  } const at_the_end{b};
  Handle(c, b.message);
}

template <class M>
void free_watch_of(watch_block& b) noexcept {
  static_cast<watch_of<M>&>(b).message.~M();
  free_watch(b);
}

/// A watch's message is treated as `how` says, but for how it is run. It is never dropped.
[[nodiscard]] consteval watch_ops watch_ops_like(const envelope_ops& how,
                                                 void (*run)(cell&, envelope&),
                                                 void (*free)(watch_block&) noexcept) {
  watch_ops ops{how, free};
  ops.run = run;
  ops.drop = nullptr;
  return ops;
}

/// @throws std::bad_alloc, and what begin_watch throws: then `m` is gone
template <class Block, class... Parts>
watch_key make_watch(cell& owner, const watched& whom, Parts&&... parts) {
  void* const memory = allocate(sizeof(Block), alignof(Block));
  if (memory == nullptr) throw std::bad_alloc();
  return begin_watch(owner, *::new (memory) Block(std::forward<Parts>(parts)...), whom);
}

}  // namespace troupe::detail
