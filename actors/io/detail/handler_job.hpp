// handler_job.hpp: a handler of Asio's on its way to its actor.
//
//   Before   executor.hpp makes one.
//   After    it comes through the actor's mailbox, as replies do, and runs in a turn.
//   Called   make, post: any thread. run: in the actor's turn.
//   Holds    the handler, until it has run or is destroyed unrun.
#pragma once

#include <troupe/actors/detail/envelope.hpp>
#include <troupe/actors/detail/runtime.hpp>

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace troupe::io::detail {

using troupe::detail::cell;
using troupe::detail::envelope;

/// Puts a job into the mailbox of the actor `id`, whatever its capacity.
/// @returns false: that actor is gone, and the job the caller's
[[nodiscard]] bool post(cell& c, std::uint64_t id, envelope& job) noexcept;

/// The time in which a handler runs that came through the mailbox.
class handler_scope {
public:
  handler_scope(cell& c, std::uint32_t incarnation) noexcept;
  handler_scope(const handler_scope&) = delete;
  handler_scope& operator=(const handler_scope&) = delete;
  ~handler_scope();
  /// False: the actor has ended.
  [[nodiscard]] bool may_run() const noexcept { return may_run_; }

private:
  cell& cell_;
  bool may_run_;
};

/// The time in which a function runs inside another handler, if it may.
class inline_scope {
public:
  explicit inline_scope(const cell& c) noexcept;
  inline_scope(const inline_scope&) = delete;
  inline_scope& operator=(const inline_scope&) = delete;
  ~inline_scope();
  [[nodiscard]] bool may_run() const noexcept { return may_run_; }

private:
  bool may_run_;
};

/// From a handler into the coroutine that has waited for it. @returns false: this is no turn of
/// that actor, or something else of it runs
[[nodiscard]] bool leave_handler(const cell& c) noexcept;

template <class F>
struct handler_job : envelope {
  explicit handler_job(F&& f) : call(std::move(f)) { prepare(); }
  explicit handler_job(const F& f) : call(f) { prepare(); }

  /// @throws std::bad_alloc, what moving `f` throws
  template <class T>
  [[nodiscard]] static handler_job& make(T&& f) {
    struct frees {
      void* memory;
      ~frees() {
        if (memory != nullptr) troupe::detail::deallocate(memory);
      }
    } unless_built{troupe::detail::allocate(sizeof(handler_job), alignof(handler_job))};
    if (unless_built.memory == nullptr) throw std::bad_alloc();
    auto* const j = ::new (unless_built.memory) handler_job(std::forward<T>(f));
    unless_built.memory = nullptr;
    return *j;
  }
  static void discard(handler_job& j) noexcept {
    j.call.~F();
    troupe::detail::deallocate(&j);
  }

  F call;

private:
  void prepare() noexcept {
    ops = &job_ops;
    flags = reserved;
  }

  /// The header is the mailbox's: only the function is destroyed here.
  static void run(cell& c, envelope& e) {
    auto& me = static_cast<handler_job&>(e);
    struct destroys {
      F& call;
      ~destroys() { call.~F(); }
    } const at_the_end{me.call};
    const handler_scope scope(c, e.incarnation);
    if (scope.may_run()) std::move(me.call)();
  }

  static constexpr troupe::detail::envelope_ops job_ops{&run, nullptr, "a handler of Asio's",
                                                        troupe::detail::envelope_kind::reply};
};

}  // namespace troupe::io::detail
