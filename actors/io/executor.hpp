// executor.hpp: an actor, as Asio's executors are.
//
//   Before   sockets and timers are made with one: tcp::socket s(io::executor_of(self())).
//   After    what Asio executes through it comes home through the actor's mailbox, as replies do.
//   Called   any thread. The constructors: as they say.
//   Holds    which actor it is, and which worker's reactor; nothing that keeps the actor alive.
//   Rules    X1  A function runs in a turn of its actor, or is destroyed: the actor has ended.
//            X2  At once only inside another handler of Asio's, in the same actor's turn.
#pragma once

#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/io/detail/handler_job.hpp>

#include <asio/execution.hpp>
#include <asio/io_context.hpp>

#include <concepts>
#include <cstdint>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace troupe::io {

/// What making an executor throws where sockets and real time have no place: on a kit::stage.
class real_io_refused : public std::logic_error {
public:
  real_io_refused();
};

/// Stands for one actor: Asio's completion handlers run in its turns, those inside composed
/// operations too, so a socket is touched by its actor only, whichever worker runs it. Its context
/// is the reactor of one of the system's workers.
///
/// What it does not do: keep the actor alive. A handler whose actor has ended is destroyed unrun.
/// Operations awaited with use_actor keep theirs until they are back.
/// @note what was made with it must not outlive the actor's system; what an actor owns does not
class executor {
public:
  executor(const executor& other) noexcept;
  executor(executor&& other) noexcept;
  executor& operator=(executor other) noexcept;
  ~executor() {
    if (is_tracked_) end_expecting();
  }

  /// Runs `f` in a turn of the actor. @throws std::bad_alloc
  template <class F>
  void execute(F&& f) const {
    using job = detail::handler_job<std::decay_t<F>>;
    if (may_run_now_) {
      const detail::inline_scope now(*cell_);
      if (now.may_run()) return (void)std::decay_t<F>(std::forward<F>(f))();
    }
    job& j = job::make(std::forward<F>(f));
    j.incarnation = incarnation_;
    if (!detail::post(*cell_, id_, j)) job::discard(j);
  }

  // The properties of an executor, as Asio asks for them.
  [[nodiscard]] asio::io_context& query(asio::execution::context_t) const noexcept;
  [[nodiscard]] asio::execution::blocking_t query(asio::execution::blocking_t) const noexcept {
    if (may_run_now_) return asio::execution::blocking.possibly;
    return asio::execution::blocking.never;
  }
  [[nodiscard]] asio::execution::outstanding_work_t query(
      asio::execution::outstanding_work_t) const noexcept {
    if (is_tracked_) return asio::execution::outstanding_work.tracked;
    return asio::execution::outstanding_work.untracked;
  }
  [[nodiscard]] executor require(asio::execution::blocking_t::possibly_t) const noexcept {
    return with(true, is_tracked_);
  }
  [[nodiscard]] executor require(asio::execution::blocking_t::never_t) const noexcept {
    return with(false, is_tracked_);
  }
  [[nodiscard]] executor require(asio::execution::outstanding_work_t::tracked_t) const noexcept {
    return with(may_run_now_, true);
  }
  [[nodiscard]] executor require(asio::execution::outstanding_work_t::untracked_t) const noexcept {
    return with(may_run_now_, false);
  }

  /// The same actor, and the same way to it.
  friend bool operator==(const executor& a, const executor& b) noexcept {
    return a.cell_ == b.cell_ && a.id_ == b.id_ && a.incarnation_ == b.incarnation_ &&
           a.may_run_now_ == b.may_run_now_;
  }

  // For the library.
  explicit executor(troupe::detail::cell* c);

private:
  [[nodiscard]] executor with(bool may_run_now, bool is_tracked) const noexcept;
  void expect() noexcept;
  void end_expecting() noexcept;

  troupe::detail::cell* cell_;
  std::uint64_t id_;
  std::uint32_t incarnation_;
  std::uint16_t worker_;     ///< whose reactor
  bool may_run_now_ = true;  ///< inside a handler of the same actor: X2
  bool is_tracked_ = false;  ///< the worker looks at its reactor also while it is busy
};

/// Asio keeps one in any_io_executor without an allocation.
static_assert(sizeof(executor) == 24);

/// The executor of an actor: `asio::ip::tcp::socket s(io::executor_of(self()))` in its turns, where
/// it stands for the reactor of the worker that runs the turn; of a ref on any thread.
/// @throws real_io_refused on a stage; std::invalid_argument: an empty ref
template <class Handle>
  requires requires(const Handle& h) {
    { h.cell_() } -> std::convertible_to<troupe::detail::cell*>;
  }
[[nodiscard]] executor executor_of(const Handle& h) {
  return executor(h.cell_());
}

/// That of the actor whose turn this is: for tasks, processes and functions that have no self().
/// @throws std::logic_error outside turns; real_io_refused
[[nodiscard]] executor this_actor();

}  // namespace troupe::io
