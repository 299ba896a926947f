// weak.hpp: a reference that keeps nobody alive.
//
//   Before   made from a ref.      After   lock() gives a ref again, while the actor lives.
//   Called   any thread; one weak object by one thread at a time.
//   Holds    where the actor lives, and its id: cells are used again, ids are not. And the memory
//            of its system's cells, so that it may outlive the system.
//   Cost     copy and destruction: one atomic operation on a count that all weak references of a
//            system share. Move: none. lock(): a few on the actor's own count.
#pragma once

#include <troupe/actors/ref.hpp>

#include <cstdint>
#include <utility>

namespace troupe {

namespace detail {

/// A cell that may be somebody else's by now. Its functions are in weak.cpp.
class weak_place {
public:
  weak_place() noexcept = default;
  /// @pre the caller has a handle to the cell
  weak_place(cell* c, std::uint32_t incarnation) noexcept;
  weak_place(const weak_place& other) noexcept;
  weak_place(weak_place&& other) noexcept
      : cell_(std::exchange(other.cell_, nullptr)),
        id_(std::exchange(other.id_, 0)),
        incarnation_(std::exchange(other.incarnation_, 0)) {}
  weak_place& operator=(weak_place other) noexcept {
    std::swap(cell_, other.cell_);
    std::swap(id_, other.id_);
    std::swap(incarnation_, other.incarnation_);
    return *this;
  }
  ~weak_place();

  /// Empty: the actor has ended.
  [[nodiscard]] handle lock() const noexcept;
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  friend bool operator==(const weak_place&, const weak_place&) noexcept = default;

private:
  cell* cell_ = nullptr;
  std::uint64_t id_ = 0;
  std::uint32_t incarnation_ = 0;
};

}  // namespace detail

/// A reference that does not keep its actor alive. Two actors that know each other never end by
/// themselves if both hold a ref; if one holds a weak, they do. A value; it may outlive the actor,
/// and its system.
///
/// When to use: to know a parent, a listener, somebody who may go. When not: to send more than now
/// and then: hold a ref.
template <class A>
class weak {
public:
  weak() noexcept = default;
  weak(const ref<A>& to) noexcept : place_(to.cell_(), to.incarnation_()) {}

  /// A ref, which keeps the actor alive as every other; empty if the actor has ended.
  /// @note after it the actor may still be stopped, killed, or fail
  [[nodiscard]] ref<A> lock() const noexcept { return ref<A>(place_.lock()); }
  /// Whose it was made, also when that actor has ended.
  [[nodiscard]] actor_id id() const noexcept { return actor_id(place_.id()); }
  /// Equal if they mean the same actor.
  friend bool operator==(const weak&, const weak&) noexcept = default;

private:
  detail::weak_place place_;
};

}  // namespace troupe
