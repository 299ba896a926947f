// inbox_ops.hpp: how messages come to the coroutine that waits for them.
//
//   Before   turn.cpp calls through these tables, where actor_ops.hpp has those of classes.
//   After    the next() that waits is given the message, and resumed.
//   Called   in the process's turns.
//   Rules    inbox_state.hpp: N1.
#pragma once

#include <troupe/actors/address.hpp>
#include <troupe/actors/detail/inbox_state.hpp>

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace troupe::detail {

template <class M>
struct item {
  using type = M;
};
template <class M>
  requires is_request<M>
struct item<M> {
  using type = asked<M>;
};
/// What an inbox gives for an M: itself, or `asked<M>` for a request.
template <class M>
using item_of = typename item<M>::type;

template <class... Ms>
struct items {
  using type = std::variant<item_of<Ms>...>;
};
template <class M>
struct items<M> {
  using type = item_of<M>;
};
template <class... Ms>
using items_of = typename items<Ms...>::type;

/// next(): takes whatever comes.
template <class... Ms>
class next_of_all : public receiver {
public:
  using value_type = std::optional<items_of<Ms...>>;

  explicit next_of_all(cell& c) noexcept : receiver(c) {}

  bool await_ready() const noexcept { return false; }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> h) {
    bind(h);
    return wait({}, duration::max());
  }
  value_type await_resume() noexcept { return std::move(got_); }

  template <class M>
  void put(item_of<M>&& one) noexcept {
    if constexpr (sizeof...(Ms) == 1)
      got_.emplace(std::move(one));
    else
      got_.emplace(std::in_place_index<index_of<M, Ms...>()>, std::move(one));
  }

private:
  value_type got_;
};

/// next<M>(d): takes only this.
template <class M>
class next_of : public receiver {
public:
  using value_type = std::optional<item_of<M>>;

  next_of(cell& c, duration longest) noexcept : receiver(c), longest_(longest) {}

  bool await_ready() const noexcept { return false; }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> h) {
    static constexpr message_tag only[] = {&tag_of<M>};
    bind(h);
    return wait(only, longest_);
  }
  value_type await_resume() noexcept { return std::move(got_); }

  void put(item_of<M>&& one) noexcept { got_.emplace(std::move(one)); }

private:
  duration longest_;
  value_type got_;
};

/// Hands an M to the next() that waits: to one of all, or to one of M.
template <class M, class... Ms>
void hand_over(cell& c, item_of<M>&& one) {
  const bool of_one = is_selective(c);
  receiver& r = receiver::stop_waiting(c);
  if (of_one)
    static_cast<next_of<M>&>(r).put(std::move(one));
  else
    static_cast<next_of_all<Ms...>&>(r).template put<M>(std::move(one));
  r.resume();
}

/// A message that was told, as an item; nobody waits for an answer.
template <class M>
[[nodiscard]] item_of<M> told_item(M&& m) noexcept {
  if constexpr (is_request<M>)
    return {std::forward<M>(m), reply_to<M>()};
  else
    return std::forward<M>(m);
}

/// How an inbox takes an M: what actor_ops.hpp is for the handlers of a class.
template <class M, class... Ms>
struct inbox_ops {
  static void told(cell& c, envelope& e) {
    M& m = static_cast<message_envelope<M>&>(e).payload;
    const destroys<M> at_the_end{m};
    hand_over<M, Ms...>(c, told_item(std::move(m)));
  }
  static void asked_for(cell& c, envelope& e) {
    auto& r = static_cast<request_of<M>&>(e);
    M m = r.take_message();
    hand_over<M, Ms...>(c, asked<M>{std::move(m), reply_to<M>(r)});
  }
  static void offered(cell& c, envelope& e) {
    auto& r = static_cast<request_of<M, void>&>(e);
    M m = r.take_message();
    r.put_reply({});
    send_back(r);
    hand_over<M, Ms...>(c, told_item(std::move(m)));
  }

  static constexpr envelope_ops tell{&told, &drop_message<M>, type_name<M>(),
                                     envelope_kind::message, &tag_of<M>};
  static constexpr envelope_ops offer{&offered, &drop_offer<M>, type_name<M>(),
                                      envelope_kind::message, &tag_of<M>};
};
template <class M, class... Ms>
struct inbox_ask_ops {
  static constexpr envelope_ops ask{&inbox_ops<M, Ms...>::asked_for, &drop_asked<M>, type_name<M>(),
                                    envelope_kind::message, &tag_of<M>};
};

template <class M, class... Ms>
[[nodiscard]] consteval protocol_entry inbox_entry() {
  using ops = inbox_ops<M, Ms...>;
  if constexpr (is_request<M>)
    return {&ops::tell, &inbox_ask_ops<M, Ms...>::ask, &ops::offer};
  else
    return {&ops::tell, nullptr, &ops::offer};
}
template <class... Ms>
inline constexpr protocol_entry inbox_table[sizeof...(Ms) + 1] = {inbox_entry<Ms, Ms...>()...};

}  // namespace troupe::detail
