// pool.hpp: who the members of a pool are, and which of them gets a message.
//
//   Before   runtime.cpp, when what is sent to goes by the name of a pool.
//   After    the member's mailbox: a pool's own one never has a message of the user's.
//   Called   as each line says.
//   Rules    P1  A message is in a member's mailbox before the handle it was sent through is gone.
//            P2  Members are in the table, with a handle each, from before the pool is known until
//                nobody can send through it: so a sender reads it without counts or locks.
//            P3  A member that stops is marked before its phase says so, and chosen no more.
#pragma once

#include <troupe/actors/engine/cell.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

namespace troupe::detail {

struct pool_ops;

class pool_table {
public:
  pool_table(std::uint32_t size, routing route, std::uint64_t seed)
      : route_(route), seed_(seed), members_(std::make_unique<member[]>(size)) {}
  pool_table(const pool_table&) = delete;
  pool_table& operator=(const pool_table&) = delete;
  ~pool_table() { let_go(); }  // P2: with the pool's cell, if it was ended while handles were left

  /// Takes over the member's first handle. @pre nobody knows the pool yet
  void add(cell& c) noexcept {
    c.extras->kin.load(std::memory_order_relaxed)->place = size_;
    c.extras->in_pool = true;
    members_[size_].who = &c;
    members_[size_++].takes.store(true, std::memory_order_relaxed);
    living_.store(size_, std::memory_order_relaxed);
  }
  /// P3. @thread the member's turn
  void mark_stopping(std::uint32_t place) noexcept;
  /// So many of its handlers are suspended: load too. @thread the member's turn
  void set_suspended(std::uint32_t place, std::uint32_t handlers) noexcept {
    members_[place].suspended.store(handlers, std::memory_order_relaxed);  // (2) a hint
  }
  /// Releases the members. @thread the pool's turn, when nobody can send any more
  void let_go() noexcept;

  /// The member that is to get the message; one that has ended if all have.
  /// @returns null: it has no key. @thread any, as are all below
  [[nodiscard]] cell* choose(const pool_ops& ops, const void* message) noexcept;
  [[nodiscard]] routing route() const noexcept { return route_; }
  [[nodiscard]] cell& first() const noexcept { return *members_[0].who; }
  [[nodiscard]] bool has_living() const noexcept {
    return living_.load(std::memory_order_acquire) != 0;
  }
  /// Calls `f(cell&)` for those that have not stopped, until it returns false.
  /// @returns whether it never did
  template <class F>
  bool each_living(F f) const noexcept {
    for (std::uint32_t i = 0; i < size_; ++i)
      if (takes(i) && !f(*members_[i].who)) return false;
    return true;
  }

private:
  struct member {
    cell* who = nullptr;
    std::atomic<bool> takes{false};
    std::atomic<std::uint32_t> suspended{0};

    /// What it is chosen by: what waits, what is being handled, what is suspended.
    [[nodiscard]] std::uint32_t burden() const noexcept {
      const std::uint32_t later = suspended.load(std::memory_order_relaxed);  // (2)
      return who->box.seems_idle() ? later
                                   : later + who->queued.load(std::memory_order_relaxed) + 1;
    }
  };

  [[nodiscard]] bool takes(std::uint32_t i) const noexcept {
    return members_[i].takes.load(std::memory_order_acquire);  // (1) with mark_stopping
  }
  [[nodiscard]] std::uint64_t next_ticket() noexcept {
    return tickets_.fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] cell& nth_living(std::uint64_t n) const noexcept;
  [[nodiscard]] cell& of_key(std::uint64_t hash) const noexcept;
  [[nodiscard]] cell& least_loaded() noexcept;

  const routing route_;
  const std::uint64_t seed_;
  bool has_let_go_ = false;
  std::uint32_t size_ = 0;
  const std::unique_ptr<member[]> members_;
  std::atomic<std::uint32_t> living_{0};
  alignas(64) std::atomic<std::uint64_t> tickets_{0};  // alone: senders write it
};

/// Hands a message that was sent to the pool to a member. @thread any, with a handle of the pool
void deliver_to_pool(cell& pool, envelope& e) noexcept;

// try_tell: the member gets the place, and `to` becomes it; under broadcast all of them, or none.
[[nodiscard]] tell_status try_reserve_in_pool(cell*& to, const envelope_ops& ops,
                                              const void* message) noexcept;
/// The member for a message that waits for room. @returns null: it cannot be routed
[[nodiscard]] cell* choose_in_pool(const cell& pool, const envelope_ops& ops,
                                   const void* message) noexcept;
void unreserve_in_pool(cell& pool) noexcept;
void deliver_to_places_in_pool(cell& pool, envelope& e) noexcept;

/// The actor stops: if it is a member, it is chosen no more. @thread its turn
void leave_pool(cell& child) noexcept;
/// The number of its suspended handlers has changed: if it is a member, its pool knows. @thread its
/// turn
void show_suspended(cell& child) noexcept;
/// Nobody refers to the pool any more. @thread its turn
void let_members_go(cell& pool) noexcept;

/// Why the pool has refused a message.
[[nodiscard]] std::string_view why_unroutable(const cell& pool) noexcept;

}  // namespace troupe::detail
