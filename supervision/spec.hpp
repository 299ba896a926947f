// spec.hpp: what a supervision tree is to look like. Plain values.
//
//   Before   main writes one expression.      After   start() checks it, and builds it.
//   Holds    every field has a default: that of Erlang/OTP 25 where OTP has the field.
#pragma once

#include <troupe/actors/options.hpp>
#include <troupe/supervision/backoff.hpp>
#include <troupe/supervision/detail/child_start.hpp>

#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// When a child is started again. Clean reasons are normal, shutdown, unreferenced, exited(0).
enum class restart_type : std::uint8_t {
  permanent,  ///< always
  transient,  ///< unless it ended for a clean reason; then it stays listed, without an actor
  temporary   ///< never; it is listed no more once it has ended
};
using enum restart_type;

/// Who is restarted when a child is.
enum class restart_strategy : std::uint8_t {
  one_for_one,  ///< only that child
  one_for_all,  ///< all: the others are stopped, in reverse order, and all are started, in order
  rest_for_one  ///< those that were started after it, too, in the same way
};
using enum restart_strategy;

/// Whether a supervisor ends by itself when its significant children have ended by themselves.
enum class auto_shutdown_type : std::uint8_t {
  never,
  any_significant,  ///< when one has
  all_significant   ///< when the last one that was left has
};

/// What a supervisor does about a child that it has killed and that does not end.
enum class abandon_type : std::uint8_t {
  restart,  ///< goes on without it, as if it had ended `killed`, in a fresh place
  escalate  ///< fails itself
};

/// How long a child that was told to stop may take; then it is killed.
class stop_time {
public:
  /// 5 s; for supervisors and families no limit.
  constexpr stop_time() noexcept = default;
  template <class R, class P>
  constexpr stop_time(std::chrono::duration<R, P> d) noexcept : time_(d) {}
  /// It is killed at once, without its on_stop.
  [[nodiscard]] static constexpr stop_time brutal_kill() noexcept {
    stop_time t;
    t.is_brutal_ = true;
    return t;
  }
  [[nodiscard]] static constexpr stop_time infinity() noexcept {
    return stop_time(duration::max());
  }

  [[nodiscard]] constexpr bool is_default() const noexcept { return !time_ && !is_brutal_; }
  [[nodiscard]] constexpr bool is_brutal_kill() const noexcept { return is_brutal_; }
  /// @pre !is_default() && !is_brutal_kill(). duration::max(): no limit
  [[nodiscard]] constexpr duration time() const noexcept { return time_.value_or(duration{}); }

private:
  std::optional<duration> time_{};
  bool is_brutal_ = false;
};

/// One child of a supervisor. Write `child_spec{.id = …, .start = …}`.
struct child_spec {
  std::string id;     ///< unique among its siblings; no '/', which separates ids in paths
  child_start start;  ///< actor_of<A>(args...), a supervisor_spec, a family, tree_of(f)
  child_place at{};   ///< a slot, whose addresses stay good over restarts
  restart_type restart = permanent;
  stop_time shutdown{};
  std::optional<backoff_policy> backoff{};  ///< nothing: the supervisor's
  mailbox_type mailbox = mailbox_type::drop;
  bool significant = false;                           ///< see supervisor_spec::auto_shutdown
  duration start_deadline = std::chrono::seconds(5);  ///< not begun by then: killed, has failed
  std::optional<duration> kill_limit{};               ///< nothing: the system's
  abandon_type abandon = abandon_type::restart;
  spawn_options options{};  ///< its label is the id unless it is named here; not with `at`
};

/// A supervisor: what it does when a child ends, and its children in the order of their start.
struct supervisor_spec {
  restart_strategy strategy = one_for_one;
  /// So many restarts within `period` are allowed; with the next one it gives up: it ends all its
  /// children, and itself with reason shutdown.
  int intensity = 1;
  duration period = std::chrono::seconds(5);
  auto_shutdown_type auto_shutdown = auto_shutdown_type::never;
  backoff_policy backoff{};  ///< of children that have none of their own
  std::vector<child_spec> children{};
};

/// What start() and start_child() refuse: "children[2] \"fraud\": …", with the field and the way
/// out. Empty: the tree can be built. @throws std::bad_alloc
[[nodiscard]] std::string what_is_wrong_with(const supervisor_spec& tree);
/// The same for a child of a supervisor whose auto_shutdown is this.
[[nodiscard]] std::string what_is_wrong_with(const child_spec& child,
                                             auto_shutdown_type above = {});

}  // namespace troupe
