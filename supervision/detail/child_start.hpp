// child_start.hpp: how a child is made, and where it sits: the two fields of a child_spec whose
// types are hidden.
//
//   Before   start.hpp, family.hpp, slot.hpp make them.      After   a supervisor begins children.
//   Called   any thread.
//   Holds    what is shared between all copies of a spec.
#pragma once

#include <troupe/actors/life/seat.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe {

struct supervisor_spec;

/// What a child is.
enum class child_kind : std::uint8_t { actor, supervisor, family };

/// The name of a kind: "actor", "supervisor", "family".
[[nodiscard]] std::string_view to_string(child_kind kind) noexcept;

namespace detail {
class place;
}

/// How a child is made: actor_of<A>(args...), a supervisor_spec, a family, or tree_of(f).
class child_start {
public:
  /// A supervisor with its children.
  child_start(supervisor_spec tree);

  [[nodiscard]] child_kind kind() const noexcept { return kind_; }

  // For the library.
  child_start(child_kind kind, std::shared_ptr<const detail::recipe> how,
              std::shared_ptr<detail::place> at = {}) noexcept
      : how_(std::move(how)), at_(std::move(at)), kind_(kind) {}
  [[nodiscard]] const std::shared_ptr<const detail::recipe>& how_of() const noexcept {
    return how_;
  }
  /// The same without the arguments.
  [[nodiscard]] child_start stripped() const {
    child_start s = *this;
    s.how_.reset();
    return s;
  }
  /// Of a family: where it sits. Else null.
  [[nodiscard]] const std::shared_ptr<detail::place>& place_of() const noexcept { return at_; }
  /// Of a supervisor_spec. Else null.
  [[nodiscard]] const supervisor_spec* tree_of() const noexcept { return tree_.get(); }

private:
  std::shared_ptr<const detail::recipe> how_;
  std::shared_ptr<detail::place> at_;
  std::shared_ptr<const supervisor_spec> tree_;
  child_kind kind_;
};

/// Where a child sits: a slot that was made before, or nothing.
class child_place {
public:
  child_place() noexcept = default;
  // For the library.
  explicit child_place(std::shared_ptr<detail::place> at) noexcept : at_(std::move(at)) {}
  [[nodiscard]] const std::shared_ptr<detail::place>& place_of() const noexcept { return at_; }

private:
  std::shared_ptr<detail::place> at_;
};

namespace detail {

/// A seat that outlives the supervisor that fills it. It is given up when nobody refers to this
/// any more: no slot, no spec, no supervisor.
class place {
public:
  /// @throws as spawn
  place(core& system, const body_ops& ops, const spawn_options& options);
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place();

  /// Who sits here. Stays good while the place lives. @thread any
  [[nodiscard]] cell* seat() const noexcept { return seat_.load(std::memory_order_acquire); }
  [[nodiscard]] const body_ops& ops() const noexcept { return ops_; }
  [[nodiscard]] core& system() const noexcept { return system_; }

  /// @returns false: another child sits here already. @thread any
  [[nodiscard]] bool occupy() noexcept;
  void leave() noexcept;
  /// Who sat here does not end: a fresh seat, to which the old one leads. @throws as spawn
  void renew();

private:
  core& system_;
  const body_ops& ops_;
  const spawn_options options_;
  handle first_;
  std::vector<handle> later_;  ///< after it, the last one is in use
  std::atomic<cell*> seat_;
  std::atomic<bool> occupied_{false};
};

[[nodiscard]] std::shared_ptr<place> make_place(actor_system& sys, const body_ops& ops,
                                                const spawn_options& options);

}  // namespace detail
}  // namespace troupe
