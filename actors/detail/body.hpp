// body.hpp: the user's object in its cell.
//
//   Before   spawn.hpp builds it there.
//   After    life.cpp starts it, tells it its end, destroys it through its table.
//   Called   construct: by the spawner. The rest: in the actor's turn.
//   Holds    static tables, one per actor class.
#pragma once

#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/handler.hpp>
#include <troupe/actors/task.hpp>

#include <cstddef>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace troupe::detail {

/// What the runtime can do with a user's object.
struct body_ops {
  std::string_view actor;  ///< the class's name, for reports
  std::size_t bytes;       ///< behind the cell's own
  void (*start)(cell&);    ///< null: the class has no on_start
  void (*stop)(cell&, const exit_reason&);
  void (*destroy)(cell&) noexcept;
  /// Null: it stops when it is told to. Else this is called instead, and it stops itself.
  void (*wind_down)(cell&, const exit_reason&) = nullptr;
};

template <class A>
inline constexpr bool lives_in_cell = sizeof(A) <= body_bytes_max && alignof(A) <= 64;

/// What stands behind a cell: the object, or a pointer to it. Cells are aligned to 64.
template <class A>
inline constexpr std::size_t body_gap = lives_in_cell<A> && alignof(A) > 16 ? 128 - cell_bytes : 0;
template <class A>
inline constexpr std::size_t body_bytes = body_gap<A> + (lives_in_cell<A> ? sizeof(A) : sizeof(A*));
template <class A>
[[nodiscard]] void* body_of(cell& c) noexcept {
  return reinterpret_cast<std::byte*>(&c) + cell_bytes + body_gap<A>;
}

/// The object in a cell.
template <class A>
[[nodiscard]] A& object_in(cell& c) noexcept {
  if constexpr (lives_in_cell<A>)
    return *std::launder(static_cast<A*>(body_of<A>(c)));
  else
    return **static_cast<A**>(body_of<A>(c));
}

/// The cell of an actor that is running: asked by itself.
template <class A>
[[nodiscard]] cell& own_cell(const A* self) noexcept {
  const auto is_home = [self](cell& c) {
    if constexpr (lives_in_cell<A>)
      return body_of<A>(c) == self;
    else
      return *static_cast<A**>(body_of<A>(c)) == self;
  };
  cell* const c = running_cell();
  if (c == nullptr || !is_home(*c)) refuse_to_be_self();
  return *c;
}

template <class A, class... Args>
void construct_in(cell& c, Args&&... args) {
  if constexpr (lives_in_cell<A>)
    ::new (body_of<A>(c)) A(std::forward<Args>(args)...);
  else
    ::new (body_of<A>(c)) A*(new A(std::forward<Args>(args)...));
}

template <class A>
void destroy_in(cell& c) noexcept {
  if constexpr (lives_in_cell<A>)
    object_in<A>(c).~A();
  else
    delete &object_in<A>(c);
}

/// What A's on_start returns.
template <class A>
using started_by = decltype(handler_access::start(std::declval<A&>()));

template <class A, class Base>
[[nodiscard]] consteval auto start_function() -> void (*)(cell&) {
  if constexpr (!handler_access::starts<A, Base>())
    return nullptr;
  else if constexpr (is_task<started_by<A>>)
    return [](cell& c) { start_slowly(c, handler_access::start(object_in<A>(c))); };
  else if constexpr (std::is_void_v<started_by<A>>)
    return [](cell& c) { handler_access::start(object_in<A>(c)); };
  else
    return [](cell& c) { heed_start(c, handler_access::start(object_in<A>(c))); };
}

/// `Base` is actor<A>: its own on_start does nothing and is not called.
template <class A, class Base>
inline constexpr body_ops body_ops_for = {
    type_name<A>(), body_bytes<A>, start_function<A, Base>(),
    [](cell& c, const exit_reason& why) { handler_access::stop(object_in<A>(c), why); },
    &destroy_in<A>};

}  // namespace troupe::detail
