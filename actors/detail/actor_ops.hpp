// actor_ops.hpp: where actor type and message type meet.
//
//   Before   ref.hpp, address.hpp and spawn.hpp take these tables.
//   After    turn.cpp calls through them.
//   Called   run, start, stop: in the actor's turn. drop: by whoever has the envelope.
//   Holds    static tables, one per actor class and message type.
//   Cost     one indirect call per message.
#pragma once

#include <troupe/actors/detail/body.hpp>
#include <troupe/actors/detail/request_block.hpp>
#include <troupe/actors/handler.hpp>
#include <troupe/actors/reply.hpp>
#include <troupe/actors/task.hpp>

#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace troupe::detail {

/// A message that nobody waits for.
template <class M>
struct message_envelope : envelope {
  explicit message_envelope(M&& m) noexcept : payload(std::move(m)) {}
  M payload;
};

template <class M>
struct destroys {
  M& object;
  ~destroys() { object.~M(); }
};

/// Calls the handler with `m`, as it wants it.
template <class A, class M>
decltype(auto) call_handler(A& a, M& m) {
  if constexpr (handler_access::shape_of<A, M>::by == passing::const_reference)
    return handler_access::call(a, std::as_const(m));
  else
    return handler_access::call(a, std::move(m));
}

/// The same for a handler that answers later.
template <class A, class M>
decltype(auto) call_later_handler(A& a, M& m, reply_to<M> to) {
  if constexpr (handler_access::shape_of<A, M>::by == passing::const_reference)
    return handler_access::call(a, std::as_const(m), std::move(to));
  else
    return handler_access::call(a, std::move(m), std::move(to));
}

/// Calls the handler for a message that was told; starts it if it is a coroutine.
template <class A, class M>
void handle_told(cell& c, M& m) {
  A& a = object_in<A>(c);
  using result = typename handler_access::shape_of<A, M>::result;
  constexpr bool later = handler_access::shape_of<A, M>::later;
  if constexpr (is_task<result> && later)
    start_task(c, call_later_handler(a, m, reply_to<M>{}), &complete_told<void>);
  else if constexpr (is_task<result>)
    start_task(c, call_handler(a, m), &complete_told<typename given_by<result>::type>);
  else if constexpr (later)
    call_later_handler(a, m, reply_to<M>{});
  else
    (void)call_handler(a, m);
}

template <class A, class M>
void run_message(cell& c, envelope& e) {
  M& m = static_cast<message_envelope<M>&>(e).payload;
  const destroys<M> at_the_end{m};
  handle_told<A>(c, m);
}

template <class A, class M>
void run_offer(cell& c, envelope& e) {
  auto& r = static_cast<request_of<M, void>&>(e);
  M m = r.take_message();
  r.put_reply({});
  send_back(r);
  handle_told<A>(c, m);
}

template <class M>
void drop_offer(cell* c, envelope& e, dead_reason why) noexcept {
  auto& r = static_cast<request_of<M, void>&>(e);
  r.message().~M();
  drop_request(c, r, why);
}

template <class M>
void drop_message(cell* c, envelope& e, dead_reason why) noexcept {
  dead_letter(c, e.ops->message, why);
  static_cast<message_envelope<M>&>(e).payload.~M();
}

/// Ends a request whose handler threw: the turn answers with the actor's end.
struct orphans_if_thrown {
  request_block* r;
  ~orphans_if_thrown() {
    if (r != nullptr) orphan_request(*r);
  }
};

/// The same where the message is still in the block.
template <class M>
struct answers_if_thrown {
  request_of<M>* r;
  ~answers_if_thrown() {
    if (r == nullptr) return;
    r->message().~M();
    orphan_request(*r);
  }
};

