// bulk_test.cpp: a million lives of every kind, and then a walk over the cells.
//
//   Note     the blocks of cells can be walked, so nothing has to be believed: every cell is free,
//            every envelope is gone, and the cells are not more than lived at once.
#include "../cast.hpp"
#include "../lives.hpp"
#include <troupe/actors/engine/core.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;
using cast::keeper;
using cast::note;
using cast::prompt;
using cast::query;
using troupe::detail::cell;
using troupe::detail::core;

/// What a walk over the blocks finds.
struct census {
  std::size_t cells = 0;
  std::size_t taken = 0;
  std::size_t with_extras = 0;
};
census walk(core& system) {
  census found;
  system.blocks.for_each([&](const cell& c) {
    ++found.cells;
    if (c.reach.load(std::memory_order_acquire) != troupe::detail::reach_freed) ++found.taken;
    if (c.extras != nullptr) ++found.with_extras;
  });
  return found;
}

/// Whom the lives of this file know.
struct neighbours {
  troupe::ref<keeper> never_answers;
  troupe::ref<prompt> answers;
};

class plain : public troupe::actor<plain> {
public:
  void on(note) {}
  void on(const fail& f) { throw std::runtime_error(f.text); }
};

class slow_to_start : public troupe::actor<slow_to_start> {
public:
  explicit slow_to_start(troupe::ref<prompt> p) : prompt_(std::move(p)) {}
  troupe::task<> on_start() { co_await prompt_.ask<query>(1); }
  void on(note) {}

private:
  troupe::ref<prompt> prompt_;
};

class not_needed : public troupe::actor<not_needed> {
public:
  troupe::start_result on_start() { return troupe::start_result::ignore(); }
  void on(note) {}
};

class with_timers : public troupe::actor<with_timers> {
public:
  void on_start() {
    self().after(1h, note{1});
    self().every(1h, note{2});
  }
  void on(note) {}
};

/// Asks somebody who does not answer, in each of the ways.
class asks : public troupe::actor<asks> {
public:
  explicit asks(troupe::ref<keeper> k) : keeper_(std::move(k)) {}
  troupe::task<> on(note) {
    keeper_.try_ask<query>(1).within(1h).then(this, [](const troupe::result<int>&) {});
    self().only<fail>();
    co_await keeper_.ask<query>(2).within(1h);
  }
  void on(fail) {}

private:
  troupe::ref<keeper> keeper_;
};

class parent : public troupe::actor<parent> {
public:
  void on_start() {
    for (auto& c : children_) c = self().spawn<plain>();
  }
  void on(note) { children_ = {}; }  // a parent ends after its children

private:
  std::array<troupe::ref<plain>, 3> children_;
};

troupe::task<> reads_one(troupe::inbox<note> in) { co_await in.next(); }
troupe::task<> reads_all(troupe::inbox<note> in) {
  while (auto item = co_await in.next()) {}
}

/// One kind of life: born, told something, and let go or ended. @returns how many it was
using life = int (*)(troupe::actor_system&, const neighbours&, int);

template <class A, class... Args>
void end_somehow(troupe::actor_system& sys, int i, const Args&... args) {
  const auto a = sys.spawn<A>(args...);
  a.template tell<note>(i);
  if (i % 3 == 0) a.stop();
  if (i % 3 == 1) a.kill();
  a.template tell<note>(i);
}

constexpr life lives[] = {
    [](troupe::actor_system& sys, const neighbours&, int i) {
      end_somehow<plain>(sys, i);
      return 1;
    },
    [](troupe::actor_system& sys, const neighbours&, int) {
      sys.spawn<plain>().tell<fail>("as ever");
      return 1;
    },
    [](troupe::actor_system& sys, const neighbours& who, int i) {
      end_somehow<slow_to_start>(sys, i, who.answers);
      return 1;
    },
    [](troupe::actor_system& sys, const neighbours&, int i) {
      end_somehow<not_needed>(sys, i);
      return 1;
    },
    [](troupe::actor_system& sys, const neighbours&, int i) {
      const auto a = sys.spawn<with_timers>();
      i % 2 == 0 ? a.stop() : a.kill();
      return 1;
    },
    [](troupe::actor_system& sys, const neighbours& who, int i) {
      const auto a = sys.spawn<asks>(who.never_answers);
      a.tell<note>(i);
      a.tell<note>(i);
      a.kill();
      return 1;
    },
    [](troupe::actor_system& sys, const neighbours&, int i) {
      end_somehow<parent>(sys, i);
      return 1;  // or four, if it has begun
    },
    [](troupe::actor_system& sys, const neighbours&, int i) {
      const auto p = sys.spawn_pool<plain>({.size = 3});
      for (int n = 0; n < 3; ++n) p.tell<note>(i);
      return 4;
    },
    [](troupe::actor_system& sys, const neighbours&, int i) {
      (i % 2 == 0 ? sys.spawn(&reads_one) : sys.spawn(&reads_all)).tell<note>(i);
      return 1;
    },
    [](troupe::actor_system& sys, const neighbours&, int i) {
      const auto a = sys.spawn<plain>({.name = "labelled", .capacity = 2});
      static_cast<void>(sys.names().put(std::to_string(i), troupe::address<note>(a)));
      const troupe::weak<plain> w(a);
      w.lock().tell<note>(i);
      sys.names().find<note>(std::to_string(i)).tell<note>(i);
      return 1;
    },
};

TEST(LivesInBulk, AMillionOfEveryKindLeaveFreeCellsAndNoEnvelope) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
  // Fewer: the address sanitizer seeks ever longer for a stack frame where coroutines have run.
  constexpr std::uint64_t million = 100'000;
#else
  constexpr std::uint64_t million = 1'000'000;
#endif
  constexpr int batch = 100;  // of each kind
  own_system sys;
  const auto envelopes = troupe::detail::live_envelopes();
  core* system = nullptr;
  std::uint64_t lived = 0;
  while (lived < million) {
    const neighbours who{sys->spawn<keeper>(), sys->spawn<prompt>()};
    system = &troupe::detail::core_of(*who.answers.cell_());
    for (int i = 0; i < batch; ++i)
      for (const life& one : lives) lived += static_cast<std::uint64_t>(one(*sys, who, i));
    sys.settle();
    who.never_answers.tell(cast::let_go{});
    sys.settle();
  }
  sys.settle();
  const auto c = sys->counters();
  EXPECT_GE(c.ended, million);
  EXPECT_EQ(c.alive(), 0U);
  EXPECT_EQ(c.asked, c.settled);
  EXPECT_EQ(c.cells_made, c.cells_freed);
  EXPECT_EQ(troupe::detail::live_envelopes(), envelopes);
  EXPECT_TRUE(sys->names().list().empty());
  const census found = walk(*system);
  EXPECT_EQ(found.taken, 0U);
  EXPECT_EQ(found.with_extras, 0U);
  EXPECT_GT(found.cells, 0U);
  EXPECT_LT(found.cells, 20'000U) << "more cells than ever lived at once";
}

}  // namespace
