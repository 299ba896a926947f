// messages.hpp: what a supervisor can be asked.
//
//   Before   supervisor_ref.hpp and family.hpp ask.
//   After    engine/list.hpp and engine/family.hpp answer.
//   Holds    plain values.
#pragma once

#include <troupe/actors/address.hpp>
#include <troupe/supervision/error.hpp>
#include <troupe/supervision/spec.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace troupe {

/// A child that was started, or, if `who` is none, had nothing to do: its on_start said ignore().
struct started_child {
  actor_id who{};
  std::string info{};  ///< the words of its on_start
};

/// Where a child is in its life.
enum class child_state : std::uint8_t {
  undefined,   ///< listed, without an actor
  starting,    ///< its constructor or on_start runs
  running,     ///< it has begun
  stopping,    ///< it was told to end
  restarting,  ///< it has ended, and will be started again: after a wait, or a failed attempt
  ended        ///< it has ended, and its supervisor will see to it
};

/// The name of a state: "undefined", "running" …
[[nodiscard]] std::string_view to_string(child_state state) noexcept;

/// A child, as its supervisor lists it.
struct child_info {
  std::string id{};  ///< empty: of a family
  child_kind kind = child_kind::actor;
  child_state state = child_state::undefined;
  actor_id who{};  ///< none: undefined
};

/// Numbers of children.
struct child_counts {
  std::size_t specs = 0;        ///< listed; of a family 1
  std::size_t active = 0;       ///< have an actor that has begun and not ended
  std::size_t supervisors = 0;  ///< listed, and supervisors or families
  std::size_t workers = 0;      ///< listed, and anything else
};

/// Which child: by its id, or by the actor.
class child_name {
public:
  child_name(std::string id) noexcept : is_(std::move(id)) {}
  child_name(const char* id) : is_(std::string(id)) {}
  child_name(actor_id who) noexcept : is_(who) {}
  template <class Handle>
    requires requires(const Handle& h) { h.cell_(); }
  child_name(const Handle& h) noexcept : is_(h.id()), place_(h.cell_(), h.incarnation_()) {}

  /// Null: it is named by its actor.
  [[nodiscard]] const std::string* id() const noexcept { return std::get_if<std::string>(&is_); }
  /// None: it is named by its id.
  [[nodiscard]] actor_id who() const noexcept {
    const auto* w = std::get_if<actor_id>(&is_);
    return w == nullptr ? actor_id() : *w;
  }
  /// It was named by a handle, whose actor has ended.
  [[nodiscard]] bool is_known_to_have_ended() const noexcept {
    return place_.get() != nullptr && !detail::is_living(place_);
  }

private:
  std::variant<std::string, actor_id> is_;
  detail::handle place_;
};

namespace detail {

struct start_child_request {
  using reply = supervision_result<started_child>;
  child_spec spec;
};
/// Of a family: the seat, which stays good over restarts.
struct member_started {
  handle seat;
};
struct start_member_request {
  using reply = supervision_result<member_started>;
  std::shared_ptr<const recipe> how;
};
struct terminate_request {
  using reply = supervision_result<void>;
  child_name child;
};
struct restart_request {
  using reply = supervision_result<started_child>;
  child_name child;
};
struct delete_request {
  using reply = supervision_result<void>;
  child_name child;
};
struct children_request {
  using reply = supervision_result<std::vector<child_info>>;
};
struct count_request {
  using reply = supervision_result<child_counts>;
};
struct spec_request {
  using reply = supervision_result<child_spec>;
  child_name child;
};
struct stop_request {
  using reply = supervision_result<void>;
};
/// Answered when its children have begun.
struct ready_request {
  using reply = void;
};

using supervisor_address = address<start_child_request, start_member_request, terminate_request,
                                   restart_request, delete_request, children_request, count_request,
                                   spec_request, stop_request, ready_request>;

}  // namespace detail
}  // namespace troupe
