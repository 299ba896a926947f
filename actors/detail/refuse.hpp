// refuse.hpp: the one place where a misuse is explained.
//
//   Before   target.hpp and spawn.hpp judge what the user wrote.
//   After    the compiler prints the text, between lines that name the actor or address and the
//            message.
//   Holds    one static_assert per mistake; a refused call expands to nothing else.
#pragma once

#include <troupe/actors/handler.hpp>

#include <type_traits>

namespace troupe {
template <class A>
class ref;
template <class A>
class self_ref;
template <class A>
class pool_ref;

namespace detail {

enum class why : std::uint8_t {
  fine,
  pointer_message,
  throwing_move,
  not_copyable,
  wrong_fields,
  unknown_actor,
  no_handler,
  lvalue_handler,
  two_handlers,
  not_in_address,
  not_in_inbox,
  no_reply_type,
  reply_no_value,
  lost_value,
  wrong_reply,
  later_with_value,
  reference_in_coroutine,
  tick_not_copyable
};

/// Judges the message alone. `Written` is what the caller passed.
template <class Written, class Message>
[[nodiscard]] consteval why judge_message() {
  if constexpr (std::is_pointer_v<Message> || std::is_member_pointer_v<Message> ||
                std::is_array_v<std::remove_reference_t<Written>>)
    return why::pointer_message;
  else if constexpr (!std::is_nothrow_move_constructible_v<Message>)
    return std::is_copy_constructible_v<Message> || std::is_move_constructible_v<Message>
               ? why::throwing_move
               : why::not_copyable;
  else if constexpr (!std::is_constructible_v<Message, Written>)
    return why::not_copyable;
  else
    return why::fine;
}

/// Whether a reply can travel: a value that moves without throwing, or nothing.
template <class R>
inline constexpr bool is_reply =
    std::is_void_v<R> || (std::is_object_v<R> && std::is_nothrow_move_constructible_v<R>);

/// A public handler that takes its message as `P`.
template <class P, class Message>
struct form {
  template <class C, class R>
  static void find(R (C::*)(P));
  template <class C, class R>
  static void find(R (C::*)(P) const);
  template <class C, class R>
  static void find(R (C::*)(P, reply_to<Message>));
};
template <class Actor, class P, class Message>
inline constexpr bool has_form = requires { form<P, Message>::find(&Actor::on); };

/// Looks closer at a class that no handler for `Message` was found in.
template <class Actor, class Message>
[[nodiscard]] consteval why judge_near_miss() {
  constexpr int forms = has_form<Actor, Message, Message> +
                        has_form<Actor, const Message&, Message> +
                        has_form<Actor, Message&&, Message>;
  if constexpr (forms > 1)
    return why::two_handlers;
  else if constexpr (has_form<Actor, Message&, Message>)
    return why::lvalue_handler;
  else
    return why::no_handler;
}

/// Judges the handler that actor class `Actor` has for `Message`.
template <class Actor, class Message>
[[nodiscard]] consteval why judge_handler() {
  if constexpr (!requires { sizeof(Actor); })
    return why::unknown_actor;
  else if constexpr (!handler_access::handles<Actor, Message>())
    return judge_near_miss<Actor, Message>();
  else {
    using shape = handler_access::shape_of<Actor, Message>;
    using given = typename given_by<typename shape::result>::type;
    constexpr bool nothing = std::is_void_v<given>;
    if constexpr (is_task<typename shape::result> && shape::by != passing::value)
      return why::reference_in_coroutine;
    else if constexpr (!is_request<Message>)
      return nothing ? why::fine : why::lost_value;
    else if constexpr (!is_reply<reply_t<Message>>)
      return why::reply_no_value;
    else if constexpr (shape::later)
      return nothing ? why::fine : why::later_with_value;
    else
      return std::is_same_v<given, reply_t<Message>> ? why::fine : why::wrong_reply;
  }
}

template <class Handle>
struct actor_behind {
  using type = Handle;
};
template <class A>
struct actor_behind<ref<A>> {
  using type = A;
};
template <class A>
struct actor_behind<self_ref<A>> {
  using type = A;
};
template <class A>
struct actor_behind<pool_ref<A>> {
  using type = A;
};

/// Explains `Why`. `Handle` is a ref, an address or self(); it and the message stand in the
/// compiler's lines.
template <why Why, class Handle, class Message>
void refuse() {
  using actor_type = typename actor_behind<Handle>::type;
  static_assert(Why != why::no_handler,
                "troupe: no handler on(M) for exactly this message; those there are follow. (Not "
                "listed? It is private, a template, there twice, or hidden: add `using "
                "base::on;`)");
  if constexpr (Why == why::no_handler) {
    void (actor_type::*wanted)(Message) = &actor_type::on;  // makes the compiler list them
    (void)wanted;
  }
  static_assert(Why != why::lvalue_handler,
                "troupe: a handler takes its message as on(M), on(const M&) or on(M&&), not "
                "on(M&): the message is the handler's own, nobody sees the change");
  static_assert(Why != why::two_handlers,
                "troupe: two handlers take this message: keep one of on(M), on(const M&), on(M&&)");
  static_assert(Why != why::not_in_address,
                "troupe: this address does not take this message; what it takes is written in "
                "address<...>, matched exactly");
  static_assert(Why != why::not_in_inbox,
                "troupe: this inbox never receives this message: add it to inbox<Ms...>");
  static_assert(Why != why::no_reply_type,
                "troupe: ask needs a message that names its reply. Add `using reply = R;` to it "
                "(void: just tell me when it is done), or use tell");
  static_assert(Why != why::reply_no_value,
                "troupe: a reply is void, or a value that moves without throwing: no reference");
  static_assert(Why != why::wrong_reply,
                "troupe: the handler's return type is not the message's reply. Return exactly "
                "M::reply or task<M::reply>, or take reply_to<M> as second parameter");
  static_assert(Why != why::lost_value,
                "troupe: the handler returns a value but the message names no reply. Add "
                "`using reply = R;` to the message, or return void");
  static_assert(
      Why != why::later_with_value,
      "troupe: a handler with reply_to<M> answers through it, and returns void or task<>");
  static_assert(Why != why::reference_in_coroutine,
                "troupe: a coroutine handler takes its message by value, on(M m): a reference is "
                "dead after the first co_await");
  static_assert(Why != why::tick_not_copyable,
                "troupe: every(d, m) sends a copy of this message at each tick, and it cannot be "
                "copied: use after(d, m), set anew in the handler");
  static_assert(Why != why::not_copyable,
                "troupe: this message cannot be copied: write std::move(m), or build it in the "
                "call");
  static_assert(Why != why::pointer_message,
                "troupe: a message owns what it carries: no pointers (a string literal is one: "
                "std::string{\"...\"})");
  static_assert(Why != why::throwing_move,
                "troupe: a message must be movable without throwing: make its move constructor "
                "noexcept (a const member, or a copy constructor alone, turns moves into copies)");
  static_assert(Why != why::wrong_fields,
                "troupe: the message cannot be built from these fields: M(fields...) takes them in "
                "the order of its members; std::move those that cannot be copied");
  static_assert(Why != why::unknown_actor,
                "troupe: this actor class is only declared here: include its header, or hold an "
                "address<Ms...>");
}

}  // namespace detail
}  // namespace troupe
