// event.hpp: a flag that many wait for.
//
//   Before   threads and actors that wait for something to have happened.
//   After    detail/gates.hpp, an actor, tells them.
//   Called   event: ordinary threads. event::ref: in actors.
//   Holds    a handle to the actor.
#pragma once

#include <troupe/actors/classic/detail/gates.hpp>
#include <troupe/actors/system.hpp>

#include <utility>

namespace troupe::classic {

namespace detail {
[[nodiscard]] handle make_event(actor_system& sys, options o);
}

/// A flag: set() wakes everybody who waits, and nobody waits until clear(). A wait that saw it set
/// gives true even if it is cleared at once.
class event {
public:
  class ref;

  explicit event(actor_system& sys, options o = {})
      : body_(detail::make_event(sys, std::move(o))) {}

  void set() { change(detail::flag_change::set); }
  void clear() { change(detail::flag_change::clear); }
  [[nodiscard]] bool is_set() const {
    return detail::call<detail::flag_op>(body_, forever, detail::flag_change::none) != 0;
  }
  /// @returns whether it was seen set within the time
  /// @throws wait_failed(negative_timeout, closed)
  bool wait(wait_time t = forever) { return detail::call<detail::await_flag_op>(body_, t); }

  // For the library.
  [[nodiscard]] const detail::handle& handle_() const noexcept { return body_; }

private:
  void change(detail::flag_change to) {
    static_cast<void>(detail::call<detail::flag_op>(body_, forever, to));
  }

  detail::handle body_;
};

/// What an actor holds of an event. set() and clear() need not be awaited: they wait for nothing.
class event::ref {
public:
  ref(const event& of) noexcept : body_(of.handle_()) {}

  [[nodiscard]] auto wait(wait_time t = forever) const {
    return detail::awaited<detail::await_flag_op>(body_, t);
  }
  /// @returns 1 if it is set, else 0
  [[nodiscard]] auto is_set() const {
    return detail::awaited<detail::flag_op, detail::flag_change>(body_, forever,
                                                                 detail::flag_change::none);
  }
  /// @throws std::bad_alloc
  void set() const { change(detail::flag_change::set); }
  void clear() const { change(detail::flag_change::clear); }

  // For the library.
  [[nodiscard]] const detail::handle& handle_() const noexcept { return body_; }

private:
  void change(detail::flag_change to) const {
    if (!detail::post<detail::flag_op>(body_, to)) throw std::bad_alloc();
  }

  detail::handle body_;
};

}  // namespace troupe::classic
