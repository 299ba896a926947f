// protocol.hpp: lock, semaphore, event and queue through an address.
//
//   Before   address_of(lock) gives an address that may go anywhere.
//   After    an actor waits at the adapter on behalf of each who asks.
//   Called   address_of: any thread. The addresses: as every address.
//   Holds    the adapter, as long as somebody has the address.
//   Note     a wait ends when the ask that began it is over, at the latest.
#pragma once

#include <troupe/actors/address.hpp>
#include <troupe/actors/classic/event.hpp>
#include <troupe/actors/classic/lock.hpp>
#include <troupe/actors/classic/queue.hpp>
#include <troupe/actors/classic/semaphore.hpp>

#include <limits>
#include <utility>

namespace troupe::classic {

// --- lock

/// Ownership travels in the reply: whoever has the hold has the lock.
struct acquire {
  using reply = result<lock_hold, wait_errc>;
  wait_time within = forever;
};
/// Releases what was kept. `token` 0: whoever holds it.
struct release {
  using reply = wait_errc;
  std::uint64_t token = 0;
};
using lock_address = address<acquire, release>;

// --- semaphore

struct take_permit {
  using reply = wait_errc;
  wait_time within = forever;
};
struct give_permits {
  using reply = wait_errc;
  std::ptrdiff_t count = 1;
};
using semaphore_address = address<take_permit, give_permits>;

// --- event

struct set_event {
  using reply = void;
};
struct clear_event {
  using reply = void;
};
/// Gives whether it was seen set.
struct await_event {
  using reply = bool;
  wait_time within = forever;
};
using event_address = address<set_event, clear_event, await_event>;

// --- queue

template <class T>
struct put {
  using reply = wait_errc;
  T item;
  wait_time within = forever;
};
template <class T>
struct get {
  using reply = result<T, wait_errc>;
  wait_time within = forever;
};
struct mark_task_done {
  using reply = wait_errc;
};
template <class T>
using queue_address = address<put<T>, get<T>, mark_task_done>;

namespace detail {

/// As many may wait through one address as memory allows.
[[nodiscard]] inline spawn_options door_options() {
  return {.name = "door", .max_suspended = std::numeric_limits<std::uint32_t>::max()};
}

class lock_door : public actor<lock_door> {
public:
  explicit lock_door(lock::ref l) noexcept : lock_(std::move(l)) {}
  task<result<lock_hold, wait_errc>> on(acquire m);
  task<wait_errc> on(release m);

private:
  lock::ref lock_;
};

class semaphore_door : public actor<semaphore_door> {
public:
  explicit semaphore_door(handle body) noexcept : body_(std::move(body)) {}
  task<wait_errc> on(take_permit m);
  task<wait_errc> on(give_permits m);

private:
  handle body_;
};

class event_door : public actor<event_door> {
public:
  explicit event_door(event::ref e) noexcept : event_(std::move(e)) {}
  void on(set_event) { event_.set(); }
  void on(clear_event) { event_.clear(); }
  task<bool> on(await_event m);

private:
  event::ref event_;
};

template <class T>
class queue_door : public actor<queue_door<T>> {
public:
  explicit queue_door(typename queue<T>::ref q) noexcept : queue_(std::move(q)) {}
  task<wait_errc> on(put<T> m) {
    auto puts = queue_.put(std::move(m.item), m.within);
    const wait_errc end = co_await puts;
    co_return end;
  }
  task<result<T, wait_errc>> on(get<T> m) {
    auto gets = queue_.get(m.within);
    auto got = co_await gets;
    co_return got;
  }
  task<wait_errc> on(mark_task_done) {
    auto marks = queue_.task_done();
    const wait_errc end = co_await marks;
    co_return end;
  }

private:
  typename queue<T>::ref queue_;
};

[[nodiscard]] semaphore_address semaphore_address_of(const handle& body);

}  // namespace detail

/// An address of the adapter: for other actors, and what stands behind a session.
/// @throws std::bad_alloc, system_closed
[[nodiscard]] lock_address address_of(const lock& l);
[[nodiscard]] event_address address_of(const event& e);
template <bool Bounded>
[[nodiscard]] semaphore_address address_of(const basic_semaphore<Bounded>& s) {
  return detail::semaphore_address_of(s.handle_());
}
template <class T>
[[nodiscard]] queue_address<T> address_of(const queue<T>& q) {
  return troupe::detail::system_of(*q.handle_().get())
      .template spawn<detail::queue_door<T>>(detail::door_options(), typename queue<T>::ref(q));
}

}  // namespace troupe::classic
