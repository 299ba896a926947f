// inbox.hpp: actors that are one coroutine and take their messages themselves.
//
//   Before   spawn of a coroutine `task<>(inbox<Ms...>, ...)`.
//   After    its next() gets the messages of its mailbox, one at a time.
//   Called   the inbox: in turns of the process whose inbox it is.
//   Holds    nothing: messages stay in the mailbox, or are put aside, until they are taken.
//   Cost     next(): no allocation; a message is moved once more than into a handler.
#pragma once

#include <troupe/actors/address.hpp>
#include <troupe/actors/detail/inbox_state.hpp>
#include <troupe/actors/spawn.hpp>

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace troupe {

class actor_system;
template <class... Ms>
class inbox;

namespace detail {

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
    return {std::move(m), reply_to<M>()};
  else
    return std::move(m);
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
  static constexpr envelope_ops ask{&inbox_ops<M, Ms...>::asked_for, &drop_asked<M>,
                                    type_name<M>(), envelope_kind::message, &tag_of<M>};
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

template <class... Fs>
struct cases : Fs... {
  using Fs::operator()...;
};

}  // namespace detail

/// A message that has not been taken yet.
template <class Awaiter, class... Args>
class next_operation {
public:
  using value_type = typename Awaiter::value_type;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;

  explicit next_operation(detail::cell& c, Args... args) noexcept : cell_(&c), args_(args...) {}
  [[nodiscard]] auto operator co_await() const noexcept {
    return std::apply([this](Args... args) { return Awaiter(*cell_, args...); }, args_);
  }

private:
  detail::cell* cell_;
  std::tuple<Args...> args_;
};

/// Where a process takes its messages: an actor that is one coroutine from beginning to end, for
/// protocols with an order (first a hello, then packets, each acknowledged). Made by
/// `spawn([](inbox<Ms...> in, T x) -> task<> { … }, x)`, which gives an `address<Ms...>`; the end of
/// the coroutine is the end of the actor.
///
/// A request comes as `asked<M>{message, reply}`: the reply may be kept, or sent on.
/// @note g++ 12: `auto m = co_await in.next();` stands alone; then look whether there is one.
template <class... Ms>
class inbox : public spawner<inbox<Ms...>> {
public:
  /// What next() gives: M for one message type (`asked<M>` for a request), a variant for several.
  using item = detail::items_of<Ms...>;

  inbox(inbox&&) noexcept = default;

  /// The next message; nothing when none can come any more: nobody refers to this process, or it is
  /// to stop.
  [[nodiscard("next() takes a message when it is awaited: co_await it")]] auto next() {
    static_assert(sizeof...(Ms) > 0, "troupe: inbox<> takes no messages: it has no next()");
    return next_operation<detail::next_of_all<Ms...>>(*cell_);
  }
  /// The oldest M, others wait in their order; nothing after `longest`, or when none can come any
  /// more: closed() tells which.
  template <class M>
  [[nodiscard("next() takes a message when it is awaited: co_await it")]] auto next(
      duration longest = duration::max()) {
    static_assert(detail::one_of<M, Ms...>,
                  "troupe: this inbox never receives this message: add it to inbox<Ms...>");
    return next_operation<detail::next_of<M>, duration>(*cell_, longest);
  }
  /// Whether no message can come any more. What is left can still be taken.
  [[nodiscard]] bool closed() const noexcept { return detail::is_inbox_closed(*cell_); }

  /// Its own address, to be given to others; who keeps it himself is never closed.
  [[nodiscard]] address<Ms...> self() const noexcept {
    detail::reopen_inbox(*cell_);
    return {detail::handle(cell_, detail::incarnation_of(*cell_)), detail::inbox_table<Ms...>};
  }
  /// Ends this process where it is suspended next.
  void stop(exit_reason why = exit_kind::normal) const noexcept {
    detail::stop_self(*cell_, std::move(why));
  }
  [[nodiscard]] actor_system& system() const noexcept { return detail::system_of(*cell_); }

  // For the library.
  explicit inbox(detail::cell& c) noexcept : cell_(&c) {}

private:
  friend spawner<inbox<Ms...>>;
  [[nodiscard]] detail::core& spawn_core() const noexcept { return detail::core_of(*cell_); }
  [[nodiscard]] detail::cell* spawn_parent() const noexcept { return cell_; }

  detail::cell* cell_;
};

/// Calls the case for what a variant holds: `match(std::move(*item), [](stop) {…}, [](asked<q> c)
/// {…})`. Every alternative has to have one.
template <class Item, class... Cases>
decltype(auto) match(Item&& item, Cases... each) {
  return std::visit(detail::cases<Cases...>{std::move(each)...}, std::forward<Item>(item));
}

namespace detail {

/// What can be told from the type of a coroutine function.
template <class F>
struct process_shape {
  static constexpr bool is_one = false;
};
template <class... Ms, class... Ps>
struct process_shape<task<void>(inbox<Ms...>, Ps...)> {
  static constexpr bool is_one = true;
  using box = inbox<Ms...>;
  using address_type = address<Ms...>;
  static constexpr const protocol_entry* table = inbox_table<Ms...>;
  template <class F, class... Args>
  static constexpr bool takes = std::is_invocable_v<F&, box, Args...>;
};
template <class R, class... Ps>
struct process_shape<R (*)(Ps...)> : process_shape<R(Ps...)> {};
template <class F>
  requires requires { &F::operator(); }
struct process_shape<F> : process_shape<decltype(&F::operator())> {};
template <class C, class R, class... Ps>
struct process_shape<R (C::*)(Ps...) const> : process_shape<R(Ps...)> {};
template <class C, class R, class... Ps>
struct process_shape<R (C::*)(Ps...)> : process_shape<R(Ps...)> {};

/// What lives in the cell of a process.
template <class F, class... Args>
struct process {
  [[no_unique_address]] F body;
  std::tuple<Args...> args;
  inbox_state state;

  void begin(cell& c) {
    using box = typename process_shape<F>::box;
    open_inbox(c, state);
    start_task(c, std::apply([&](Args&... each) { return body(box(c), std::move(each)...); }, args),
               &complete_process);
  }
  static void complete_process(activity& a) {
    cell& c = *a.owner;
    complete_told<void>(a);
    end_process(c);
  }
};

template <class P>
inline constexpr body_ops process_ops_for = {
    "process", body_bytes<P>, [](cell& c) { object_in<P>(c).begin(c); },
    [](cell& c, const exit_reason&) { end_inbox(c); }, &destroy_in<P>};

template <class F, class... Args>
[[nodiscard]] consteval bool may_spawn_process() {
  using shape = process_shape<F>;
  static_assert(shape::is_one,
                "troupe: a process is a coroutine whose first parameter is its inbox, by value: "
                "spawn([](troupe::inbox<Ms...> in, T x) -> troupe::task<> { ... }, x)");
  constexpr bool keeps_nothing = std::is_pointer_v<F> || std::is_empty_v<F>;
  static_assert(keeps_nothing,
                "troupe: what a coroutine lambda captures is gone after its first co_await: capture "
                "nothing, pass the values as arguments: spawn([](inbox<Ms...> in, T x) -> task<> "
                "{ ... }, x)");
  if constexpr (shape::is_one && keeps_nothing) {
    constexpr bool takes = shape::template takes<F, Args...>;
    static_assert(takes,
                  "troupe: the process does not take these arguments after its inbox (see Args)");
    return takes;
  } else {
    return false;
  }
}

template <class F, class... Args>
auto spawning::spawn_process(core& system, cell* parent, const spawn_options* options, F body,
                             Args... args) {
  if constexpr (may_spawn_process<F, Args...>()) {
    using p = process<F, Args...>;
    using shape = process_shape<F>;
    cell& c = build<p>(system, process_ops_for<p>, parent, options,
                       p{std::move(body), {std::move(args)...}, {}});
    return typename shape::address_type(handle::adopt(c), shape::table);
  } else {
    return address<>();
  }
}

}  // namespace detail
}  // namespace troupe
