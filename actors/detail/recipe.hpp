// recipe.hpp: how an actor is made, again and again.
//
//   Before   whoever starts actors that may be started again: supervisors.
//   After    engine/begins/seat.cpp builds by it, in the actor's own first turn.
//   Called   build: in the actor's turn. The rest: any thread.
//   Holds    copies of the constructor's arguments.
#pragma once

#include <troupe/actors/detail/body.hpp>
#include <troupe/actors/detail/handle.hpp>

#include <memory>
#include <tuple>
#include <utility>

namespace troupe {

template <class A>
class actor;
struct spawn_options;

namespace detail {

class recipe {
public:
  recipe(const recipe&) = delete;
  recipe& operator=(const recipe&) = delete;
  virtual ~recipe() = default;

  [[nodiscard]] const body_ops& ops() const noexcept { return ops_; }
  /// Throws what the constructor throws; nothing was built then.
  virtual void build(cell& c) const = 0;

protected:
  explicit recipe(const body_ops& ops) noexcept : ops_(ops) {}

private:
  const body_ops& ops_;
};

/// An `A` from copies of these.
template <class A, class... Args>
class recipe_of final : public recipe {
public:
  explicit recipe_of(Args... args) : recipe(body_ops_for<A, actor<A>>), args_(std::move(args)...) {}
  void build(cell& c) const override {
    std::apply([&](const Args&... each) { construct_in<A>(c, each...); }, args_);
  }

private:
  std::tuple<Args...> args_;
};

/// What becomes of the messages that wait when an incarnation ends.
enum class mailbox_policy : std::uint8_t {
  drop,  ///< dead letters, as are those that come while nobody lives there
  keep   ///< the next incarnation gets those that were told, in order; requests fail
};

/// A cell in which one incarnation may follow another: its seat. The first one is built, and
/// started, in its first turn. Between two the seat is vacant; start_again() ends that. It ends
/// with its parent, or when it is vacant and nobody refers to it.
/// @returns a handle to whoever sits there @throws as spawn, except the constructor's exceptions
[[nodiscard]] handle make_seat(core& system, cell* parent, const spawn_options* options,
                               std::shared_ptr<const recipe> how, mailbox_policy waiting);

/// Lets the next incarnation begin; nothing happens if the seat is not vacant. @thread any
/// @pre the caller has reach
void start_again(cell& seat) noexcept;
/// No other incarnation will come: the seat ends, with whoever sits there. @thread any
/// @pre the caller has reach
void give_up_seat(cell& seat) noexcept;

}  // namespace detail
}  // namespace troupe
