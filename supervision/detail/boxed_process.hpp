// boxed_process.hpp: a process in a seat: its coroutine function and arguments stand on the heap,
// so that the seat does not depend on them.
//
//   Before   start.hpp: actor_of(lambda, args...).      After   each incarnation gets copies.
#pragma once

#include <troupe/actors/inbox.hpp>
#include <troupe/actors/life/seat.hpp>
#include <troupe/actors/prelude.hpp>

#include <memory>
#include <tuple>
#include <utility>

namespace troupe::detail {

class process_box {
public:
  process_box() = default;
  process_box(const process_box&) = delete;
  process_box& operator=(const process_box&) = delete;
  virtual ~process_box() = default;
  virtual void begin(cell& c) = 0;
};

/// What sits in the cell.
struct boxed_process {
  std::unique_ptr<process_box> box;
};

template <class P>
class process_in_box final : public process_box {
public:
  template <class... Parts>
  explicit process_in_box(Parts&&... parts) : process_{std::forward<Parts>(parts)...} {}
  void begin(cell& c) override { process_.begin(c); }

private:
  P process_;
};

/// The same for all processes that take these messages.
template <class... Ms>
inline constexpr body_ops boxed_ops = {
    .actor = "process",
    .bytes = body_bytes<boxed_process>,
    .start = [](cell& c) { object_in<boxed_process>(c).box->begin(c); },
    .stop = [](cell& c, const exit_reason&) { end_inbox(c); },
    .destroy = &destroy_in<boxed_process>};

template <class Box>
struct ops_of_box;
template <class... Ms>
struct ops_of_box<inbox<Ms...>> {
  static constexpr const body_ops& ops = boxed_ops<Ms...>;
};

template <class F, class... Args>
class boxed_recipe final : public recipe {
  using box = typename process_shape<F>::box;
  using held = process<F, Args...>;

public:
  explicit boxed_recipe(F body, Args... args)
      : recipe(ops_of_box<box>::ops), body_(std::move(body)), args_(std::move(args)...) {}
  void build(cell& c) const override {
    auto in_box = std::make_unique<process_in_box<held>>(body_, args_, inbox_state{});
    construct_in<boxed_process>(c, boxed_process{std::move(in_box)});
  }

private:
  F body_;
  std::tuple<Args...> args_;
};

}  // namespace troupe::detail
