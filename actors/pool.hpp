// pool.hpp: one reference to several actors of one class, of which each message goes to one.
//
//   Before   spawn_pool gives the first one.
//   After    target.hpp sends; engine/pool.cpp chooses the member on the sender's thread.
//   Called   any thread; one pool_ref object by one thread at a time.
//   Holds    a count: while a pool_ref or address to it lives, its members are not unreferenced.
#pragma once

#include <troupe/actors/detail/pool_ops.hpp>
#include <troupe/actors/options.hpp>
#include <troupe/actors/ref.hpp>

#include <cstdint>
#include <utility>

namespace troupe {

/// A reference to a pool: members of one class, built from the same arguments, that share the work.
/// Converts to `address<Ms...>`, and is used as a ref is. Messages of one sender to one member
/// arrive in order.
///
/// A member that ends is chosen no more, and not replaced: what was queued there is lost with it.
/// When all have ended, asks are answered with `down` and what is told is a dead letter. A pool
/// that nobody refers to lets its members go: each ends when it has done what it was sent, the pool
/// after them. Where the chosen member is full, its overflow policy decides; nobody else is tried.
///
/// When to use: work that may be done by any of several, at the same time. When not: to make a
/// message faster; to share state.
/// @cost of a message as of one to an actor, and the choice: of round_robin, random and hash one
///   atomic operation or none; of least_loaded a look at members until an idle one is found
template <class A>
class [[nodiscard("a pool nobody refers to ends at once: keep the pool_ref")]] pool_ref
    : public target<pool_ref<A>>,
      public detail::identified<pool_ref<A>> {
public:
  pool_ref() noexcept = default;

  // For the library.
  explicit pool_ref(detail::handle h) noexcept : handle_(std::move(h)) {}
  [[nodiscard]] detail::cell* cell_() const noexcept { return handle_.get(); }
  [[nodiscard]] std::uint32_t incarnation_() const noexcept { return handle_.incarnation(); }
  template <class M>
  [[nodiscard]] static consteval detail::why judge_() {
    return detail::judge_handler<A, M>();
  }
  template <class M>
  [[nodiscard]] static constexpr detail::protocol_entry entry_() noexcept {
    return detail::pool_entry_for<A, M>();
  }

private:
  detail::handle handle_;
};

}  // namespace troupe
