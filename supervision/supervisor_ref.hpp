// supervisor_ref.hpp: what can be asked of a supervisor that runs.
//
//   Before   start(), find_supervisor() or a family give one.      After   the supervisor answers.
//   Called   any thread; one object by one thread at a time.
//   Rules    A1 to A12: docs/semantics.md.
#pragma once

#include <troupe/supervision/detail/operation.hpp>

#include <utility>

namespace troupe {

/// A reference to a supervisor: stable over its restarts, if it is itself a child. It keeps no
/// tree alive and ends none. Operations that change something are done one after the other, in the
/// order of their coming, each when what was under way is done; those that only look are answered
/// at once. A supervisor that is starting answers when its children have begun.
class supervisor_ref : public detail::identified<supervisor_ref> {
  template <bool Hazard>
  using starting = operation<detail::start_child_request, detail::as_it_is, Hazard>;

public:
  supervisor_ref() noexcept = default;

  /// Adds a child behind the others, and starts it. It is lost when the supervisor itself restarts.
  /// @returns who was started. Errors: invalid_spec, already_started, already_present,
  ///   failed_to_start (then nothing is listed), is_family
  starting<false> start_child(const child_spec& child) const {
    return starting<false>(to_.try_ask<detail::start_child_request>(child));
  }
  starting<detail::is_hazard_from<child_spec>> start_child(child_spec&& child) const {
    return starting<detail::is_hazard_from<child_spec>>(
        to_.try_ask<detail::start_child_request>(std::as_const(child)));
  }
  /// Ends a child, as its spec says, and keeps the spec, unless it is temporary. Not counted as a
  /// restart. Of a family: by its actor; one that has ended already is fine.
  /// @returns errors: not_found, is_family (by id)
  operation<detail::terminate_request> terminate_child(child_name child) const {
    return asking<detail::terminate_request>(std::move(child));
  }
  /// Starts a child that was terminated, or has ended for good.
  /// @returns errors: running, restarting, not_found, failed_to_start (it stays listed), is_family
  operation<detail::restart_request> restart_child(child_name child) const {
    return asking<detail::restart_request>(std::move(child));
  }
  /// Takes the spec of such a child off the list.
  /// @returns errors: running, restarting, not_found, is_family
  operation<detail::delete_request> delete_child(child_name child) const {
    return asking<detail::delete_request>(std::move(child));
  }
  /// The children, the last that was added first. @cost of a family: proportional to its size
  operation<detail::children_request> children() const {
    return asking<detail::children_request>();
  }
  operation<detail::count_request> count() const { return asking<detail::count_request>(); }
  /// The spec of a child with the defaults filled in. @returns errors: not_found, is_family (by id)
  operation<detail::spec_request> spec_of(child_name child) const {
    return asking<detail::spec_request>(std::move(child));
  }
  /// Ends the supervisor with reason shutdown, its children before it in reverse order. Answered
  /// when they have ended. What guards it, if anything does, treats it as any other end.
  operation<detail::stop_request> stop() const { return asking<detail::stop_request>(); }

  // For the library.
  explicit supervisor_ref(detail::supervisor_address a) noexcept : to_(std::move(a)) {}
  [[nodiscard]] detail::cell* cell_() const noexcept { return to_.cell_(); }
  [[nodiscard]] std::uint32_t incarnation_() const noexcept { return to_.incarnation_(); }
  [[nodiscard]] const detail::supervisor_address& address_() const noexcept { return to_; }

private:
  template <class M, class... Fields>
  operation<M> asking(Fields&&... fields) const {
    return operation<M>(to_.try_ask<M>(std::forward<Fields>(fields)...));
  }

  detail::supervisor_address to_;
};

}  // namespace troupe
