// ref.hpp: a typed reference to one actor.
//
//   Before   spawn gives the first one.      After   target.hpp sends through it.
//   Called   any thread; one ref object by one thread at a time.
//   Holds    a count: while a ref or address to it lives, an actor does not end by being
//            unreferenced.
#pragma once

#include <troupe/actors/reason.hpp>
#include <troupe/actors/target.hpp>

#include <compare>
#include <cstdint>
#include <utility>

namespace troupe {

/// Which actor, unique within its system for all time. Ordered by creation on one thread only.
class actor_id {
public:
  actor_id() noexcept = default;
  explicit actor_id(std::uint64_t value) noexcept : value_(value) {}
  /// 0: none.
  [[nodiscard]] std::uint64_t value() const noexcept { return value_; }
  friend auto operator<=>(const actor_id&, const actor_id&) noexcept = default;

private:
  std::uint64_t value_ = 0;
};

namespace detail {

/// Identity, the same for all handles.
template <class Self>
class identified {
public:
  [[nodiscard]] actor_id id() const noexcept {
    const cell* const c = static_cast<const Self&>(*this).cell_();
    return c == nullptr ? actor_id() : actor_id(id_of(*c));
  }
  /// Whether it refers to an actor at all; one that has ended counts.
  [[nodiscard]] explicit operator bool() const noexcept {
    return static_cast<const Self&>(*this).cell_() != nullptr;
  }
  /// Handles are equal if they mean the same actor.
  template <class Other>
    requires requires(const Other& o) { o.cell_(); }
  friend bool operator==(const Self& a, const Other& b) noexcept {
    return a.cell_() == b.cell_();
  }
};

}  // namespace detail

/// A reference to one incarnation of an actor of class `A`. Knows every handler when it compiles;
/// give `address<Ms...>` to those who need not know the class. A value: copies cost one atomic
/// operation.
template <class A>
class [[nodiscard("an actor nobody refers to ends at once: keep the ref, or supervise it")]] ref
    : public target<ref<A>>,
      public detail::identified<ref<A>> {
public:
  ref() noexcept = default;

  /// Asks the actor to end; messages sent before are handled first.
  void stop(exit_reason why = exit_kind::normal) const noexcept {
    detail::request_stop(cell_(), incarnation_(), std::move(why));
  }
  /// Ends the actor before its next message, without on_stop. A handler that is running is not
  /// interrupted.
  void kill() const noexcept { detail::request_kill(cell_(), incarnation_()); }

  // For the library.
  explicit ref(detail::handle h) noexcept : handle_(std::move(h)) {}
  [[nodiscard]] detail::cell* cell_() const noexcept { return handle_.get(); }
  [[nodiscard]] std::uint32_t incarnation_() const noexcept { return handle_.incarnation(); }
  template <class M>
  [[nodiscard]] static consteval detail::why judge_() {
    return detail::judge_handler<A, M>();
  }
  template <class M>
  [[nodiscard]] static constexpr detail::protocol_entry entry_() noexcept {
    return detail::entry_for<A, M>();
  }

private:
  detail::handle handle_;
};

}  // namespace troupe
