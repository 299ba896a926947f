// seat_test.cpp: one incarnation after the other in the same cell.
#include "../cast.hpp"
#include <troupe/actors/detail/recipe.hpp>

#include <stdexcept>
#include <string>

namespace {

using namespace cast;
using troupe::ask_errc;
using troupe::dead_reason;
using troupe::exit_kind;
using troupe::detail::mailbox_policy;

/// Whether others run while one is held: on threads that takes two.
[[nodiscard]] bool can_hold(scenario::world& w) {
  return !scenario::world::real || w.system().workers().size() > 1;
}

struct fail_now {};
struct throws_now {
  using reply = void;
};
class sitter;
struct who_are_you {
  using reply = troupe::ref<sitter>;
};

/// What all incarnations have in common.
struct annals {
  std::atomic<int> built{0};
  std::atomic<int> destroyed{0};
  std::atomic<int> refuse{0};  ///< so many constructors throw
  page read;
};
using annals_ptr = std::shared_ptr<annals>;

/// Handles a note by writing it down, as the incarnation it is.
class sitter : public troupe::actor<sitter> {
public:
  sitter(annals_ptr all, gate::leaf held) : all_(std::move(all)), held_(std::move(held)) {
    if (all_->refuse.load(std::memory_order_relaxed) > 0) {
      all_->refuse.fetch_sub(1, std::memory_order_relaxed);
      throw std::runtime_error("not yet");
    }
    all_->built.fetch_add(1, std::memory_order_relaxed);
  }
  ~sitter() { all_->destroyed.fetch_add(1, std::memory_order_relaxed); }
  void on_start() { held_.pass(); }
  void on(note n) { all_->read.write(n.number); }
  int on(query q) { return right_answer(q.number); }
  void on(fail_now) { throw std::runtime_error("as told"); }
  troupe::ref<sitter> on(who_are_you) { return self(); }
  void on(throws_now) { throw std::runtime_error("as asked"); }
  void on_stop(const troupe::exit_reason& why) { all_->read.close(why.kind()); }

private:
  annals_ptr all_;
  gate::leaf held_;
};
using sitter_address = troupe::address<note, query, fail_now, throws_now, who_are_you>;

sitter_address seat_in(troupe::detail::core& core, troupe::detail::cell* parent,
                       const troupe::spawn_options& options, const annals_ptr& all,
                       const gate::leaf& held, mailbox_policy waiting) {
  using recipe = troupe::detail::recipe_of<sitter, annals_ptr, gate::leaf>;
  return {troupe::detail::make_seat(core, parent, &options,
                                    std::make_shared<const recipe>(all, held), waiting),
          troupe::detail::table_for<troupe::ref<sitter>, note, query, fail_now, throws_now,
                                    who_are_you>};
}

/// Has a seat as its child.
struct seat_below {
  using reply = sitter_address;
  annals_ptr all;
};
class host : public troupe::actor<host> {
public:
  sitter_address on(const seat_below& s) {
    auto& me = *self().cell_();
    gate g;
    g.open();
    return seat_in(troupe::detail::core_of(me), &me, {}, s.all, g.hinge(), mailbox_policy::keep);
  }
};

/// Watches whoever sits there, and lets the next one begin when the test says so.
struct watch_it {
  using reply = void;
};
struct watch_too {
  using reply = void;
  sitter_address whom;
};
struct ends {
  using reply = std::vector<troupe::exit_reason>;
};
class keeper_of_seat : public troupe::actor<keeper_of_seat> {
public:
  explicit keeper_of_seat(sitter_address seat) : seat_(std::move(seat)) {}
  void on(watch_it) { self().watch(seat_); }
  void on(const watch_too& w) { self().watch(w.whom); }
  void on(const troupe::down& d) { seen_.push_back(d.reason); }
  std::vector<troupe::exit_reason> on(ends) { return seen_; }

private:
  sitter_address seat_;
  std::vector<troupe::exit_reason> seen_;
};

struct house {
  house(scenario::world& w, mailbox_policy waiting, const troupe::spawn_options& options = {})
      : world(w),
        seat(seat_in(troupe::detail::core_of(*w.spawn<prompt>().cell_()), nullptr, options, all,
                     g.hinge(), waiting)),
        own(w.spawn<keeper_of_seat>(seat)) {}

  void again() { troupe::detail::start_again(*seat.cell_()); }
  void watch() { own.ask(watch_it{}).get(); }
  [[nodiscard]] std::size_t downs() { return own.ask(ends{}).get().size(); }
  void wait_for_downs(std::size_t n) {
    while (downs() < n) {}
  }

