// slot.hpp: a place in a tree that exists before its child, and outlives every restart.
//
//   Before   main, which names it in a child_spec: `.at = books`, and gives its address to others.
//   After    a supervisor seats a child there.
//   Called   any thread.
//   Cost     as a ref: a restart replaces the actor in its cell, so messages go no longer way.
#pragma once

#include <troupe/actors/actor.hpp>
#include <troupe/supervision/detail/boxed_process.hpp>
#include <troupe/supervision/detail/child_start.hpp>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace troupe {

/// A stable reference to a child of class `A`: it means whoever sits there now. An address made
/// from it does, too. What it is told before its first child begins waits for that; afterwards
/// child_spec::mailbox decides about the time between two incarnations. Asks fail at once with
/// `down` while nobody sits there, unless they `wait_for_restart()`.
///
/// A value: copies mean the same place. When no slot, spec or tree refers to it any more, what
/// comes becomes dead letters.
template <class A>
class slot : public target<slot<A>>, public detail::identified<slot<A>> {
public:
  /// @param options of the child that will sit here; its name is the label
  /// @throws as spawn, except the constructor's exceptions
  slot(actor_system& sys, const spawn_options& options)
      : place_(detail::make_place(sys, detail::body_ops_for<A, actor<A>>, options)) {}
  template <class Name>
    requires(std::is_convertible_v<Name, std::string>)
  slot(actor_system& sys, Name name) : slot(sys, spawn_options{.name = std::move(name)}) {}

  operator child_place() const { return child_place(place_); }

  // For the library.
  [[nodiscard]] detail::cell* cell_() const noexcept { return place_->seat(); }
  [[nodiscard]] std::uint32_t incarnation_() const noexcept { return 0; }
  template <class M>
  [[nodiscard]] static consteval detail::why judge_() {
    return detail::judge_handler<A, M>();
  }
  template <class M>
  [[nodiscard]] static constexpr detail::protocol_entry entry_() noexcept {
    return detail::entry_for<A, M>();
  }
  template <class... Ms>
  operator address<Ms...>() const noexcept {
    return address<Ms...>(detail::handle(cell_(), 0), detail::table_from<slot<A>, ref<A>, Ms...>());
  }

private:
  std::shared_ptr<detail::place> place_;
};

template <class A>
struct detail::actor_behind<slot<A>> {
  using type = A;
};

/// The same for a process: `actor_of([](inbox<Ms...> in) -> task<> { … })`.
template <class... Ms>
class process_slot : public target<process_slot<Ms...>>,
                     public detail::identified<process_slot<Ms...>> {
public:
  process_slot(actor_system& sys, const spawn_options& options)
      : place_(detail::make_place(sys, detail::boxed_ops<Ms...>, options)) {}
  template <class Name>
    requires(std::is_convertible_v<Name, std::string>)
  process_slot(actor_system& sys, Name name)
      : process_slot(sys, spawn_options{.name = std::move(name)}) {}

  operator child_place() const { return child_place(place_); }
  template <class... Ns>
  operator address<Ns...>() const noexcept {
    return address<Ms...>(detail::handle(cell_(), 0), detail::inbox_table<Ms...>);
  }

  // For the library.
  [[nodiscard]] detail::cell* cell_() const noexcept { return place_->seat(); }
  [[nodiscard]] std::uint32_t incarnation_() const noexcept { return 0; }
  template <class M>
  [[nodiscard]] static consteval detail::why judge_() {
    return detail::one_of<M, Ms...> ? detail::why::fine : detail::why::not_in_address;
  }
  template <class M>
  [[nodiscard]] static constexpr detail::protocol_entry entry_() noexcept {
    return detail::inbox_table<Ms...>[detail::index_of<M, Ms...>()];
  }

private:
  std::shared_ptr<detail::place> place_;
};

}  // namespace troupe
