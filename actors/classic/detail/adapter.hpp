// adapter.hpp: an adapter's own side: its steps, and who waits.
//
//   Before   call.hpp sends operations.      After   the steps of lock.cpp, queue.hpp … run.
//   Called   steps: in the adapter's turns.
//   Holds    state that nobody else touches, so no lock.
//   Rules    P1  A step never waits and never throws; what has to wait it puts into a line.
//            P2  The end of an adapter answers everybody in its lines: `closed`.
#pragma once

#include <troupe/actors/actor.hpp>
#include <troupe/actors/classic/wait.hpp>
#include <troupe/actors/detail/operation.hpp>

#include <cstddef>
#include <type_traits>

namespace troupe::classic::detail {

using troupe::detail::agent;
using troupe::detail::cell;
using troupe::detail::envelope;
using troupe::detail::envelope_kind;
using troupe::detail::envelope_ops;
using troupe::detail::handle;
using troupe::detail::line;
using troupe::detail::operation;

inline void answer(operation& op, wait_errc outcome) noexcept {
  op.outcome = static_cast<std::uint8_t>(outcome);
  troupe::detail::answer(op);
}
[[nodiscard]] inline wait_errc outcome_of(const operation& op) noexcept {
  return static_cast<wait_errc>(op.outcome);
}
/// Everybody in it, with the same words.
inline void answer_all(line& l, wait_errc outcome) noexcept {
  while (operation* const op = l.pop_front()) answer(*op, outcome);
}

/// The cell of an adapter, asked by itself: no turn of a thread's own says whose it is.
template <class Body>
[[nodiscard]] cell& home_of(const Body& body) noexcept {
  static_assert(troupe::detail::lives_in_cell<Body>);
  auto* const place = reinterpret_cast<std::byte*>(const_cast<Body*>(&body));
  return *reinterpret_cast<cell*>(place - troupe::detail::body_gap<Body> -
                                  troupe::detail::cell_bytes);
}

template <auto Step>
struct step_traits;
template <class Body, class Op, void (Body::*Step)(Op&) noexcept>
struct step_traits<Step> {
  using body = Body;
  using op = Op;
};

/// How an adapter runs an operation of one kind.
template <auto Step>
struct step {
  using body = typename step_traits<Step>::body;
  using op = typename step_traits<Step>::op;

  static void run(cell& c, envelope& e) {
    if (!takes_operations(c)) return drop(nullptr, e, dead_reason::ended);
    (troupe::detail::object_in<body>(c).*Step)(static_cast<op&>(e));
  }
  /// It will never be run.
  static void drop(cell*, envelope& e, dead_reason) noexcept {
    answer(static_cast<op&>(e), wait_errc::closed);
  }
};
template <auto Step>
inline constexpr envelope_ops step_ops = {&step<Step>::run, &step<Step>::drop,
                                          troupe::detail::type_name<typename step<Step>::op>(),
                                          envelope_kind::operation};

/// Why a wait ends early.
enum class leaving : std::uint8_t {
  late,     ///< its time is over
  gone,     ///< who has waited does not exist any more
  deadlock  ///< it waits for itself, in a circle
};

/// Says that `target` no longer waits (O2). Harmless if it has been answered meanwhile.
struct departure : operation {
  departure(const envelope_ops& step, operation& of, leaving why_it_leaves) noexcept
      : operation(step), target(of), why(why_it_leaves) {}
  operation& target;
  leaving why;
};

/// An adapter that can be waited for has `void leave(operation&, leaving) noexcept`: `op` is in
/// one of its lines, and answered when this returns, or soon.
template <class Body>
struct departs {
  static void run(cell& c, envelope& e) {
    auto& d = static_cast<departure&>(e);
    if (takes_operations(c) && d.target.in != nullptr)
      troupe::detail::object_in<Body>(c).leave(d.target, d.why);
    answer(d, wait_errc::ok);
  }
  static void drop(cell*, envelope& e, dead_reason) noexcept {
    answer(static_cast<departure&>(e), wait_errc::closed);
  }
  static constexpr envelope_ops ops{&run, &drop, "the end of a wait", envelope_kind::operation};
};

}  // namespace troupe::classic::detail