/// The end of a coroutine handler that was asked: its value is the reply. If it has thrown, the
/// turn answers with the actor's end.
template <class M>
void complete_asked(activity& a) {
  using value = reply_t<M>;
  orphans_if_thrown unless_done{a.serves};
  auto& r = static_cast<request_of<M>&>(*a.serves);
  if constexpr (std::is_void_v<value>) {
    complete_told<void>(a);
    r.put_reply({});
  } else {
    r.put_reply(take_ended<value>(a));
  }
  unless_done.r = nullptr;
  send_back(r);
}

/// A request for a coroutine handler.
template <class A, class M>
void serve_by_task(cell& c, A& a, request_of<M>& r) {
  orphans_if_thrown unless_started{&r};
  M m = r.take_message();
  auto handler = call_handler(a, m);
  open_books(c);
  unless_started.r = nullptr;
  start_task(c, std::move(handler), &complete_asked<M>, &r);
}

template <class A, class M>
void run_request(cell& c, envelope& e) {
  auto& r = static_cast<request_of<M>&>(e);
  A& a = object_in<A>(c);
  using result = typename handler_access::shape_of<A, M>::result;
  if constexpr (handler_access::shape_of<A, M>::later) {
    M m = r.take_message();
    if constexpr (is_task<result>)
      start_task(c, call_later_handler(a, m, reply_to<M>(r)), &complete_told<void>);
    else
      call_later_handler(a, m, reply_to<M>(r));
  } else if constexpr (is_task<result>) {
    serve_by_task(c, a, r);
  } else {
    answers_if_thrown<M> unless_done{&r};
    if constexpr (std::is_void_v<reply_t<M>>) {
      call_handler(a, r.message());
      unless_done.r = nullptr;
      r.message().~M();
      r.put_reply({});
    } else {
      reply_t<M> value = call_handler(a, r.message());
      unless_done.r = nullptr;
      r.message().~M();
      r.put_reply(std::move(value));
    }
    send_back(r);
  }
}

template <class M>
void drop_asked(cell* c, envelope& e, dead_reason why) noexcept {
  auto& r = static_cast<request_of<M>&>(e);
  r.message().~M();
  drop_request(c, r, why);
}

/// How A handles an M that was told.
template <class A, class M>
inline constexpr envelope_ops tell_ops_for = {&run_message<A, M>, &drop_message<M>, type_name<M>(),
                                              envelope_kind::message, &tag_of<M>};

/// How A handles an M that was asked.
template <class A, class M>
inline constexpr envelope_ops ask_ops_for = {&run_request<A, M>, &drop_asked<M>, type_name<M>(),
                                             envelope_kind::message, &tag_of<M>};

/// How A handles an M that waited for room: whoever offered it goes on first.
template <class A, class M>
inline constexpr envelope_ops offer_ops_for = {&run_offer<A, M>, &drop_offer<M>, type_name<M>(),
                                               envelope_kind::message, &tag_of<M>};

/// All of them, as an address keeps them; `ask` is null for a message that names no reply.
struct protocol_entry {
  const envelope_ops* tell;
  const envelope_ops* ask;
  const envelope_ops* offer;
};

template <class A, class M>
[[nodiscard]] consteval protocol_entry entry_for() {
  if constexpr (is_request<M>)
    return {&tell_ops_for<A, M>, &ask_ops_for<A, M>, &offer_ops_for<A, M>};
  else
    return {&tell_ops_for<A, M>, nullptr, &offer_ops_for<A, M>};
}

/// What an empty handle does with an M: it can only drop it.
template <class M>
inline constexpr envelope_ops told_nowhere = {nullptr, &drop_message<M>, type_name<M>()};
template <class M>
inline constexpr envelope_ops asked_nowhere = {nullptr, &drop_asked<M>, type_name<M>()};

template <class M>
[[nodiscard]] consteval protocol_entry entry_nowhere() {
  if constexpr (is_request<M>)
    return {&told_nowhere<M>, &asked_nowhere<M>, nullptr};
  else
    return {&told_nowhere<M>, nullptr, nullptr};
}
template <class M>
inline constexpr protocol_entry nowhere = entry_nowhere<M>();

}  // namespace troupe::detail