  scenario::world& world;
  annals_ptr all = std::make_shared<annals>();
  gate g;
  sitter_address seat;
  troupe::ref<keeper_of_seat> own;
};

SCENARIO(Seat, TheNextIncarnationLivesUnderTheSameAddress) {
  house h(w, mailbox_policy::drop);
  h.g.open();
  const auto before = h.seat.id();
  for (std::size_t life = 1; life <= 5; ++life) {
    h.watch();
    EXPECT_EQ(h.seat.ask<query>(3).get(), right_answer(3));
    h.seat.tell(fail_now{});
    h.wait_for_downs(life);
    const auto down = h.seat.try_ask<query>(1).get();
    ASSERT_FALSE(down);
    EXPECT_EQ(down.error(), ask_errc::down);
    EXPECT_EQ(down.error().reason(), exit_kind::failed);
    h.again();
    h.world.settle();
  }
  EXPECT_EQ(h.seat.ask<query>(4).get(), right_answer(4));
  EXPECT_EQ(h.seat.id(), before);
  EXPECT_EQ(w.counters().restarted, 5U);
  EXPECT_EQ(h.all->built.load(std::memory_order_relaxed), 6);
  EXPECT_EQ(h.all->destroyed.load(std::memory_order_relaxed), 5);
}

SCENARIO(Seat, X3_WhatWaitsIsDroppedAsRestarted) {
  if (!can_hold(w)) return;
  house h(w, mailbox_policy::drop);
  h.watch();
  h.g.wait_for(1);
  h.seat.tell(fail_now{});
  for (int i = 0; i < 3; ++i) h.seat.tell<note>(i);
  h.g.open();
  h.wait_for_downs(1);
  h.seat.tell<note>(3);  // nobody lives there
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(dead_reason::restarted), 4U);
  h.again();
  h.seat.tell<note>(4);
  w.settle();
  EXPECT_EQ(h.all->read.lines(), std::vector{4});
}

SCENARIO(Seat, X3_KeepsWhatWasToldInOrder) {
  if (!can_hold(w)) return;
  house h(w, mailbox_policy::keep);
  h.watch();
  h.g.wait_for(1);
  h.seat.tell(fail_now{});
  for (int i = 0; i < 3; ++i) h.seat.tell<note>(i);
  h.g.open();
  h.wait_for_downs(1);
  for (int i = 3; i < 6; ++i) h.seat.tell<note>(i);
  w.settle();
  EXPECT_EQ(h.all->read.lines(), std::vector<int>{});
  h.again();
  for (int i = 6; i < 9; ++i) h.seat.tell<note>(i);
  w.settle();
  EXPECT_EQ(h.all->read.lines(), up_to(9));
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Seat, X3_ARequestThatWaitsFailsAndIsNeverRun) {
  if (!can_hold(w)) return;
  house h(w, mailbox_policy::keep);
  auto a = w.spawn<asker>();
  h.watch();
  h.g.wait_for(1);
  h.seat.tell(fail_now{});
  a.ask<ask_for>(h.seat, 1).get();
  h.g.open();
  h.wait_for_downs(1);
  w.settle();
  auto seen = a.ask(so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].error.value(), ask_errc::down);
  EXPECT_EQ(seen[0].error->reason(), exit_kind::failed);
  a.ask<ask_for>(h.seat, 2).get();  // while nobody lives there
  w.settle();
  seen = a.ask(so_far{}).get();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[1].error.value(), ask_errc::down);
  h.again();
  EXPECT_EQ(h.seat.ask<query>(5).get(), right_answer(5));
}

SCENARIO(Seat, X4_KeepsNoMoreThanItsCapacity) {
  house h(w, mailbox_policy::keep, {.capacity = 4});
  h.g.open();
  h.watch();
  h.seat.tell(fail_now{});
  h.wait_for_downs(1);
  for (int i = 0; i < 6; ++i) h.seat.tell<note>(i);
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(dead_reason::full), 2U);
  h.again();
  w.settle();
  EXPECT_EQ(h.all->read.lines(), up_to(4));
}

