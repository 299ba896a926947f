// reuse_test.cpp: what was made of an actor never means the next one that lives in its cell.
//
//   Note     fault 47: ids and places are used by many, one after the other.
#include "../cast.hpp"
#include "../lives.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;
using troupe::weak;

struct tick {};
struct ticks_so_far {
  using reply = int;
};
struct timer_of_yours {  ///< set anew
  using reply = troupe::timer_id;
};
struct cancel_that {
  using reply = void;
  troupe::timer_id what;
};

/// Has one timer, and cancels whatever it is told to.
class ticking : public troupe::actor<ticking> {
public:
  void on(tick) { ++ticks_; }
  int on(ticks_so_far) const { return ticks_; }
  troupe::timer_id on(timer_of_yours) { return self().after(1ms, tick{}); }
  void on(cancel_that c) { c.what.cancel(); }

private:
  int ticks_ = 0;
};

/// Everything that can mean an actor.
struct left_over {
  explicit left_over(const troupe::ref<ticking>& a)
      : weakly(a), timer(a.ask<timer_of_yours>().get()), id(a.id()) {}
  weak<ticking> weakly;
  troupe::timer_id timer;
  troupe::actor_id id;
};

SCENARIO(Reuse, NothingThatWasMadeOfAnActorMeansTheNextInItsCell) {
  constexpr int lives = 16;
  std::vector<left_over> old;
  std::unordered_set<const void*> cells;
  for (int i = 0; i < lives; ++i) {
    auto a = w.spawn<ticking>();
    cells.insert(a.cell_());
    const left_over mine(a);
    for (const auto& o : old) {
      EXPECT_FALSE(o.weakly.lock());
      EXPECT_NE(o.id, a.id());
      EXPECT_FALSE(o.weakly == mine.weakly);
      a.ask<cancel_that>(o.timer).get();  // the same cell, the same place among its timers
    }
    w.advance(1ms);
    while (a.ask(ticks_so_far{}).get() == 0) {}
    EXPECT_EQ(a.ask(ticks_so_far{}).get(), 1) << "its own timer came";
    old.push_back(mine);
    a.stop();
    a = {};
    w.settle();
  }
  if (!world::real) {  // a worker keeps some of its free cells to itself
    EXPECT_LT(cells.size(), lives / 2U) << "the cells were not used again";
  }
}

SCENARIO(Reuse, HandlesOfTheEndedKeepTheirCellsFromBeingUsed) {
  constexpr std::size_t lives = 16;
  std::array<troupe::ref<ticking>, lives> refs;
  std::array<troupe::address<tick, ticks_so_far>, lives> addresses;
  std::unordered_set<const void*> cells;
  for (std::size_t i = 0; i < lives; ++i) {
    refs[i] = w.spawn<ticking>();
    addresses[i] = refs[i];
    cells.insert(refs[i].cell_());
    refs[i].kill();
    if (i % 2 == 0) refs[i] = {};
    w.settle();
  }
  EXPECT_EQ(cells.size(), lives);
  const auto young = w.spawn<ticking>();
  for (std::size_t i = 0; i < lives; ++i) {
    addresses[i].tell(tick{});
    if (refs[i]) {
      refs[i].tell(tick{});
      refs[i].stop();
      refs[i].kill();
    }
    EXPECT_EQ(addresses[i].try_ask<ticks_so_far>().get().error(), troupe::ask_errc::down);
  }
  w.settle();
  EXPECT_EQ(young.ask(ticks_so_far{}).get(), 0);
  EXPECT_EQ(w.counters().dead_letters(), lives + lives / 2 + lives);
}

// --- many

TEST(ReuseInBulk, AfterTwoToTheSixteenLivesInFewCellsNoOldReferenceMeansANewActor) {
  constexpr std::uint32_t lives = 1U << 16;
  own_system sys;
  std::vector<weak<ticking>> old;
  std::unordered_set<const void*> cells;
  std::uint32_t locked = 0;
  for (std::uint32_t i = 0; i < lives; ++i) {
    auto a = sys->spawn<ticking>();
    if ((i & (i - 1)) == 0) old.emplace_back(a);  // of lives 0, 1, 2, 4, 8 ...
    if (i % 64 == 0) cells.insert(a.cell_());
    for (const auto& o : old) locked += o.lock() == a ? 1 : 0;
    if (i % 64 != 0) continue;
    sys.settle();
    for (const auto& o : old) EXPECT_TRUE(!o.lock() || o.id() == a.id());
  }
  sys.settle();
  EXPECT_EQ(locked, old.size()) << "each one found itself, while it lived";
  EXPECT_LT(cells.size(), 1024U);
  for (const auto& o : old) EXPECT_FALSE(o.lock());
}

}  // namespace
