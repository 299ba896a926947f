// process.hpp: what lives in the cell of a process: a coroutine function and its arguments.
//
//   Before   spawn.hpp, for `spawn([](inbox<Ms...> in, T x) -> task<> { ... }, x)`.
//   After    its first turn makes the coroutine.
#pragma once

#include <troupe/actors/inbox.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace troupe {
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
  static_assert(
      keeps_nothing,
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
