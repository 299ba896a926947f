// handler.hpp: which handler an actor has for a message.
//
//   Before   users write on(M).      After   target.hpp asks before it sends, actor_ops.hpp calls.
//   Holds    nothing: all of it happens in the compiler.
//   Rules    H1  One handler per message, found exactly: no conversions, no templates.
#pragma once

#include <troupe/actors/message.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace troupe {

class exit_reason;
template <class M>
class reply_to;
template <class R = void>
class task;

namespace detail {

template <class T>
inline constexpr bool is_task = false;
template <class R>
inline constexpr bool is_task<task<R>> = true;

/// What a handler gives in the end: of `task<R>` R, else the type itself.
template <class T>
struct given_by {
  using type = T;
};
template <class R>
struct given_by<task<R>> {
  using type = R;
};

/// How a handler takes its message.
enum class passing : std::uint8_t { value, const_reference, rvalue };

/// What is known of one handler.
template <class Message, class Result, passing By, bool Later>
struct handler_shape {
  using result = Result;
  static constexpr passing by = By;
  static constexpr bool later = Later;  ///< answered through reply_to<M>
};

}  // namespace detail

/// The one door through which handlers are found and called. An actor that keeps its handlers
/// private writes `friend troupe::handler_access;`.
struct handler_access {
  template <class M>
  struct probe {
    template <class R>
    using plain = detail::handler_shape<M, R, detail::passing::value, false>;
    template <class R>
    using by_reference = detail::handler_shape<M, R, detail::passing::const_reference, false>;

    template <class R, detail::passing By>
    using later = detail::handler_shape<M, R, By, true>;

    template <class C, class R>
    static plain<R> find(R (C::*)(M));
    template <class C, class R>
    static plain<R> find(R (C::*)(M) const);
    template <class C, class R>
    static by_reference<R> find(R (C::*)(const M&));
    template <class C, class R>
    static by_reference<R> find(R (C::*)(const M&) const);
    template <class C, class R>
    static detail::handler_shape<M, R, detail::passing::rvalue, false> find(R (C::*)(M&&));
    template <class C, class R>
    static later<R, detail::passing::value> find(R (C::*)(M, reply_to<M>));
    template <class C, class R>
    static later<R, detail::passing::value> find(R (C::*)(M, reply_to<M>) const);
    template <class C, class R>
    static later<R, detail::passing::const_reference> find(R (C::*)(const M&, reply_to<M>));
    template <class C, class R>
    static later<R, detail::passing::const_reference> find(R (C::*)(const M&, reply_to<M>) const);
    template <class C, class R>
    static later<R, detail::passing::rvalue> find(R (C::*)(M&&, reply_to<M>));
  };

  template <class A, class M>
  [[nodiscard]] static consteval bool handles() {
    if constexpr (requires { probe<M>::find(&A::on); })
      return may_call<A, M>();
    else
      return false;
  }
  /// The call itself: g++ 12 does not see that an overloaded member is private.
  template <class A, class M>
  [[nodiscard]] static consteval bool may_call() {
    if constexpr (requires(A& a, M& m) { a.on(static_cast<M&&>(m)); })
      return true;
    else if constexpr (is_request<M>)
      return requires(A& a, M& m, reply_to<M>& to) {
        a.on(static_cast<M&&>(m), static_cast<reply_to<M>&&>(to));
      };
    else
      return false;
  }
  template <class A>
  [[nodiscard]] static consteval bool stops() {
    return requires(A& a, const exit_reason& why) { a.on_stop(why); };
  }

  // In bodies: in an alias the access would be checked outside the friend.
  template <class A, class M>
  static auto shape() {
    return std::type_identity<decltype(probe<M>::find(&A::on))>{};
  }
  template <class A, class M>
  using shape_of = typename decltype(handler_access::shape<A, M>())::type;

  template <class A, class... Args>
  static decltype(auto) call(A& a, Args&&... args) {
    return a.on(std::forward<Args>(args)...);
  }
  template <class A>
  static decltype(auto) start(A& a) {
    return a.on_start();
  }
  template <class A>
  static void stop(A& a, const exit_reason& why) {
    a.on_stop(why);
  }
  /// Whether A has an on_start of its own.
  template <class A, class Base>
  [[nodiscard]] static consteval bool starts() {
    return !std::is_same_v<decltype(&A::on_start), void (Base::*)()>;
  }
};

/// Whether actor class `A` has a handler for exactly `M`.
template <class A, class M>
concept handles = (sizeof(A) > 0) && handler_access::handles<A, M>();

}  // namespace troupe
