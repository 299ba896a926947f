// barrier.hpp: nobody goes on before all have come.
//
//   Before   threads and actors that work in rounds.      After   detail/gates.hpp counts them.
//   Called   barrier: ordinary threads. barrier::ref: in actors.
//   Holds    a handle to the actor, and the action.
#pragma once

#include <troupe/actors/classic/detail/action.hpp>
#include <troupe/actors/classic/detail/gates.hpp>
#include <troupe/actors/system.hpp>
#include <troupe/actors/task.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace troupe::classic {

namespace detail {

[[nodiscard]] handle make_barrier(actor_system& sys, std::size_t parties, bool acts,
                                  std::string name);

}  // namespace detail

struct barrier_options {
  std::string name{};           ///< a label for reports; need not be unique
  detail::action action{};      ///< run once a round, by the last to come, before anybody goes on
  wait_time timeout = forever;  ///< of each wait() that names none
};

/// Lets `parties` go on together, each time all of them wait. A wait that is over, an abort(), an
/// action that throws or an actor that ends while it waits breaks the barrier for all, until
/// reset().
class barrier {
public:
  class ref;

  /// @throws wait_failed(bad_count) if there are no parties
  barrier(actor_system& sys, std::size_t parties, barrier_options o = {})
      : body_(detail::make_barrier(sys, parties, static_cast<bool>(o.action), std::move(o.name))),
        action_(std::move(o.action)),
        timeout_(o.timeout) {}

  /// @returns the number of those who came before, 0 to parties - 1; broken; timeout: it was this
  ///   wait that broke it; negative_timeout, closed
  /// @throws what the action throws, to the one that ran it
  [[nodiscard]] result<std::size_t, wait_errc> wait() { return wait(timeout_); }
  [[nodiscard]] result<std::size_t, wait_errc> wait(wait_time t) {
    const auto came = detail::call<detail::arrive_op>(body_, t);
    if (!came) return came.error();
    if (came->runs_action) {
      act();
      const wait_errc end = change(detail::barrier_change::acted);
      if (end != wait_errc::ok) return end;
    }
    return came->index;
  }
  /// Breaks it: whoever waits, or comes, gets `broken`.
  void abort() { static_cast<void>(change(detail::barrier_change::abort)); }
  /// Whoever waits gets `broken`; then it is as new.
  void reset() { static_cast<void>(change(detail::barrier_change::reset)); }
  [[nodiscard]] bool broken() const { return ask(detail::barrier_question::broken) != 0; }
  [[nodiscard]] std::size_t n_waiting() const { return ask(detail::barrier_question::waiting); }

private:
  [[nodiscard]] wait_errc change(detail::barrier_change to) {
    return detail::call<detail::change_op>(body_, forever, to);
  }
  [[nodiscard]] std::size_t ask(detail::barrier_question what) const {
    return detail::call<detail::question_op>(body_, forever, what);
  }
  void act() {
    try {
      action_();
    } catch (...) {
      abort();
      throw;
    }
  }

  detail::handle body_;
  detail::action action_;
  wait_time timeout_;
};

/// What an actor holds of a barrier.
class barrier::ref {
public:
  ref(const barrier& of) : body_(of.body_), action_(of.action_), timeout_(of.timeout_) {}

  [[nodiscard]] task<result<std::size_t, wait_errc>> wait() const { return wait(timeout_); }
  [[nodiscard]] task<result<std::size_t, wait_errc>> wait(wait_time t) const {
    return arrive(body_, action_, t);
  }

private:
  static task<result<std::size_t, wait_errc>> arrive(detail::handle body, detail::action acts,
                                                     wait_time t) {
    using outcome = result<std::size_t, wait_errc>;
    detail::awaited<detail::arrive_op> arrives(body, t);
    const auto came = co_await arrives;
    if (!came) co_return outcome(came.error());
    if (came->runs_action) {
      if (std::exception_ptr thrown = run(acts); thrown != nullptr) {
        detail::awaited<detail::change_op, detail::barrier_change> aborts(
            body, forever, detail::barrier_change::abort);
        static_cast<void>(co_await aborts);
        std::rethrow_exception(std::move(thrown));
      }
      detail::awaited<detail::change_op, detail::barrier_change> acted(
          body, forever, detail::barrier_change::acted);
      const wait_errc end = co_await acted;
      if (end != wait_errc::ok) co_return outcome(end);
    }
    co_return outcome(came->index);
  }
  [[nodiscard]] static std::exception_ptr run(const detail::action& acts) noexcept {
    try {
      acts();
      return nullptr;
    } catch (...) {
      return std::current_exception();
    }
  }

  detail::handle body_;
  detail::action action_;
  wait_time timeout_;
};

}  // namespace troupe::classic