SCENARIO(Seat, ARefOfAnEarlierIncarnationReachesNobody) {
  house h(w, mailbox_policy::keep);
  h.g.open();
  h.watch();
  const auto first = h.seat.ask<who_are_you>().get();
  h.seat.tell(fail_now{});
  h.wait_for_downs(1);
  h.again();
  const auto second = h.seat.ask<who_are_you>().get();
  first.tell<note>(1);
  second.tell<note>(2);
  w.settle();
  EXPECT_EQ(h.all->read.lines(), std::vector{2});
  EXPECT_EQ(w.counters().dead_letters(dead_reason::restarted), 1U);
  EXPECT_EQ(first.try_ask<query>(1).get().error(), ask_errc::down);
  h.own.ask(watch_too{first}).get();
  w.settle();
  EXPECT_EQ(h.own.ask(ends{}).get().back(), exit_kind::gone);
}

SCENARIO(Seat, AConstructorThatThrowsIsTheEndOfThatIncarnation) {
  house h(w, mailbox_policy::keep);
  h.g.open();
  h.watch();
  h.seat.tell(fail_now{});
  h.wait_for_downs(1);
  h.all->refuse.store(2, std::memory_order_relaxed);
  for (int i = 0; i < 2; ++i) {
    h.again();
    w.settle();
    const auto down = h.seat.try_ask<query>(1).get();
    ASSERT_FALSE(down);
    EXPECT_EQ(down.error().reason().text(), "not yet");
  }
  h.seat.tell<note>(7);
  h.again();
  w.settle();
  EXPECT_EQ(h.all->read.lines(), std::vector{7});
  EXPECT_EQ(h.all->built.load(std::memory_order_relaxed), 2);
}

SCENARIO(Seat, EveryEndLeavesItVacant) {
  house h(w, mailbox_policy::drop);
  h.g.open();
  std::size_t life = 0;
  const auto end = [&](auto how) {
    h.watch();
    how(h.seat.ask<who_are_you>().get());
    h.wait_for_downs(++life);
    h.again();
    w.settle();
  };
  end([](const troupe::ref<sitter>& r) { r.stop(); });
  end([](const troupe::ref<sitter>& r) { r.kill(); });
  end([](const troupe::ref<sitter>& r) { r.tell(fail_now{}); });
  end([](const troupe::ref<sitter>& r) { r.stop({exit_kind::user, 5, "enough"}); });
  end([](const troupe::ref<sitter>& r) { (void)r.try_ask<throws_now>().get(); });
  const auto seen = h.own.ask(ends{}).get();
  const std::vector<exit_kind> kinds{exit_kind::normal, exit_kind::killed, exit_kind::failed,
                                     exit_kind::user, exit_kind::failed};
  for (std::size_t i = 0; i < kinds.size(); ++i) EXPECT_EQ(seen.at(i), kinds[i]) << i;
  EXPECT_EQ(h.seat.ask<query>(5).get(), right_answer(5));
}

SCENARIO(Seat, GivenUpItEndsWithWhoeverSitsThere) {
  for (const bool vacant : {false, true}) {
    house h(w, mailbox_policy::keep);
    h.g.open();
    h.watch();
    w.settle();
    if (vacant) {
      h.seat.tell(fail_now{});
      h.wait_for_downs(1);
      h.seat.tell<note>(1);
    }
    const auto dead = w.counters().dead_letters(dead_reason::ended);
    troupe::detail::give_up_seat(*h.seat.cell_());
    h.wait_for_downs(1);
    h.again();
    w.settle();
    EXPECT_EQ(h.all->built.load(std::memory_order_relaxed), 1);
    EXPECT_EQ(w.counters().dead_letters(dead_reason::ended) - dead, vacant ? 1U : 0U);
  }
}

SCENARIO(Seat, AVacantSeatThatNobodyRefersToEnds) {
  {
    house h(w, mailbox_policy::keep);
    h.g.open();
    h.watch();
    h.seat.tell(fail_now{});
    h.wait_for_downs(1);
    h.seat.tell<note>(1);
    h.own.stop();
  }
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(Seat, AVacantSeatEndsWithItsParentAndWithTheSystem) {
  auto p = w.spawn<host>();
  auto all = std::make_shared<annals>();
  auto below = p.ask<seat_below>(all).get();
  house h(w, mailbox_policy::keep);
  h.g.open();
  h.watch();
  h.own.ask(watch_too{below}).get();
  h.seat.tell(fail_now{});
  below.tell(fail_now{});
  h.wait_for_downs(2);
  p.stop();
  w.settle();
  troupe::detail::start_again(*below.cell_());
  w.settle();
  EXPECT_EQ(all->built.load(std::memory_order_relaxed), 1);
  EXPECT_TRUE(w.shutdown(60s).clean());
}

}  // namespace
