// contenders.hpp: who contends for locks, and how a test knows that they wait.
//
//   Before   scenarios start them.      After   their journal is compared.
//   Holds    scenes for players; an actor with a hold in its object; a room for one.
//   Note     that somebody waits is read from snapshot(): no time decides anything.
#pragma once

#include "../coroutines/players.hpp"
#include <troupe/actors/classic/prelude.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace contest {

using namespace cast;
using troupe::ref;
using troupe::classic::condition;
using troupe::classic::forever;
using troupe::classic::guarded;
using troupe::classic::lock;
using troupe::classic::lock_hold;
using troupe::classic::rlock;
using troupe::classic::wait_errc;
using troupe::classic::wait_failed;
using got_hold = troupe::result<lock_hold, wait_errc>;

/// Returns when `holds()`. A wake-up that is lost ends it too, and the test: after very many looks.
template <class F>
void eventually(scenario::world& w, F holds) {
  if (!real) w.settle();
  for (long looks = 0; real && looks < 3'000'000 && !holds(); ++looks) std::this_thread::yield();
  ASSERT_TRUE(holds());
}

[[nodiscard]] inline std::string text_of(wait_errc e) {
  return std::string(troupe::classic::to_string(e));
}
/// "ok", or why there is no hold.
[[nodiscard]] inline wait_errc code_of(const got_hold& r) { return r ? wait_errc::ok : r.error(); }

/// What `f()` throws: the code of a failed wait or ask, the text of another; "" if it returns.
template <class F>
[[nodiscard]] std::string thrown_by(F f) {
  try {
    f();
    return "";
  } catch (const wait_failed& e) {
    return text_of(e.code());
  } catch (const troupe::ask_failed& e) {
    return cast::code_of(e);
  } catch (const std::exception& e) {
    return e.what();
  }
}

/// The adapter of that name, as snapshot() shows it.
[[nodiscard]] inline troupe::adapter_snapshot shown(scenario::world& w, const std::string& name) {
  for (auto& one : w.system().snapshot().adapters)
    if (one.name == name) return one;
  return {};
}
[[nodiscard]] inline std::size_t waiting(scenario::world& w, const std::string& name) {
  const auto seen = shown(w, name);
  return static_cast<std::size_t>(std::count_if(
      seen.waiters.begin(), seen.waiters.end(),
      [](const std::string& who) { return who.find("(for a condition)") == std::string::npos; }));
}
/// Returns when so many wait for the adapter of that name.
inline void until_waiting(scenario::world& w, const std::string& name, std::size_t many) {
  eventually(w, [&] { return waiting(w, name) == many; });
}
/// On threads returns when so much time has passed on the system's clock.
inline void let_pass(scenario::world& w, troupe::duration d) {
  w.advance(d);
  const auto end = w.system().now() + (real ? d : troupe::duration::zero());
  while (w.system().now() < end) std::this_thread::yield();
}

/// Counted from any thread; who reads the count sees what was done before it.
class tally {
public:
  void add(long n = 1) { count_.fetch_add(n, std::memory_order_acq_rel); }
  [[nodiscard]] long read() const { return count_.load(std::memory_order_acquire); }

private:
  std::atomic<long> count_{0};
};

/// What breaks when two are in it at once.
class room {
public:
  void enter() {
    if (inside_.exchange(true, std::memory_order_relaxed))
      broken_.store(true, std::memory_order_relaxed);
    const long before = visits_;
    if (before % 8 == 0) std::this_thread::yield();
    visits_ = before + 1;
  }
  void leave() { inside_.store(false, std::memory_order_relaxed); }
  void visit() {
    enter();
    leave();
  }
  [[nodiscard]] long visits() const { return visits_; }
  void expect_visits(long n) const {
    EXPECT_FALSE(broken_.load(std::memory_order_relaxed)) << "two were in it at once";
    EXPECT_EQ(visits_, n) << "a visit was lost";
  }

private:
  std::atomic<bool> inside_{false};
  std::atomic<bool> broken_{false};
  long visits_ = 0;
};

/// "a", "a!" if the one before died, "a:timeout" if it did not get it.
[[nodiscard]] inline std::string said(const std::string& name, const got_hold& r) {
  if (!r) return name + ":" + text_of(r.error());
  return r->owner_died() ? name + "!" : name;
}

/// Acquires it, says so, and releases it.
template <class Ref>
[[nodiscard]] scene takes(Ref l, std::string name, troupe::classic::wait_time t = forever) {
  return [l, name, t](player& me) -> task<> {
    auto got = co_await l.acquire(t);
    me.say(said(name, got));
  };
}
/// Acquires it, says so, and holds it in its frame until the keeper answers.
template <class Ref>
[[nodiscard]] scene holds(Ref l, ref<keeper> k, std::string name, int number = 1) {
  return [l, k, name, number](player& me) -> task<> {
    auto got = co_await l.acquire();
    me.say(said(name, got));
    co_await kept_by(k, number);
    me.say(name + ".out");
  };
}

/// Acquires it and keeps the hold in its object.
struct take {
  using reply = wait_errc;
};
struct put_back {
  using reply = wait_errc;
};
class bearer : public troupe::actor<bearer> {
public:
  explicit bearer(lock::ref l) : lock_(std::move(l)) {}
  troupe::task<wait_errc> on(take) {
    auto got = co_await lock_.acquire();
    if (!got) co_return got.error();
    hold_ = std::move(*got);
    co_return wait_errc::ok;
  }
  wait_errc on(put_back) { return hold_.release(); }
  void on(const fall& f) { throw std::runtime_error(f.text); }
  void on(stop_now) { self().stop(); }
  int on(query q) const { return right_answer(q.number); }

private:
  lock::ref lock_;
  lock_hold hold_;
};

}  // namespace contest
