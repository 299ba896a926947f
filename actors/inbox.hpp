// inbox.hpp: actors that are one coroutine and take their messages themselves.
//
//   Before   spawn of a coroutine `task<>(inbox<Ms...>, ...)`.
//   After    its next() gets the messages of its mailbox, one at a time.
//   Called   the inbox: in turns of the process whose inbox it is.
//   Holds    nothing: messages stay in the mailbox, or are put aside, until they are taken.
//   Cost     next(): no allocation; a message is moved once more than into a handler.
#pragma once

#include <troupe/actors/address.hpp>
#include <troupe/actors/detail/inbox_ops.hpp>
#include <troupe/actors/life/watch.hpp>
#include <troupe/actors/spawn.hpp>
#include <troupe/actors/timer.hpp>

#include <cstddef>
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

template <class... Fs>
struct cases : Fs... {
  using Fs::operator()...;
};

/// Says which alternative was forgotten.
template <class Alternative, class... Cases>
[[nodiscard]] consteval bool has_case() {
  constexpr bool found = (std::is_invocable_v<Cases&, Alternative> || ...);
  static_assert(found,
                "troupe: match: there is no case for one of the alternatives (see Alternative)");
  return found;
}
template <class Item, class... Cases, std::size_t... I>
[[nodiscard]] consteval bool has_cases(std::index_sequence<I...>) {
  return (has_case<decltype(std::get<I>(std::declval<Item>())), Cases...>() && ...);
}

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
/// `spawn([](inbox<Ms...> in, T x) -> task<> { … }, x)`, which gives an `address<Ms...>`; the end
/// of the coroutine is the end of the actor.
///
/// A request comes as `asked<M>{message, reply}`: the reply may be kept, or sent on.
/// @note g++ 12: `auto m = co_await in.next();` stands alone; then look whether there is one.
template <class... Ms>
class inbox : public spawner<inbox<Ms...>>,
              public timekeeper<inbox<Ms...>>,
              public watcher<inbox<Ms...>> {
public:
  /// What next() gives: M for one message type (`asked<M>` for a request), a variant for several.
  using item = detail::items_of<Ms...>;

  inbox(inbox&&) noexcept = default;

  /// The next message; nothing when none can come any more: nobody refers to this process, or it is
  /// to stop.
  [[nodiscard("next() takes a message when it is awaited: co_await it")]] auto next() {
    static_assert(sizeof...(Ms) > 0, "troupe: inbox<> takes no messages: it has no next()");
    if constexpr (sizeof...(Ms) > 0)
      return next_operation<detail::next_of_all<Ms...>>(*cell_ptr_);
    else
      return detail::refused_request{};
  }
  /// The oldest M, others wait in their order; nothing after `longest`, or when none can come any
  /// more: closed() tells which.
  template <class M>
  [[nodiscard("next() takes a message when it is awaited: co_await it")]] auto next(
      duration longest = duration::max()) {
    static_assert(detail::one_of<M, Ms...>,
                  "troupe: this inbox never receives this message: add it to inbox<Ms...>");
    return next_operation<detail::next_of<M>, duration>(*cell_ptr_, longest);
  }
  /// Whether no message can come any more. What is left can still be taken.
  [[nodiscard]] bool closed() const noexcept { return detail::is_inbox_closed(*cell_ptr_); }

  /// Its own address, to be given to others; who keeps it himself is never closed.
  [[nodiscard]] address<Ms...> self() const noexcept {
    detail::reopen_inbox(*cell_ptr_);
    return {detail::handle(cell_ptr_, detail::incarnation_of(*cell_ptr_)),
            detail::inbox_table<Ms...>};
  }
  /// Ends this process where it is suspended next.
  void stop(exit_reason why = exit_kind::normal) const noexcept {
    detail::stop_self(*cell_ptr_, std::move(why));
  }
  [[nodiscard]] actor_system& system() const noexcept { return detail::system_of(*cell_ptr_); }

  // For the library.
  explicit inbox(detail::cell& c) noexcept : cell_ptr_(&c) {}
  [[nodiscard]] detail::cell* cell_() const noexcept { return cell_ptr_; }
  template <class M>
  [[nodiscard]] static consteval detail::why judge_() {
    return detail::one_of<M, Ms...> ? detail::why::fine : detail::why::not_in_inbox;
  }
  template <class M>
  [[nodiscard]] static constexpr detail::protocol_entry entry_() noexcept {
    return detail::inbox_entry<M, Ms...>();
  }
  template <class M>
  static void handle_(detail::cell& c, M& m) {
    detail::hand_over<M, Ms...>(c, detail::told_item(std::move(m)));
  }

private:
  friend spawner<inbox<Ms...>>;
  [[nodiscard]] detail::core& spawn_core() const noexcept { return detail::core_of(*cell_ptr_); }
  [[nodiscard]] detail::cell* spawn_parent() const noexcept { return cell_ptr_; }

  detail::cell* cell_ptr_;
};

/// Calls the case for what a variant holds: `match(std::move(*item), [](stop) {…}, [](asked<q> c)
/// {…})`. Every alternative has to have one.
template <class Item, class... Cases>
decltype(auto) match(Item&& item, Cases... each) {
  using alternatives = std::make_index_sequence<std::variant_size_v<std::remove_cvref_t<Item>>>;
  if constexpr (detail::has_cases<Item, Cases...>(alternatives()))
    return std::visit(detail::cases<Cases...>{std::move(each)...}, std::forward<Item>(item));
}

}  // namespace troupe

#include <troupe/actors/detail/process.hpp>
