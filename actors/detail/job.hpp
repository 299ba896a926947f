// job.hpp: a function that runs on a thread of the elastic pool, and the coroutine that waits for
// it.
//
//   Before   await.hpp: blocking(f, args...).
//   After    the pool runs it; it comes home through its actor's mailbox.
//   Called   perform: on a pool thread. The rest: in the actor's turns.
//   Holds    function, arguments, result. Uses nothing of the actor's: that may end meanwhile.
//   Rules    J1  A job comes home exactly once, whether it was performed or not.
#pragma once

#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/detail/envelope.hpp>

#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace troupe::detail {

/// The part that does not depend on its types.
struct job : envelope {
  void (*perform)(job&) noexcept = nullptr;
  cell* owner = nullptr;
  job* next_job = nullptr;  ///< in the pool's queue
};

/// Gives a job to the pool. @throws std::system_error: no thread can be had; then it is the
/// caller's
void begin_job(cell& owner, job& j);
/// It is home.
void end_job(cell& owner) noexcept;

template <class F, class... Args>
class blocking_call;

template <class F, class... Args>
struct job_of : job {
  using result = std::invoke_result_t<F, Args...>;
  using stored = std::conditional_t<std::is_void_v<result>, std::monostate, result>;

  job_of(blocking_call<F, Args...>& awaiter, F&& f, std::tuple<Args...>&& a)
      : by(&awaiter), call(std::move(f)), args(std::move(a)) {
    ops = &home_ops;
    flags = reserved;
    perform = &do_it;
  }

  static void do_it(job& j) noexcept {
    auto& me = static_cast<job_of&>(j);
    try {
      if constexpr (std::is_void_v<result>) {
        std::apply(me.call, std::move(me.args));
        me.value.emplace();
      } else {
        me.value.emplace(std::apply(me.call, std::move(me.args)));
      }
    } catch (...) {
      me.thrown = std::current_exception();
    }
  }
  static void arrive(cell& owner, envelope& e) {
    auto& me = static_cast<job_of&>(e);
    struct clears {
      job_of& j;
      ~clears() { j.~job_of(); }  // its header's memory stays the mailbox's
    } const at_the_end{me};
    end_job(owner);
    if (me.by != nullptr) me.by->came_home(me);
  }

  static constexpr envelope_ops home_ops{&arrive, nullptr, "end of a blocking call",
                                         envelope_kind::reply};

  blocking_call<F, Args...>* by;  ///< in the coroutine's frame; null: nobody waits any more
  [[no_unique_address]] F call;
  std::tuple<Args...> args;
  std::optional<stored> value;
  std::exception_ptr thrown;
};

/// A coroutine that waits for a function.
template <class F, class... Args>
class blocking_call : public suspension {
  using mine = job_of<F, Args...>;

public:
  blocking_call(F& f, std::tuple<Args...>& args) noexcept : f_(f), args_(args) {}
  ~blocking_call() {
    if (job_ != nullptr) job_->by = nullptr;
  }

  bool await_ready() const noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> h) {
    bind(h);
    wait_.begin(owner());
    void* const memory = allocate(sizeof(mine), alignof(mine));
    if (memory == nullptr) throw std::bad_alloc();
    struct frees {
      void* memory;
      mine* made = nullptr;
      ~frees() {
        if (memory == nullptr) return;
        if (made != nullptr) made->~mine();
        deallocate(memory);
      }
    } unless_begun{memory};
    unless_begun.made = ::new (memory) mine(*this, std::move(f_), std::move(args_));
    begin_job(owner(), *unless_begun.made);
    job_ = std::exchange(unless_begun.made, nullptr);
    unless_begun.memory = nullptr;
  }
  auto await_resume() {
    wait_.end();
    mine& j = *std::exchange(home_, nullptr);
    if (j.thrown != nullptr) std::rethrow_exception(std::move(j.thrown));
    if constexpr (!std::is_void_v<typename mine::result>)
      return typename mine::result(*std::move(j.value));
  }

private:
  friend mine;

  /// The job stays until this returns.
  void came_home(mine& j) {
    job_ = nullptr;
    home_ = &j;
    resume();
  }

  F& f_;
  std::tuple<Args...>& args_;
  counted_wait wait_;
  mine* job_ = nullptr;   ///< until it is home
  mine* home_ = nullptr;  ///< while its result is being taken
};

}  // namespace troupe::detail
