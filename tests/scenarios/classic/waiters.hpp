// waiters.hpp: who waits in the scenarios about adapters.
//
//   Before   scenarios say what players or threads wait for.      After   their notes are compared.
//   Holds    players that wait one after the other; words for outcomes; ways to leave a line.
//   Note     that somebody waits is seen in snapshot(), or known: a player that has answered a
//            query has sent what it waits for.
#pragma once

#include "../coroutines/players.hpp"
#include <troupe/actors/classic/prelude.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace cast {

namespace classic = troupe::classic;
using classic::forever;
using classic::wait_errc;
using classic::wait_failed;

/// A time that passes in a test.
const troupe::duration a_while = real ? 2ms : 50ms;

[[nodiscard]] inline std::string text_of(wait_errc code) { return std::string(to_string(code)); }
template <class T>
[[nodiscard]] std::string text_of(const troupe::result<T, wait_errc>& r) {
  return r.has_value() ? "ok" : text_of(r.error());
}
/// What became of `f()`, in one word.
template <class F>
[[nodiscard]] std::string outcome_of(F f) {
  try {
    if constexpr (std::is_void_v<decltype(f())>) {
      f();
      return "ok";
    } else {
      return text_of(f());
    }
  } catch (const wait_failed& e) {
    return text_of(e.code());
  } catch (const troupe::ask_failed& e) {
    return code_of(e);
  }
}

/// A number that many threads count.
class tally {
public:
  /// @returns the new one
  int add(int n = 1) noexcept { return n_.fetch_add(n, std::memory_order_acq_rel) + n; }
  [[nodiscard]] int read() const noexcept { return n_.load(std::memory_order_acquire); }
  void set(int n) noexcept { n_.store(n, std::memory_order_release); }

private:
  std::atomic<int> n_{0};
};

template <class Adapter>
[[nodiscard]] typename Adapter::ref ref_of(const Adapter& a) {
  return typename Adapter::ref(a);
}

/// How many wait for any adapter now.
[[nodiscard]] inline std::size_t waiting(scenario::world& w) {
  std::size_t all = 0;
  for (const auto& one : w.system().snapshot(0).adapters) all += one.waiters.size();
  return all;
}
/// Returns when so many wait.
inline void wait_for_waiting(scenario::world& w, std::size_t count) {
  until(w, [&] { return waiting(w) == count; });
}

/// Who waits, each in its scene, in the order in which they were added; and what they wrote.
class crowd {
public:
  explicit crowd(scenario::world& w) : w_(&w), wrote(make_journal()) {}

  /// Returns when it waits, or is done.
  void add(scene what) {
    all_.emplace_back(*w_);
    all_.back().p.tell<play>(std::move(what));
    wait_for(all_.back().p);
  }
  /// `make(i)` is the scene of the i-th.
  template <class F>
  void add(int count, F make) {
    for (int i = 0; i < count; ++i) add(make(static_cast<int>(all_.size())));
  }
  [[nodiscard]] const troupe::ref<player>& who(int i) const {
    return all_[static_cast<std::size_t>(i)].p;
  }
  [[nodiscard]] bool is_gone(int i) const {
    return all_[static_cast<std::size_t>(i)].wrote->has("gone");
  }
  void wait_until_gone(int i) const {
    until(*w_, [&] { return is_gone(i); });
  }
  /// So many have written something, and no others follow: each has been asked.
  void expect_lines(std::size_t count) const {
    until(*w_, [&] { return wrote->lines().size() >= count; });
    for (const auto& one : all_) static_cast<void>(one.p.try_ask<query>(0).get());
    EXPECT_EQ(wrote->lines().size(), count) << wrote->text();
  }
  [[nodiscard]] std::string text() const { return wrote->text(); }

private:
  scenario::world* w_;
  std::deque<stage_of_one> all_;

public:
  const journal_ptr wrote;
};

/// How one leaves a line before it is its turn.
enum class leaving : std::uint8_t { timeout, cancelled, killed, stopped, failed };
constexpr leaving every_leaving[] = {leaving::timeout, leaving::cancelled, leaving::killed,
                                     leaving::stopped, leaving::failed};

/// The text of one that waits for `op(time)`, an operation not begun, and then leaves.
template <class Op>
[[nodiscard]] scene leaves(leaving how, Op op, troupe::ref<keeper> k, journal_ptr j) {
  return [how, op, k, j](player&) -> task<> {
    const trace t(j, "left");
    if (how == leaving::cancelled) {
      auto first = co_await troupe::when_any(op(forever), kept_by(k, 1));
      if (first.index() == 0) j->note("taken");
    } else if (how == leaving::timeout) {
      static_cast<void>(co_await op(a_while));
    } else {
      static_cast<void>(co_await op(forever));
      j->note("taken");
    }
  };
}

/// Makes the `i`-th of the crowd, the only one who leaves, do so; returns when it has left.
inline void make_leave(scenario::world& w, leaving how, const crowd& c, int i,
                       const troupe::ref<keeper>& k) {
  if (how == leaving::timeout) w.advance(a_while);
  if (how == leaving::cancelled) k.tell<answer>(1);
  if (how == leaving::killed) c.who(i).kill();
  if (how == leaving::stopped) c.who(i).stop();
  if (how == leaving::failed) c.who(i).tell<fall>("x");
  until(w, [&] { return c.wrote->has("left"); });
}

}  // namespace cast
