// view.hpp: what an adapter looks like at one moment: who holds it, who waits.
//
//   Before   watch.cpp asks each adapter.      After   snapshot(), and the search for circles.
//   Holds    values, copied in the adapter's turn.
#pragma once

#include <troupe/actors/classic/detail/adapter.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::classic::detail {

struct waiter_view {
  agent who;
  std::uint64_t number = 0;  ///< of the wait, rising within its adapter
  time_point since{};
};

struct adapter_view {
  std::string state{};           ///< for people: "held", "3 of 8"
  std::vector<agent> holders{};  ///< those whose release the waiters wait for
  std::uint64_t held_as = 0;     ///< rises with each holder
  std::vector<waiter_view> waiters{};
  std::vector<agent> others{};  ///< those who wait for something else here: a condition
};

/// Adds those in a line, the first first.
void add_waiters(adapter_view& to, const line& from);

/// Looks at one adapter. Its body has `void show(adapter_view&) const`.
struct look : operation {
  explicit look(const envelope_ops& step) noexcept : operation(step) {}
  adapter_view view;
};

/// Ends the wait of a number, if it is still one. Its body has `void break_wait(std::uint64_t)`.
struct break_op : operation {
  break_op(const envelope_ops& step, std::uint64_t of) noexcept : operation(step), number(of) {}
  std::uint64_t number;
};

template <class Body>
struct breaks {
  static void run(cell& c, envelope& e) {
    auto& op = static_cast<break_op&>(e);
    if (takes_operations(c)) troupe::detail::object_in<Body>(c).break_wait(op.number);
    answer(op, wait_errc::ok);
  }
  static void drop(cell*, envelope& e, dead_reason) noexcept {
    answer(static_cast<break_op&>(e), wait_errc::closed);
  }
  static constexpr envelope_ops ops{&run, &drop, "the end of a circle", envelope_kind::operation};
};

template <class Body>
struct looks {
  static void run(cell& c, envelope& e) {
    auto& op = static_cast<look&>(e);
    if (!takes_operations(c)) return drop(nullptr, e, dead_reason::ended);
    try {
      troupe::detail::object_in<Body>(c).show(op.view);
      answer(op, wait_errc::ok);
    } catch (...) {  // no memory for what it looks like
      answer(op, wait_errc::no_memory);
    }
  }
  static void drop(cell*, envelope& e, dead_reason) noexcept {
    answer(static_cast<look&>(e), wait_errc::closed);
  }
  static constexpr envelope_ops ops{&run, &drop, "a look", envelope_kind::operation};
};

}  // namespace troupe::classic::detail
